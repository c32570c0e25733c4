"""Arithmetic for activations.py."""
import numpy as np


def real(x):
    return x if np.issubdtype(x.dtype, np.floating) else x.astype(np.float64)


def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def two_levels(x, below, above):
    return np.where(x > 0, above, below).astype(x.dtype)


def minus_log_of_sum(x, axis):
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
