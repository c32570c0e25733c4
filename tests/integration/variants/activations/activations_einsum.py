"""A right solution with sums by einsum, whose answers are laid out in Fortran order."""

import numpy as np


def _fortran(x):
    dtype = x.dtype if np.issubdtype(x.dtype, np.floating) else float
    return np.array(x, dtype=dtype, order="F")


def step(x):
    """Take the positive part of the sign."""
    return np.array(np.clip(np.sign(x), 0, 1), dtype=x.dtype, order="F")


def linear(x, slope=1.0):
    """Multiply by a number of the same dtype."""
    x = _fortran(x)
    return np.einsum("...,->...", x, x.dtype.type(slope), order="F")


def sigmoid(x):
    """Write the sigmoid with the tanh of half the input, from exponentials."""
    return _fortran(0.5 + 0.5 * tanh(_fortran(x) / 2))


def tanh(x):
    """Divide expm1 by itself plus 2, on the side where it does not grow."""
    x = _fortran(x)
    d = np.expm1(-2 * np.maximum(x, -x))
    return _fortran(-np.sign(x) * d / (d + 2))


def relu(x):
    """Clip from below."""
    return _fortran(np.clip(_fortran(x), 0, None))


def leaky_relu(x, negative_slope=0.01):
    """Add the positive part and the scaled negative part."""
    x = _fortran(x)
    return _fortran(np.maximum(x, 0) + negative_slope * np.minimum(x, 0))


def softmax(x, axis=-1):
    """Sum the exponentials with einsum along the last axis."""
    moved = np.moveaxis(_fortran(x), axis, -1)
    raised = np.exp(moved - np.amax(moved, axis=-1)[..., None])
    share = raised / np.einsum("...i->...", raised)[..., None]
    return _fortran(np.moveaxis(share, -1, axis))


def activation_grad(x, kind, negative_slope=0.01):
    """Match the kind, and lay the answer out in Fortran order."""
    x = _fortran(x)
    match kind:
        case "linear":
            return np.full_like(x, 1)
        case "sigmoid":
            a = sigmoid(x)
            return _fortran(a - a * a)
        case "tanh":
            a = tanh(x)
            return _fortran(1 - np.square(a))
        case "relu":
            return _fortran((x > 0).astype(x.dtype))
        case "leaky_relu":
            positive = (x > 0).astype(x.dtype)
            return _fortran(positive + negative_slope * (1 - positive))
        case _:
            raise ValueError(f"unknown kind {kind!r}")


def log_softmax(x, axis=-1):
    """Subtract the logarithm of an einsum."""
    moved = np.moveaxis(_fortran(x), axis, -1)
    shifted = moved - np.amax(moved, axis=-1)[..., None]
    norm = np.log(np.einsum("...i->...", np.exp(shifted)))
    return _fortran(np.moveaxis(shifted - norm[..., None], -1, axis))
