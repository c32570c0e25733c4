"""Backpropagation; the activation functions are in units.py."""

import numpy as np

import units


def poly_derivative(coeffs):
    coeffs = units.real(coeffs)
    scaled = coeffs * np.arange(len(coeffs), dtype=coeffs.dtype)
    return scaled[1:] if len(scaled) > 1 else scaled


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
    dout = units.real(dout)
    return np.matmul(dout, W.T), np.matmul(X.T, dout), np.sum(dout, axis=0)


def activation_backward(dout, z, kind, negative_slope=0.01):
    if kind not in units.SLOPE:
        raise ValueError(f"{kind!r} is none of {sorted(units.SLOPE)}")
    return units.real(dout) * units.SLOPE[kind](units.real(z), negative_slope)


def softmax_ce_backward(labels, logits):
    z = units.real(logits)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    gradient = e / e.sum(axis=-1, keepdims=True)
    for row, label in zip(gradient, labels):
        row[label] -= 1
    return gradient / len(gradient)


def mlp_backward(params, activations, X, d_last):
    a, trail = X, []
    for (W, b), kind in zip(params, [*activations[:-1], "linear"]):
        z = a @ W + b
        trail.append((a, z, kind))
        a = units.FORWARD[kind](units.real(z), 0.01)
    grads, d = [], d_last
    for (W, _), (a, z, kind) in zip(params[::-1], trail[::-1]):
        dz = activation_backward(d, z, kind)
        d, dW, db = dense_backward(dz, a, W)
        grads = [(dW, db), *grads]
    return grads


def softmax_vjp(dout, s, axis=-1):
    return s * (units.real(dout) - (units.real(dout) * s).sum(axis=axis, keepdims=True))
