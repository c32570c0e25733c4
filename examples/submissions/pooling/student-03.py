"""Pooling in the precision of the input."""

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


def max_pool2d(x, pool=(2, 2), stride=None, padding="valid"):
    x = floats(x)
    kernel, step, pads, out = layout(x.shape[1], x.shape[2], pool, stride, padding)
    padded = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    best = np.full((x.shape[0], *out, x.shape[3]), -np.inf, dtype=x.dtype)
    for place in slices(kernel, step, out):
        best = np.maximum(best, padded[place])
    return best


def avg_pool2d(x, pool=(2, 2), stride=None, padding="valid"):
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


def max_pool2d_backward(dout, x, pool=(2, 2), stride=None):
    kernel, step, _, out = layout(x.shape[1], x.shape[2], pool, stride, "valid")
    best = max_pool2d(x, pool, stride)
    given = np.zeros(dout.shape, dtype=bool)
    dx = np.zeros_like(x)
    for place in slices(kernel, step, out):
        wins = (x[place] == best) & ~given
        dx[place] += np.where(wins, dout, 0)
        given |= wins
    return dx


def avg_pool2d_backward(dout, x_shape, pool=(2, 2), stride=None):
    kernel, step, _, out = layout(x_shape[1], x_shape[2], pool, stride, "valid")
    share = dout / dout.dtype.type(kernel[0] * kernel[1])
    dx = np.zeros(x_shape, dtype=dout.dtype)
    for place in slices(kernel, step, out):
        dx[place] += share
    return dx


def flatten(x):
    return np.ascontiguousarray(x).reshape((x.shape[0], int(np.prod(x.shape[1:]))))


def unflatten(x2, shape):
    return np.reshape(x2, tuple(shape))


def dropout_forward(x, rate, rng, training=True):
    if not 0 <= rate < 1:
        raise ValueError(f"a rate of {rate}")
    mask = np.ones_like(x)
    if training:
        mask[rng.random(x.shape) < rate] = 0
        mask /= 1 - rate
    return np.multiply(x, mask), mask


def dropout_backward(dout, mask):
    return np.multiply(dout, mask).astype(dout.dtype)


def batch_norm(x, gamma, beta, moving_mean, moving_var, training=True, momentum=0.99, eps=1e-3):
    kind = x.dtype.type
    mean, var = moving_mean, moving_var
    if training:
        axes = tuple(range(x.ndim - 1))
        mean = x.mean(axis=axes, dtype=x.dtype)
        var = np.square(x - mean).mean(axis=axes, dtype=x.dtype)
        moving_mean = kind(momentum) * moving_mean + kind(1 - momentum) * mean
        moving_var = kind(momentum) * moving_var + kind(1 - momentum) * var
    out = gamma * ((x - mean) / np.sqrt(var + kind(eps))) + beta
    return out, np.copy(moving_mean), np.copy(moving_var)


def augment(x, rng, max_shift=2, flip=False):
    images = []
    for image in x:
        rows, columns = rng.integers(-max_shift, max_shift, size=2, endpoint=True)
        moved = np.roll(image, (rows, columns), axis=(0, 1))
        if rows > 0:
            moved[:rows] = 0
        elif rows < 0:
            moved[rows:] = 0
        if columns > 0:
            moved[:, :columns] = 0
        elif columns < 0:
            moved[:, columns:] = 0
        images.append(np.fliplr(moved) if flip and rng.integers(2) else moved)
    return np.stack(images)
