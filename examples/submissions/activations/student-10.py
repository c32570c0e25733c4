"""Half of it; the rest after the weekend."""

import numpy as np


def real(x):
    return x if x.dtype.kind == "f" else x.astype(float)


def step(x):
    return (x > 0).astype(x.dtype)


def linear(x, slope=1.0):
    return slope * real(x)


def sigmoid(x):
    x = real(x)
    e = np.exp(-abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def tanh(x):
    raise NotImplementedError("A1.3 tanh")


def relu(x):
    return np.maximum(0, real(x))


def leaky_relu(x, negative_slope=0.01):
    x = real(x)
    return np.where(x < 0, negative_slope * x, x)


def softmax(x, axis=-1):
    raise NotImplementedError("A1.6 softmax")


def activation_grad(x, kind, negative_slope=0.01):
    x = real(x)
    if kind == "linear":
        return np.ones_like(x)
    if kind == "relu":
        return (x > 0).astype(x.dtype)
