"""Backpropagation."""

import numpy as np
from scipy.special import expit
from torch import tensor


def real(a):
    a = np.asarray(a)
    return a if a.dtype.kind == "f" else a.astype(float)


def poly_derivative(coeffs):
    """Multiply each coefficient by its power and drop the first."""
    coeffs = real(coeffs)
    if coeffs.size == 1:
        return coeffs * 0
    return coeffs[1:] * np.arange(1, coeffs.size).astype(coeffs.dtype)


def linear_mse_step(x, y, w, b):
    y_hat = w * x + b
    error = y_hat - y
    return y_hat, error**2, 2 * error * x, 2 * error


def numerical_gradient(f, x, h=1e-5):
    """Move one entry at a time."""
    point = x.astype(np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        value = point[i]
        point[i] = value + h
        up = f(point)
        point[i] = value - h
        down = f(point)
        point[i] = value
        gradient[i] = (up - down) / (2 * h)
    return gradient


def dense_backward(dout, X, W):
    dout, X, W = real(dout), real(X), real(W)
    return dout @ W.T, X.T @ dout, dout.sum(axis=0)


def activation_backward(dout, z, kind, negative_slope=0.01):
    return real(dout) * slope(real(z), kind, negative_slope)


def slope(z, kind, negative_slope):
    if kind == "linear":
        return np.ones_like(z)
    if kind == "sigmoid":
        return sigmoid(z) * sigmoid(-z)
    if kind == "tanh":
        return 1 - np.tanh(z) ** 2
    if kind == "relu":
        return (z > 0).astype(z.dtype)
    if kind == "leaky_relu":
        return np.where(z > 0, 1, negative_slope).astype(z.dtype)
    raise ValueError(f"unknown kind {kind}")


def sigmoid(z):
    return expit(z)


def softmax_ce_backward(labels, logits):
    """Softmax minus one-hot, averaged."""
    z = real(logits)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


def mlp_backward(params, activations, X, d_last):
    inputs, zs = [X], []
    for (W, b), kind in zip(params[:-1], activations):
        zs.append(inputs[-1] @ W + b)
        inputs.append(activate(zs[-1], kind))
    grads = []
    d = d_last
    for i in reversed(range(len(params))):
        dX, dW, db = dense_backward(d, inputs[i], params[i][0])
        grads.append((dW, db))
        if i > 0:
            d = activation_backward(dX, zs[i - 1], activations[i - 1])
    return grads[::-1]


def activate(z, kind):
    if kind == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if kind == "tanh":
        return np.tanh(z)
    if kind == "relu":
        return np.maximum(z, 0)
    if kind == "leaky_relu":
        return np.where(z > 0, z, 0.01 * z)
    return z


def softmax_vjp(dout, s, axis=-1):
    return s * (real(dout) - (real(dout) * s).sum(axis=axis, keepdims=True))
