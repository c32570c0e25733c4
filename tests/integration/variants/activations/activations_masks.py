"""A right solution in the style of boolean masks: fill an empty array part by part."""

import numpy as np


def _floating(x):
    if x.dtype in (np.float32, np.float64):
        return x
    return x.astype(np.float64)


def step(x):
    """Set ones where a mask says so."""
    out = np.zeros_like(x)
    out[x > 0] = 1
    return out


def linear(x, slope=1.0):
    """Scale a copy in place."""
    out = _floating(x).copy()
    out *= slope
    return out


def sigmoid(x):
    """Use one formula per sign."""
    x = _floating(x)
    out = np.empty_like(x)
    up = x >= 0
    out[up] = 1 / (1 + np.exp(-x[up]))
    raised = np.exp(x[~up])
    out[~up] = raised / (1 + raised)
    return out


def tanh(x):
    """Use one formula per sign, both with a falling exponential."""
    x = _floating(x)
    out = np.empty_like(x)
    up = x >= 0
    falling = np.exp(-2 * x[up])
    out[up] = (1 - falling) / (1 + falling)
    falling = np.exp(2 * x[~up])
    out[~up] = (falling - 1) / (falling + 1)
    return out


def relu(x):
    """Overwrite the negative part of a copy."""
    out = _floating(x).copy()
    out[out < 0] = 0
    return out


def leaky_relu(x, negative_slope=0.01):
    """Scale the negative part of a copy."""
    out = _floating(x).copy()
    out[out < 0] *= negative_slope
    return out


def softmax(x, axis=-1):
    """Work in place on a shifted copy."""
    out = _floating(x) - np.max(x, axis=axis, keepdims=True)
    out = _floating(out)
    np.exp(out, out=out)
    out /= np.sum(out, axis=axis, keepdims=True)
    return out


def activation_grad(x, kind, negative_slope=0.01):
    """Fill ones and overwrite where the slope differs."""
    x = _floating(x)
    out = np.ones_like(x)
    if kind == "linear":
        return out
    if kind == "relu":
        out[x <= 0] = 0
    elif kind == "leaky_relu":
        out[x <= 0] = negative_slope
    elif kind == "sigmoid":
        out[...] = sigmoid(x)
        out *= 1 - out
    elif kind == "tanh":
        out -= tanh(x) ** 2
    else:
        raise ValueError("unknown kind")
    return out


def log_softmax(x, axis=-1):
    """Subtract in place, twice."""
    out = _floating(x) - np.max(x, axis=axis, keepdims=True)
    out -= np.log(np.sum(np.exp(out), axis=axis, keepdims=True))
    return out
