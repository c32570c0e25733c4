"""A right solution in the style of loops: over numbers, over rows, over indices."""

import math
from itertools import product

import numpy as np


def _like(x):
    return np.zeros(x.shape, dtype=np.float32 if x.dtype == np.float32 else np.float64)


def step(x):
    """Loop over flat positions."""
    out = np.zeros(x.shape, dtype=x.dtype)
    for i in range(x.size):
        if x.flat[i] > 0:
            out.flat[i] = 1
    return out


def linear(x, slope=1.0):
    """Loop over flat positions."""
    out = _like(x)
    for i in range(x.size):
        out.flat[i] = slope * float(x.flat[i])
    return out


def sigmoid(x):
    """Append to a list, number by number."""
    values = []
    for v in x.flatten().tolist():
        if v < 0:
            e = math.exp(v)
            values.append(e / (e + 1))
        else:
            values.append(1 / (1 + math.exp(-v)))
    out = _like(x)
    out.flat = values
    return out


def tanh(x):
    """Append to a list, number by number; use the series where digits would be lost."""
    values = []
    for v in x.flatten().tolist():
        if abs(v) < 1e-3:
            values.append(v - v**3 / 3 + 2 * v**5 / 15)
            continue
        e = math.exp(-2 * abs(v))
        value = (1 - e) / (1 + e)
        values.append(value if v > 0 else -value)
    out = _like(x)
    out.flat = values
    return out


def relu(x):
    """Loop over every index of every axis."""
    out = _like(x)
    for index in np.ndindex(*x.shape):
        if x[index] > 0:
            out[index] = x[index]
    return out


def leaky_relu(x, negative_slope=0.01):
    """Loop over every index of every axis."""
    out = _like(x)
    for index in product(*(range(n) for n in x.shape)):
        v = float(x[index])
        out[index] = v if v >= 0 else v * negative_slope
    return out


def softmax(x, axis=-1):
    """Loop over the slices along the axis."""
    out = _like(x)
    source, target = np.moveaxis(x, axis, -1), np.moveaxis(out, axis, -1)
    for index in np.ndindex(*source.shape[:-1]):
        raised = np.exp((source[index] - source[index].max()).astype(out.dtype))
        target[index] = raised / raised.sum()
    return out


def activation_grad(x, kind, negative_slope=0.01):
    """Decide number by number."""
    if kind not in ("linear", "sigmoid", "tanh", "relu", "leaky_relu"):
        raise ValueError(kind)
    activated = sigmoid(x) if kind == "sigmoid" else tanh(x)
    out = _like(x)
    for i in range(x.size):
        v, a = x.flat[i], float(activated.flat[i])
        if kind == "linear":
            out.flat[i] = 1
        elif kind == "sigmoid":
            out.flat[i] = a * (1 - a)
        elif kind == "tanh":
            out.flat[i] = 1 - a * a
        elif v > 0:
            out.flat[i] = 1
        elif kind == "leaky_relu":
            out.flat[i] = negative_slope
    return out


def log_softmax(x, axis=-1):
    """Loop over the slices along the axis."""
    out = _like(x)
    source, target = np.moveaxis(x, axis, -1), np.moveaxis(out, axis, -1)
    for index in np.ndindex(*source.shape[:-1]):
        scores = source[index].astype(out.dtype)
        top = scores.max()
        target[index] = scores - top - np.log(np.exp(scores - top).sum())
    return out
