"""Convolution exercises; the windows are laid out in im2col.py."""

import numpy as np
from im2col import conv_output_size, real, window_columns

KERNELS = {}
KERNELS["identity"] = np.eye(3) * [0.0, 1.0, 0.0]
KERNELS["edge_diag"] = np.outer([1.0, 0.0, -1.0], [1.0, 0.0, -1.0])
KERNELS["edge4"] = np.array([0.0, 1, 0, 1, -4, 1, 0, 1, 0]).reshape(3, 3)
KERNELS["edge8"] = 9 * KERNELS["identity"] - 1
KERNELS["sharpen"] = KERNELS["identity"] - KERNELS["edge4"]
KERNELS["box_blur"] = np.full((3, 3), 1.0) / 9.0
KERNELS["gaussian_blur"] = np.outer([0.25, 0.5, 0.25], [0.25, 0.5, 0.25])
KERNELS["vertical_line"] = np.tile([-1.0, 2.0, -1.0], (3, 1))
KERNELS["horizontal_line"] = KERNELS["vertical_line"].transpose()
KERNELS["vertical_edge"] = np.tile([1.0, 0.0, -1.0], (3, 1))
KERNELS["horizontal_edge"] = KERNELS["vertical_edge"].transpose()


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


def correlate2d(image, kernel, stride=1):
    """Treat the image as a batch of one."""
    image, kernel = real(image), real(kernel)
    out = conv2d_forward(image[None, :, :, None], kernel[:, :, None, None], stride=stride)
    return out[0, :, :, 0]


def conv2d_forward(x, w, b=None, stride=(1, 1), padding="valid"):
    """Multiply the matrix of windows by the matrix of filters."""
    if x.shape[3] != w.shape[2]:
        raise ValueError("the kernel is for another number of channels")
    matrix, _, size, _, _ = window_columns(x, w, stride, padding)
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
    image = real(image)
    cube = image.reshape(*image.shape[:2], -1)
    channels = cube.shape[2]
    w = KERNELS[name][:, :, None, None] * np.eye(channels)
    padded = pad2d(cube[None], 1, "replicate")
    return conv2d_forward(padded, w.astype(image.dtype)).reshape(image.shape)


def conv1x1(x, w, b):
    """Contract the last axis with the first."""
    return np.add(np.tensordot(x, w, axes=1), b)


def conv2d_backward(dout, x, w, stride=(1, 1), padding="valid"):
    """Transpose the matrix product, and add the columns back where they came from."""
    matrix, (i, j), _, shape, (top, left) = window_columns(x, w, stride, padding)
    flat = dout.reshape(len(x), -1, w.shape[3])
    dw = (matrix.transpose(0, 2, 1) @ flat).sum(axis=0).reshape(w.shape)
    back = flat @ w.reshape(-1, w.shape[3]).T
    dpadded = np.zeros(shape, dtype=x.dtype)
    np.add.at(dpadded, (slice(None), i, j), back.reshape(len(x), *i.shape, x.shape[3]))
    dx = dpadded[:, top:, left:][:, : x.shape[1], : x.shape[2]]
    return dx, dw, flat.sum(axis=0).sum(axis=0)
