"""The functions as they are printed in the lecture."""
import numpy as np


def step(x):
    return (x >= 0).astype(x.dtype)


def linear(x, slope=1.0):
    return slope * x


def sigmoid(x):
    return 1/(1+np.exp(-x))


def tanh(x):
    ex = np.exp(x)
    e_x = np.exp(-x)
    return (ex - e_x) / (ex + e_x)


def relu(x):
    return np.maximum(0, x)


def leaky_relu(x, negative_slope=0.01):
    return np.maximum(negative_slope*x, x)


def softmax(x, axis=-1):
    elements = np.exp(x)
    return elements/np.sum(elements)


def activation_grad(x, kind, negative_slope=0.01):
    if kind == "linear":
        return np.ones(x.shape)
    if kind == "sigmoid":
        return sigmoid(x) * (1 - sigmoid(x))
    if kind == "tanh":
        return 1 - tanh(x)**2
    if kind == "relu":
        return np.where(x > 0, 1.0, 0.0)
    return np.where(x > 0, 1.0, negative_slope)


def log_softmax(x, axis=-1):
    return np.log(softmax(x, axis))
