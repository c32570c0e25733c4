"""Attack 19: hang inside one instruction of the interpreter, where no signal handler runs."""

import re

import numpy as np


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    return re.match(r"(a|aa)+$", "a" * 500 + "b")


def tanh(x):
    return 9 ** 9**9
