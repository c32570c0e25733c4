"""Convolution: filters for pictures."""

import numpy as np

KERNELS = {}
KERNELS["identity"] = np.eye(3) * [0.0, 1.0, 0.0]
KERNELS["edge_diag"] = np.outer([1.0, 0.0, -1.0], [1.0, 0.0, -1.0])
KERNELS["edge4"] = np.array([0.0, 1, 0, 1, -4, 1, 0, 1, 0]).reshape(3, 3)
KERNELS["edge8"] = 9 * KERNELS["identity"] - 1
KERNELS["sharpen"] = KERNELS["identity"] - KERNELS["edge4"]
KERNELS["box_blur"] = np.full((3, 3), 1.0)
KERNELS["gaussian_blur"] = np.outer([0.25, 0.5, 0.25], [0.25, 0.5, 0.25])
KERNELS["vertical_line"] = np.tile([-1.0, 2.0, -1.0], (3, 1))
KERNELS["horizontal_line"] = KERNELS["vertical_line"].transpose()
KERNELS["vertical_edge"] = np.tile([1.0, 0.0, -1.0], (3, 1))
KERNELS["horizontal_edge"] = KERNELS["vertical_edge"].transpose()


def conv_output_size(n, k, stride=1, padding="valid", strict=False):
    """Count the starts that leave room for the kernel."""
    if padding == "same":
        return len(range(0, n, stride))
    p = {"valid": 0}.get(padding, padding)
    last = n + 2 * p - k
    if last < 0 or (strict and last % stride != 0):
        raise ValueError(f"n={n}, k={k}, stride={stride}, padding={padding}")
    return len(range(0, last + 1, stride))


def pad2d(x, pad, mode="zero"):
    """Pad by concatenation, first rows, then columns."""
    ph, pw = pad if isinstance(pad, tuple) else (pad, pad)
    for axis, p in ((1, ph), (2, pw)):
        first, last = np.take(x, [0], axis=axis), np.take(x, [-1], axis=axis)
        if mode == "zero":
            first, last = np.zeros_like(first), np.zeros_like(last)
        elif mode == "one":
            first, last = np.ones_like(first), np.ones_like(last)
        x = np.concatenate([first] * p + [x] + [last] * p, axis=axis)
    return x


def _real(a):
    return a if np.issubdtype(a.dtype, np.floating) else a.astype("float64")


def correlate2d(image, kernel, stride=1):
    """Treat the image as a batch of one."""
    kernel = kernel.astype(image.dtype)
    out = conv2d_forward(image[None, :, :, None], kernel[:, :, None, None], stride=stride)
    return out[0, :, :, 0]


def _both(value):
    return value if isinstance(value, tuple) else (value, value)


def _amounts(size, k, stride, padding):
    """Give the zeros before and after one axis."""
    if padding == "valid":
        return 0, 0
    if padding == "same":
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        return total // 2, (total + 1) // 2
    return padding, padding


def _columns(x, w, stride, padding):
    """Lay out the windows as rows of a matrix.

    Returns the matrix (N, OH * OW, KH * KW * C), the index of each entry in the padded images,
    the output's size, the padded images' shape, and the zeros before rows and columns.
    """
    (sh, sw), (kh, kw) = _both(stride), w.shape[:2]
    sides = (padding, padding) if isinstance(padding, str) else _both(padding)
    rows = _amounts(x.shape[1], kh, sh, sides[0])
    columns = _amounts(x.shape[2], kw, sw, sides[1])
    padded = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    oh = conv_output_size(padded.shape[1], kh, sh)
    ow = conv_output_size(padded.shape[2], kw, sw)
    i = np.repeat(sh * np.arange(oh), ow)[:, None] + np.repeat(np.arange(kh), kw)
    j = np.tile(sw * np.arange(ow), oh)[:, None] + np.tile(np.arange(kw), kh)
    matrix = padded[:, i, j, :].reshape(len(x), oh * ow, -1)
    return matrix, (i, j), (oh, ow), padded.shape, (rows[0], columns[0])


def conv2d_forward(x, w, b=None, stride=(1, 1), padding="valid"):
    """Multiply the matrix of windows by the matrix of filters."""
    if x.shape[3] != w.shape[2]:
        raise ValueError("the kernel is for another number of channels")
    matrix, _, size, _, _ = _columns(x, w, stride, padding)
    out = matrix @ w.reshape(-1, w.shape[3])
    if b is not None:
        out = out + b
    return out.reshape(len(x), *size, w.shape[3])


def conv_param_count(kh, kw, cin, cout, bias=True):
    """Count the entries of the arrays."""
    return kh * kw * cin * cout + (cout if bias else 0)


def dense_equivalent(h, w, cin, cout_h, cout_w, cout):
    """A dense layer is a convolution with one 1x1 position and every input as a channel."""
    return conv_param_count(1, 1, h * w * cin, cout_h * cout_w * cout)


def apply_kernel(image, name):
    """Use a kernel that is zero between different channels."""
    pixels = image
    image = _real(image)
    cube = image.reshape(*image.shape[:2], -1)
    channels = cube.shape[2]
    w = KERNELS[name][:, :, None, None] * np.eye(channels)
    padded = pad2d(cube[None], 1, "replicate")
    out = conv2d_forward(padded, w.astype(image.dtype)).reshape(pixels.shape)
    return np.clip(out, 0, 255).astype(np.uint8)


def conv1x1(x, w, b):
    """Contract the last axis with the first."""
    return np.add(np.tensordot(x, w, axes=1), b)


def conv2d_backward(dout, x, w, stride=(1, 1), padding="valid"):
    """Transpose the matrix product, and add the columns back where they came from."""
    matrix, (i, j), _, shape, (top, left) = _columns(x, w, stride, padding)
    flat = dout.reshape(len(x), -1, w.shape[3])
    dw = (matrix.transpose(0, 2, 1) @ flat).sum(axis=0).reshape(w.shape)
    back = flat @ w.reshape(-1, w.shape[3]).T
    dpadded = np.zeros(shape, dtype=x.dtype)
    np.add.at(dpadded, (slice(None), i, j), back.reshape(len(x), *i.shape, x.shape[3]))
    dx = dpadded[:, top:, left:][:, : x.shape[1], : x.shape[2]]
    return dx, dw, flat.sum(axis=0).sum(axis=0)
