"""The geometry of windows."""

from itertools import product

import numpy as np


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
