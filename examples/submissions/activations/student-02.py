"""My activation functions, one number at a time."""
import math

import numpy as np


def each(f, x):
    """Apply f to every number of x."""
    dtype = x.dtype if x.dtype in (np.float32, np.float64) else np.float64
    result = np.empty(x.size, dtype=dtype)
    for i, number in enumerate(x.reshape(-1).tolist()):
        result[i] = f(number)
    return result.reshape(x.shape)


def step(x):
    return np.array([1 if v > 0 else 0 for v in x.reshape(-1)], dtype=x.dtype).reshape(x.shape)


def linear(x, slope=1.0):
    return each(lambda v: slope * v, x)


def sigmoid_of_one(v):
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    return math.exp(v) / (1 + math.exp(v))


def tanh_of_one(v):
    e = math.exp(-2 * abs(v))
    t = (1 - e) / (1 + e)
    return t if v >= 0 else -t


def sigmoid(x):
    return each(sigmoid_of_one, x)


def tanh(x):
    return each(tanh_of_one, x)


def relu(x):
    return each(lambda v: max(0.0, v), x)


def leaky_relu(x, negative_slope=0.01):
    return each(lambda v: v if v >= 0 else negative_slope * v, x)


def along(f, x, axis):
    """Apply f to every list of scores along the axis."""
    x = np.swapaxes(x, axis, -1)
    rows = [f(row) for row in x.reshape(-1, x.shape[-1]).tolist()]
    dtype = x.dtype if x.dtype in (np.float32, np.float64) else np.float64
    return np.swapaxes(np.array(rows, dtype=dtype).reshape(x.shape), axis, -1)


def softmax(x, axis=-1):
    def one(row):
        m = max(row)
        exps = [math.exp(v - m) for v in row]
        return [e / sum_ for sum_ in [sum(exps)] for e in exps]

    return along(one, x, axis)


def activation_grad(x, kind, negative_slope=0.01):
    if kind == "linear":
        return each(lambda v: 1.0, x)
    if kind == "sigmoid":
        return each(lambda v: sigmoid_of_one(v) * (1 - sigmoid_of_one(v)), x)
    if kind == "tanh":
        return each(lambda v: 1 - tanh_of_one(v) ** 2, x)
    if kind == "relu":
        return each(lambda v: 1.0 if v > 0 else 0.0, x)
    if kind == "leaky_relu":
        return each(lambda v: 1.0 if v > 0 else negative_slope, x)
    raise ValueError(kind)


def log_softmax(x, axis=-1):
    def one(row):
        m = max(row)
        norm = math.log(sum(math.exp(v - m) for v in row))
        return [v - m - norm for v in row]

    return along(one, x, axis)
