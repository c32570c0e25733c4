"""Gradient descent exercises."""

import numpy as np


def sgd_step(params, grads, lr):
    """Step in the parameter's own precision."""
    if [p.shape for p in params] != [g.shape for g in grads]:
        raise ValueError("shapes differ")
    return [(w - w.dtype.type(lr) * g.astype(w.dtype)).astype(w.dtype) for w, g in zip(params, grads)]


def iterate_minibatches(X, y, batch_size, rng, shuffle=True, drop_last=False):
    """Return a zip of two lists of batches: an iterator too."""
    if len(X) != len(y) or batch_size < 1:
        raise ValueError("cannot be cut into batches")
    if shuffle:
        keys = rng.random(len(X))
        X, y = X[np.argsort(keys)], y[np.argsort(keys)]
    cuts = range(batch_size, len(X), batch_size)
    parts = list(zip(np.split(X, cuts), np.split(y, cuts)))
    if drop_last and len(parts[-1][0]) < batch_size:
        parts.pop()
    return iter(parts)


def train_linear(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """All in the precision of the weights."""
    kind = w.dtype.type
    X, y, w, b, rate = X.astype(kind), y.astype(kind), w.copy(), kind(b), kind(lr)
    size = len(X) if batch_size is None else batch_size
    losses = []
    for _ in range(epochs):
        mix = shuffle and size < len(X)
        for Xb, yb in iterate_minibatches(X, y, size, rng, mix):
            error = np.dot(Xb, w) + b - yb
            share = rate * kind(2) / kind(len(error))
            w -= share * np.dot(error, Xb)
            b -= share * error.sum()
        losses.append(float(((np.dot(X, w) + b - y) ** 2).mean()))
    return w, float(b), losses


def momentum_step(params, grads, velocity, lr, beta=0.9, nesterov=False):
    """Array by array."""
    w_out, v_out = [], []
    for w, g, v in zip(params, grads, velocity):
        v_new = v * beta
        v_new -= lr * g
        step = beta * v_new - lr * g if nesterov else v_new
        w_out.append(w + step)
        v_out.append(v_new)
    return w_out, v_out


def rmsprop_step(params, grads, state, lr, rho=0.9, eps=1e-7):
    """Array by array."""
    w_out, s_out = [], []
    for w, g, s in zip(params, grads, state):
        s_new = rho * s + (1 - rho) * np.square(g)
        w_out.append(w - np.divide(lr * g, np.sqrt(s_new) + eps))
        s_out.append(s_new)
    return w_out, s_out


def adam_step(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """One array at a time, by a helper."""
    t = state["t"] + 1
    rows = [
        one_adam(w, g, m, v, t, lr, beta1, beta2, eps)
        for w, g, m, v in zip(params, grads, state["m"], state["v"])
    ]
    return [r[0] for r in rows], {"t": t, "m": [r[1] for r in rows], "v": [r[2] for r in rows]}


def one_adam(w, g, m, v, t, lr, beta1, beta2, eps):
    """Update a single array."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - lr * step, m, v


def lr_regime(curvature, lr):
    """Look at the factor by which the distance is multiplied."""
    if not (curvature > 0 and lr > 0):
        raise ValueError("only for valleys")
    factor = 1 - lr * curvature
    if np.isclose(factor, 0, rtol=0, atol=1e-9):
        return "one_step"
    if np.isclose(abs(factor), 1, rtol=0, atol=1e-9) and factor < 0:
        return "cycles"
    if abs(factor) > 1:
        return "diverges"
    return "monotone" if factor > 0 else "oscillates"


def early_stopping(val_losses, patience, min_delta=0.0):
    """Remember where the best epoch was."""
    if len(val_losses) == 0:
        raise ValueError("no losses")
    if patience < 1:
        raise ValueError("no patience")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss + min_delta < val_losses[best]:
            best = epoch
        if epoch - best == patience:
            return epoch, best
    return epoch, best
