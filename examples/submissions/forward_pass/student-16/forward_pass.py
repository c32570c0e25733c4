"""Forward pass; the activations are those of last week."""

import numpy as np
from my_activations import activate, real


def perceptron_predict(X, w, b):
    return (X @ w + b > 0).astype(int)


def add_bias_column(X, position="last"):
    X = real(X)
    ones = np.ones((X.shape[0], 1), dtype=X.dtype)
    if position == "last":
        return np.hstack([X, ones])
    if position == "first":
        return np.hstack([ones, X])
    raise ValueError("position: last or first")


def fold_bias(W, b, position="last"):
    W = real(W)
    if position == "last":
        return np.vstack([W, b])
    if position == "first":
        return np.vstack([b, W])
    raise ValueError("position: last or first")


def dense_forward(X, W, b):
    return real(X) @ real(W) + real(b)


def mlp_forward(X, params, activations):
    if len(params) != len(activations):
        raise ValueError("one activation for each layer")
    a = real(X)
    cache = []
    for (W, b), name in zip(params, activations):
        z = dense_forward(a, W, b)
        cache.append((a, z))
        a = activate(z, name)
    return a, cache


def count_params(layer_sizes, bias=True):
    total = 0
    for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:]):
        total += n_in * n_out
        if bias:
            total += n_out
    return total


def collapse_linear(params):
    W, b = real(params[0][0]), real(params[0][1])
    for V, c in params[1:]:
        W = W @ V
        b = b @ V + c
    return W, b


def predict_classes(probs):
    if probs.ndim == 1:
        return (probs > 0.5).astype(int)
    if probs.shape[1] == 1:
        return (probs[:, 0] > 0.5).astype(int)
    return np.argmax(probs, axis=1)


def perceptron_train(X, y, epochs, lr=1.0):
    X = real(X)
    w = np.zeros(X.shape[1], dtype=X.dtype)
    b = 0.0
    errors_per_epoch = []
    for epoch in range(epochs):
        errors = 0
        for i in range(len(X)):
            error = int(y[i]) - int(X[i] @ w + b > 0)
            if error != 0:
                w += lr * error * X[i]
                b += lr * error
                errors += 1
        errors_per_epoch.append(errors)
    return w, b, errors_per_epoch
