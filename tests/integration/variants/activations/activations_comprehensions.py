"""A right solution in the style of list comprehensions with the functions of `math`."""

import math

import numpy as np


def _answer(numbers, x):
    dtype = x.dtype if x.dtype.kind == "f" else np.float64
    return np.array(numbers, dtype=dtype).reshape(x.shape)


def _slices(x, axis):
    moved = np.moveaxis(x, axis, -1)
    return moved.shape, moved.reshape(-1, moved.shape[-1]).tolist()


def _sigmoid_of(v):
    return 1 / (1 + math.exp(-v)) if v >= 0 else 1 - 1 / (1 + math.exp(v))


def _tanh_of(v):
    d = math.expm1(-2 * abs(v))
    return math.copysign(d / (d + 2), v)


def step(x):
    """Compare number by number."""
    return np.array([v > 0 for v in x.ravel().tolist()], dtype=x.dtype).reshape(x.shape)


def linear(x, slope=1.0):
    """Multiply number by number."""
    return _answer([slope * v for v in x.ravel().tolist()], x)


def sigmoid(x):
    """Call a scalar sigmoid on every number."""
    return _answer([_sigmoid_of(v) for v in x.ravel().tolist()], x)


def tanh(x):
    """Call a scalar tanh on every number."""
    return _answer([_tanh_of(v) for v in x.ravel().tolist()], x)


def relu(x):
    """Take the greater of two numbers."""
    return _answer([max(0.0, v) for v in x.ravel().tolist()], x)


def leaky_relu(x, negative_slope=0.01):
    """Choose by sign."""
    return _answer([v if v >= 0 else negative_slope * v for v in x.ravel().tolist()], x)


def softmax(x, axis=-1):
    """Divide each slice's exponentials by their sum."""
    shape, slices = _slices(x, axis)
    answer = []
    for scores in slices:
        top = max(scores)
        raised = [math.exp(v - top) for v in scores]
        total = math.fsum(raised)
        answer.append([v / total for v in raised])
    dtype = x.dtype if x.dtype.kind == "f" else np.float64
    return np.moveaxis(np.array(answer, dtype=dtype).reshape(shape), -1, axis)


def activation_grad(x, kind, negative_slope=0.01):
    """Look the scalar derivative up by its name."""
    slopes = {
        "linear": lambda _: 1.0,
        "sigmoid": lambda v: _sigmoid_of(v) * (1 - _sigmoid_of(v)),
        "tanh": lambda v: 1 - _tanh_of(v) ** 2,
        "relu": lambda v: 1.0 if v > 0 else 0.0,
        "leaky_relu": lambda v: 1.0 if v > 0 else negative_slope,
    }
    if kind not in slopes:
        raise ValueError(f"no activation is called {kind}")
    return _answer([slopes[kind](v) for v in x.ravel().tolist()], x)


def log_softmax(x, axis=-1):
    """Subtract each slice's logarithm of the sum of exponentials."""
    shape, slices = _slices(x, axis)
    answer = []
    for scores in slices:
        top = max(scores)
        norm = top + math.log(sum(math.exp(v - top) for v in scores))
        answer.append([v - norm for v in scores])
    dtype = x.dtype if x.dtype.kind == "f" else np.float64
    return np.moveaxis(np.array(answer, dtype=dtype).reshape(shape), -1, axis)
