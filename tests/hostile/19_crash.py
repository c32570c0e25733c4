"""Attack 19: crash the interpreter itself."""

import ctypes
import os

import numpy as np


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    ctypes.string_at(0)


def tanh(x):
    os.abort()


def softmax(x, axis=-1):
    # A system call of another kernel interface, past the numbers that a filter may know.
    ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))
    return x
