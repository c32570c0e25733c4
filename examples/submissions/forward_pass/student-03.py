"""Forward pass; single precision stays single precision."""
import numpy as np


def prepare(x):
    """A copy to work on: float32 stays float32, everything else becomes float64."""
    return np.array(x, dtype=np.float32 if x.dtype == np.float32 else np.float64)


def perceptron_predict(X, w, b):
    fired = np.zeros(X.shape[0], dtype=np.int32)
    fired[np.dot(X, w) > -b] = 1
    return fired


def add_bias_column(X, position="last"):
    if position not in ("first", "last"):
        raise ValueError("unknown position")
    X = prepare(X)
    return np.insert(X, 0 if position == "first" else X.shape[1], 1, axis=1)


def fold_bias(W, b, position="last"):
    if position not in ("first", "last"):
        raise ValueError("unknown position")
    W, b = prepare(W), prepare(b)[np.newaxis, :]
    return np.concatenate((b, W) if position == "first" else (W, b))


def dense_forward(X, W, b):
    z = np.matmul(prepare(X), prepare(W))
    z += b
    return z


def activate(z, name):
    a = z.copy()
    if name == "sigmoid":
        low = a < 0
        e = np.exp(np.where(low, a, -a))
        a = np.where(low, e, np.float32(1)) / (1 + e)
    elif name == "tanh":
        a = np.tanh(a)
    elif name == "relu":
        a[a < 0] = 0
    elif name == "leaky_relu":
        a[a < 0] *= 0.01
    elif name == "softmax":
        a -= a.max(axis=-1, keepdims=True)
        np.exp(a, out=a)
        a /= a.sum(axis=-1, keepdims=True)
    elif name != "linear":
        raise ValueError("unknown activation")
    return a


def mlp_forward(X, params, activations):
    if len(params) != len(activations):
        raise ValueError("one activation for each layer")
    a = prepare(X)
    cache = []
    for (W, b), name in zip(params, activations):
        z = dense_forward(a, W, b)
        cache.append((a, z))
        a = activate(z, name)
    return a, cache


def count_params(layer_sizes, bias=True):
    sizes = np.array(layer_sizes)
    return int(np.sum((sizes[:-1] + bool(bias)) * sizes[1:]))


def collapse_linear(params):
    (W, b), *rest = params
    W, b = prepare(W), prepare(b)
    for V, c in rest:
        W, b = np.matmul(W, V), np.matmul(b, V) + c
    return W, b


def predict_classes(probs):
    if probs.ndim == 2 and probs.shape[1] >= 2:
        return probs.argmax(axis=-1)
    return np.where(probs.ravel() > 0.5, 1, 0)


def perceptron_train(X, y, epochs, lr=1.0):
    X = prepare(X)
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
