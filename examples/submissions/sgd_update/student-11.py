"""Gradient descent: how weights change, one step or many.

Write the bodies; keep the names and the arguments. You may add functions of your own.

The rules that hold for every function of this module:

* An array is a `numpy.ndarray`, float64 or float32. `params`, `grads` and the states are lists of
  arrays: one array a layer's weights or biases, with one axis or more. An array that is returned
  has the shape and the dtype of the parameter that it belongs to.
* No argument is ever modified, neither an array nor a list nor a dict: whoever calls still needs
  the old values. What an optimizer remembers is handed in and returned; no state is kept between
  calls.
* Random numbers come from the argument `rng`, a `numpy.random.Generator`, and from nowhere else:
  then every run can be repeated. `np.random.permutation` and its like are not allowed.
* Nothing is printed. NumPy and the harmless standard library (math, typing, itertools, functools,
  collections, dataclasses, warnings) may be imported, nothing else.

An epoch is one pass over all samples; with batches of B samples it has N / B updates, rounded up.
(Deck 004 L481 and L492 write "epochs (iterations)" as if they were one: erratum E43.)

Sources: "deck 000 L259" is line 259 of the text of the lecture deck that begins with 000.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np


def sgd_step(params, grads, lr):
    """Check the shapes, then step."""
    if len(params) != len(grads):
        raise ValueError("one gradient for each parameter")
    if any(w.shape != g.shape for w, g in zip(params, grads)):
        raise ValueError("shapes of parameters and gradients differ")
    return [w - lr * g for w, g in zip(params, grads)]


def iterate_minibatches(
    X: np.ndarray,
    y: np.ndarray,
    batch_size: int,
    rng: np.random.Generator | None,
    shuffle: bool = True,
    drop_last: bool = False,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the samples in batches, each sample once (deck 001 L329-331, deck 004 L470-498).

    With `shuffle`, all samples are put into a random order first, and each keeps its own label:
    draw one order from `rng` and use it for both arrays. How you draw it is up to you, as long as
    every order is equally likely. Write a generator (`yield`): a batch is made when it is needed,
    out of arrays of its own.

    Args:
        X: The samples, shape (N, ...), any dtype.
        y: Their labels, shape (N,) or (N, ...), any dtype.
        batch_size: Samples in a batch, at least 1; may be more than N.
        rng: Where the order comes from. May be None if `shuffle` is false.
        shuffle: Whether to shuffle; if not, the order is that of the arrays.
        drop_last: Whether to leave out the last batch if it has fewer than `batch_size` samples.
            Keras keeps it, and so does this function by default.

    Yields:
        Tuples (X_batch, y_batch) of arrays of the dtypes of X and y. Each has `batch_size`
        samples, the last one what is left.

    Raises:
        ValueError: `X` and `y` differ in N, or `batch_size` is less than 1.

    Example:
        >>> X, y = np.arange(10.0).reshape(5, 2), np.arange(5)
        >>> [yb.tolist() for Xb, yb in iterate_minibatches(X, y, 2, None, shuffle=False)]
        [[0, 1], [2, 3], [4]]
    """
    raise NotImplementedError("A5.2 iterate_minibatches")


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

    For each batch, in this order: the errors e = X_batch @ w + b - y_batch; the gradients of their
    mean square, `dw = 2 * mean over samples of e * x` and `db = 2 * mean of e`, both at the same w
    and b; then one step for w and b. The mean is over the batch, so that a learning rate suits
    batches of every size. (A loss with a factor 1/2 would have no 2 here. Deck 000 L326-346 has
    another gradient and so another w: erratum E01.)

    Args:
        X: Samples, shape (N, D); float64, float32 or integer.
        y: Targets, shape (N,); float64, float32 or integer.
        w: Weights to begin with, shape (D,), float64 or float32.
        b: Bias to begin with.
        lr: The learning rate.
        epochs: Passes over the data, 0 or more.
        batch_size: Samples in a batch. None means all of them (batch gradient descent), 1 means
            stochastic gradient descent, all between is called mini-batch (deck 001 L329-331). The
            last, smaller batch is used too.
        rng: For shuffling. May be None if nothing is shuffled: without `shuffle`, or without a
            `batch_size`, for then the order does not matter.
        shuffle: Whether each epoch has a new order (deck 004 L487 is a step of the loop).

    Returns:
        The tuple (w, b, losses): w of the shape and dtype of the argument, b a float, and losses a
        list of `epochs` floats. losses[e] is the mean squared error on *all* samples after epoch e.

    Example:
        >>> X, y = np.array([[1.0], [2.0]]), np.array([2.0, 3.0])
        >>> w, b, losses = train_linear(X, y, np.zeros(1), 0.0, lr=0.1, epochs=1)
        >>> np.round(w, 6), round(b, 6), np.round(losses, 6)
        (array([0.8]), 0.5, array([0.65]))
    """
    raise NotImplementedError("A5.3 train_linear")


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
    new_s = [rho * s + (1 - rho) * g**2 for s, g in zip(state, grads)]
    new_w = [w - lr * g / (np.sqrt(s) + eps) for w, g, s in zip(params, grads, new_s)]
    return new_w, new_s


def adam_step(
    params: list[np.ndarray],
    grads: list[np.ndarray],
    state: dict[str, Any],
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-7,
) -> tuple[list[np.ndarray], dict[str, Any]]:
    """Take one step of Adam (named in deck 000 L269): Algorithm 1 of Kingma and Ba, 2015.

    In this order, for every parameter w with its gradient g:

        t = t + 1
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        w = w - lr * m_hat / (sqrt(v_hat) + eps)

    m_hat and v_hat correct for the zeros that m and v begin with; what is kept is m and v. As in
    RMSprop, eps is outside the root and added to the corrected one. Keras adds it to sqrt(v)
    instead ("epsilon hat"); for g = 1e-5, the first step is 0.990 lr here, and 0.760 lr there.

    Args:
        params: The parameters, arrays of any shapes.
        grads: The gradients, in the same order and of the same shapes.
        state: A dict with "m" and "v", lists of one array for each parameter, and "t", the number
            of steps that were taken; before the first step zeros and 0.
        lr: The learning rate.
        beta1: The part of m that is kept, 0 to below 1.
        beta2: The part of v that is kept, 0 to below 1.
        eps: Keeps the division from failing where all gradients were 0.

    Returns:
        The tuple (new params, new state): a list of new arrays, and a new dict with the keys "m",
        "v" and "t".

    Example:
        >>> state = {"m": [np.zeros(2)], "v": [np.zeros(2)], "t": 0}
        >>> params, state = adam_step([np.array([0.2, 0.5])], [np.array([-12.4, 6.2])], state, 0.1)
        >>> np.round(params[0], 6), state["t"]
        (array([0.3, 0.4]), 1)
    """
    raise NotImplementedError("A5.6 adam_step")


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


def early_stopping(
    val_losses: list[float], patience: int, min_delta: float = 0.0
) -> tuple[int, int]:
    """Tell when training would have stopped, and which epoch was the best (bonus).

    Deck 001 L359-360: stop once the validation loss gets worse. As in Keras: an epoch is an
    improvement if its loss is less than the best so far minus `min_delta`; the first epoch always
    is. After `patience` epochs in a row without an improvement, training stops. Epochs are
    counted from 0.

    Args:
        val_losses: The validation loss of each epoch. NaN is no improvement; the first is a number.
        patience: How many epochs without an improvement end the training, at least 1.
        min_delta: By how much a loss must be less than the best, 0 or more.

    Returns:
        The tuple (stop_epoch, best_epoch): the last epoch that is run, so the last of the list if
        nothing stops the training, and the last improvement up to there.

    Raises:
        ValueError: `val_losses` is empty, or `patience` is less than 1.

    Example:
        >>> early_stopping([0.9, 0.6, 0.7, 0.5, 0.55, 0.52, 0.4], patience=2)
        (5, 3)
    """
    raise NotImplementedError("A5.8 early_stopping")
