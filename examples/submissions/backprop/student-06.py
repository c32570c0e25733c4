"""Backpropagation."""

import numpy as np


def real(a):
    a = np.asarray(a)
    return a if a.dtype.kind == "f" else a.astype(float)


def poly_derivative(coeffs):
    k = np.arange(len(coeffs))
    return (real(coeffs) * k.astype(real(coeffs).dtype))[1:]


def linear_mse_step(x, y, w, b):
    y_hat = w * x + b
    loss = (y - y_hat) ** 2
    dw = 2 * (y - y_hat) * x
    db = 2 * (y - y_hat)
    return y_hat, loss, dw, db


def numerical_gradient(f, x, h=1e-5):
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return slope * np.ones(x.shape)


def dense_backward(dout, X, W):
    dX = real(dout) @ real(W).T
    dW = real(X).T @ real(dout)
    db = np.sum(real(dout), axis=1)
    return dX, dW, db


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def activation_backward(dout, z, kind, negative_slope=0.01):
    dout, z = real(dout), real(z)
    if kind == "linear":
        return dout.copy()
    if kind == "sigmoid":
        return dout * sigmoid(z) * (1 - sigmoid(z))
    if kind == "tanh":
        return dout * (1 - np.tanh(z) ** 2)
    if kind == "relu":
        return np.where(dout > 0, dout, 0)
    if kind == "leaky_relu":
        return np.where(z > 0, dout, negative_slope * dout)
    raise ValueError("kind must be linear, sigmoid, tanh, relu or leaky_relu")


def softmax_ce_backward(labels, logits):
    z = real(logits)
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    y_hat = e / np.sum(e, axis=1, keepdims=True)
    y = np.eye(z.shape[1], dtype=z.dtype)[labels]
    return (y - y_hat) / len(labels)


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
