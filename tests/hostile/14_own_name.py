"""Attack 14: the reference by its own name, and the course's modules by theirs."""

import numpy as np


def sigmoid(x):
    import activations as reference

    return reference.sigmoid(x)


def tanh(x):
    from solutions.activations import tanh as right

    return right(x)


def softmax(x, axis=-1):
    from autograder.suite import reference

    return reference.softmax(x, axis)


def activation_grad(x, kind, negative_slope=0.01):
    from _reference_activations import activation_grad as right

    return right(x, kind, negative_slope)


def log_softmax(x, axis=-1):
    from autograder.sandbox import worker

    return worker.reference.log_softmax(x, axis)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
