"""Pooling: write each function below, then run `pytest test_pooling.py`.

What holds for every function:

* An array is a `numpy.ndarray`. float32 in gives float32 out, float64 gives float64; integers and
  booleans are promoted to float64 by the functions that compute with them.
* Images have shape (N, H, W, C): batch, rows, columns, channels. This is the layout of Keras.
* A pool or a stride is one number for both axes, or a pair (rows, columns).
* No argument is modified, nothing is printed, nothing global is changed. Where chance is needed
  there is an argument `rng`, a `numpy.random.Generator`: draw from it and from nothing else.
* Allowed: numpy, and from the standard library math, typing, itertools, functools, collections,
  dataclasses, warnings. Helper functions of your own are welcome.
* Decks are named by their first three digits, L is the line in the deck's text; E.. is an erratum.
"""

from itertools import product
from typing import Literal

import numpy as np

Pair = int | tuple[int, int]


def as_pair(value):
    if np.ndim(value) == 0:
        return int(value), int(value)
    return int(value[0]), int(value[1])


def floats(x):
    return x if x.dtype.kind == "f" else x.astype(float)


def layout(height, width, pool, stride, padding):
    kernel = as_pair(pool)
    step = kernel if stride is None else as_pair(stride)
    pads, out = [], []
    for n, k, s in ((height, kernel[0], step[0]), (width, kernel[1], step[1])):
        if padding == "same":
            m = -(-n // s)
            extra = max(0, (m - 1) * s + k - n)
            pads.append((extra // 2, extra - extra // 2))
        else:
            m = (n - k) // s + 1
            if n < k:
                raise ValueError(f"a window of {k} on {n} pixels")
            pads.append((0, 0))
        out.append(m)
    return kernel, step, pads, out


def slices(kernel, step, out):
    for u, v in product(range(kernel[0]), range(kernel[1])):
        yield (
            slice(None),
            slice(u, u + step[0] * (out[0] - 1) + 1, step[0]),
            slice(v, v + step[1] * (out[1] - 1) + 1, step[1]),
        )


def max_pool2d(
    x: np.ndarray,
    pool: Pair = (2, 2),
    stride: Pair | None = None,
    padding: Literal["valid", "same"] = "valid",
) -> np.ndarray:
    """Take the maximum of each window, channel by channel.

        out[n, i, j, c] = max over u, v of x[n, i * stride_h + u, j * stride_w + v, c]

    "valid" drops windows that do not fit (rounding down, as for a convolution). "same" pads for
    ceil(H / stride_h) windows: total = max((out - 1) * stride_h + PH - H, 0) rows, of which
    total // 2 are above; columns likewise. What is padded is never the maximum, so images of
    negative numbers stay negative. Keras does so. (Deck 003 L381, deck 002 L251. Pooling tolerates
    small shifts; it makes nothing invariant to scale, as deck 000 L754 says: erratum E10.)

    Args:
        x: float32 or float64, shape (N, H, W, C).
        pool: The window, (PH, PW).
        stride: The step between windows; None takes the window's size, so that none overlap.
        padding: "valid" or "same".

    Returns:
        Same dtype, shape (N, H_out, W_out, C); for "valid" H_out = (H - PH) // stride_h + 1.

    Raises:
        ValueError: The window is larger than the image, without padding.

    Example:
        >>> max_pool2d(np.array([[1.0, 3.0], [2.0, 9.0]]).reshape(1, 2, 2, 1)).item()
        9.0
    """
    x = floats(x)
    kernel, step, pads, out = layout(x.shape[1], x.shape[2], pool, stride, padding)
    padded = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    best = np.full((x.shape[0], *out, x.shape[3]), -np.inf, dtype=x.dtype)
    for place in slices(kernel, step, out):
        best = np.maximum(best, padded[place])
    return best


def avg_pool2d(
    x: np.ndarray,
    pool: Pair = (2, 2),
    stride: Pair | None = None,
    padding: Literal["valid", "same"] = "valid",
) -> np.ndarray:
    """Take the mean of each window, channel by channel.

    Windows are those of `max_pool2d`. Padding does not count: a window at the border is divided by
    the number of its real pixels. Keras does so; PyTorch counts the padding unless told not to.
    (Deck 002 L271, which prints 7 where the mean is 2: erratum E18.)

    Args:
        x: float32 or float64, shape (N, H, W, C).
        pool: The window, (PH, PW).
        stride: The step between windows; None takes the window's size.
        padding: "valid" or "same".

    Returns:
        Same dtype, shape (N, H_out, W_out, C), as `max_pool2d`.

    Raises:
        ValueError: The window is larger than the image, without padding.

    Example:
        >>> avg_pool2d(np.array([[1.0, 3.0], [2.0, 9.0]]).reshape(1, 2, 2, 1)).item()
        3.75
    """
    x = floats(x)
    kernel, step, pads, out = layout(x.shape[1], x.shape[2], pool, stride, padding)
    frame = [(0, 0), *pads, (0, 0)]
    padded, real = np.pad(x, frame), np.pad(np.ones_like(x), frame)
    total = np.zeros((x.shape[0], *out, x.shape[3]), dtype=x.dtype)
    count = np.zeros_like(total)
    for place in slices(kernel, step, out):
        total += padded[place]
        count += real[place]
    return total / count


def max_pool2d_backward(
    dout: np.ndarray, x: np.ndarray, pool: Pair = (2, 2), stride: Pair | None = None
) -> np.ndarray:
    """Propagate the gradient of a loss back through `max_pool2d` with "valid" padding.

    The gradient of an output belongs to the pixel that was the maximum. Of equal maxima the first
    one gets all of it, rows before columns; TensorFlow on a CPU and PyTorch do so. A pixel that is
    the maximum of several overlapping windows gets their sum. (Deck 002 L578.)

    Args:
        dout: Gradient with respect to the output, shape (N, H_out, W_out, C).
        x: The input of the forward pass, shape (N, H, W, C).
        pool: As in the forward pass.
        stride: As in the forward pass.

    Returns:
        The gradient with respect to `x`, its shape and dtype.

    Example:
        >>> x = np.array([[1.0, 3.0], [2.0, 9.0]]).reshape(1, 2, 2, 1)
        >>> max_pool2d_backward(np.full((1, 1, 1, 1), 5.0), x).ravel()
        array([0., 0., 0., 5.])
    """
    raise NotImplementedError("A7.3 max_pool2d_backward")


def avg_pool2d_backward(
    dout: np.ndarray,
    x_shape: tuple[int, int, int, int],
    pool: Pair = (2, 2),
    stride: Pair | None = None,
) -> np.ndarray:
    """Propagate the gradient of a loss back through `avg_pool2d` with "valid" padding.

    Every pixel of a window has the same share in its mean. Overlapping windows add up.

    Args:
        dout: Gradient with respect to the output, float, shape (N, H_out, W_out, C).
        x_shape: Shape of the forward pass' input, (N, H, W, C).
        pool: As in the forward pass.
        stride: As in the forward pass.

    Returns:
        The gradient with respect to the input: dtype of `dout`, shape `x_shape`.

    Example:
        >>> avg_pool2d_backward(np.full((1, 1, 1, 1), 4.0), (1, 2, 2, 1)).ravel()
        array([1., 1., 1., 1.])
    """
    raise NotImplementedError("A7.4 avg_pool2d_backward")


def flatten(x: np.ndarray) -> np.ndarray:
    """Lay the numbers of each sample in a row: rows, then columns, then channels.

    (Deck 000 L786, deck 002 L469. Keras orders so; after PyTorch's layout channels come first.)

    Args:
        x: Any dtype, shape (N, ...), with at least two axes.

    Returns:
        Same dtype, shape (N, D), D the product of the other axes.

    Example:
        >>> flatten(np.arange(8).reshape(1, 2, 2, 2))
        array([[0, 1, 2, 3, 4, 5, 6, 7]])
    """
    return np.ascontiguousarray(x).reshape((x.shape[0], int(np.prod(x.shape[1:]))))


def unflatten(x2: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Undo `flatten`: give the numbers of each row their axes back.

    Args:
        x2: Any dtype, shape (N, D).
        shape: The shape before, (N, ...).

    Returns:
        Same dtype, shape `shape`.

    Raises:
        ValueError: `x2` does not have as many numbers as `shape`.

    Example:
        >>> unflatten(np.arange(4).reshape(1, 4), (1, 2, 2)).tolist()
        [[[0, 1], [2, 3]]]
    """
    return np.reshape(x2, tuple(shape))


def dropout_forward(
    x: np.ndarray, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Set numbers to zero at random, each with the probability `rate`, and scale the others.

    A number is kept where `rng.random(x.shape) >= rate`: draw once, in that shape. What is kept is
    multiplied by 1 / (1 - rate), so that the expected value stays what it is (the decks leave
    that out: erratum E32). Outside of training nothing is dropped and nothing scaled.
    (Deck 000 L765, deck 003 L410. `rate` is what is dropped, as in Keras and PyTorch.)

    Args:
        x: float32 or float64, any shape.
        rate: Probability of dropping a number, 0 <= rate < 1.
        rng: Where chance comes from.
        training: Whether the network is being trained.

    Returns:
        `(out, mask)`, both of the dtype and shape of `x`: `out = x * mask`; the mask holds 0 and
        1 / (1 - rate), and is all ones outside of training.

    Raises:
        ValueError: `rate` is negative, 1 or more.

    Example:
        >>> out, mask = dropout_forward(np.ones(5), 0.5, np.random.default_rng(0), training=False)
        >>> out
        array([1., 1., 1., 1., 1.])
    """
    raise NotImplementedError("A7.6 dropout_forward")


def dropout_backward(dout: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Propagate the gradient of a loss back through `dropout_forward`.

    Args:
        dout: Gradient with respect to the output, float, any shape.
        mask: What the forward pass returned; same shape.

    Returns:
        The gradient with respect to the input: dtype and shape of `dout`.

    Example:
        >>> dropout_backward(np.array([1.0, 2.0]), np.array([0.0, 2.0]))
        array([0., 4.])
    """
    raise NotImplementedError("A7.6 dropout_backward")


def batch_norm(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    moving_mean: np.ndarray,
    moving_var: np.ndarray,
    training: bool = True,
    momentum: float = 0.99,
    eps: float = 1e-3,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Normalise each channel to mean 0 and variance 1, then scale and shift it.

        out = gamma * (x - mean) / sqrt(var + eps) + beta

    In training, mean and variance are those of the batch, over all axes but the last; the variance
    divides by the number of values (no correction). The moving statistics follow them:

        moving = momentum * moving + (1 - momentum) * batch

    Otherwise mean and variance are the moving ones, which stay as they are. This is Keras'
    BatchNormalization; PyTorch calls 1 - momentum the momentum and corrects the moving variance.
    (Deck 002 L626 says that values come into 0 to 1: erratum E23.)

    Args:
        x: float32 or float64, shape (..., C).
        gamma: Same dtype, shape (C,).
        beta: Same dtype, shape (C,).
        moving_mean: Same dtype, shape (C,).
        moving_var: Same dtype, shape (C,).
        training: Whether to use and to follow the batch's statistics.
        momentum: Weight of the past in the moving statistics, 0..1.
        eps: Added to the variance, inside the root.

    Returns:
        `(out, moving_mean, moving_var)`: the output, dtype and shape of `x`, and new arrays of
        shape (C,).

    Example:
        >>> x = np.array([[1.0], [3.0]])
        >>> zero, one = np.zeros(1), np.ones(1)
        >>> out, mean, var = batch_norm(x, one, zero, zero, one, eps=0.0)
        >>> out.ravel().tolist(), mean.tolist(), var.tolist()
        ([-1.0, 1.0], [0.02], [1.0])
    """
    raise NotImplementedError("A7.7 batch_norm")


def augment(
    x: np.ndarray, rng: np.random.Generator, max_shift: int = 2, flip: bool = False
) -> np.ndarray:
    """Shift every image of a batch by a random number of pixels, with zeros behind it.

    Each image gets a shift of its own, rows and columns each drawn from -max_shift ... max_shift,
    all equally likely. What leaves the image is lost, what enters is zero. With `flip` each image
    is also mirrored left to right with probability 1/2; digits must not be, so it is off unless
    asked for. (Deck 000 L20, deck 001 L361.) How you draw from `rng` is up to you.

    Args:
        x: Any dtype, shape (N, H, W, C).
        rng: Where chance comes from.
        max_shift: The largest shift, at least 0.
        flip: Whether images are mirrored at random.

    Returns:
        Same dtype and shape; image n is made of image n.

    Example:
        >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
        >>> bool((augment(x, np.random.default_rng(0), max_shift=0) == x).all())
        True
    """
    raise NotImplementedError("A7.8 augment")
