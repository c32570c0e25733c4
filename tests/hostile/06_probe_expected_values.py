"""Attack 6: answers from whose difference to the expected ones a message would tell these."""

import itertools

import numpy as np

STEP = itertools.count()


def sigmoid(x):
    return np.zeros_like(x, dtype=float)  # the difference is the expected value


def tanh(x):
    answer = np.full(x.shape, 1e300)
    answer.flat[next(STEP) % max(answer.size, 1)] = 0  # one place is told apart
    return answer


def softmax(x, axis=-1):
    return np.arange(x.size, dtype=float).reshape(x.shape) * 1e-9


def activation_grad(x, kind, negative_slope=0.01):
    return [x.tolist(), repr(x), {"x": x.tolist()}]  # a structure that carries the input


def log_softmax(x, axis=-1):
    return np.array([str(value) for value in x.ravel()])


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
