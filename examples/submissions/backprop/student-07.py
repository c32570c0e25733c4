"""Backpropagation."""

import numpy as np


def real(a):
    a = np.asarray(a)
    return a if a.dtype.kind == "f" else a.astype(float)


def poly_derivative(coeffs):
    return real(coeffs) * np.arange(len(coeffs), dtype=real(coeffs).dtype)


def linear_mse_step(x, y, w, b):
    y_hat = np.dot(x, w) + b
    grad = 2 * x * (y_hat - y)
    return y_hat, (y_hat - y) ** 2, grad, grad


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    start = f(x)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        moved = x.copy()
        moved[i] += h
        grad[i] = (f(moved) - start) / h
    return grad


def dense_backward(dout, X, W):
    dout = real(dout)
    db = np.sum(dout, axis=0, keepdims=True)
    dW = np.dot(real(X).T, dout)
    dX = np.dot(dout, real(W).T)
    return (dX, dW, db)


def activation_backward(dout, z, kind, negative_slope=0.01):
    z = real(z)
    table = {
        "linear": np.ones_like(z),
        "sigmoid": np.exp(-abs(z)) / (1 + np.exp(-abs(z))) ** 2,
        "tanh": 1 - np.tanh(z) ** 2,
        "relu": np.where(z > 0, 1, 0).astype(z.dtype),
        "leaky_relu": np.where(z > 0, 1, negative_slope).astype(z.dtype),
    }
    if kind not in table:
        raise ValueError(kind)
    return table[kind]


def softmax_ce_backward(labels, logits):
    z = real(logits)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    y = np.eye(z.shape[1], dtype=z.dtype)[labels]
    return (e / e.sum(axis=1, keepdims=True) - y) / z.size


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
            d = activation_backward(dX, inputs[i], activations[i - 1])
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
    return dout * s * (1 - s)
