"""Reference solution of `convolution`: every window at once, then one tensor product."""

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Padding = Literal["valid", "same"] | int
PaddingPair = Literal["valid", "same"] | int | tuple[int, int]

_VERTICAL_LINE = np.array([[-1.0, 2.0, -1.0]] * 3)
_VERTICAL_EDGE = np.array([[1.0, 0.0, -1.0]] * 3)

KERNELS: dict[str, np.ndarray] = {
    "identity": np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
    "edge_diag": np.array([[1.0, 0.0, -1.0], [0.0, 0.0, 0.0], [-1.0, 0.0, 1.0]]),
    "edge4": np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]),
    "edge8": np.array([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]),
    "sharpen": np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]),
    "box_blur": np.full((3, 3), 1 / 9),
    "gaussian_blur": np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16,
    "vertical_line": _VERTICAL_LINE,
    "horizontal_line": _VERTICAL_LINE.T,
    "vertical_edge": _VERTICAL_EDGE,
    "horizontal_edge": _VERTICAL_EDGE.T,
}


def conv_output_size(
    n: int, k: int, stride: int = 1, padding: Padding = "valid", strict: bool = False
) -> int:
    """Compute how many positions a kernel takes along one axis of an image.

    The first window starts at 0 and the last may start at n + 2p - k; `stride` divides the way
    between them. "same" is defined by its result, ceil(n / stride).

    Raises:
        ValueError: The kernel is larger than the padded image, or `strict` and a rest is left.
    """
    if padding == "same":
        return -(-n // stride)
    way = n + 2 * (0 if padding == "valid" else padding) - k
    if way < 0:
        raise ValueError(f"a kernel of {k} does not fit on {way + k} pixels, padding included")
    if strict and way % stride:
        raise ValueError(f"stride {stride} leaves {way % stride} of {way} pixels over")
    return way // stride + 1


def pad2d(
    x: np.ndarray,
    pad: int | tuple[int, int],
    mode: Literal["zero", "one", "replicate"] = "zero",
) -> np.ndarray:
    """Put a frame of extra pixels around every image of a batch."""
    pad_h, pad_w = _pair(pad)
    widths = ((0, 0), (pad_h, pad_h), (pad_w, pad_w), (0, 0))
    if mode == "replicate":
        return np.pad(x, widths, mode="edge")
    return np.pad(x, widths, constant_values=1 if mode == "one" else 0)


def correlate2d(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """Slide a kernel over a grey image, without padding.

    Raises:
        ValueError: The kernel is larger than the image.
    """
    image, kernel = _real(image), _real(kernel)
    windows = sliding_window_view(image, kernel.shape)[::stride, ::stride]
    return np.einsum("ijuv,uv->ij", windows, kernel)


def conv2d_forward(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: int | tuple[int, int] = (1, 1),
    padding: PaddingPair = "valid",
) -> np.ndarray:
    """Cross-correlate each image with every filter of the kernel.

    The windows have axes (n, i, j, c, u, v) and the kernel (u, v, c, f): contracting c, u and v
    is one matrix product.

    Raises:
        ValueError: `x` and `w` differ in C_in, or the kernel is larger than the padded image.
    """
    x, w = _real(x), _real(w)
    if x.shape[3] != w.shape[2]:
        raise ValueError(f"the image has {x.shape[3]} channels, the kernel is for {w.shape[2]}")
    padded = np.pad(x, _pad_widths(x.shape, w.shape, stride, padding))
    out = np.tensordot(_windows(padded, w.shape, stride), w, axes=((3, 4, 5), (2, 0, 1)))
    return out if b is None else out + b


def conv_param_count(kh: int, kw: int, cin: int, cout: int, bias: bool = True) -> int:
    """Count the trainable numbers of a convolution layer."""
    return (kh * kw * cin + int(bias)) * cout


def dense_equivalent(h: int, w: int, cin: int, cout_h: int, cout_w: int, cout: int) -> int:
    """Count the trainable numbers of a dense layer between the same input and output."""
    return (h * w * cin + 1) * cout_h * cout_w * cout


def apply_kernel(image: np.ndarray, name: str) -> np.ndarray:
    """Filter an image with one of the `KERNELS`.

    Channels that do not mix can be treated as a batch of grey images, so that the work is left to
    `conv2d_forward`.
    """
    image = _real(image)
    channels = image[..., None] if image.ndim == 2 else image
    batch = pad2d(np.moveaxis(channels, 2, 0)[..., None], 1, "replicate")
    kernel = KERNELS[name].astype(image.dtype)[..., None, None]
    filtered = conv2d_forward(batch, kernel)
    return np.moveaxis(filtered[..., 0], 0, 2).reshape(image.shape)


def conv1x1(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mix the channels of every pixel: `@` works on the last axis and keeps the others.

    Raises:
        ValueError: `x` and `w` differ in C_in.
    """
    return _real(x) @ _real(w) + b


def conv2d_backward(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: int | tuple[int, int] = (1, 1),
    padding: PaddingPair = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Propagate the gradient of a loss back through `conv2d_forward`.

    out = windows . w is linear in both: dw contracts the windows with dout over all positions,
    and dx is the adjoint of taking windows, which for one tap (u, v) of the kernel adds
    dout @ w[u, v].T to the pixels that this tap saw.
    """
    dout, x, w = _real(dout), _real(x), _real(w)
    widths = _pad_widths(x.shape, w.shape, stride, padding)
    padded = np.pad(x, widths)
    windows = _windows(padded, w.shape, stride)
    dw = np.tensordot(windows, dout, axes=((0, 1, 2), (0, 1, 2))).transpose(1, 2, 0, 3)

    (stride_h, stride_w), (kh, kw) = _pair(stride), w.shape[:2]
    span_h, span_w = dout.shape[1] * stride_h, dout.shape[2] * stride_w
    dpadded = np.zeros_like(padded)
    for u in range(kh):
        for v in range(kw):
            seen = (slice(None), slice(u, u + span_h, stride_h), slice(v, v + span_w, stride_w))
            dpadded[seen] += dout @ w[u, v].T
    (top, _), (left, _) = widths[1:3]
    dx = dpadded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    """Write one number for both axes as a pair."""
    return (value, value) if isinstance(value, int | np.integer) else value


def _real(array: np.ndarray) -> np.ndarray:
    """Promote integers and booleans to float64; leave float32 and float64 alone."""
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _pad_widths(
    shape: tuple[int, ...],
    kernel_shape: tuple[int, ...],
    stride: int | tuple[int, int],
    padding: PaddingPair,
) -> tuple[tuple[int, int], ...]:
    """Say how many zeros are added before and after each of the axes (n, h, w, c).

    "same" is TensorFlow's rule: as many as the last window reaches beyond the image, half of them
    before, and the odd one after.
    """
    if padding == "valid":
        return ((0, 0),) * 4
    if padding != "same":
        pad_h, pad_w = _pair(padding)
        return (0, 0), (pad_h, pad_h), (pad_w, pad_w), (0, 0)
    sides = [(0, 0)]
    for n, k, step in zip(shape[1:3], kernel_shape[:2], _pair(stride), strict=True):
        total = max((conv_output_size(n, k, step, "same") - 1) * step + k - n, 0)
        sides.append((total // 2, total - total // 2))
    return (*sides, (0, 0))


def _windows(
    padded: np.ndarray, kernel_shape: tuple[int, ...], stride: int | tuple[int, int]
) -> np.ndarray:
    """Show every window under the kernel, without copying.

    Returns:
        A read-only view of shape (N, H_out, W_out, C, KH, KW).

    Raises:
        ValueError: The kernel is larger than the padded image.
    """
    stride_h, stride_w = _pair(stride)
    windows = sliding_window_view(padded, kernel_shape[:2], axis=(1, 2))
    return windows[:, ::stride_h, ::stride_w]
