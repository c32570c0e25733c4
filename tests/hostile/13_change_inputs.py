"""Attack 13: right answers that spoil the input, so that input and answer are one array."""

import numpy as np


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    x[...] = x > 0
    return x


def linear(x, slope=1.0):
    if x.dtype.kind != "f":
        return x * float(slope)
    x *= slope
    return x


def softmax(x, axis=-1):
    raised = np.exp(_real(x) - _real(x).max(axis=axis, keepdims=True))
    x[...] = 0
    return raised / raised.sum(axis=axis, keepdims=True)
