"""Reference solution of `pooling`: windows as a view, adjoints that scatter one tap at a time."""

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Pair = int | tuple[int, int]


def max_pool2d(
    x: np.ndarray,
    pool: Pair = (2, 2),
    stride: Pair | None = None,
    padding: Literal["valid", "same"] = "valid",
) -> np.ndarray:
    """Take the maximum of each window; -inf around the image never wins.

    Raises:
        ValueError: A window is larger than the image, without padding.
    """
    return _windows(_real(x), pool, stride, padding, -np.inf).max(axis=(-2, -1))


def avg_pool2d(
    x: np.ndarray,
    pool: Pair = (2, 2),
    stride: Pair | None = None,
    padding: Literal["valid", "same"] = "valid",
) -> np.ndarray:
    """Average each window: its sum over the sum of a window of ones, padded alike with zeros.

    Raises:
        ValueError: A window is larger than the image, without padding.
    """
    x = _real(x)
    ones = np.ones((1, *x.shape[1:3], 1), x.dtype)
    sums = _windows(x, pool, stride, padding, 0).sum(axis=(-2, -1))
    return sums / _windows(ones, pool, stride, padding, 0).sum(axis=(-2, -1))


def max_pool2d_backward(
    dout: np.ndarray, x: np.ndarray, pool: Pair = (2, 2), stride: Pair | None = None
) -> np.ndarray:
    """Give each window's gradient to its maximum, the first one in rows, then columns.

    `argmax` over the flattened window finds the first. For one place of the window at a time the
    windows that have their maximum there touch different pixels, so a slice can be added to.
    """
    x = _real(x)
    windows = _windows(x, pool, stride, "valid", 0)
    winner = windows.reshape(*windows.shape[:-2], -1).argmax(axis=-1)
    dx = np.zeros_like(x)
    for place, tap in enumerate(_taps(dout.shape, pool, stride)):
        dx[tap] += dout * (winner == place)
    return dx


def avg_pool2d_backward(
    dout: np.ndarray,
    x_shape: tuple[int, int, int, int],
    pool: Pair = (2, 2),
    stride: Pair | None = None,
) -> np.ndarray:
    """Spread each window's gradient evenly over its pixels."""
    dout = _real(dout)
    rows, columns = _pair(pool)
    dx = np.zeros(x_shape, dout.dtype)
    for tap in _taps(dout.shape, pool, stride):
        dx[tap] += dout / (rows * columns)
    return dx


def flatten(x: np.ndarray) -> np.ndarray:
    """Lay the numbers of each sample in a row; a copy, so that no one shares memory."""
    return x.reshape(len(x), -1).copy()


def unflatten(x2: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Undo `flatten`.

    Raises:
        ValueError: The rows do not have as many numbers as the shape.
    """
    return x2.reshape(shape).copy()


def dropout_forward(
    x: np.ndarray, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Drop numbers at random, and scale the others so that the expectation stays.

    E[out] = (1 - rate) x / (1 - rate) = x, so that nothing is to be done outside of training.

    Raises:
        ValueError: `rate` is not within 0..1, 1 excluded.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate: expected a number from 0 to below 1, received {rate}")
    x = _real(x)
    if training:
        mask = ((rng.random(x.shape) >= rate) / (1 - rate)).astype(x.dtype)
    else:
        mask = np.ones_like(x)
    return x * mask, mask


def dropout_backward(dout: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Let the gradient through where the forward pass did, with the same factor."""
    return dout * mask


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
    """Normalise each channel with the batch's statistics, or with the moving ones."""
    mean, var = moving_mean, moving_var
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        moving_mean = momentum * moving_mean + (1 - momentum) * mean
        moving_var = momentum * moving_var + (1 - momentum) * var
    out = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return out, moving_mean.copy(), moving_var.copy()


def augment(
    x: np.ndarray, rng: np.random.Generator, max_shift: int = 2, flip: bool = False
) -> np.ndarray:
    """Shift every image by an amount of its own, zeros behind it; perhaps mirror it.

    In an image with a frame of zeros as wide as the largest shift, a shift is another window.
    """
    n, height, width, _ = x.shape
    framed = np.pad(x, ((0, 0), (max_shift, max_shift), (max_shift, max_shift), (0, 0)))
    windows = sliding_window_view(framed, (height, width), axis=(1, 2))
    rows, columns = rng.integers(0, 2 * max_shift + 1, size=(2, n))
    shifted = np.moveaxis(windows[np.arange(n), rows, columns], 1, -1).copy()
    if flip:
        mirrored = rng.random(n) < 0.5
        shifted[mirrored] = shifted[mirrored, :, ::-1]
    return shifted


def _real(x: np.ndarray) -> np.ndarray:
    """Promote integers and booleans to float64; leave floats as they are."""
    return x if np.issubdtype(x.dtype, np.floating) else x.astype(np.float64)


def _pair(value: Pair) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _windows(
    x: np.ndarray, pool: Pair, stride: Pair | None, padding: str, fill: float
) -> np.ndarray:
    """View the windows: axes (n, i, j, c, u, v)."""
    sizes = _pair(pool)
    steps = sizes if stride is None else _pair(stride)
    if padding == "same":
        before_after = []
        for n, k, s in zip(x.shape[1:3], sizes, steps, strict=True):
            total = max((-(-n // s) - 1) * s + k - n, 0)
            before_after.append((total // 2, total - total // 2))
        x = np.pad(x, ((0, 0), *before_after, (0, 0)), constant_values=fill)
    return sliding_window_view(x, sizes, axis=(1, 2))[:, :: steps[0], :: steps[1]]


def _taps(
    out_shape: tuple[int, ...], pool: Pair, stride: Pair | None
) -> list[tuple[slice, slice, slice]]:
    """Give, for each place of the window in row order, the pixels that it takes in all windows."""
    (rows, columns), (_, out_h, out_w, _) = _pair(pool), out_shape
    step_h, step_w = _pair(pool if stride is None else stride)
    return [
        (
            slice(None),
            slice(u, u + (out_h - 1) * step_h + 1, step_h),
            slice(v, v + (out_w - 1) * step_w + 1, step_w),
        )
        for u in range(rows)
        for v in range(columns)
    ]
