"""Known-wrong implementations of `pooling`."""

import numpy as np

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


def _pair(value):
    return (value, value) if isinstance(value, int) else value


@known_wrong("max_pool2d", band=(75, 85))
def mp_zeropad(x, pool=(2, 2), stride=None, padding="valid"):
    """Zeros around the image win over negative numbers: pad with -inf, which never wins."""
    windows = reference._windows(reference._real(x), pool, stride, padding, 0)
    return windows.max(axis=(-2, -1))


@known_wrong("max_pool2d", band=(55, 65))
def mp_stride1(x, pool=(2, 2), stride=None, padding="valid"):
    """Your step is 1 where none is given: without a stride the step is the window's size."""
    return reference.max_pool2d(x, pool, 1 if stride is None else stride, padding)


@known_wrong("max_pool2d", band=(55, 65))
def mp_zeroinit(x, pool=(2, 2), stride=None, padding="valid"):
    """Your running maximum starts at 0, so a window of negative numbers gives 0: start at -inf."""
    return np.maximum(reference.max_pool2d(x, pool, stride, padding), 0)


@known_wrong("max_pool2d", band=(35, 45))
def mp_reshape(x, pool=(2, 2), stride=None, padding="valid"):
    """Folding the image into tiles works only where windows touch and fill the image."""
    (rows, columns), (n, h, w, c) = _pair(pool), x.shape
    tiles = x.reshape(n, h // rows, rows, w // columns, columns, c)
    return tiles.max(axis=(2, 4))


@known_wrong("max_pool2d", band=(35, 45))
def mp_abs(x, pool=(2, 2), stride=None, padding="valid"):
    """You take the number that is farthest from 0; asked is the largest, with its sign."""
    windows = reference._windows(reference._real(x), pool, stride, padding, 0)
    return np.abs(windows).max(axis=(-2, -1))


@known_wrong("avg_pool2d", band=(15, 25))
def ap_int(x, pool=(2, 2), stride=None, padding="valid"):
    """Your means are whole numbers: divide with /, and collect them in an array of floats."""
    return np.floor(reference.avg_pool2d(x, pool, stride, padding))


@known_wrong("avg_pool2d", band=(25, 35))
def ap_max(x, pool=(2, 2), stride=None, padding="valid"):
    """These are the maxima: this question asks for the means."""
    return reference.max_pool2d(x, pool, stride, padding)


@known_wrong("avg_pool2d", band=(70, 90), convention="PyTorch (count_include_pad=True)")
def ap_countpad(x, pool=(2, 2), stride=None, padding="valid"):
    """You count the padding: at the border divide by the number of real pixels."""
    return reference._windows(reference._real(x), pool, stride, padding, 0).mean(axis=(-2, -1))


def _spread_over_ties(dout, x, pool, stride, share):
    windows = reference._windows(x, pool, stride, "valid", 0)
    ties = windows == windows.max(axis=(-2, -1), keepdims=True)
    weights = ties / ties.sum(axis=(-2, -1), keepdims=True) if share else ties
    weights = weights.reshape(*weights.shape[:-2], -1)
    dx = np.zeros_like(x)
    for place, tap in enumerate(reference._taps(dout.shape, pool, stride)):
        dx[tap] += dout * weights[..., place]
    return dx


@known_wrong("max_pool2d_backward", band=(75, 85))
def mpb_allties(dout, x, pool=(2, 2), stride=None):
    """Every maximum of a tie gets the whole gradient: only the first one may."""
    return _spread_over_ties(dout, x, pool, stride, share=False)


@known_wrong("max_pool2d_backward", band=(80, 90), convention="courses that share a tie out")
def mpb_splitties(dout, x, pool=(2, 2), stride=None):
    """You share the gradient out among equal maxima: here the first one gets all of it."""
    return _spread_over_ties(dout, x, pool, stride, share=True)


@known_wrong("max_pool2d_backward", band=(55, 65))
def mpb_assign(dout, x, pool=(2, 2), stride=None):
    """Overlapping windows overwrite each other: add with += to what a pixel already has."""
    (rows, columns), (step_h, step_w) = _pair(pool), _pair(pool if stride is None else stride)
    dx = np.zeros_like(x)
    for n, i, j, c in np.ndindex(dout.shape):
        h, w = i * step_h, j * step_w
        window = x[n, h : h + rows, w : w + columns, c]
        u, v = np.unravel_index(window.argmax(), window.shape)
        dx[n, h + u, w + v, c] = dout[n, i, j, c]
    return dx


@known_wrong("max_pool2d_backward", band=(15, 25))
def mpb_spread(dout, x, pool=(2, 2), stride=None):
    """You spread the gradient evenly, as average pooling does: it belongs to the maximum."""
    return reference.avg_pool2d_backward(dout, x.shape, pool, stride).astype(x.dtype)


@known_wrong("avg_pool2d_backward", band=(20, 30))
def apb_k(dout, x_shape, pool=(2, 2), stride=None):
    """You divide by one side of the window: each pixel's share is 1 / (rows * columns)."""
    return reference.avg_pool2d_backward(dout, x_shape, pool, stride) * _pair(pool)[1]


@known_wrong("avg_pool2d_backward", band=(45, 55))
def apb_assign(dout, x_shape, pool=(2, 2), stride=None):
    """Overlapping windows overwrite each other: add with += to what a pixel already has."""
    (rows, columns), (step_h, step_w) = _pair(pool), _pair(pool if stride is None else stride)
    dx = np.zeros(x_shape, dout.dtype)
    for n, i, j, c in np.ndindex(dout.shape):
        h, w = i * step_h, j * step_w
        dx[n, h : h + rows, w : w + columns, c] = dout[n, i, j, c] / (rows * columns)
    return dx


@known_wrong(band=(20, 30))
class fl_fortran:
    """Your order is that of columns first (order="F"): the last axis runs fastest."""

    @staticmethod
    def flatten(x):
        return np.reshape(x, (len(x), -1), order="F")

    @staticmethod
    def unflatten(x2, shape):
        return np.reshape(x2, shape, order="F")


@known_wrong(band=(20, 30))
class fl_chw:
    """You put the channels first: the order is rows, columns, channels."""

    @staticmethod
    def flatten(x):
        return np.moveaxis(x, -1, 1).reshape(len(x), -1)

    @staticmethod
    def unflatten(x2, shape):
        return np.moveaxis(x2.reshape(shape[0], shape[-1], *shape[1:-1]), 1, -1).copy()


@known_wrong("dropout_forward", band=(35, 45), convention="CS231n and deeplearning.ai (keep_prob)")
def do_keepprob(x, rate, rng, training=True):
    """Your rate is the part that is kept: here, as in Keras, it is the part that is dropped."""
    if not 0 <= rate < 1:
        raise ValueError(rate)
    if not training:
        return x.copy(), np.ones_like(x)
    with np.errstate(divide="ignore"):
        mask = ((rng.random(x.shape) < rate) / np.float64(rate)).astype(x.dtype)
    return x * np.nan_to_num(mask), np.nan_to_num(mask)


@known_wrong("dropout_forward", band=(25, 35))
def do_test(x, rate, rng, training=True):
    """You drop at test time too: outside of training nothing may change."""
    return reference.dropout_forward(x, rate, rng)


@known_wrong("dropout_forward", band=(25, 35))
def do_scaletest(x, rate, rng, training=True):
    """You scale at test time as well: the scaling in training already keeps the expectation."""
    out, mask = reference.dropout_forward(x, rate, rng, training)
    return (out, mask) if training else (x * x.dtype.type(1 - rate), mask)


@known_wrong("dropout_forward", band=(80, 90))
def do_exact(x, rate, rng, training=True):
    """You drop exactly the rate's share: each number is dropped by itself, by chance."""
    if not training or not 0 <= rate < 1:
        return reference.dropout_forward(x, rate, rng, training)
    mask = np.full(x.size, 1 / (1 - rate), x.dtype)
    mask[rng.choice(x.size, round(rate * x.size), replace=False)] = 0
    mask = mask.reshape(x.shape)
    return x * mask, mask


def _norm(x, gamma, beta, moving_mean, moving_var, training, momentum, eps, ddof=0, outside=False):
    mean, var = moving_mean, moving_var
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, var = x.mean(axis=axes), x.var(axis=axes, ddof=ddof)
        moving_mean = momentum * moving_mean + (1 - momentum) * mean
        moving_var = momentum * moving_var + (1 - momentum) * var
    root = np.sqrt(var) + x.dtype.type(eps) if outside else np.sqrt(var + x.dtype.type(eps))
    return gamma * (x - mean) / root + beta, moving_mean.copy(), moving_var.copy()


@known_wrong("batch_norm", band=(50, 60))
def bn_ddof(x, gamma, beta, moving_mean, moving_var, training=True, momentum=0.99, eps=1e-3):
    """Your variance divides by n - 1: batch normalisation divides by n (ddof=0)."""
    return _norm(x, gamma, beta, moving_mean, moving_var, training, momentum, eps, ddof=1)


@known_wrong("batch_norm", band=(25, 35))
def bn_evalbatch(x, gamma, beta, moving_mean, moving_var, training=True, momentum=0.99, eps=1e-3):
    """You use the batch's own statistics at test time: there the moving ones count."""
    out, mean, var = reference.batch_norm(
        x, gamma, beta, moving_mean, moving_var, True, momentum, eps
    )
    return (out, mean, var) if training else (out, moving_mean.copy(), moving_var.copy())


@known_wrong("batch_norm", band=(55, 65), convention="PyTorch")
def bn_mom(x, gamma, beta, moving_mean, moving_var, training=True, momentum=0.99, eps=1e-3):
    """Your momentum weighs the batch: here, as in Keras, it weighs the past."""
    return _norm(x, gamma, beta, moving_mean, moving_var, training, 1 - momentum, eps)


@known_wrong("batch_norm", band=(55, 65))
def bn_epsout(x, gamma, beta, moving_mean, moving_var, training=True, momentum=0.99, eps=1e-3):
    """You add eps to the root: it stands inside, sqrt(var + eps)."""
    return _norm(x, gamma, beta, moving_mean, moving_var, training, momentum, eps, outside=True)


def _shift(x, rng, max_shift, per_image=True):
    n = len(x) if per_image else 1
    return np.broadcast_to(rng.integers(-max_shift, max_shift + 1, size=(n, 2)), (len(x), 2))


@known_wrong("augment", band=(45, 55), named=False)
def ag_wrap(x, rng, max_shift=2, flip=False):
    """Pixels that leave on one side come back on the other: fill with zeros instead."""
    out = np.stack(
        [np.roll(i, m, axis=(0, 1)) for i, m in zip(x, _shift(x, rng, max_shift), strict=True)]
    )
    return np.where((rng.random(len(x)) < 0.5)[:, None, None, None] & flip, out[:, :, ::-1], out)


@known_wrong("augment", band=(60, 70), named=False)
def ag_samebatch(x, rng, max_shift=2, flip=False):
    """All images of a batch move alike: draw a shift for each of them."""
    (_, h, w, _), (rows, columns) = x.shape, rng.integers(0, 2 * max_shift + 1, size=2)
    frame = ((0, 0), (max_shift, max_shift), (max_shift, max_shift), (0, 0))
    out = np.pad(x, frame)[:, rows : rows + h, columns : columns + w].copy()
    return out[:, :, ::-1] if flip and rng.random() < 0.5 else out


@known_wrong("augment", band=(60, 70), named=False)
def ag_flipdigits(x, rng, max_shift=2, flip=False):
    """You mirror images that nobody asked to mirror: a mirrored digit is no digit."""
    return reference.augment(x, rng, max_shift, flip=True)


@known_wrong("augment", band=(20, 30), named=False)
def ag_labels(x, rng, max_shift=2, flip=False):
    """You change the order of the images: then they no longer belong to their labels."""
    return rng.permutation(reference.augment(x, rng, max_shift, flip))


@known_wrong("augment", band=(90, 95), named=False)
def ag_inplace(x, rng, max_shift=2, flip=False):
    """You write into the images that were handed in: work on a copy."""
    x[:] = reference.augment(x, rng, max_shift, flip)
    return x
