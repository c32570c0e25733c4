"""Attack 18: use up memory, the stack and the output within calls."""

import numpy as np


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    print("y" * 50_000_000)


def linear(x, slope=1.0):
    return linear(x, slope)


def sigmoid(x):
    return np.ones(10**10)


def tanh(x):
    held = [x]
    while True:
        held.append(np.empty(2**24))


def softmax(x, axis=-1):
    nested = x
    for _ in range(100_000):
        nested = [nested]
    return nested


def activation_grad(x, kind, negative_slope=0.01):
    cycle = [x]
    cycle.append(cycle)
    return cycle


def log_softmax(x, axis=-1):
    return 7 ** (10**5)
