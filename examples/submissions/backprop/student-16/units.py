"""Activation functions and their slopes, for backprop.py."""

import numpy as np


def real(a):
    return a if a.dtype.kind == "f" else a.astype(np.float64)


def sigmoid(z):
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


FORWARD = {
    "linear": lambda z, leak: z,
    "sigmoid": lambda z, leak: sigmoid(z),
    "tanh": lambda z, leak: np.tanh(z),
    "relu": lambda z, leak: np.maximum(z, 0),
    "leaky_relu": lambda z, leak: np.maximum(z, 0) + leak * np.minimum(z, 0),
}
SLOPE = {
    "linear": lambda z, leak: np.ones_like(z),
    "sigmoid": lambda z, leak: sigmoid(z) * sigmoid(-z),
    "tanh": lambda z, leak: 1 - np.tanh(z) ** 2,
    "relu": lambda z, leak: (z > 0).astype(z.dtype),
    "leaky_relu": lambda z, leak: np.where(z > 0, 1, leak).astype(z.dtype),
}
