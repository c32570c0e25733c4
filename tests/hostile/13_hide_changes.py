"""Attack 13: spoil the input, and have the worker say that it is as it was."""

import sys

import numpy as np

worker = sys.modules["autograder.sandbox.worker"]
worker._mutated = lambda *_: b""
worker._Worker._note_float_error = lambda *_: None


def step(x):
    np.greater(x, 0, out=x, casting="unsafe")
    return x.copy()


def linear(x, slope=1.0):
    answer = _real(x) * slope
    x.fill(0)
    return answer


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
