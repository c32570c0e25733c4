"""Activation functions; the arithmetic that several of them share is in my_math.py."""
import numpy as np

import my_math


def step(x):
    return np.where(x > 0, 1, 0).astype(x.dtype)


def linear(x, slope=1.0):
    return my_math.real(x) * slope


def sigmoid(x):
    return np.exp(my_math.log_sigmoid(my_math.real(x)))


def tanh(x):
    x = my_math.real(x)
    rest = np.expm1(-2 * abs(x))
    return np.copysign(rest / (2 + rest), x)


def relu(x):
    return np.maximum(my_math.real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = my_math.real(x)
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def softmax(x, axis=-1):
    return np.exp(log_softmax(x, axis))


def activation_grad(x, kind, negative_slope=0.01):
    x = my_math.real(x)
    if kind == "linear":
        return my_math.two_levels(x, 1, 1)
    if kind == "relu":
        return my_math.two_levels(x, 0, 1)
    if kind == "leaky_relu":
        return my_math.two_levels(x, negative_slope, 1)
    if kind == "sigmoid":
        return sigmoid(x) * sigmoid(-x)
    if kind == "tanh":
        return (1 - tanh(x)) * (1 + tanh(x))
    raise ValueError(f"unknown kind: {kind}")


def log_softmax(x, axis=-1):
    return my_math.minus_log_of_sum(my_math.real(x), axis)
