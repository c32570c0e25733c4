"""Attack 8: answers that a careless comparison takes for any other."""

import itertools

import numpy as np

COUNT = itertools.count()


class Everything:
    dtype = np.dtype("float64")
    shape = (3, 4)

    def __eq__(self, other):
        return True

    def __array__(self, dtype=None, copy=None):
        return np.zeros((3, 4))

    def __array_function__(self, function, types, arguments, keywords):
        return True

    def __array_ufunc__(self, function, method, *inputs, **keywords):
        return True

    def __float__(self):
        return 0.5

    def __bool__(self):
        return True


class Liar(np.ndarray):
    def __eq__(self, other):
        return np.ones(1, bool)

    def __sub__(self, other):
        return np.zeros(1)

    def __rsub__(self, other):
        return np.zeros(1)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    return np.asarray(x).view(Liar)


def linear(x, slope=1.0):
    return np.broadcast_to(np.float64(0.5), ()).copy()


def sigmoid(x):
    return Everything()


def tanh(x):
    return np.ma.masked_all(x.shape)


def softmax(x, axis=-1):
    return np.empty((0,) * max(x.ndim, 1))


def activation_grad(x, kind, negative_slope=0.01):
    # Each nan another one, so that not even the answer's bytes repeat themselves.
    return np.full(x.shape, 0x7FF8_0000_0000_0000 + next(COUNT)).view(np.float64)


def log_softmax(x, axis=-1):
    answer = np.empty(x.shape, dtype=object)
    answer.fill(Everything())
    return answer
