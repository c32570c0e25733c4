"""Pooling, window by window; gradients, dropout and normalisation number by number."""

import math

import numpy as np


def two(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def geometry(h, w, pool, stride, padding):
    """Number of windows and first row and column of the first one."""
    sizes, counts, begins = two(pool), [], []
    steps = sizes if stride is None else two(stride)
    for n, k, s in zip((h, w), sizes, steps, strict=False):
        if padding == "same":
            count = math.ceil(n / s)
            begins.append(-(max((count - 1) * s + k - n, 0) // 2))
        else:
            if k > n:
                raise ValueError("the window does not fit")
            count = (n - k) // s + 1
            begins.append(0)
        counts.append(count)
    return sizes, steps, counts, begins


def pool_with(function, x, pool, stride, padding):
    n, h, w, c = x.shape
    (ph, pw), (sh, sw), (rows, columns), (top, left) = geometry(h, w, pool, stride, padding)
    out = np.zeros((n, rows, columns, c), x.dtype if x.dtype.kind == "f" else np.float64)
    for i in range(rows):
        for j in range(columns):
            first, last = max(0, top + i * sh), top + i * sh + ph
            start, stop = max(0, left + j * sw), left + j * sw + pw
            out[:, i, j, :] = function(x[:, first:last, start:stop, :])
    return out


def max_pool2d(x, pool=(2, 2), stride=None, padding="valid"):
    return pool_with(lambda window: window.max(axis=1).max(axis=1), x, pool, stride, padding)


def avg_pool2d(x, pool=(2, 2), stride=None, padding="valid"):
    return pool_with(lambda window: window.mean(axis=(1, 2)), x, pool, stride, padding)


def max_pool2d_backward(dout, x, pool=(2, 2), stride=None):
    n, h, w, c = x.shape
    (ph, pw), (sh, sw), (rows, columns), _ = geometry(h, w, pool, stride, "valid")
    dx = np.zeros(x.shape, x.dtype)
    for b in range(n):
        for i in range(rows):
            for j in range(columns):
                for d in range(c):
                    best = (i * sh, j * sw)
                    for u in range(i * sh, i * sh + ph):
                        for v in range(j * sw, j * sw + pw):
                            if x[b, u, v, d] > x[b, best[0], best[1], d]:
                                best = (u, v)
                    dx[b, best[0], best[1], d] += dout[b, i, j, d]
    return dx


def avg_pool2d_backward(dout, x_shape, pool=(2, 2), stride=None):
    (ph, pw), (sh, sw), (rows, columns), _ = geometry(*x_shape[1:3], pool, stride, "valid")
    dx = np.zeros(x_shape, dout.dtype)
    for i in range(rows):
        for j in range(columns):
            for u in range(ph):
                for v in range(pw):
                    dx[:, i * sh + u, j * sw + v, :] += dout[:, i, j, :] / (ph * pw)
    return dx


def flatten(x):
    return np.array([list(sample.flat) for sample in x], dtype=x.dtype)


def unflatten(x2, shape):
    out = np.zeros(shape, x2.dtype)
    if out.size != x2.size:
        raise ValueError("another number of numbers")
    for sample, row in zip(out, x2, strict=False):
        for place, index in enumerate(np.ndindex(sample.shape)):
            sample[index] = row[place]
    return out


def dropout_forward(x, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate")
    mask = np.ones(x.shape, x.dtype)
    if training:
        draws = rng.random(x.shape)
        for index in np.ndindex(x.shape):
            mask[index] = 1 / (1 - rate) if draws[index] >= rate else 0
    return mask * x, mask


def dropout_backward(dout, mask):
    dx = np.zeros(dout.shape, dout.dtype)
    for index in np.ndindex(dout.shape):
        dx[index] = dout[index] * mask[index]
    return dx


def batch_norm(x, gamma, beta, moving_mean, moving_var, training=True, momentum=0.99, eps=1e-3):
    out = np.zeros(x.shape, x.dtype)
    new_mean, new_var = moving_mean.copy(), moving_var.copy()
    for d in range(x.shape[-1]):
        mean, var = moving_mean[d], moving_var[d]
        if training:
            numbers = [float(z) for z in x[..., d].flat]
            mean = math.fsum(numbers) / len(numbers)
            var = math.fsum((z - mean) ** 2 for z in numbers) / len(numbers)
            new_mean[d] = momentum * moving_mean[d] + (1 - momentum) * mean
            new_var[d] = momentum * moving_var[d] + (1 - momentum) * var
        for index in np.ndindex(x.shape[:-1]):
            scaled = (float(x[(*index, d)]) - mean) / math.sqrt(var + eps)
            out[(*index, d)] = gamma[d] * scaled + beta[d]
    return out, new_mean, new_var


def augment(x, rng, max_shift=2, flip=False):
    out = np.zeros(x.shape, x.dtype)
    n, h, w, _ = x.shape
    for b in range(n):
        down = int(rng.integers(-max_shift, max_shift + 1))
        right = int(rng.integers(-max_shift, max_shift + 1))
        for i in range(h):
            for j in range(w):
                if 0 <= i - down < h and 0 <= j - right < w:
                    out[b, i, j] = x[b, i - down, j - right]
        if flip and rng.random() < 0.5:
            out[b] = out[b, :, ::-1].copy()
    return out
