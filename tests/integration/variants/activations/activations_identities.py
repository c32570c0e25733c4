"""A right solution by other identities: logaddexp, heaviside, select, one function by another."""

import numpy as np


def _real(x):
    return np.multiply(
        x, 1.0, dtype=np.result_type(x.dtype, np.float16 if x.dtype.kind == "f" else float)
    )


def step(x):
    """Use heaviside with 0 at 0."""
    return np.heaviside(x, 0).astype(x.dtype)


def linear(x, slope=1.0):
    """Multiply."""
    return np.multiply(_real(x), slope)


def sigmoid(x):
    """Raise the logarithm of the sigmoid, which logaddexp gives without overflow."""
    return np.exp(-np.logaddexp(0, -_real(x)))


def tanh(x):
    """Use e^{2x} - 1 over e^{2x} + 1 on clipped inputs, by expm1."""
    grown = np.expm1(2 * np.clip(_real(x), -20, 20))
    return grown / (grown + 2)


def relu(x):
    """Be a leaky unit that does not leak."""
    x = _real(x)
    return np.select([x > 0], [x], 0).astype(x.dtype)


def leaky_relu(x, negative_slope=0.01):
    """Add the leak to the rectified part."""
    return relu(x) - negative_slope * relu(-_real(x))


def softmax(x, axis=-1):
    """Raise the log-softmax."""
    return np.exp(log_softmax(x, axis))


def activation_grad(x, kind, negative_slope=0.01):
    """Raise a ValueError from a dictionary that lacks the kind."""
    x = _real(x)
    try:
        slope = {
            "linear": lambda: x * 0 + 1,
            "sigmoid": lambda: sigmoid(x) * sigmoid(-x),
            "tanh": lambda: 4 * sigmoid(2 * x) * sigmoid(-2 * x),
            "relu": lambda: np.heaviside(x, 0),
            "leaky_relu": lambda: np.where(x > 0, x.dtype.type(1), x.dtype.type(negative_slope)),
        }[kind]
    except KeyError:
        raise ValueError(kind) from None
    return slope()


def log_softmax(x, axis=-1):
    """Fold logaddexp along the axis."""
    x = _real(x)
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)
