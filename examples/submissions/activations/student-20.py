"""All core questions; the bonus is left out."""

import numpy as np


def real(x):
    return x if x.dtype.kind == "f" else x.astype(float)


def step(x):
    return (x > 0).astype(x.dtype)


def linear(x, slope=1.0):
    return slope * real(x)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -real(x)))


def tanh(x):
    t = np.expm1(2 * np.clip(real(x), -20, 20))
    return t / (t + 2)


def relu(x):
    x = real(x)
    return np.where(x > 0, x, np.zeros_like(x))


def leaky_relu(x, negative_slope=0.01):
    x = real(x)
    return np.where(x < 0, negative_slope * x, x)


def softmax(x, axis=-1):
    x = real(x)
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def activation_grad(x, kind, negative_slope=0.01):
    x = real(x)
    if kind == "linear":
        return np.ones_like(x)
    if kind == "sigmoid":
        s = sigmoid(x)
        return s * (1 - s)
    if kind == "tanh":
        return 1 - tanh(x) ** 2
    if kind == "relu":
        return (x > 0).astype(x.dtype)
    if kind == "leaky_relu":
        return np.where(x > 0, 1, negative_slope).astype(x.dtype)
    raise ValueError("unknown kind " + str(kind))


def log_softmax(x, axis=-1):
    raise NotImplementedError("A1.8 log_softmax")
