"""A right solution in the style of loops: over numbers, samples and units."""

import math

import numpy as np


def _zeros_like(a):
    return np.zeros(a.shape, dtype=np.float32 if a.dtype == np.float32 else np.float64)


def poly_derivative(coeffs):
    """Append coefficient by coefficient."""
    out = []
    k = 1
    while k < len(coeffs):
        out.append(k * float(coeffs[k]))
        k += 1
    if not out:
        out.append(0.0)
    return np.array(out, dtype=np.float32 if coeffs.dtype == np.float32 else np.float64)


def linear_mse_step(x, y, w, b):
    """Step by step, with the derivative of each step."""
    product = w * x
    y_hat = product + b
    error = y_hat - y
    loss = error * error
    dloss_derror = error + error
    dloss_dproduct = dloss_derror * 1.0
    return y_hat, loss, dloss_dproduct * x, dloss_derror


def numerical_gradient(f, x, h=1e-5):
    """Make two fresh copies for every entry, addressed by flat position."""
    x = np.asarray(x)
    out = np.zeros(x.shape)
    for i in range(x.size):
        above = x.astype(float)
        below = x.astype(float)
        above.flat[i] += h
        below.flat[i] -= h
        out.flat[i] = (f(above) - f(below)) / (2.0 * h)
    return out


def dense_backward(dout, X, W):
    """Loop over the samples; over single numbers too where the batch is small."""
    dx, dw = _zeros_like(X), _zeros_like(W)
    db = np.zeros(W.shape[1], dtype=dx.dtype)
    for n in range(X.shape[0]):
        if X.size > 1000:
            dx[n] = np.dot(W, dout[n])
            dw += np.outer(X[n], dout[n])
            db += dout[n]
            continue
        for m in range(W.shape[1]):
            db[m] += dout[n, m]
            for d in range(X.shape[1]):
                dw[d, m] += X[n, d] * dout[n, m]
                dx[n, d] += W[d, m] * dout[n, m]
    return dx, dw, db


def _sigmoid(v):
    if v < 0:
        return math.exp(v) / (1.0 + math.exp(v))
    return 1.0 / (1.0 + math.exp(-v))


def _activate(v, kind):
    if kind == "sigmoid":
        return 1 / (1 + np.exp(-v))
    if kind == "tanh":
        return np.tanh(v)
    if kind == "relu":
        return np.maximum(v, 0)
    if kind == "leaky_relu":
        return np.maximum(v, 0) + np.minimum(v, 0) * 0.01
    return v


def _act_prime(v, kind, slope):
    if kind == "linear":
        return 1.0
    if kind == "sigmoid":
        return _sigmoid(v) * (1.0 - _sigmoid(v))
    if kind == "tanh":
        return 1.0 - math.tanh(v) ** 2
    if kind == "relu":
        return 1.0 if v > 0 else 0.0
    if kind == "leaky_relu":
        return 1.0 if v > 0 else slope
    raise ValueError(kind)


def activation_backward(dout, z, kind, negative_slope=0.01):
    """Loop over flat positions."""
    _act_prime(1.0, kind, negative_slope)
    out = _zeros_like(z)
    for i in range(z.size):
        out.flat[i] = float(dout.flat[i]) * _act_prime(float(z.flat[i]), kind, negative_slope)
    return out


def softmax_ce_backward(labels, logits):
    """Loop over the samples, and over the classes of small batches."""
    out = _zeros_like(logits)
    n_samples = len(labels)
    for n in range(n_samples):
        row = logits[n].astype(out.dtype)
        e = np.exp(row - max(row))
        out[n] = e / e.sum()
        out[n, labels[n]] -= 1
        out[n] /= n_samples
    return out


def mlp_backward(params, activations, X, d_last):
    """One sample after the other, as vectors, added up."""
    total = [(_zeros_like(w), _zeros_like(b)) for w, b in params]
    last = len(params) - 1
    for x, d in zip(X, d_last, strict=True):
        vectors = [x]
        for i in range(last):
            w, b = params[i]
            vectors.append(_activate(vectors[i] @ w + b, activations[i]))
        for i in range(last, -1, -1):
            w = params[i][0]
            total[i][0][...] += np.outer(vectors[i], d)
            total[i][1][...] += d
            if i > 0:
                d = (w @ d) * _slope_from_activation(vectors[i], activations[i - 1])  # noqa: PLW2901 - walks
    return total


def _slope_from_activation(a, kind):
    """Write the derivative with what came out: s' = s (1 - s), tanh' = 1 - tanh^2."""
    if kind == "sigmoid":
        return a * (1 - a)
    if kind == "tanh":
        return 1 - a * a
    if kind == "relu":
        return np.where(a > 0, 1, 0).astype(a.dtype)
    if kind == "leaky_relu":
        return np.where(a > 0, 1, 0.01).astype(a.dtype)
    return np.ones_like(a)


def softmax_vjp(dout, s, axis=-1):
    """Build the Jacobian of each slice."""
    out = _zeros_like(s)
    source, probabilities = np.moveaxis(dout, axis, -1), np.moveaxis(s, axis, -1)
    target = np.moveaxis(out, axis, -1)
    for index in np.ndindex(*probabilities.shape[:-1]):
        p = probabilities[index]
        target[index] = source[index] @ (np.diag(p) - np.outer(p, p))
    return out
