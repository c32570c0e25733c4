"""Everything step by step, so that I can see what happens."""
import math

import numpy as np


def floats(x):
    return np.float32 if x.dtype == np.float32 else np.float64


def dot(u, v):
    return sum(float(p) * float(q) for p, q in zip(u, v))


def perceptron_predict(X, w, b):
    return np.array([1 if dot(x, w) + b > 0 else 0 for x in X])


def add_bias_column(X, position="last"):
    if position not in ("last", "first"):
        raise ValueError(position)
    rows = []
    for x in X:
        rows.append([*x, 1] if position == "last" else [1, *x])
    return np.array(rows, dtype=floats(X))


def fold_bias(W, b, position="last"):
    if position not in ("last", "first"):
        raise ValueError(position)
    rows = [*W, b] if position == "last" else [b, *W]
    return np.array(rows, dtype=floats(W))


def dense_forward(X, W, b):
    if X.shape[1] != W.shape[0]:
        raise ValueError("X has %d features, W %d" % (X.shape[1], W.shape[0]))
    out = np.empty((X.shape[0], W.shape[1]), dtype=floats(X))
    for n, x in enumerate(X):
        for m in range(W.shape[1]):
            out[n, m] = np.dot(x, W[:, m]) + b[m]
    return out


def sigmoid(v):
    return 1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v))


def softmax(row):
    raised = [math.exp(v - max(row)) for v in row]
    return [v / sum(raised) for v in raised]


EACH = {
    "linear": lambda v: v,
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda v: v if v > 0 else 0,
    "leaky_relu": lambda v: v if v > 0 else 0.01 * v,
}


def activate(z, name):
    if name == "softmax":
        rows = [softmax(row) for row in z.tolist()]
    elif name in EACH:
        rows = [[EACH[name](v) for v in row] for row in z.tolist()]
    else:
        raise ValueError("no activation is called " + name)
    return np.array(rows, dtype=z.dtype)


def mlp_forward(X, params, activations):
    if len(params) != len(activations):
        raise ValueError("how many layers?")
    a = np.array(X, dtype=floats(X))
    cache = []
    for i in range(len(params)):
        z = dense_forward(a, params[i][0], params[i][1])
        cache.append((a, z))
        a = activate(z, activations[i])
    return a, cache


def count_params(layer_sizes, bias=True):
    count = 0
    for i in range(len(layer_sizes) - 1):
        for _ in range(layer_sizes[i + 1]):
            count += layer_sizes[i] + (1 if bias else 0)
    return count


def collapse_linear(params):
    W, b = params[-1]
    W, b = np.array(W, dtype=floats(W)), np.array(b, dtype=floats(b))
    for V, c in reversed(params[:-1]):
        b = c @ W + b
        W = V @ W
    return W, b


def predict_classes(probs):
    if probs.ndim == 2 and probs.shape[1] > 1:
        return np.array([row.index(max(row)) for row in probs.tolist()])
    return np.array([1 if p > 0.5 else 0 for p in probs.flatten()])


def perceptron_train(X, y, epochs, lr=1.0):
    w = [0.0] * X.shape[1]
    b = 0.0
    history = []
    for _ in range(epochs):
        wrong = 0
        for x, label in zip(X.tolist(), y.tolist()):
            error = label - (1 if dot(w, x) + b > 0 else 0)
            w = [v + lr * error * f for v, f in zip(w, x)]
            b = b + lr * error
            wrong += abs(error)
        history.append(wrong)
    return np.array(w, dtype=floats(X)), b, history
