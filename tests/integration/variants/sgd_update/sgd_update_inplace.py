"""A right solution that copies first and then works in place, with `out` and indices."""

import numpy as np


def _copies(arrays):
    return [array.copy() for array in arrays]


def sgd_step(params, grads, lr):
    for w, g in zip(params, grads, strict=True):  # zip raises a ValueError by itself
        if np.shape(w) != np.shape(g):
            raise ValueError("a gradient of another shape")
    new = _copies(params)
    for w, g in zip(new, grads, strict=True):
        w -= lr * g  # noqa: PLW2901 - a copy
    return new


def iterate_minibatches(X, y, batch_size, rng, shuffle=True, drop_last=False):
    n = len(X)
    if n != len(y):
        raise ValueError("lengths differ")
    if batch_size < 1:
        raise ValueError("batch_size is at least 1")
    if shuffle:
        order = rng.choice(n, size=n, replace=False)
        X = np.take(X, order, axis=0)  # noqa: N806 - the argument's name
        y = np.take(y, order, axis=0)
    count = n // batch_size if drop_last else -(-n // batch_size)
    for k in range(count):
        rows = slice(k * batch_size, (k + 1) * batch_size)
        yield X[rows], y[rows]


def train_linear(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    w = w.copy()
    b = float(b)
    X = np.asarray(X, dtype=w.dtype)  # noqa: N806 - the argument's name
    y = np.asarray(y, dtype=w.dtype)
    losses = [0.0] * epochs
    step = len(X) if batch_size is None else min(batch_size, len(X))
    order = np.arange(len(X))
    for epoch in range(epochs):
        if shuffle and rng is not None:
            rng.shuffle(order)
        for start in range(0, len(X), step):
            rows = order[start : start + step]
            residual = np.einsum("nd,d->n", X[rows], w) + b - y[rows]
            gradient = np.einsum("nd,n->d", X[rows], residual) * 2 / len(rows)
            w -= lr * gradient
            b -= lr * 2 * residual.mean().item()
        residual = np.einsum("nd,d->n", X, w) + b - y
        losses[epoch] = np.dot(residual, residual).item() / len(X)
    return w, b, losses


def momentum_step(params, grads, velocity, lr, beta=0.9, nesterov=False):
    params, velocity = _copies(params), _copies(velocity)
    for w, g, v in zip(params, grads, velocity, strict=True):
        v *= beta  # noqa: PLW2901 - a copy
        v -= lr * g  # noqa: PLW2901
        w += beta * v - lr * g if nesterov else v  # noqa: PLW2901
    return params, velocity


def rmsprop_step(params, grads, state, lr, rho=0.9, eps=1e-7):
    params, state = _copies(params), _copies(state)
    for i, g in enumerate(grads):
        state[i] *= rho
        state[i] += (1 - rho) * g**2
        params[i] -= lr * g / (np.sqrt(state[i]) + eps)
    return params, state


def adam_step(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    params = _copies(params)
    state = {"m": _copies(state["m"]), "v": _copies(state["v"]), "t": state["t"]}
    state["t"] += 1
    for w, g, m, v in zip(params, grads, state["m"], state["v"], strict=True):
        m *= beta1  # noqa: PLW2901 - a copy
        m += (1 - beta1) * g  # noqa: PLW2901
        v *= beta2  # noqa: PLW2901
        v += (1 - beta2) * g**2  # noqa: PLW2901
        m_hat = m / (1 - beta1 ** state["t"])
        v_hat = v / (1 - beta2 ** state["t"])
        w -= lr * m_hat / (np.sqrt(v_hat) + eps)  # noqa: PLW2901
    return params, state


def lr_regime(curvature, lr):
    if not curvature > 0 or not lr > 0:
        raise ValueError("curvature and lr must be positive")
    product = round(lr * curvature, 10)
    if product in (1, 2):
        return "one_step" if product == 1 else "cycles"
    if product > 2:
        return "diverges"
    return "oscillates" if product > 1 else "monotone"


def early_stopping(val_losses, patience, min_delta=0.0):
    if not val_losses or patience < 1:
        raise ValueError("at least one loss, at least one epoch of patience")
    waited, best = 0, 0
    for epoch in range(1, len(val_losses)):
        better = val_losses[epoch] + min_delta < val_losses[best]
        waited = 0 if better else waited + 1
        best = epoch if better else best
        if waited >= patience:
            return epoch, best
    return len(val_losses) - 1, best
