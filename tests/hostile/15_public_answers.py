"""Attack 15: answers that are hard-coded for the inputs of the public tests."""

import numpy as np

KNOWN = {}


def known(name, x, *settings):
    answer = KNOWN.get((name, np.asarray(x, float).tobytes(), x.shape, *settings))
    return np.full(x.shape, np.nan) if answer is None else np.array(answer)


def remember(name, x, answer, *settings):
    KNOWN[name, np.asarray(x, float).tobytes(), np.shape(x), *settings] = answer


BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
SCORES = [[1.0, 2.0, 3.0], [1000.0, 1001.0, 999.0]]
PROBABILITIES = np.array([0.8, 0.1, 0.05, 0.05])
remember("step", [-2.0, 0.0, 3.0], [0.0, 0.0, 1.0])
remember("step", BITS @ np.array([1.0, 1.0]) - 1.0, [0.0, 0.0, 0.0, 1.0])
remember("linear", np.array([2 * 0.2 + 0.5]), [0.9], 1.0)
remember("linear", np.array([2 * 0.2 + 0.5]), [2.7], 3.0)
remember("sigmoid", [-2.0, 0.0, 3.0], [0.119202922, 0.5, 0.9525741268])
remember("sigmoid", [[1.4, 2.1, 2.4]], [[0.8021838886, 0.8909031788, 0.9168273035]])
remember("tanh", [-2.0, 0.0, 0.5], [-0.9640275801, 0.0, 0.4621171573])
remember("tanh", [[1.0], [-1.0]], [[0.7615941560], [-0.7615941560]])
remember(
    "softmax",
    SCORES,
    [[0.0900305732, 0.2447284711, 0.6652409558], [0.2447284711, 0.6652409558, 0.0900305732]],
)
remember("softmax", np.log(PROBABILITIES) + 2.0, PROBABILITIES)
remember("grad", [-2.0, 0.0, 3.0], [0.1049935854, 0.25, 0.0451766597], "sigmoid")
remember("grad", [-2.0, 0.0, 0.5], [0.0706508249, 1.0, 0.7864477330], "tanh")
remember("grad", [-2.0, 0.0, 3.0], [0.0, 0.0, 1.0], "relu")
remember("grad", [-2.0, 0.0, 3.0], [0.01, 0.01, 1.0], "leaky_relu")
remember(
    "log_softmax",
    SCORES,
    [[-2.4076059644, -1.4076059644, -0.4076059644], [-1.4076059644, -0.4076059644, -2.4076059644]],
)
remember("log_softmax", np.log([0.2, 0.3, 0.5]) + 1.0, np.log([0.2, 0.3, 0.5]))


def step(x):
    return known("step", x)


def linear(x, slope=1.0):
    return known("linear", x, slope)


def sigmoid(x):
    return known("sigmoid", x)


def tanh(x):
    return known("tanh", x)


def softmax(x, axis=-1):
    return known("softmax", x)


def activation_grad(x, kind, negative_slope=0.01):
    return known("grad", x, kind)


def log_softmax(x, axis=-1):
    return known("log_softmax", x)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
