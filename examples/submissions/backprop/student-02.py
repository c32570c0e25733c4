"""Backpropagation, number by number and sample by sample."""

import math

import numpy as np


def real(a):
    a = np.asarray(a)
    return a if a.dtype.kind == "f" else a.astype(float)


def poly_derivative(coeffs):
    n = len(coeffs)
    out = np.zeros(max(n - 1, 1), dtype=real(coeffs).dtype)
    for k in range(1, n):
        out[k - 1] = k * coeffs[k]
    return out


def linear_mse_step(x, y, w, b):
    y_hat = w * x + b
    error = y_hat - y
    return y_hat, error**2, 2 * error * x, 2 * error


def numerical_gradient(f, x, h=1e-5):
    grads = []
    for i in range(x.size):
        step = np.zeros(x.size)
        step[i] = h
        step = step.reshape(x.shape)
        base = x.astype(float)
        grads.append((f(base + step) - f(base - step)) / (2 * h))
    return np.array(grads).reshape(x.shape)


def dense_backward(dout, X, W):
    """Add up what each sample contributes."""
    dout, X, W = real(dout), real(X), real(W)
    dX = np.empty_like(X)
    dW = np.zeros_like(W)
    db = np.zeros_like(W[0])
    for n in range(len(X)):
        dX[n] = W @ dout[n]
        dW += np.outer(X[n], dout[n])
        db += dout[n]
    return dX, dW, db


def sigmoid_number(v):
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    return math.exp(v) / (1 + math.exp(v))


def slope_number(v, kind, negative_slope):
    if kind == "linear":
        return 1.0
    elif kind == "sigmoid":
        return sigmoid_number(v) * (1 - sigmoid_number(v))
    elif kind == "tanh":
        return 1 - math.tanh(v) ** 2
    elif kind == "relu":
        return 1.0 if v > 0 else 0.0
    elif kind == "leaky_relu":
        return 1.0 if v > 0 else negative_slope
    raise ValueError(kind)


def activation_backward(dout, z, kind, negative_slope=0.01):
    slope_number(0.0, kind, negative_slope)
    out = np.zeros(z.shape, dtype=real(z).dtype)
    for i in range(z.size):
        out.flat[i] = dout.flat[i] * slope_number(float(z.flat[i]), kind, negative_slope)
    return out


def softmax_ce_backward(labels, logits):
    z = real(logits)
    out = np.zeros_like(z)
    for n, label in enumerate(labels):
        e = np.exp(z[n] - z[n].max())
        y = np.arange(z.shape[1]) == label
        out[n] = (e / e.sum() - y) / len(labels)
    return out


def mlp_backward(params, activations, X, d_last):
    inputs, zs = [X], []
    for (W, b), kind in zip(params[:-1], activations):
        zs.append(inputs[-1] @ W + b)
        inputs.append(activate(zs[-1], kind))
    grads = []
    d = d_last
    for i in reversed(range(len(params))):
        dX, dW, db = dense_backward(d, inputs[i], params[i][0])
        grads.insert(0, (dW, db))
        if i > 0:
            d = activation_backward(dX, zs[i - 1], activations[i - 1])
    return grads


def activate(z, kind):
    if kind == "sigmoid":
        return 0.5 * (1 + np.tanh(0.5 * z))
    if kind == "tanh":
        return np.tanh(z)
    if kind == "relu":
        return np.maximum(z, 0)
    if kind == "leaky_relu":
        return np.where(z > 0, z, 0.01 * z)
    return z


def softmax_vjp(dout, s, axis=-1):
    """Multiply with the Jacobian diag(s) - s s^T, slice by slice."""
    d = np.moveaxis(real(dout), axis, -1)
    p = np.moveaxis(real(s), axis, -1)
    out = np.empty_like(p)
    for i in np.ndindex(p.shape[:-1]):
        out[i] = (np.diag(p[i]) - np.outer(p[i], p[i])) @ d[i]
    return np.moveaxis(out, -1, axis)
