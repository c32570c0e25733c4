"""Reference solution of `sgd_update`: a step is a few lines, and training is steps in a loop."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np


def sgd_step(params: list[np.ndarray], grads: list[np.ndarray], lr: float) -> list[np.ndarray]:
    """Take one step of gradient descent.

    Raises:
        ValueError: Parameters and gradients differ in number or shape.
    """
    shapes = [[array.shape for array in arrays] for arrays in (params, grads)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"gradients of shapes {shapes[1]} for parameters of shapes {shapes[0]}")
    return [w - lr * g for w, g in zip(params, grads, strict=True)]


def iterate_minibatches(
    X: np.ndarray,
    y: np.ndarray,
    batch_size: int,
    rng: np.random.Generator | None,
    shuffle: bool = True,
    drop_last: bool = False,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the samples in batches, each sample once.

    One order for both arrays keeps every sample beside its label. Indexing with it copies, so a
    batch is never a view of the data.

    Raises:
        ValueError: `X` and `y` differ in N, or `batch_size` is less than 1.
    """
    n = len(X)
    if len(y) != n:
        raise ValueError(f"{n} samples with {len(y)} labels")
    if batch_size < 1:
        raise ValueError(f"a batch has at least 1 sample, received batch_size={batch_size}")
    order = np.arange(n)
    if shuffle:
        rng.shuffle(order)
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], y[batch]


def train_linear(
    X: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    b: float,
    lr: float,
    epochs: int,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
    shuffle: bool = True,
) -> tuple[np.ndarray, float, list[float]]:
    """Fit y = X w + b by gradient descent on the mean squared error.

    With e = X w + b - y, the mean of e**2 over n samples has the gradients X^T e * 2 / n by w and
    sum(e) * 2 / n by b. A full batch is the same whatever its order, so it is left as it is.
    """
    samples, targets = X.astype(w.dtype), y.astype(w.dtype)
    size = len(X) if batch_size is None else batch_size
    shuffle = shuffle and batch_size is not None
    losses = []
    for _ in range(epochs):
        for xs, ys in iterate_minibatches(samples, targets, size, rng, shuffle):
            error = xs @ w + b - ys
            dw, db = 2 / len(xs) * (xs.T @ error), 2 * float(np.mean(error))
            w, b = w - lr * dw, b - lr * db
        losses.append(float(np.mean((samples @ w + b - targets) ** 2)))
    return w.copy(), float(b), losses


def momentum_step(
    params: list[np.ndarray],
    grads: list[np.ndarray],
    velocity: list[np.ndarray],
    lr: float,
    beta: float = 0.9,
    nesterov: bool = False,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Take one step with momentum.

    Nesterov's form takes the step that the next call would begin with, beta * v, in advance.
    """
    velocity = [beta * v - lr * g for v, g in zip(velocity, grads, strict=True)]
    steps = velocity
    if nesterov:
        steps = [beta * v - lr * g for v, g in zip(velocity, grads, strict=True)]
    return [w + step for w, step in zip(params, steps, strict=True)], velocity


def rmsprop_step(
    params: list[np.ndarray],
    grads: list[np.ndarray],
    state: list[np.ndarray],
    lr: float,
    rho: float = 0.9,
    eps: float = 1e-7,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Take one step of RMSprop: divide each gradient by the size that it usually has."""
    state = [rho * s + (1 - rho) * g**2 for s, g in zip(state, grads, strict=True)]
    triples = zip(params, grads, state, strict=True)
    return [w - lr * g / (np.sqrt(s) + eps) for w, g, s in triples], state


def adam_step(
    params: list[np.ndarray],
    grads: list[np.ndarray],
    state: dict[str, Any],
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-7,
) -> tuple[list[np.ndarray], dict[str, Any]]:
    """Take one step of Adam: momentum over the root of the mean square, both corrected.

    After t steps the weights of a running mean that began with 0 add up to 1 - beta**t, hence the
    divisors.
    """
    t = state["t"] + 1
    m = [beta1 * old + (1 - beta1) * g for old, g in zip(state["m"], grads, strict=True)]
    v = [beta2 * old + (1 - beta2) * g**2 for old, g in zip(state["v"], grads, strict=True)]
    m_hat = [array / (1 - beta1**t) for array in m]
    v_hat = [array / (1 - beta2**t) for array in v]
    triples = zip(params, m_hat, v_hat, strict=True)
    params = [w - lr * mean / (np.sqrt(square) + eps) for w, mean, square in triples]
    return params, {"m": m, "v": v, "t": t}


def lr_regime(curvature: float, lr: float) -> str:
    """Tell how gradient descent moves on a parabola.

    A step maps the distance d to d - lr * curvature * d, so the factor is 1 - lr * curvature: its
    sign tells the side, its size whether the distance shrinks.

    Raises:
        ValueError: `curvature` or `lr` is not above 0.
    """
    if not (curvature > 0 and lr > 0):
        raise ValueError(f"curvature {curvature} and lr {lr} must both be above 0")
    product = lr * curvature
    if math.isclose(product, 1):
        return "one_step"
    if math.isclose(product, 2):
        return "cycles"
    if product < 1:
        return "monotone"
    return "oscillates" if product < 2 else "diverges"


def early_stopping(
    val_losses: list[float], patience: int, min_delta: float = 0.0
) -> tuple[int, int]:
    """Tell when training would have stopped, and which epoch was the best.

    The epochs since the best one are those without an improvement, so no counter is needed.

    Raises:
        ValueError: `val_losses` is empty, or `patience` is less than 1.
    """
    if not val_losses or patience < 1:
        raise ValueError(f"{len(val_losses)} losses and patience {patience}, both at least 1")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best] - min_delta:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(val_losses) - 1, best
