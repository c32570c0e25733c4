"""Activation functions."""
import math

import numpy as np


def step(x):
    if x > 0:
        return 1
    return 0


def linear(x, slope=1.0):
    print("slope is", slope)
    return [slope * v for v in x]


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def tanh(x):
    print("tanh of", x)
    a = np.exp(x)
    b = np.exp(-x)
    return (a + b) / (a + b)


def relu(x):
    return max(0, x)


def leaky_relu(x, negative_slope=0.01):
    out = np.zeros_like(x)
    for i in range(len(x)):
        out[i] = x[i] if x[i] >= 0 else negative_slope * x[i]
    return out


def softmax(x, axis=-1):
    return np.exp(x / np.sum(np.exp(x)))


def activation_grad(x, kind, negative_slope=0.01):
    h = 0.001
    if kind == "relu":
        return (np.maximum(x + h, 0) - np.maximum(x, 0)) / h


def log_softmax(x, axis=-1):
    return x - np.log(np.sum(np.exp(x)))
