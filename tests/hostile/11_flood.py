"""Attacks 11 and 18: answers as large as may be, to every question, all held at once."""

import numpy as np

BIG = np.zeros(8 * 2**20 // 8)
MANY = [np.zeros(()) for _ in range(9_900)]


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    return BIG


def sigmoid(x):
    return np.zeros(2**24)


def tanh(x):
    return MANY


def softmax(x, axis=-1):
    return ["x" * 7_000_000]


def activation_grad(x, kind, negative_slope=0.01):
    raise RuntimeError("x" * 10_000_000)
