"""A right solution in which all parameters are one long vector, and the bias is one more weight."""

import numpy as np


def _flat(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])


def _apart(vector, like):
    ends = np.cumsum([array.size for array in like])[:-1]
    parts = zip(np.split(vector, ends), like, strict=True)
    return [part.reshape(array.shape).astype(array.dtype) for part, array in parts]


def sgd_step(params, grads, lr):
    if [np.shape(w) for w in params] != [np.shape(g) for g in grads]:
        raise ValueError("shapes differ")
    return _apart(_flat(params) - lr * _flat(grads), params)


def iterate_minibatches(X, y, batch_size, rng, shuffle=True, drop_last=False):
    """Return an iterator that is no generator; the order is that of random keys."""
    if len(X) != len(y) or batch_size <= 0:
        raise ValueError("cannot make batches")
    order = np.argsort(rng.random(len(X))) if shuffle else np.arange(len(X))
    parts = np.split(order, np.arange(batch_size, len(X), batch_size))
    parts = [part for part in parts if len(part) == batch_size or not drop_last]
    return iter([(X[part], y[part]) for part in parts])


def train_linear(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    ones = np.ones((len(X), 1), dtype=w.dtype)
    rows, y = np.hstack([X.astype(w.dtype), ones]), y.astype(w.dtype)
    theta = np.append(w, w.dtype.type(b))
    losses = []
    for _ in range(epochs):
        if batch_size is None:
            batches = [(rows, y)]
        else:
            batches = iterate_minibatches(rows, y, batch_size, rng, shuffle)
        for xs, ys in batches:
            theta = theta - np.asarray(2 * lr / len(xs), theta.dtype) * (xs.T @ (xs @ theta - ys))
        losses.append(((rows @ theta - y) ** 2).mean())
    return theta[:-1], theta[-1], losses


def momentum_step(params, grads, velocity, lr, beta=0.9, nesterov=False):
    w, g, v = _flat(params), _flat(grads), _flat(velocity)
    v = beta * v - lr * g
    w = w + (beta * v - lr * g if nesterov else v)
    return _apart(w, params), _apart(v, velocity)


def rmsprop_step(params, grads, state, lr, rho=0.9, eps=1e-7):
    w, g, s = _flat(params), _flat(grads), _flat(state)
    s = s + (1 - rho) * (g**2 - s)
    return _apart(w - lr * (g / (np.sqrt(s) + eps)), params), _apart(s, state)


def adam_step(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    t = 1 + state["t"]
    w, g, m, v = _flat(params), _flat(grads), _flat(state["m"]), _flat(state["v"])
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g**2 - v)
    rate = lr / (1 - beta1**t)
    w = w - rate * m / (np.sqrt(v) / (1 - beta2**t) ** 0.5 + eps)
    return _apart(w, params), {"t": t, "v": _apart(v, params), "m": _apart(m, params)}


def lr_regime(curvature, lr):
    product = curvature * lr
    if min(curvature, lr) <= 0:
        raise ValueError("both must be positive")
    for limit, word in ((1, "one_step"), (2, "cycles")):
        if np.isclose(product, limit, rtol=1e-9, atol=0):
            return word
    words = ["monotone", "oscillates", "diverges"]
    return words[int(np.searchsorted([1, 2], product))]


def early_stopping(val_losses, patience, min_delta=0.0):
    if patience < 1:
        raise ValueError("patience is at least 1")
    best = val_losses[0] if len(val_losses) else None
    if best is None:
        raise ValueError("nothing to look at")
    improved = [0]
    for epoch, loss in enumerate(val_losses):
        if best - loss > min_delta:
            best = loss
            improved.append(epoch)
        if epoch >= improved[-1] + patience:
            break
    return epoch, improved[-1]
