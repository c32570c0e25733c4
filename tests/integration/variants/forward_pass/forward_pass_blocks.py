"""A right solution with matrix products of samples and weights folded with their biases."""

from itertools import pairwise

import numpy as np


def _float_dtype(*arrays):
    dtype = np.result_type(*arrays)
    return dtype if dtype in (np.float32, np.float64) else np.dtype(np.float64)


def perceptron_predict(X, w, b):
    """Fold the bias into the weights."""
    net_input = add_bias_column(X).dot(np.append(w, np.asarray(b, dtype=float)))
    return (net_input > 0).astype(np.int32)


def add_bias_column(X, position="last"):
    """Fill an array of ones."""
    out = np.ones((X.shape[0], X.shape[1] + 1), dtype=_float_dtype(X))
    if position == "last":
        out[:, :-1] = X
    elif position == "first":
        out[:, 1:] = X
    else:
        raise ValueError(f"position {position!r}")
    return out


def fold_bias(W, b, position="last"):
    """Stack two blocks."""
    blocks = {"last": (W, b), "first": (b, W)}
    if position not in blocks:
        raise ValueError(f"position {position!r}")
    return np.vstack(blocks[position]).astype(_float_dtype(W), copy=False)


def dense_forward(X, W, b):
    """Multiply the folded matrices."""
    return add_bias_column(X) @ fold_bias(W, b)


def _sigmoid(z):
    out = np.empty_like(z)
    up = z > 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    raised = np.exp(z[~up])
    out[~up] = raised / (1 + raised)
    return out


def _softmax(z):
    shifted = (z.T - z.max(axis=1)).T
    return np.exp(shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True)))


FUNCTIONS = {
    "linear": np.positive,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.clip(z, 0, None),
    "leaky_relu": lambda z: np.where(z < 0, z / 100, z),
    "softmax": _softmax,
}


def mlp_forward(X, params, activations):
    """Look every name up first."""
    if len(activations) != len(params):
        raise ValueError(f"{len(activations)} activations, {len(params)} layers")
    if not all(name in FUNCTIONS for name in activations):
        raise ValueError("unknown activation")
    inputs, net_inputs = [X.astype(_float_dtype(X))], []
    for layer, name in zip(params, activations, strict=True):
        net_inputs.append(dense_forward(inputs[-1], *layer))
        inputs.append(FUNCTIONS[name](net_inputs[-1]))
    return inputs[-1], list(zip(inputs, net_inputs, strict=False))


def count_params(layer_sizes, bias=True):
    """Count the entries of the arrays."""
    return sum(
        np.empty((rows + bool(bias), columns)).size for rows, columns in pairwise(layer_sizes)
    )


def collapse_linear(params):
    """Ask the network: zeros give its bias, unit vectors the rows of its weights."""
    inputs = params[0][0].shape[0]
    probes = np.vstack([np.zeros(inputs), np.eye(inputs)])
    probes = probes.astype(_float_dtype(params[0][0]))
    out, _ = mlp_forward(probes, params, ["linear"] * len(params))
    return out[1:] - out[0], out[0]


def predict_classes(probs):
    """Sort the columns, or threshold."""
    if probs.size == probs.shape[0]:
        return np.array([int(p > 0.5) for p in probs.ravel()])
    return np.argsort(-probs, axis=1, kind="stable")[:, 0]


def perceptron_train(X, y, epochs, lr=1.0):
    """Predict with the first function; write into arrays."""
    w = np.zeros(X.shape[1], dtype=_float_dtype(X))
    b = np.float64(0)
    errors = np.zeros((epochs, len(X)), dtype=int)
    for epoch in range(epochs):
        for n in range(len(X)):
            predicted = perceptron_predict(X[n : n + 1], w, b)[0]
            if predicted != y[n]:
                direction = 1 if y[n] == 1 else -1
                w += (direction * lr * X[n]).astype(w.dtype)
                b = b + direction * lr
                errors[epoch, n] = 1
    return w, b, errors.sum(axis=1).tolist()
