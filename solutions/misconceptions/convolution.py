"""Known-wrong implementations of `convolution`."""

import math

import numpy as np

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


def _way(n, k, stride, padding, strict):
    """Refuse what the reference refuses; say how far the last window may start from the first."""
    reference.conv_output_size(n, k, stride, padding, strict)
    return n + 2 * (0 if padding == "valid" else padding) - k


@known_wrong("conv_output_size", band=(70, 80))
def os_round(n, k, stride=1, padding="valid", strict=False):
    """You round 2.67 to 3: a position that is not complete does not count, so round down."""
    if padding == "same":
        return reference.conv_output_size(n, k, stride, padding)
    return round(_way(n, k, stride, padding, strict) / stride) + 1


@known_wrong("conv_output_size", band=(55, 65))
def os_ceil(n, k, stride=1, padding="valid", strict=False):
    """You round up: a window that the image does not fill is dropped."""
    if padding == "same":
        return reference.conv_output_size(n, k, stride, padding)
    return math.ceil(_way(n, k, stride, padding, strict) / stride) + 1


@known_wrong("conv_output_size", band=(40, 50), source="deck 003 L373, a 5x5 image padded to 6x6")
def os_p1(n, k, stride=1, padding="valid", strict=False):
    """You count the padding once: it is added on both sides (erratum E26)."""
    if isinstance(padding, str):
        return reference.conv_output_size(n, k, stride, padding, strict)
    return reference.conv_output_size(n + padding, k, stride, "valid", strict)


@known_wrong("conv_output_size", band=(55, 65))
def os_float(n, k, stride=1, padding="valid", strict=False):
    """Your size is a float, which no shape and no range takes: divide with //."""
    return float(reference.conv_output_size(n, k, stride, padding, strict))


@known_wrong(
    "conv_output_size",
    band=(75, 85),
    source='deeplearning.ai notebook: "use int() to apply the floor operation"',
    named=False,
)
def os_inttrunc(n, k, stride=1, padding="valid", strict=False):
    """int() cuts -0.5 to 0, so a kernel that does not fit gets a position: raise ValueError."""
    if padding == "same":
        return reference.conv_output_size(n, k, stride, padding)
    way = n + 2 * (0 if padding == "valid" else padding) - k
    if strict and way % stride:
        raise ValueError(way)
    return int(way / stride) + 1


def _pad(x, rows, columns, mode):
    widths = ((0, 0), rows, columns, (0, 0))
    if mode == "replicate":
        return np.pad(x, widths, mode="edge")
    return np.pad(x, widths, constant_values=int(mode == "one"))


@known_wrong("pad2d", band=(20, 30))
def pad_all(x, pad, mode="zero"):
    """You pad the batch and the channels too: only rows and columns get a frame."""
    if mode == "replicate":
        return np.pad(x, pad, mode="edge")
    return np.pad(x, pad, constant_values=int(mode == "one"))


@known_wrong("pad2d", band=(70, 80))
def pad_swap(x, pad, mode="zero"):
    """Of the two paddings the first is for the rows: you took it for the columns."""
    pad_h, pad_w = reference._pair(pad)
    return reference.pad2d(x, (pad_w, pad_h), mode)


@known_wrong("pad2d", band=(80, 90))
def pad_reflect(x, pad, mode="zero"):
    """You mirror the image at its edge: replicate repeats the pixel at the edge."""
    if mode != "replicate":
        return reference.pad2d(x, pad, mode)
    pad_h, pad_w = reference._pair(pad)
    return np.pad(x, ((0, 0), (pad_h, pad_h), (pad_w, pad_w), (0, 0)), mode="reflect")


@known_wrong("pad2d", band=(20, 30))
def pad_oneside(x, pad, mode="zero"):
    """You pad below and on the right only: a frame goes all around (erratum E26)."""
    pad_h, pad_w = reference._pair(pad)
    return _pad(x, (0, pad_h), (0, pad_w), mode)


_TURNED = "mathematics and SciPy's convolve2d (deck 003 L237 prints it: erratum E28)"


@known_wrong(
    "correlate2d",
    band=(30, 40),
    source='PyTorch forum: "Conv2d produces different results vs scipy convolve2d"; deck 003 L237',
    convention=_TURNED,
)
def corr_flip(image, kernel, stride=1):
    """You turn the kernel: all numbers of the lectures come from the kernel as it is."""
    return reference.correlate2d(image, kernel[::-1, ::-1], stride)


def _slide(image, kernel, stride, rows, columns, score):
    """Score the window at each of some positions."""
    image, kernel = reference._real(image), reference._real(kernel)
    kh, kw = kernel.shape
    out = np.zeros((rows, columns), np.result_type(image, kernel))
    for i, j in np.ndindex(rows, columns):
        window = image[i * stride : i * stride + kh, j * stride : j * stride + kw]
        out[i, j] = score(window, kernel)
    return out


@known_wrong("correlate2d", band=(25, 35), source="deck 003 L234")
def corr_matmul(image, kernel, stride=1):
    """You form a matrix product: multiply element by element, then add up (erratum E27)."""
    sides = zip(image.shape, kernel.shape, strict=True)
    rows, columns = ((n - k) // stride + 1 for n, k in sides)
    return _slide(image, kernel, stride, rows, columns, lambda window, k: (window @ k).sum())


@known_wrong("correlate2d", band=(20, 30))
def corr_off1(image, kernel, stride=1):
    """The last position is missing: there are (H - KH) // stride + 1 of them, mind the 1."""
    sides = zip(image.shape, kernel.shape, strict=True)
    rows, columns = (len(range(0, n - k, stride)) for n, k in sides)
    return _slide(image, kernel, stride, rows, columns, lambda window, k: (window * k).sum())


@known_wrong("correlate2d", band=(50, 60))
def corr_square(image, kernel, stride=1):
    """You take the kernel's rows for its columns too: a kernel need not be square."""
    image, kernel = reference._real(image), reference._real(kernel)
    k = kernel.shape[0]
    rows, columns = ((n - k) // stride + 1 for n in image.shape)
    out = np.zeros((rows, columns), np.result_type(image, kernel))
    for i, j in np.ndindex(rows, columns):
        h, w = i * stride, j * stride
        out[i, j] = (image[h : h + k, w : w + k] * kernel).sum()
    return out


def _layer_windows(x, w, stride, padding):
    """Show the windows of a layer's input: axes (n, i, j, c, u, v)."""
    widths = reference._pad_widths(x.shape, w.shape, stride, padding)
    return reference._windows(np.pad(x, widths), w.shape, stride)


@known_wrong("conv2d_forward", band=(30, 40), source="deck 003 L237, L532", convention=_TURNED)
def conv_flip(x, w, b=None, stride=(1, 1), padding="valid"):
    """You turn the kernels: in a network they are laid on the image as they are."""
    return reference.conv2d_forward(x, w[::-1, ::-1], b, stride, padding)


@known_wrong("conv2d_forward", band=(30, 40), source="deck 000 L689")
def conv_perchannel(x, w, b=None, stride=(1, 1), padding="valid"):
    """Your output has the input's channels: a filter sums over all of them (erratum E07)."""
    out = np.einsum("nijcuv,uvc->nijc", _layer_windows(x, w, stride, padding), w[..., 0])
    return out if b is None else out + b


@known_wrong("conv2d_forward", band=(45, 55))
def conv_onefilter(x, w, b=None, stride=(1, 1), padding="valid"):
    """You use the first filter only: each filter makes a channel of the output."""
    return reference.conv2d_forward(x, w[..., :1], None if b is None else b[:1], stride, padding)


@known_wrong("conv2d_forward", band=(50, 60))
def conv_biaspertap(x, w, b=None, stride=(1, 1), padding="valid"):
    """You add the bias with every product: it belongs to the finished sum, once."""
    taps = w[..., 0].size
    return reference.conv2d_forward(x, w, None if b is None else taps * b, stride, padding)


@known_wrong(
    "conv2d_forward",
    band=(45, 55),
    source='deeplearning.ai forum 513501: "Make sure you include stride in your calculation"',
)
def conv_nostride(x, w, b=None, stride=(1, 1), padding="valid"):
    """The number of your windows is right, but each starts one pixel on: start at i * stride."""
    rows, columns = _layer_windows(x, w, stride, padding).shape[1:3]
    widths = reference._pad_widths(x.shape, w.shape, stride, padding)
    return reference.conv2d_forward(np.pad(x, widths), w, b)[:, :rows, :columns]


@known_wrong("conv2d_forward", band=(75, 85))
def conv_strideswap(x, w, b=None, stride=(1, 1), padding="valid"):
    """Of the two strides the first is for the rows: you took it for the columns."""
    return reference.conv2d_forward(x, w, b, reference._pair(stride)[::-1], padding)


@known_wrong(
    "conv2d_forward",
    band=(25, 35),
    source='deeplearning.ai forum: "confused the values of n_H and n_W"',
)
def conv_hwswap(x, w, b=None, stride=(1, 1), padding="valid"):
    """Rows and columns of your output are swapped: the rows come first."""
    return reference.conv2d_forward(x, w, b, stride, padding).swapaxes(1, 2).copy()


@known_wrong("conv2d_forward", band=(30, 40))
def conv_relu(x, w, b=None, stride=(1, 1), padding="valid"):
    """You cut negative answers off: the activation is a step of its own, after this one."""
    return np.maximum(reference.conv2d_forward(x, w, b, stride, padding), 0)


@known_wrong("conv2d_forward", band=(90, 99), named=False)
def conv_slow(x, w, b=None, stride=(1, 1), padding="valid"):
    """Right, but slow: leave the sums over the window and the channels to NumPy."""
    if x.shape[3] != w.shape[2]:
        raise ValueError(x.shape)
    windows = _layer_windows(x, w, stride, padding)
    out = np.zeros((*windows.shape[:3], w.shape[3]), x.dtype)
    for n, i, j, f in np.ndindex(out.shape):
        window, total = windows[n, i, j], 0.0 if b is None else b[f]
        for u, v, c in np.ndindex(w.shape[:3]):
            total += window[c, u, v] * w[u, v, c, f]
        out[n, i, j, f] = total
    return out


@known_wrong("conv2d_forward", band=(90, 99), named=False)
def conv_nocheck(x, w, b=None, stride=(1, 1), padding="valid"):
    """A kernel of one channel is stretched over all of them: raise ValueError if C_in differs."""
    out = np.einsum("nijcuv,uvcf->nijf", _layer_windows(x, w, stride, padding), w)
    return out if b is None else out + b


@known_wrong("conv_param_count", band=(25, 35))
def cpar_nobias(kh, kw, cin, cout, bias=True):
    """The biases are missing: a filter of 5x5x3 has 75 weights and one bias."""
    return kh * kw * cin * cout


@known_wrong("conv_param_count", band=(15, 25))
def cpar_nochannels(kh, kw, cin, cout, bias=True):
    """A filter is as deep as its input: count KH * KW * C_in weights for each."""
    return (kh * kw + int(bias)) * cout


def _filter(image, kernel, mode="replicate"):
    """Filter an image with a kernel that is given, as `apply_kernel` does with one of its own."""
    image = reference._real(image)
    channels = image[..., None] if image.ndim == 2 else image
    batch = reference.pad2d(np.moveaxis(channels, 2, 0)[..., None], 1, mode)
    filtered = reference.conv2d_forward(batch, kernel.astype(image.dtype)[..., None, None])
    return np.moveaxis(filtered[..., 0], 0, 2).reshape(image.shape)


_NO_NINTH = {**reference.KERNELS, "box_blur": np.ones((3, 3))}
_EIGHTHS = {**reference.KERNELS, "gaussian_blur": 2 * reference.KERNELS["gaussian_blur"]}
_CENTRE_FOUR = {**reference.KERNELS, "sharpen": -reference.KERNELS["edge4"]}
_DIRECTIONS = ("vertical_line", "horizontal_line", "vertical_edge", "horizontal_edge")
_TRANSPOSED = {**reference.KERNELS, **{name: reference.KERNELS[name].T for name in _DIRECTIONS}}


@known_wrong(band=(70, 80))
class kb_nonorm:
    """Your box blur makes the image nine times as bright: divide by 9, so that it adds up to 1."""

    KERNELS = _NO_NINTH

    @staticmethod
    def apply_kernel(image, name):
        return _filter(image, _NO_NINTH[name])


@known_wrong(band=(75, 85))
class kb_gauss8:
    """Your Gaussian makes the image twice as bright: its numbers add up to 16, divide by that."""

    KERNELS = _EIGHTHS

    @staticmethod
    def apply_kernel(image, name):
        return _filter(image, _EIGHTHS[name])


@known_wrong(band=(75, 85))
class kb_sharp4:
    """With 4 in its centre your sharpen is an edge detector: with 5 it adds up to 1."""

    KERNELS = _CENTRE_FOUR

    @staticmethod
    def apply_kernel(image, name):
        return _filter(image, _CENTRE_FOUR[name])


@known_wrong("apply_kernel", band=(60, 70))
def kb_zeroedge(image, name):
    """Zeros around the image darken its border: pad by repeating the edge."""
    return _filter(image, reference.KERNELS[name], "zero")


@known_wrong(band=(60, 70), source="deck 002 L99-113, one matrix for both")
class kb_swap:
    """Your vertical and horizontal kernels are swapped: a vertical one has equal rows (E16)."""

    KERNELS = _TRANSPOSED

    @staticmethod
    def apply_kernel(image, name):
        return _filter(image, _TRANSPOSED[name])


@known_wrong("apply_kernel", band=(55, 65))
def kb_clip(image, name):
    """You clip to 0..255: keep all values, clipping is for showing an image only."""
    return np.clip(reference.apply_kernel(image, name), 0, 255)


@known_wrong("apply_kernel", band=(40, 50))
def kb_uint8(image, name):
    """In uint8 a negative answer wraps around: answer in floats."""
    return reference.apply_kernel(image, name).astype(np.int64).astype(np.uint8)


@known_wrong("conv1x1", band=(15, 25))
def c1_perch(x, w, b):
    """You weigh each channel by itself: an output channel mixes all of the pixel's channels."""
    return x * w.sum(axis=1) + b


@known_wrong("conv1x1", band=(15, 25))
def c1_wT(x, w, b):
    """Your weights are transposed: w has a row for each input channel, so x @ w."""
    return x @ w.T + b


@known_wrong("conv1x1", band=(93, 97), named=False)
def c1_loop(x, w, b):
    """Right, but slow: @ works on the last axis of all pixels at once."""
    out = np.zeros((*x.shape[:3], w.shape[1]), x.dtype)
    for n, i, j in np.ndindex(x.shape[:3]):
        out[n, i, j] = x[n, i, j] @ w + b
    return out


_END_TO_END = "end-to-end-machine-learning course 322, errata"


def _correlated_back(dout, w, shape, stride, padding):
    """Gather dx with the kernels as they are, from gradients spread out by the stride."""
    (step_h, step_w), (kh, kw) = reference._pair(stride), w.shape[:2]
    widths = reference._pad_widths(shape, w.shape, stride, padding)
    height, width = (n + sum(side) for n, side in zip(shape[1:3], widths[1:3], strict=True))
    spread = np.zeros((len(dout), height + kh - 1, width + kw - 1, dout.shape[3]), dout.dtype)
    rows, columns = dout.shape[1] * step_h, dout.shape[2] * step_w
    spread[:, kh - 1 : kh - 1 + rows : step_h, kw - 1 : kw - 1 + columns : step_w] = dout
    dpadded = reference.conv2d_forward(spread, w.transpose(0, 1, 3, 2))
    (top, _), (left, _) = widths[1:3]
    return dpadded[:, top : top + shape[1], left : left + shape[2]]


@known_wrong(
    "conv2d_backward",
    band=(25, 35),
    source=f'{_END_TO_END}: "calculated weight gradient was reversed"',
)
def cb_flip(dout, x, w, stride=(1, 1), padding="valid"):
    """Your dx comes from the kernels as they are: to gather it, turn them by 180 degrees."""
    _, dw, db = reference.conv2d_backward(dout, x, w, stride, padding)
    return _correlated_back(dout, w, x.shape, stride, padding), dw, db


@known_wrong("conv2d_backward", band=(25, 35), source=_END_TO_END)
def cb_dwflip(dout, x, w, stride=(1, 1), padding="valid"):
    """Your dw is turned by 180 degrees: slide dout over the image, not the image over dout."""
    dx, dw, db = reference.conv2d_backward(dout, x, w, stride, padding)
    return dx, dw[::-1, ::-1].copy(), db


def _backward_of_padded(dout, x, w, stride, padding):
    """Give the three gradients, that of the padded images first, and the padding."""
    widths = reference._pad_widths(x.shape, w.shape, stride, padding)
    return reference.conv2d_backward(dout, np.pad(x, widths), w, stride), widths


@known_wrong("conv2d_backward", band=(50, 60))
def cb_nounpad(dout, x, w, stride=(1, 1), padding="valid"):
    """Your dx still has the padding: cut it off, dx has the shape of x."""
    return _backward_of_padded(dout, x, w, stride, padding)[0]


@known_wrong("conv2d_backward", band=(60, 70))
def cb_negpad(dout, x, w, stride=(1, 1), padding="valid"):
    """Without padding p:-p is 0:0, which is empty: cut from p to p + H."""
    (dpadded, dw, db), widths = _backward_of_padded(dout, x, w, stride, padding)
    (top, bottom), (left, right) = widths[1:3]
    return dpadded[:, top:-bottom, left:-right], dw, db


@known_wrong("conv2d_backward", band=(15, 25))
def cb_dbmean(dout, x, w, stride=(1, 1), padding="valid"):
    """Your db is a mean: the bias is added at every position, so its gradients add up."""
    dx, dw, _ = reference.conv2d_backward(dout, x, w, stride, padding)
    return dx, dw, dout.mean(axis=(0, 1, 2))
