"""A right solution by the decks' own formulas, with their inputs guarded."""

import numpy as np


def _as_float(x):
    x = np.asarray(x)
    if x.dtype not in (np.float32, np.float64):
        x = x.astype("float64")
    return x


def step(x):
    """Multiply a comparison by one of the input's dtype."""
    return np.where(x > 0, np.ones_like(x), np.zeros_like(x))


def linear(x, slope=1.0):
    """Multiply by the slope."""
    return slope * _as_float(x)


def sigmoid(x):
    """Use deck 000's formula where exp cannot overflow, even in float32."""
    return 1 / (1 + np.exp(-np.clip(_as_float(x), -80, 80)))


def tanh(x):
    """Use deck 004's formula in the middle, the sign outside and the input itself at 0."""
    x = _as_float(x)
    inside = np.clip(x, -30, 30)
    ex, e_x = np.exp(inside), np.exp(-inside)
    return np.where(np.abs(x) < 1e-4, x - x**3 / 3, (ex - e_x) / (ex + e_x))


def relu(x):
    """Use deck 004's formula."""
    return np.maximum(0, _as_float(x))


def leaky_relu(x, negative_slope=0.01):
    """Use deck 004's formula, or the smaller of the two for a steep slope."""
    x = _as_float(x)
    choose = np.maximum if negative_slope <= 1 else np.minimum
    return choose(negative_slope * x, x)


def softmax(x, axis=-1):
    """Use deck 004's formula on scores below 0, along one axis."""
    x = _as_float(x)
    elements = np.exp(x - np.expand_dims(x.max(axis=axis), axis))
    return elements / np.expand_dims(np.sum(elements, axis=axis), axis)


def activation_grad(x, kind, negative_slope=0.01):
    """Check the kind, then go through the cases."""
    if kind not in {"linear", "sigmoid", "tanh", "relu", "leaky_relu"}:
        raise ValueError("kind must be linear, sigmoid, tanh, relu or leaky_relu")
    x = _as_float(x)
    if kind == "sigmoid":
        a = sigmoid(x)
        return a * (1 - a)
    if kind == "tanh":
        return 1 - tanh(x) ** 2
    below = {"linear": 1, "relu": 0}.get(kind, negative_slope)
    return np.where(x > 0, 1, below).astype(x.dtype)


def log_softmax(x, axis=-1):
    """Shift, then take one logarithm a slice."""
    x = _as_float(x)
    z = x - np.expand_dims(x.max(axis=axis), axis)
    return z - np.expand_dims(np.log(np.exp(z).sum(axis=axis)), axis)
