"""Backpropagation."""

import numpy as np


def poly_derivative(coeffs):
    return np.array([k * coeffs[k] for k in range(1, len(coeffs))])


def linear_mse_step(x, y, w, b):
    y_hat = x * w + b
    return [y_hat, (y_hat - y) ** 2, 2 * (y_hat - y) * x, 2 * (y_hat - y)]


def numerical_gradient(f, x, h=1e-5):
    # works on x itself, it is put back afterwards
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    for _ in it:
        ix = it.multi_index
        x[ix] += h
        fxph = f(x)
        x[ix] -= 2 * h
        fxmh = f(x)
        x[ix] += h
        grad[ix] = (fxph - fxmh) / (2 * h)
    return grad


def dense_backward(dout, X, W):
    print("shapes", dout.shape, X.shape, W.shape)
    dX = dout.dot(W.T)
    dW = X.T.dot(dout)
    db = sum(dout)
    return dX, dW, db


def activation_backward(dout, z, kind, negative_slope=0.01):
    if kind == "sigmoid":
        s = 1 / (1 + np.exp(-z))
        return dout * s * (1 - s)
    if kind == "tanh":
        return dout * (1 - np.tanh(z) ** 2)
    if kind == "relu":
        dout[z <= 0] = 0
        return dout
    if kind == "leaky_relu":
        dout[z <= 0] *= negative_slope
        return dout
    return dout


def softmax_ce_backward(labels, logits):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    p[range(len(labels)), labels] -= 1
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
        grads.append([dW, db])
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
    e = np.exp(s - s.max(axis=axis, keepdims=True))
    p = e / e.sum(axis=axis, keepdims=True)
    return p * (dout - (dout * p).sum(axis=axis, keepdims=True))
