"""A right solution in the style of loops: array by array, and a line fitted weight by weight."""

import math

import numpy as np


def sgd_step(params, grads, lr):
    if len(params) != len(grads):
        raise ValueError("as many gradients as parameters, please")
    new = []
    for i in range(len(params)):
        if params[i].shape != grads[i].shape:
            raise ValueError(f"gradient {i} has another shape")
        new.append(params[i] - lr * grads[i])
    return new


def iterate_minibatches(X, y, batch_size, rng, shuffle=True, drop_last=False):
    if batch_size < 1:
        raise ValueError("empty batches")
    if X.shape[0] != y.shape[0]:
        raise ValueError("samples without labels")
    places = list(range(X.shape[0]))
    if shuffle:
        for i in range(len(places) - 1, 0, -1):  # Fisher and Yates
            j = int(rng.integers(0, i + 1))
            places[i], places[j] = places[j], places[i]
    while places:
        batch, places = places[:batch_size], places[batch_size:]
        if drop_last and len(batch) < batch_size:
            return
        yield np.stack([X[i] for i in batch]), np.stack([y[i] for i in batch])


def train_linear(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    n, d = X.shape
    columns = [X[:, j].astype(w.dtype) for j in range(d)]
    targets = y.astype(w.dtype)
    weights = [float(value) for value in w]
    bias = float(b)

    def errors(rows):
        total = bias - targets[rows]
        for j in range(d):
            total = total + weights[j] * columns[j][rows]
        return total

    losses = []
    size = batch_size if batch_size is not None else n
    everything = np.arange(n)
    for _ in range(epochs):
        order = everything
        if shuffle and size < n:
            order = rng.permutation(n)
        for start in range(0, n, size):
            rows = order[start : start + size]
            e = errors(rows)
            slopes = [2 * float(np.mean(e * columns[j][rows])) for j in range(d)]
            bias -= lr * 2 * float(np.mean(e))
            for j in range(d):
                weights[j] -= lr * slopes[j]
        losses.append(sum(value * value for value in errors(everything).tolist()) / n)
    return np.array(weights, dtype=w.dtype), bias, losses


def momentum_step(params, grads, velocity, lr, beta=0.9, nesterov=False):
    new_params, new_velocity = [], []
    for w, g, v in zip(params, grads, velocity, strict=True):
        v = beta * v - lr * g  # noqa: PLW2901 - as the formula is written
        new_velocity.append(v)
        new_params.append(w + beta * v - lr * g if nesterov else w + v)
    return new_params, new_velocity


def rmsprop_step(params, grads, state, lr, rho=0.9, eps=1e-7):
    new_params, new_state = [], []
    for w, g, s in zip(params, grads, state, strict=True):
        s = rho * s + (1 - rho) * g * g  # noqa: PLW2901
        new_state.append(s)
        new_params.append(w - lr * g / (s**0.5 + eps))
    return new_params, new_state


def adam_step(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    t = state["t"] + 1
    new = {"m": [], "v": [], "t": t}
    new_params = []
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * np.square(g)
        new["m"].append(m)
        new["v"].append(v)
        step = (m / (1 - math.pow(beta1, t))) / (np.sqrt(v / (1 - math.pow(beta2, t))) + eps)
        new_params.append(w - lr * step)
    return new_params, new


def lr_regime(curvature, lr):
    if curvature <= 0:
        raise ValueError("no valley")
    if lr <= 0:
        raise ValueError("no step")
    factor = 1 - lr * curvature
    if abs(factor) < 1e-9:
        return "one_step"
    if abs(factor + 1) < 1e-9:
        return "cycles"
    if factor > 0:
        return "monotone"
    if factor > -1:
        return "oscillates"
    return "diverges"


def early_stopping(val_losses, patience, min_delta=0.0):
    if len(val_losses) == 0:
        raise ValueError("no epoch")
    if patience <= 0:
        raise ValueError("no patience")
    best_loss, best_epoch, wait = val_losses[0], 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < best_loss - min_delta:
            best_loss, best_epoch, wait = val_losses[epoch], epoch, 0
        else:
            wait += 1
            if wait == patience:
                return epoch, best_epoch
    return len(val_losses) - 1, best_epoch
