"""Attack 14: a library that has the answers, by every way to import one."""

import importlib
import sys

import numpy as np


def _library(name):
    return importlib.import_module(name)


def sigmoid(x):
    from scipy.special import expit

    return expit(_real(x))


def tanh(x):
    return eval("np.tanh")(_real(x))


def softmax(x, axis=-1):
    return _library("scipy.special").softmax(_real(x), axis=axis)


def activation_grad(x, kind, negative_slope=0.01):
    special = __builtins__["__import__"]("scipy.special").special
    return special.expit(x) * special.expit(-x)


def log_softmax(x, axis=-1):
    return sys.modules["scipy.special"].log_softmax(_real(x), axis=axis)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
