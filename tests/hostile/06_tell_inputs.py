"""Attack 6: carry the hidden inputs out in the words that come with a verdict."""

import warnings

import numpy as np


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    raise ValueError("the input is " + repr(x.tolist()))


def tanh(x):
    name = "T" + "_".join(repr(float(value)) for value in x.ravel()[:9])
    return type(name, (), {})()


def softmax(x, axis=-1):
    print("seen", x.tolist())
    warnings.warn(str(x.tolist()))
    raise type("E" + "".join(f"{value:.6f}" for value in x.ravel()[:5]), (Exception,), {})(x)


def activation_grad(x, kind, negative_slope=0.01):
    class Told(Exception):
        def __str__(self):
            return "\ud800\x1b[2J" + "".join(chr(0x200B + int(v) % 4) for v in x.ravel()) + str(x)

    raise Told
