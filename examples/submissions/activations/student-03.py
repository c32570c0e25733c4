"""Activation functions with masks; single precision stays single precision."""
import numpy as np


def prepare(x):
    """A copy to work on: float32 stays float32, everything else becomes float64."""
    return np.array(x, dtype=np.float32 if x.dtype == np.float32 else np.float64)


def step(x):
    fired = np.zeros_like(x)
    fired[x > 0] = 1
    return fired


def linear(x, slope=1.0):
    a = prepare(x)
    a *= slope
    return a


def sigmoid(x):
    a = prepare(x)
    negative = a < 0
    e = np.exp(np.where(negative, a, -a))
    return np.where(negative, e, np.float32(1)) / (1 + e)


def tanh(x):
    a = prepare(x)
    negative = a < 0
    a[negative] *= -1
    e = np.expm1(-2 * a)
    a = -e / (e + 2)
    return np.where(negative, -a, a)


def relu(x):
    a = prepare(x)
    a[a < 0] = 0
    return a


def leaky_relu(x, negative_slope=0.01):
    a = prepare(x)
    a[a < 0] *= negative_slope
    return a


def softmax(x, axis=-1):
    a = prepare(x)
    a -= a.max(axis=axis, keepdims=True)
    np.exp(a, out=a)
    a /= a.sum(axis=axis, keepdims=True)
    return a


def activation_grad(x, kind, negative_slope=0.01):
    slopes = np.ones_like(prepare(x))
    if kind == "sigmoid":
        s = sigmoid(x)
        slopes = s - s * s
    elif kind == "tanh":
        slopes -= tanh(x) ** 2
    elif kind == "relu":
        slopes[x <= 0] = 0
    elif kind == "leaky_relu":
        slopes[x <= 0] = negative_slope
    elif kind != "linear":
        raise ValueError("I do not know " + kind)
    return slopes


def log_softmax(x, axis=-1):
    a = prepare(x)
    a -= a.max(axis=axis, keepdims=True)
    a -= np.log(np.exp(a).sum(axis=axis, keepdims=True))
    return a
