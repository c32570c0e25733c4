"""Attack 13: answers that share memory with the input, or with each other, and change later."""

import numpy as np

HELD = np.zeros(100_000)
WAITING = []


def step(x):
    np.greater(x, 0, out=x, casting="unsafe")  # the input itself is the answer
    return x


def linear(x, slope=1.0):
    answer = HELD[: x.size].reshape(x.shape)  # every answer is the same memory
    np.multiply(x, slope, out=answer)
    return answer


def sigmoid(x):
    for answer in WAITING:
        answer += 1  # right when it was given, and something else from now on
    x = _real(x)
    answer = np.where(x >= 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))
    WAITING.append(answer)
    return answer


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
