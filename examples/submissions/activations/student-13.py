"""Activation functions."""

import numpy as np
from activation_tools import stable_exp


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
    x = real(x)
    e = np.exp(-2 * np.abs(x))
    return np.sign(x) * (1 - e) / (1 + e)


def relu(x):
    return np.maximum(0, real(x))


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
    x = real(x)
    z = x - np.max(x, axis=axis, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))
