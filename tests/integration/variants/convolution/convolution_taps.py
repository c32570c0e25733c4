"""Correct variant of `convolution`: a sum over the taps of the kernel, Fortran-ordered answers."""

from dataclasses import dataclass
from itertools import product

import numpy as np


def conv_output_size(n, k, stride=1, padding="valid", strict=False):
    """Divide with a rest."""
    if padding == "same":
        return (n + stride - 1) // stride
    if padding != "valid":
        n = n + 2 * padding
    if k > n:
        raise ValueError("kernel too large")
    size, rest = divmod(n - k, stride)
    if rest and strict:
        raise ValueError("stride does not fit")
    return size + 1


def pad2d(x, pad, mode="zero"):
    """Choose the mode of `np.pad` by name; answer in Fortran order."""
    try:
        ph, pw = pad
    except TypeError:
        ph = pw = pad
    options = {
        "zero": {"mode": "constant"},
        "one": {"mode": "constant", "constant_values": 1},
        "replicate": {"mode": "edge"},
    }[mode]
    return np.asfortranarray(np.pad(x, [(0, 0), (ph, ph), (pw, pw), (0, 0)], **options))


@dataclass(frozen=True)
class Grid:
    """Where the taps of a kernel lie on a padded image."""

    rows: int
    columns: int
    sh: int
    sw: int
    top: int
    left: int
    bottom: int
    right: int

    def tap(self, u, v):
        """Index the pixels that tap (u, v) sees, one for each position."""
        return (
            slice(None),
            slice(u, u + (self.rows - 1) * self.sh + 1, self.sh),
            slice(v, v + (self.columns - 1) * self.sw + 1, self.sw),
        )


def _grid(x, w, stride, padding):
    sh, sw = np.broadcast_to(stride, 2).tolist()
    if isinstance(padding, str):
        top = left = bottom = right = 0
        if padding == "same":
            down = max((conv_output_size(x.shape[1], 1, sh) - 1) * sh + w.shape[0] - x.shape[1], 0)
            across = max(
                (conv_output_size(x.shape[2], 1, sw) - 1) * sw + w.shape[1] - x.shape[2], 0
            )
            top, left = down // 2, across // 2
            bottom, right = down - top, across - left
    else:
        top, left = bottom, right = np.broadcast_to(padding, 2).tolist()
    rows = conv_output_size(x.shape[1] + top + bottom, w.shape[0], sh)
    columns = conv_output_size(x.shape[2] + left + right, w.shape[1], sw)
    return Grid(rows, columns, sh, sw, top, left, bottom, right)


def _padded(x, grid):
    return np.pad(x, ((0, 0), (grid.top, grid.bottom), (grid.left, grid.right), (0, 0)))


def conv2d_forward(x, w, b=None, stride=(1, 1), padding="valid"):
    """Add up what each tap contributes to all positions."""
    if x.shape[3] != w.shape[2]:
        raise ValueError("channels differ")
    grid = _grid(x, w, stride, padding)
    xp = _padded(x, grid)
    out = sum(xp[grid.tap(u, v)] @ w[u, v] for u, v in product(*map(range, w.shape[:2])))
    return np.asfortranarray(out if b is None else out + b)


def correlate2d(image, kernel, stride=1):
    """Add up what each tap contributes."""
    if image.dtype != np.float32:
        image = image.astype(np.float64)
    rows = conv_output_size(image.shape[0], kernel.shape[0], stride)
    columns = conv_output_size(image.shape[1], kernel.shape[1], stride)
    out = np.zeros((rows, columns), dtype=image.dtype, order="F")
    for (u, v), weight in np.ndenumerate(kernel):
        seen = image[u : u + (rows - 1) * stride + 1, v : v + (columns - 1) * stride + 1]
        out += weight * seen[::stride, ::stride]
    return out


def conv_param_count(kh, kw, cin, cout, bias=True):
    """Let NumPy count."""
    return int(np.prod([kh, kw, cin, cout])) + bias * cout


def dense_equivalent(h, w, cin, cout_h, cout_w, cout):
    """Let NumPy count."""
    return int(np.prod([h, w, cin, cout_h, cout_w, cout]) + np.prod([cout_h, cout_w, cout]))


_TABLE = """
identity        0  0  0   0  1  0   0  0  0   1
edge_diag       1  0 -1   0  0  0  -1  0  1   1
edge4           0  1  0   1 -4  1   0  1  0   1
edge8          -1 -1 -1  -1  8 -1  -1 -1 -1   1
sharpen         0 -1  0  -1  5 -1   0 -1  0   1
box_blur        1  1  1   1  1  1   1  1  1   9
gaussian_blur   1  2  1   2  4  2   1  2  1  16
vertical_line  -1  2 -1  -1  2 -1  -1  2 -1   1
horizontal_line -1 -1 -1  2  2  2  -1 -1 -1   1
vertical_edge   1  0 -1   1  0 -1   1  0 -1   1
horizontal_edge 1  1  1   0  0  0  -1 -1 -1   1
"""


def _kernel(numbers):
    values = [float(number) for number in numbers]
    return np.reshape(values[:9], (3, 3)) / values[9]


KERNELS = {line.split()[0]: _kernel(line.split()[1:]) for line in _TABLE.strip().splitlines()}


def apply_kernel(image, name):
    """Shift the padded image under the kernel; a third axis comes along by itself."""
    dtype = np.float32 if image.dtype == np.float32 else np.float64
    padded = np.pad(image.astype(dtype), [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2), "edge")
    h, w = image.shape[:2]
    out = np.zeros_like(image, dtype=dtype)
    for u, row in enumerate(KERNELS[name].tolist()):
        for v, weight in enumerate(row):
            out += weight * padded[u : u + h, v : v + w]
    return out


def conv1x1(x, w, b):
    """Contract with einsum and answer in Fortran order."""
    return np.asfortranarray(np.einsum("nhwc,cf->nhwf", x, w) + b)


def conv2d_backward(dout, x, w, stride=(1, 1), padding="valid"):
    """Undo the forward pass tap by tap."""
    grid = _grid(x, w, stride, padding)
    xp = _padded(x, grid)
    dxp, dw = np.zeros(xp.shape, xp.dtype, order="F"), np.empty(w.shape, w.dtype, order="F")
    for u, v in product(*map(range, w.shape[:2])):
        dxp[grid.tap(u, v)] += np.einsum("nijf,cf->nijc", dout, w[u, v])
        dw[u, v] = np.einsum("nijc,nijf->cf", xp[grid.tap(u, v)], dout)
    height, width = x.shape[1:3]
    dx = dxp[:, grid.top : grid.top + height, grid.left : grid.left + width]
    return dx, dw, np.einsum("nijf->f", dout)
