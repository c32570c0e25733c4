"""Correct variant of `convolution`: two plain loops over the output pixels."""

import math

import numpy as np

_E = np.array([[1, 0, -1]] * 3)
_L = np.array([[-1, 2, -1]] * 3)
KERNELS = {
    "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "edge_diag": np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]]),
    "edge4": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "edge8": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "box_blur": np.ones((3, 3)) / 9,
    "gaussian_blur": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
    "vertical_line": _L,
    "horizontal_line": _L.T,
    "vertical_edge": _E,
    "horizontal_edge": _E.T,
}


def conv_output_size(n, k, stride=1, padding="valid", strict=False):
    """Floor of a true quotient, as the decks write the formula."""
    if padding == "same":
        return math.ceil(n / stride)
    if padding == "valid":
        padding = 0
    size = (n + 2 * padding - k) / stride + 1
    if n + 2 * padding < k:
        raise ValueError("the kernel is larger than the image")
    if strict and size != int(size):
        raise ValueError("the stride does not fit")
    return math.floor(size)


def pad2d(x, pad, mode="zero"):
    """Fill a larger array, then put the images in its middle."""
    ph, pw = (pad, pad) if isinstance(pad, int) else pad
    n, h, w, c = x.shape
    if mode == "replicate":
        rows = np.clip(np.arange(-ph, h + ph), 0, h - 1)
        columns = np.clip(np.arange(-pw, w + pw), 0, w - 1)
        return x[:, rows][:, :, columns]
    value = 1 if mode == "one" else 0
    out = np.full((n, h + 2 * ph, w + 2 * pw, c), value, dtype=x.dtype)
    out[:, ph : ph + h, pw : pw + w, :] = x
    return out


def correlate2d(image, kernel, stride=1):
    """Multiply and sum at each position."""
    dtype = image.dtype if image.dtype.kind == "f" else np.float64
    kh, kw = kernel.shape
    rows = conv_output_size(image.shape[0], kh, stride)
    columns = conv_output_size(image.shape[1], kw, stride)
    out = np.zeros((rows, columns), dtype)
    image = image.astype(dtype)
    for i in range(rows):
        for j in range(columns):
            window = image[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.sum(window * kernel)
    return out


def _frame(x, w, stride, padding):
    """Pad with zeros for a forward pass; return the images and where the originals begin."""
    if isinstance(stride, int):
        stride = (stride, stride)
    if padding == "valid":
        padding = 0
    before = []
    after = []
    for axis in range(2):
        if padding == "same":
            n, k, s = x.shape[axis + 1], w.shape[axis], stride[axis]
            total = max((math.ceil(n / s) - 1) * s + k - n, 0)
            before.append(total // 2)
            after.append(total - total // 2)
        else:
            p = padding if isinstance(padding, int) else padding[axis]
            before.append(p)
            after.append(p)
    widths = ((0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0))
    return np.pad(x, widths), before, stride


def conv2d_forward(x, w, b=None, stride=(1, 1), padding="valid"):
    """At each position, contract the window of the whole batch with all filters."""
    if x.shape[-1] != w.shape[-2]:
        raise ValueError("channels")
    padded, _, (sh, sw) = _frame(x, w, stride, padding)
    kh, kw, _, filters = w.shape
    rows = conv_output_size(padded.shape[1], kh, sh)
    columns = conv_output_size(padded.shape[2], kw, sw)
    out = np.zeros((x.shape[0], rows, columns, filters), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, i * sh : i * sh + kh, j * sw : j * sw + kw, :]
            out[:, i, j, :] = np.tensordot(window, w, axes=([1, 2, 3], [0, 1, 2]))
    if b is not None:
        out += b
    return out


def conv_param_count(kh, kw, cin, cout, bias=True):
    """Count filter by filter."""
    per_filter = kh * kw * cin
    if bias:
        per_filter += 1
    return per_filter * cout


def dense_equivalent(h, w, cin, cout_h, cout_w, cout):
    """Weights, then biases."""
    inputs = h * w * cin
    outputs = cout_h * cout_w * cout
    return inputs * outputs + outputs


def apply_kernel(image, name):
    """Filter one channel after the other."""
    kernel = KERNELS[name]
    if image.ndim == 3:
        return np.stack([apply_kernel(image[..., c], name) for c in range(image.shape[2])], axis=2)
    return correlate2d(np.pad(image, 1, mode="edge"), kernel.astype(float))


def conv1x1(x, w, b):
    """Multiply a tall matrix of pixels."""
    n, h, width, channels = x.shape
    flat = x.reshape(n * h * width, channels)
    return (np.dot(flat, w) + b).reshape(n, h, width, w.shape[1])


def conv2d_backward(dout, x, w, stride=(1, 1), padding="valid"):
    """Scatter each output's gradient back into its window."""
    padded, (top, left), (sh, sw) = _frame(x, w, stride, padding)
    kh, kw = w.shape[:2]
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            here = np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kw, :]
            dpadded[here] += np.tensordot(dout[:, i, j], w, axes=(1, 3))
            dw += np.tensordot(padded[here], dout[:, i, j], axes=(0, 0))
    dx = dpadded[:, top : top + x.shape[1], left : left + x.shape[2], :]
    return dx, dw, np.sum(dout, axis=(0, 1, 2))
