"""A right solution in the style of loops: over samples, units and features."""

import math

import numpy as np


def _dtype(x):
    return np.float32 if x.dtype == np.float32 else np.float64


def perceptron_predict(X, w, b):
    """Add up feature by feature."""
    answer = np.zeros(len(X), dtype=int)
    for n in range(len(X)):
        total = float(b)
        for d in range(len(w)):
            total += float(X[n, d]) * float(w[d])
        if total > 0:
            answer[n] = 1
    return answer


def add_bias_column(X, position="last"):
    """Copy number by number."""
    if position not in ("first", "last"):
        raise ValueError(position)
    samples, features = X.shape
    out = np.zeros((samples, features + 1), dtype=_dtype(X))
    shift = 1 if position == "first" else 0
    for n in range(samples):
        for d in range(features):
            out[n, d + shift] = X[n, d]
        out[n, 0 if position == "first" else features] = 1
    return out


def fold_bias(W, b, position="last"):
    """Copy row by row."""
    rows = [list(row) for row in W]
    if position == "first":
        rows.insert(0, list(b))
    elif position == "last":
        rows.append(list(b))
    else:
        raise ValueError("position must be first or last")
    return np.array(rows, dtype=_dtype(W))


def dense_forward(X, W, b):
    """Loop over samples and units, with a sum for each."""
    if X.shape[1] != W.shape[0]:
        raise ValueError("X and W do not fit")
    out = np.zeros((X.shape[0], W.shape[1]), dtype=_dtype(X))
    for n in range(X.shape[0]):
        for m in range(W.shape[1]):
            out[n, m] = np.sum(X[n] * W[:, m]) + b[m]
    return out


def _one(v, kind):
    if kind == "linear":
        return v
    if kind == "relu":
        return max(v, 0.0)
    if kind == "leaky_relu":
        return v if v > 0 else 0.01 * v
    if kind == "tanh":
        return math.tanh(v)
    if kind == "sigmoid":
        return 1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v))
    raise ValueError(kind)


def _activate(z, kind):
    out = np.zeros_like(z)
    for n in range(z.shape[0]):
        if kind == "softmax":
            top = float(max(z[n]))
            raised = [math.exp(float(v) - top) for v in z[n]]
            out[n] = [e / sum(raised) for e in raised]
        else:
            out[n] = [_one(float(v), kind) for v in z[n]]
    return out


def mlp_forward(X, params, activations):
    """Walk by index."""
    if len(params) != len(activations):
        raise ValueError("a name for each layer")
    a = np.array(X, dtype=_dtype(X))
    cache = []
    for i in range(len(params)):
        z = dense_forward(a, params[i][0], params[i][1])
        cache.append((a, z))
        a = _activate(z, activations[i])
    return a, cache


def count_params(layer_sizes, bias=True):
    """Add up layer by layer."""
    total = 0
    for i in range(1, len(layer_sizes)):
        total += layer_sizes[i - 1] * layer_sizes[i]
        if bias:
            total += layer_sizes[i]
    return total


def collapse_linear(params):
    """Multiply with three loops."""
    dtype = _dtype(params[0][0])
    weights, bias = (part.tolist() for part in params[0])
    for later, shift in params[1:]:
        columns = list(zip(*later.tolist(), strict=True))
        product = [
            [sum(x * y for x, y in zip(row, column, strict=True)) for column in columns]
            for row in [*weights, bias]
        ]
        weights = product[:-1]
        bias = [number + other for number, other in zip(product[-1], shift.tolist(), strict=True)]
    return np.array(weights, dtype=dtype), np.array(bias, dtype=dtype)


def predict_classes(probs):
    """Look for the largest one, sample by sample."""
    answer = []
    for row in probs:
        if np.ndim(row) == 0 or len(row) == 1:
            answer.append(1 if float(np.ravel(row)[0]) > 0.5 else 0)
            continue
        best = 0
        for c in range(1, len(row)):
            if row[c] > row[best]:
                best = c
        answer.append(best)
    return np.array(answer)


def perceptron_train(X, y, epochs, lr=1.0):
    """Correct weight by weight."""
    w = [0.0] * X.shape[1]
    b = 0
    errors = []
    for _ in range(epochs):
        count = 0
        for n in range(len(X)):
            total = b
            for d in range(len(w)):
                total += w[d] * float(X[n, d])
            error = int(y[n]) - (1 if total > 0 else 0)
            if error != 0:
                count += 1
                for d in range(len(w)):
                    w[d] += lr * error * float(X[n, d])
                b += lr * error
        errors.append(count)
    return np.array(w, dtype=_dtype(X)), b, errors
