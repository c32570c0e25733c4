"""Convolution: write each function below, then run `pytest test_convolution.py`.

What holds for every function:

* An array is a `numpy.ndarray`. float32 in gives float32 out, float64 gives float64; integers and
  booleans are promoted to float64 by the functions that compute with them.
* Images have shape (N, H, W, C): batch, rows, columns, channels. Kernels have shape
  (KH, KW, C_in, C_out). This is the layout of Keras; PyTorch puts the channels first.
* "Convolution" means cross-correlation, as in every deep-learning library: the kernel is laid on
  the image as it is, without turning it. All numbers of the decks are correlations, although
  deck 003 L237 prints the formula of the turned kernel (erratum E28).
* No argument is modified, nothing is printed, nothing global is changed.
* Allowed: numpy, and from the standard library math, typing, itertools, functools, collections,
  dataclasses, warnings. Helper functions of your own are welcome.
* Decks are named by their first three digits, L is the line in the deck's text.
"""

from typing import Literal

import numpy as np

Padding = Literal["valid", "same"] | int
PaddingPair = Literal["valid", "same"] | int | tuple[int, int]

KERNELS: dict[str, np.ndarray] = {}
"""A6.6: the kernels that `apply_kernel` knows by name; its docstring lists them."""


def conv_output_size(
    n: int, k: int, stride: int = 1, padding: Padding = "valid", strict: bool = False
) -> int:
    """Compute how many positions a kernel takes along one axis of an image.

    With p pixels of padding on *each* side there are floor((n + 2p - k) / stride) + 1 positions
    (deck 002 L210, deck 003 L621). "valid" means p = 0. "same" pads as much as is needed for
    ceil(n / stride) positions, whatever the kernel.

    The decks disagree about a stride that does not fit: deck 002 rounds down, deck 003 L575 calls
    it "NOT possible", deck 001 L474 says it is normally avoided (erratum E29). Here the last,
    incomplete position is dropped, as Keras and PyTorch do, unless `strict` asks for an error.

    Args:
        n: Rows (or columns) of the image, at least 1.
        k: Rows (or columns) of the kernel, at least 1.
        stride: Step between two positions, at least 1.
        padding: "valid", "same", or p, the pixels added on each side.
        strict: Whether a stride that leaves a rest is an error.

    Returns:
        The number of positions, a Python int.

    Raises:
        ValueError: The kernel is larger than the padded image: k > n + 2p. Or `strict` is true
            and n + 2p - k is no multiple of `stride`. Never with "same".

    Example:
        >>> conv_output_size(32, 5, stride=1, padding=2)  # deck 003 L593
        32
    """
    raise NotImplementedError("A6.1 conv_output_size")


def pad2d(
    x: np.ndarray,
    pad: int | tuple[int, int],
    mode: Literal["zero", "one", "replicate"] = "zero",
) -> np.ndarray:
    """Put a frame of extra pixels around every image of a batch (deck 000 L654-658).

    The batch and the channels stay as they are.

    Args:
        x: float32 or float64, shape (N, H, W, C).
        pad: Pixels added on each side, or a pair (rows above and below, columns left and right).
        mode: "zero" and "one" add pixels with that value; "replicate" repeats the pixel at the
            image's edge (`mode="edge"` in numpy).

    Returns:
        Same dtype, shape (N, H + 2 * pad_h, W + 2 * pad_w, C).

    Example:
        >>> pad2d(np.ones((1, 5, 5, 1)), 1).shape  # deck 003 L373 says 6x6: erratum E26
        (1, 7, 7, 1)
    """
    raise NotImplementedError("A6.2 pad2d")


def correlate2d(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """Slide a kernel over a grey image, without padding.

    At each position, image and kernel are multiplied element by element, and the products are
    added up (deck 003 L234 says "matrix multiplication": erratum E27):

        out[i, j] = sum over u, v of image[i * stride + u, j * stride + v] * kernel[u, v]

    Args:
        image: Shape (H, W), float32, float64 or integer.
        kernel: Shape (KH, KW), of the same dtype or integer; need not be square (deck 000 L597).
        stride: Step between two positions, the same for rows and columns.

    Returns:
        Shape ((H - KH) // stride + 1, (W - KW) // stride + 1). float32 for a float32 image and
        kernel, otherwise float64: sums of uint8 pixels do not fit in uint8.

    Raises:
        ValueError: The kernel is larger than the image.

    Example:
        >>> correlate2d(np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]]), np.array([[-1, 0, 1]]))
        array([[-2.],
               [ 2.],
               [ 0.]])
    """
    raise NotImplementedError("A6.3 correlate2d")


def conv2d_forward(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: int | tuple[int, int] = (1, 1),
    padding: PaddingPair = "valid",
) -> np.ndarray:
    """Cross-correlate each image with every filter of the kernel.

    One filter sums over all input channels, so the output has as many channels as there are
    filters (deck 001 L464; deck 000 L689 says otherwise: erratum E07). With xp the padded images:

        out[n, i, j, f] = b[f] + sum over u, v, c of
            xp[n, i * stride_h + u, j * stride_w + v, c] * w[u, v, c, f]

    "same" pads with zeros for ceil(H / stride_h) rows: total = max((out - 1) * stride_h + KH - H,
    0), of which total // 2 are above and the rest below; columns likewise. TensorFlow and Keras
    do so; PyTorch refuses "same" with a stride. No activation function is applied. Two worked
    numbers of the decks are not these: errata E02 (deck 000 L642) and E25 (deck 003 L306).

    Args:
        x: float32 or float64, shape (N, H, W, C_in).
        w: Same dtype, shape (KH, KW, C_in, C_out).
        b: Same dtype, shape (C_out,); None for no bias. Added once to each output value.
        stride: A step for both axes, or a pair (rows, columns).
        padding: "valid" (none), "same", zeros on each side, or a pair (rows, columns) of them.

    Returns:
        Same dtype, shape (N, H_out, W_out, C_out), H_out = (H + pad_h - KH) // stride_h + 1,
        where pad_h counts both sides; W_out likewise.

    Raises:
        ValueError: `x` and `w` differ in C_in, or the kernel is larger than the padded image.

    Example:
        >>> x = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 2, 2)  # two pixels of two channels
        >>> conv2d_forward(x, np.ones((1, 2, 2, 1)), b=np.array([0.5]))
        array([[[[10.5]]]])
    """
    raise NotImplementedError("A6.4 conv2d_forward")


def conv_param_count(kh: int, kw: int, cin: int, cout: int, bias: bool = True) -> int:
    """Count the trainable numbers of a convolution layer.

    Each filter has KH * KW * C_in weights and, with `bias`, one bias (deck 003 L601, L625-629).
    The size of the image does not matter.

    Args:
        kh: Rows of the kernel.
        kw: Columns of the kernel.
        cin: Channels of the input.
        cout: Number of filters.
        bias: Whether every filter has a bias.

    Returns:
        The count, a Python int.

    Example:
        >>> conv_param_count(5, 5, 3, 10)  # deck 003 L601
        760
    """
    raise NotImplementedError("A6.5 conv_param_count")


def dense_equivalent(h: int, w: int, cin: int, cout_h: int, cout_w: int, cout: int) -> int:
    """Count the trainable numbers of a dense layer between the same input and output.

    Every output value has a weight for every input value, and a bias. Deck 003 L604 compares the
    760 parameters of its convolution with 3072 * 10, a dense layer of ten neurons; that layer
    has ten outputs, not 32x32x10 (erratum E30).

    Args:
        h: Rows of the input.
        w: Columns of the input.
        cin: Channels of the input.
        cout_h: Rows of the output.
        cout_w: Columns of the output.
        cout: Channels of the output.

    Returns:
        Weights and biases together, a Python int.

    Example:
        >>> dense_equivalent(32, 32, 3, 32, 32, 10)  # 31,457,280 weights and 10,240 biases
        31467520
    """
    raise NotImplementedError("A6.5 dense_equivalent")


def apply_kernel(image: np.ndarray, name: str) -> np.ndarray:
    """Filter an image with one of the `KERNELS`.

    `KERNELS` has these keys, each a 3x3 array as the decks print it: identity, edge_diag, edge4,
    edge8, sharpen, box_blur, gaussian_blur (deck 002 L316-323, in this order), vertical_line,
    horizontal_line (deck 000 L538-546), vertical_edge with the rows 1 0 -1 (deck 003 L457-459),
    and horizontal_edge, its transpose (deck 002 L99-113 prints one matrix for both: erratum E16).
    A vertical detector answers to vertical lines.

    The image is padded by one pixel with "replicate", so that a constant image stays constant
    under a kernel that adds up to 1. Each channel is filtered on its own. The result keeps
    negative values and values above 255: clipping is for showing an image only.

    Args:
        image: float32, float64 or integer; shape (H, W) or (H, W, C).
        name: A key of `KERNELS`.

    Returns:
        The image's shape; float32 for a float32 image, otherwise float64.

    Example:
        >>> apply_kernel(np.array([[10, 10, 0, 0]]), "vertical_edge")
        array([[ 0., 30., 30.,  0.]])
    """
    raise NotImplementedError("A6.6 apply_kernel")


def conv1x1(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mix the channels of every pixel: a convolution with 1x1 kernels.

    Each output channel is the inner product of the pixel's channels with a filter, plus a bias
    (deck 003 L638-648: "inner product of two 64-D vectors"). Write it without a loop and without
    calling `conv2d_forward`.

    Args:
        x: float32 or float64, shape (N, H, W, C_in).
        w: Same dtype, shape (C_in, C_out).
        b: Same dtype, shape (C_out,).

    Returns:
        Same dtype, shape (N, H, W, C_out).

    Raises:
        ValueError: `x` and `w` differ in C_in.

    Example:
        >>> x = np.array([1.0, 2.0]).reshape(1, 1, 1, 2)
        >>> conv1x1(x, np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 4.0]]), np.zeros(3))
        array([[[[ 1.,  2., 11.]]]])
    """
    raise NotImplementedError("A6.7 conv1x1")


def conv2d_backward(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: int | tuple[int, int] = (1, 1),
    padding: PaddingPair = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Propagate the gradient of a loss back through `conv2d_forward` (bonus).

    A weight is used at many positions, so its gradient is the sum over *all* of them (deck 002
    L569-602 lists only some: erratum E22). With xp the padded images:

        dw[u, v, c, f] = sum over n, i, j of
            dout[n, i, j, f] * xp[n, i * stride_h + u, j * stride_w + v, c]
        db[f] = sum over n, i, j of dout[n, i, j, f]

    and each dout[n, i, j, f] * w[u, v, c, f] is added to the pixel of dx that it came from; what
    falls on the padding is dropped. Nothing is divided by the size of the batch.

    Args:
        dout: float32 or float64, the loss's gradient by the output, shape (N, H_out, W_out, C_out).
        x: Same dtype, the input of the forward pass, shape (N, H, W, C_in).
        w: Same dtype, shape (KH, KW, C_in, C_out).
        stride: As in `conv2d_forward`.
        padding: As in `conv2d_forward`.

    Returns:
        The tuple (dx, dw, db) with the dtype of `x` and the shapes of `x`, `w` and (C_out,).

    Example:
        >>> x, w = np.array([2.0, 3.0]).reshape(1, 1, 2, 1), np.full((1, 1, 1, 1), 5.0)
        >>> [g.ravel() for g in conv2d_backward(np.ones((1, 1, 2, 1)), x, w)]
        [array([5., 5.]), array([5.]), array([2.])]
    """
    raise NotImplementedError("A6.8 conv2d_backward")
