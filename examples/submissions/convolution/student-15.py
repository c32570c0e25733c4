"""Convolution exercises."""

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_windows_view as sliding_window_view

LINE = np.float32([[-1, 2, -1]] * 3)
EDGE = np.float32([[1, 0, -1]] * 3)
KERNELS: dict[str, np.ndarray] = {
    "identity": np.pad([[1.0]], 1),
    "edge_diag": np.array([[1.0, 0, -1], [0, 0, 0], [-1, 0, 1]]),
    "edge4": np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "edge8": np.pad([[9.0]], 1) - 1,
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "box_blur": np.array([[1 / 9, 1 / 9, 1 / 9]] * 3),
    "gaussian_blur": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) * 0.0625,
    "vertical_line": LINE,
    "horizontal_line": np.ascontiguousarray(LINE.T),
    "vertical_edge": EDGE,
    "horizontal_edge": np.ascontiguousarray(EDGE.T),
}


def conv_output_size(n, k, stride=1, padding="valid", strict=False):
    """Use NumPy integers throughout."""
    match padding:
        case "same":
            return np.int64(np.ceil(n / stride))
        case "valid":
            room = np.int64(n - k)
        case _:
            room = np.int64(n + 2 * padding - k)
    if room < 0:
        raise ValueError("no room for the kernel")
    if strict and room % stride > 0:
        raise ValueError("a rest is left")
    return room // stride + 1


def pad2d(x, pad, mode="zero"):
    """Take pixels by index, then overwrite the frame."""
    ph, pw = (pad, pad) if np.ndim(pad) == 0 else pad
    h, w = x.shape[1:3]
    out = np.pad(x, ((0, 0), (ph, ph), (pw, pw), (0, 0)), mode="edge")
    if mode == "replicate":
        return out
    inside = np.zeros(out.shape[1:3], dtype=bool)
    inside[ph : ph + h, pw : pw + w] = True
    out[:, ~inside] = mode == "one"
    return out


def correlate2d(image, kernel, stride=1):
    """Sum list comprehensions of row products."""
    if image.dtype.kind != "f":
        image, kernel = image.astype(float), kernel.astype(float)
    kh, kw = kernel.shape
    rows = range(0, image.shape[0] - kh + 1, stride)
    columns = range(0, image.shape[1] - kw + 1, stride)
    if not rows or not columns:
        raise ValueError("the kernel is larger than the image")
    return np.array(
        [[np.vdot(image[i : i + kh, j : j + kw], kernel) for j in columns] for i in rows]
    )


def _explicit(x, w, stride, padding):
    """Resolve stride and padding to pairs."""
    stride = (stride, stride) if np.ndim(stride) == 0 else tuple(stride)
    if padding == "valid":
        padding = 0
    if padding == "same":
        pads = []
        for axis in (0, 1):
            n, k, s = x.shape[axis + 1], w.shape[axis], stride[axis]
            total = max(k - s, 0) if n % s == 0 else max(k - n % s, 0)
            pads.append((total // 2, total - total // 2))
        return stride, pads
    padding = (padding, padding) if np.ndim(padding) == 0 else padding
    return stride, [(p, p) for p in padding]


def conv2d_forward(x, w, b=None, stride=(1, 1), padding="valid"):
    """Build the windows with `as_strided`, then einsum."""
    (n, _, _, c), (kh, kw, channels, _) = x.shape, w.shape
    if c != channels:
        raise ValueError(f"{c} and {channels} channels")
    (sh, sw), (rows, columns) = _explicit(x, w, stride, padding)
    xp = np.ascontiguousarray(np.pad(x, ((0, 0), rows, columns, (0, 0))))
    oh = conv_output_size(xp.shape[1], kh, sh)
    ow = conv_output_size(xp.shape[2], kw, sw)
    a, d, e, f = xp.strides
    view = as_strided(xp, (n, oh, ow, kh, kw, c), (a, d * sh, e * sw, d, e, f), writeable=False)
    out = np.einsum("nijuvc,uvcf->nijf", view, w, optimize=True)
    return out if b is None else out + b.reshape(1, 1, 1, -1)


def conv_param_count(kh, kw, cin, cout, bias=True):
    """Sum over the filters."""
    return sum(kh * kw * cin + (1 if bias else 0) for _ in range(cout))


def dense_equivalent(h, w, cin, cout_h, cout_w, cout):
    """Weights and biases."""
    return cout_h * cout_w * cout * (1 + h * w * cin)


def apply_kernel(image, name):
    """Slide over the first two axes; the channels stay last."""
    if not np.issubdtype(image.dtype, np.floating):
        image = image / 1.0
    frame = ((1, 1), (1, 1), (0, 0))[: image.ndim]
    windows = sliding_window_view(np.pad(image, frame, mode="edge"), (3, 3), axis=(0, 1))
    return (windows * KERNELS[name]).sum(axis=(-2, -1)).astype(image.dtype)


def conv1x1(x, w, b):
    """Multiply with broadcasting, then sum over the channels."""
    if x.shape[3] != w.shape[0]:
        raise ValueError("channels")
    return (x[..., :, None] * w).sum(axis=-2) + b


def conv2d_backward(dout, x, w, stride=(1, 1), padding="valid"):
    """Spread dout by the stride, then correlate it with the turned kernel."""
    (sh, sw), ((top, bottom), (left, right)) = _explicit(x, w, stride, padding)
    kh, kw = w.shape[:2]
    n, oh, ow, filters = dout.shape
    hp, wp = x.shape[1] + top + bottom, x.shape[2] + left + right
    spread = np.zeros((n, hp - kh + 1, wp - kw + 1, filters), dtype=dout.dtype)
    spread[:, : (oh - 1) * sh + 1 : sh, : (ow - 1) * sw + 1 : sw] = dout
    turned = w[::-1, ::-1].transpose(0, 1, 3, 2)
    dxp = conv2d_forward(spread, turned, padding=(kh - 1, kw - 1))
    xp = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    swapped = conv2d_forward(xp.transpose(3, 1, 2, 0), spread.transpose(1, 2, 0, 3))
    dx = dxp[:, top : hp - bottom, left : wp - right]
    return dx, swapped.transpose(1, 2, 0, 3), dout.sum(axis=0).sum(axis=0).sum(axis=0)
