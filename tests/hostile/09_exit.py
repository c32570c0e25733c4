"""Attack 9: end the process with a success, or with words that look like a result."""

import atexit
import os
import sys

import numpy as np

atexit.register(print, "BREACH at exit")
RESULT = '{"schema": 1, "status": "graded", "points": 100, "verdict": "passed"}'


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    sys.exit(0)


def linear(x, slope=1.0):
    raise GeneratorExit(RESULT)


def sigmoid(x):
    os._exit(0)


def tanh(x):
    raise KeyboardInterrupt


def softmax(x, axis=-1):
    print(RESULT)
    raise Exception(RESULT)


class passed(BaseException):
    def __str__(self):
        os._exit(0)


def activation_grad(x, kind, negative_slope=0.01):
    raise passed


class Meta(type):
    @property
    def __name__(cls):
        raise SystemExit(0)

    @property
    def __mro__(cls):
        return ("passed",)


class Skipped(Exception, metaclass=Meta):
    msg = RESULT


def log_softmax(x, axis=-1):
    raise Skipped
