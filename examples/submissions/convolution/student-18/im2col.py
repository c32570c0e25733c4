"""Lay out the windows of images as the rows of a matrix."""

import numpy as np


def conv_output_size(n, k, stride=1, padding="valid", strict=False):
    """Count the starts that leave room for the kernel."""
    if padding == "same":
        return len(range(0, n, stride))
    p = {"valid": 0}.get(padding, padding)
    last = n + 2 * p - k
    if last < 0 or (strict and last % stride != 0):
        raise ValueError(f"n={n}, k={k}, stride={stride}, padding={padding}")
    return len(range(0, last + 1, stride))


def real(a):
    return a if np.issubdtype(a.dtype, np.floating) else a.astype("float64")


def both(value):
    return value if isinstance(value, tuple) else (value, value)


def amounts(size, k, stride, padding):
    """Give the zeros before and after one axis."""
    if padding == "valid":
        return 0, 0
    if padding == "same":
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        return total // 2, (total + 1) // 2
    return padding, padding


def window_columns(x, w, stride, padding):
    """Lay out the windows as rows of a matrix.

    Returns the matrix (N, OH * OW, KH * KW * C), the index of each entry in the padded images,
    the output's size, the padded images' shape, and the zeros before rows and columns.
    """
    (sh, sw), (kh, kw) = both(stride), w.shape[:2]
    sides = (padding, padding) if isinstance(padding, str) else both(padding)
    rows = amounts(x.shape[1], kh, sh, sides[0])
    columns = amounts(x.shape[2], kw, sw, sides[1])
    padded = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    oh = conv_output_size(padded.shape[1], kh, sh)
    ow = conv_output_size(padded.shape[2], kw, sw)
    i = np.repeat(sh * np.arange(oh), ow)[:, None] + np.repeat(np.arange(kh), kw)
    j = np.tile(sw * np.arange(ow), oh)[:, None] + np.tile(np.arange(kw), kh)
    matrix = padded[:, i, j, :].reshape(len(x), oh * ow, -1)
    return matrix, (i, j), (oh, ow), padded.shape, (rows[0], columns[0])
