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


def sgd_step(params: list[np.ndarray], grads: list[np.ndarray], lr: float) -> list[np.ndarray]:
    """Take one step of gradient descent (deck 000 L259, deck 001 L316).

    `w_new = w - lr * g` for every parameter w and its gradient g. (Deck 001 L283 and deck 002
    L550-552 leave the learning rate or the minus out: erratum E14.)

    Args:
        params: The parameters, arrays of any shapes.
        grads: The gradients, in the same order and of the same shapes.
        lr: The learning rate, 0 or more.

    Returns:
        A new list of new arrays.

    Raises:
        ValueError: There are more parameters than gradients or the other way round, or a gradient
            has another shape than its parameter. (`zip` stops at the shorter list without a word.)

    Example:
        >>> sgd_step([np.array([0.2]), np.array([0.5])], [np.array([-12.4]), np.array([-6.2])], 0.1)
        [array([1.44]), array([1.12])]
    """
    raise NotImplementedError("A5.1 sgd_step")


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


def momentum_step(
    params: list[np.ndarray],
    grads: list[np.ndarray],
    velocity: list[np.ndarray],
    lr: float,
    beta: float = 0.9,
    nesterov: bool = False,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Take one step with momentum (named in deck 000 L268).

    As in Keras: `v_new = beta * v - lr * g` and `w_new = w + v_new`. With `nesterov`, which looks
    ahead, `w_new = w + beta * v_new - lr * g`; the velocity is the same. Other courses write
    `v = beta * v + (1 - beta) * g; w -= lr * v`, with steps ten times as small.

    Args:
        params: The parameters, arrays of any shapes.
        grads: The gradients, in the same order and of the same shapes.
        velocity: One array for each parameter; zeros before the first step.
        lr: The learning rate.
        beta: The part of the velocity that is kept, 0 to below 1.
        nesterov: Whether to use Nesterov's form.

    Returns:
        The tuple (new params, new velocity), two lists of new arrays.

    Example:
        >>> momentum_step([np.array([0.2])], [np.array([-12.4])], [np.array([0.5])], 0.01)
        ([array([0.774])], [array([0.574])])
    """
    raise NotImplementedError("A5.4 momentum_step")


def rmsprop_step(
    params: list[np.ndarray],
    grads: list[np.ndarray],
    state: list[np.ndarray],
    lr: float,
    rho: float = 0.9,
    eps: float = 1e-7,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Take one step of RMSprop (named in deck 000 L270, deck 001 L313).

    `s_new = rho * s + (1 - rho) * g**2` and `w_new = w - lr * g / (sqrt(s_new) + eps)`: every
    entry has a step of its own length. eps is *outside* the root, as in PyTorch and CS231n; Keras
    writes sqrt(s_new + eps), which differs only where gradients are tiny: for g = 1e-5 and s = 0
    the step is 3.065 lr here, and 0.032 lr there.

    Args:
        params: The parameters, arrays of any shapes.
        grads: The gradients, in the same order and of the same shapes.
        state: The running mean s of the squared gradients, one array for each parameter, 0 or
            more; zeros before the first step.
        lr: The learning rate.
        rho: The part of the mean that is kept, 0 to below 1.
        eps: Keeps the division from failing where all gradients were 0.

    Returns:
        The tuple (new params, new state), two lists of new arrays.

    Example:
        >>> rmsprop_step([np.array([1.0])], [np.array([2.0])], [np.array([4.0])], lr=0.3)
        ([array([0.70000001])], [array([4.])])
    """
    raise NotImplementedError("A5.5 rmsprop_step")


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


def lr_regime(curvature: float, lr: float) -> str:
    """Tell how gradient descent moves on a parabola (deck 001 L310-312, deck 004 L466).

    For J(w) = curvature / 2 * (w - w*)**2, one step of gradient descent multiplies the distance
    w - w* by 1 - lr * curvature. So it is the product that decides, not the learning rate alone:

        lr * curvature < 1       "monotone"     every step comes nearer, from the same side
        lr * curvature = 1       "one_step"     the first step hits the minimum
        1 < lr * curvature < 2   "oscillates"   every step comes nearer, from alternate sides
        lr * curvature = 2       "cycles"       back and forth, never nearer
        lr * curvature > 2       "diverges"     every step leads further away

    Products of floats are rounded, so a product within a relative 1e-9 of 1 or 2 is taken for it.

    Args:
        curvature: The second derivative of J, above 0.
        lr: The learning rate, above 0.

    Returns:
        One of the five words.

    Raises:
        ValueError: `curvature` or `lr` is not above 0.

    Example:
        >>> lr_regime(8.0, 0.2)
        'oscillates'
    """
    raise NotImplementedError("A5.7 lr_regime")


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
