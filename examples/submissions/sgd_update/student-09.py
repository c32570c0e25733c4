"""Gradient descent exercises."""

import numpy as np


def sgd_step(params, grads, lr):
    """Check the shapes, then step."""
    if len(params) != len(grads):
        raise ValueError("one gradient for each parameter")
    if any(w.shape != g.shape for w, g in zip(params, grads)):
        raise ValueError("shapes of parameters and gradients differ")
    return [w - lr * g for w, g in zip(params, grads)]


def iterate_minibatches(X, y, batch_size, rng, shuffle=True, drop_last=False):
    """Cut one permutation into slices."""
    n = X.shape[0]
    if y.shape[0] != n:
        raise ValueError("X and y have different lengths")
    if batch_size < 1:
        raise ValueError("batch_size must be positive")
    order = np.arange(n)
    for i in range(0, n, batch_size):
        batch = order[i : i + batch_size]
        if drop_last and len(batch) < batch_size:
            break
        yield X[batch], y[batch]


def train_linear(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """Use the batches from above."""
    X, y, w = X.astype(w.dtype), y.astype(w.dtype), w.copy()
    losses = []
    for _ in range(epochs):
        losses.append(float(np.mean((X @ w + b - y) ** 2)))
        if batch_size is None:
            batches = [(X, y)]
        else:
            batches = iterate_minibatches(X, y, batch_size, rng, shuffle)
        for Xb, yb in batches:
            error = Xb @ w + b - yb
            dw = 2 * Xb.T @ error / len(error)
            db = 2 * error.mean()
            w, b = w - lr * dw, b - lr * float(db)
    return w, b, losses


def momentum_step(params, grads, velocity, lr, beta=0.9, nesterov=False):
    """Keras' form."""
    new_v = [beta * v - lr * g for v, g in zip(velocity, grads)]
    if nesterov:
        new_w = [w + beta * v - lr * g for w, v, g in zip(params, new_v, grads)]
    else:
        new_w = [w + v for w, v in zip(params, new_v)]
    return new_w, new_v


def rmsprop_step(params, grads, state, lr, rho=0.9, eps=1e-7):
    """Divide by the root of the running mean square."""
    new_s = [s + g**2 for s, g in zip(state, grads)]
    new_w = [w - lr * g / (np.sqrt(s) + eps) for w, g, s in zip(params, grads, new_s)]
    return new_w, new_s


def adam_step(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """Algorithm 1 of the paper."""
    t = state["t"] + 1
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state["m"], grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state["v"], grads)]
    new_w = []
    for w, mi, vi in zip(params, m, v):
        m_hat = mi / (1 - beta1**t)
        v_hat = vi / (1 - beta2**t)
        new_w.append(w - lr * m_hat / (np.sqrt(v_hat) + eps))
    return new_w, {"m": m, "v": v, "t": t}


def lr_regime(curvature, lr):
    """Compare the product with 1 and 2."""
    if curvature <= 0 or lr <= 0:
        raise ValueError("curvature and lr must be positive")
    p = lr * curvature
    if abs(p - 1) < 1e-9:
        return "one_step"
    if abs(p - 2) < 1e-9:
        return "cycles"
    if p < 1:
        return "monotone"
    if p < 2:
        return "oscillates"
    return "diverges"


def early_stopping(val_losses, patience, min_delta=0.0):
    """Not done."""
    raise NotImplementedError("A5.8 early_stopping")
