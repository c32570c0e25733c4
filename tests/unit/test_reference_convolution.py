"""The reference solution of `convolution` against SciPy, and its own laws."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d as scipy_correlate2d

from autograder.suite.collect import load_reference

SOLUTION = Path(__file__).parents[2] / "solutions" / "convolution.py"


reference = load_reference(SOLUTION, SOLUTION.stem)

repeatable = settings(max_examples=60, deadline=None, derandomize=True, database=None)
small = st.integers(1, 4)
size = st.integers(1, 7)
seeds = st.integers(0, 2**32 - 1)
paddings = st.one_of(
    st.sampled_from(["valid", "same"]), st.integers(0, 3), st.tuples(st.integers(0, 3), small)
)
strides = st.one_of(small, st.tuples(small, small))


@st.composite
def layers(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, object, object]:
    """Draw images and a kernel that fits on them, with a stride and a padding."""
    rng = np.random.default_rng(draw(seeds))
    stride, padding = draw(strides), draw(paddings)
    kh, kw, cin, cout = draw(small), draw(small), draw(small), draw(small)
    shape = (draw(small), draw(st.integers(kh, 8)), draw(st.integers(kw, 8)), cin)
    return rng.normal(size=shape), rng.normal(size=(kh, kw, cin, cout)), stride, padding


@repeatable
@given(size, size, small, small, st.sampled_from(["float64", "uint8"]), seeds)
def test_correlate2d_agrees_with_scipy(
    height: int, width: int, kh: int, kw: int, dtype: str, seed: int
) -> None:
    """SciPy's `valid` correlation is the same, for floats and for pixels."""
    rng = np.random.default_rng(seed)
    image = rng.uniform(0.0, 255.0, size=(height + kh, width + kw)).astype(dtype)
    kernel = rng.normal(size=(kh, kw))
    expected = scipy_correlate2d(image.astype(float), kernel, mode="valid")
    np.testing.assert_allclose(reference.correlate2d(image, kernel), expected, atol=1e-10)


@repeatable
@given(layers(), st.sampled_from(["valid", "same"]))
def test_conv2d_forward_agrees_with_scipy(
    layer: tuple[np.ndarray, np.ndarray, object, object], padding: str
) -> None:
    """At stride 1, SciPy's correlation summed over the channels is the same, even kernels too."""
    x, w, _, _ = layer
    answer = reference.conv2d_forward(x, w, padding=padding)
    for n in range(x.shape[0]):
        for f in range(w.shape[3]):
            channels = range(x.shape[3])
            expected = sum(scipy_correlate2d(x[n, ..., c], w[..., c, f], padding) for c in channels)
            np.testing.assert_allclose(answer[n, ..., f], expected, atol=1e-12)


@pytest.mark.parametrize(
    ("n", "k", "stride", "before", "after"),
    [
        (5, 3, 1, 1, 1),
        (5, 2, 1, 0, 1),
        (6, 3, 2, 0, 1),
        (224, 7, 2, 2, 3),
        (7, 3, 3, 1, 1),
        (4, 2, 2, 0, 0),
    ],
)
def test_conv2d_forward_same_pads_as_tensorflow_does(
    n: int, k: int, stride: int, before: int, after: int
) -> None:
    """The zeros before and after are TensorFlow's, the odd one after."""
    x, w = np.arange(1.0, n + 1).reshape(1, n, 1, 1), np.arange(1.0, k + 1).reshape(k, 1, 1, 1)
    padded = np.pad(x, ((0, 0), (before, after), (0, 0), (0, 0)))
    expected = reference.conv2d_forward(padded, w, stride=(stride, 1))
    answer = reference.conv2d_forward(x, w, stride=(stride, 1), padding="same")
    np.testing.assert_array_equal(answer, expected)


@repeatable
@given(layers())
def test_conv2d_forward_agrees_with_its_definition(
    layer: tuple[np.ndarray, np.ndarray, object, object],
) -> None:
    """With explicit padding, every output is the sum that the contract writes down."""
    x, w, stride, padding = layer
    if padding == "same":
        padding = 0
    pad = (0, 0) if padding == "valid" else np.broadcast_to(padding, 2)
    (sh, sw), b = np.broadcast_to(stride, 2), np.arange(1.0, w.shape[3] + 1)
    xp = np.pad(x, ((0, 0), (pad[0], pad[0]), (pad[1], pad[1]), (0, 0)))
    answer = reference.conv2d_forward(x, w, b, stride, padding)
    for n, i, j, f in np.ndindex(answer.shape):
        window = xp[n, i * sh : i * sh + w.shape[0], j * sw : j * sw + w.shape[1]]
        assert answer[n, i, j, f] == pytest.approx(np.sum(window * w[..., f]) + b[f], abs=1e-10)


@repeatable
@given(layers())
def test_conv_output_size_is_the_shape_of_conv2d_forward(
    layer: tuple[np.ndarray, np.ndarray, object, object],
) -> None:
    """The predicted size is the shape that comes out."""
    x, w, stride, padding = layer
    out = reference.conv2d_forward(x, w, stride=stride, padding=padding)
    sides = (padding, padding) if isinstance(padding, str | int) else padding
    steps = (stride, stride) if isinstance(stride, int) else stride
    predicted = [
        reference.conv_output_size(n, k, s, p)
        for n, k, s, p in zip(x.shape[1:3], w.shape[:2], steps, sides, strict=True)
    ]
    assert predicted == list(out.shape[1:3])


@repeatable
@given(layers(), seeds)
def test_conv2d_backward_is_the_adjoint(
    layer: tuple[np.ndarray, np.ndarray, object, object], seed: int
) -> None:
    """The gradients' inner products with a step are the change of the loss along that step."""
    x, w, stride, padding = layer
    rng = np.random.default_rng(seed)
    out = reference.conv2d_forward(x, w, stride=stride, padding=padding)
    dout, step_x, step_w = (rng.normal(size=shape) for shape in (out.shape, x.shape, w.shape))
    dx, dw, db = reference.conv2d_backward(dout, x, w, stride, padding)
    along_x = reference.conv2d_forward(step_x, w, stride=stride, padding=padding)
    along_w = reference.conv2d_forward(x, step_w, stride=stride, padding=padding)
    assert np.sum(dx * step_x) == pytest.approx(np.sum(dout * along_x), abs=1e-10)
    assert np.sum(dw * step_w) == pytest.approx(np.sum(dout * along_w), abs=1e-10)
    np.testing.assert_allclose(db, dout.sum(axis=(0, 1, 2)))


@repeatable
@given(layers())
def test_conv1x1_is_a_convolution_with_1x1_kernels(
    layer: tuple[np.ndarray, np.ndarray, object, object],
) -> None:
    """The matrix product and the convolution give the same."""
    x, w, _, _ = layer
    b = np.arange(1.0, w.shape[3] + 1)
    expected = reference.conv2d_forward(x, w[:1, :1], b)
    np.testing.assert_allclose(reference.conv1x1(x, w[0, 0], b), expected, atol=1e-12)


@pytest.mark.parametrize("name", sorted(reference.KERNELS))
def test_apply_kernel_multiplies_a_constant_by_the_kernels_sum(name: str) -> None:
    """A constant image stays constant: a blur keeps it, an edge detector answers 0."""
    image = np.full((3, 4, 2), 100, dtype=np.uint8)
    expected = np.full(image.shape, 100 * reference.KERNELS[name].sum())
    np.testing.assert_allclose(reference.apply_kernel(image, name), expected, atol=1e-10)


@pytest.mark.parametrize("name", sorted(reference.KERNELS))
def test_apply_kernel_agrees_with_scipy(name: str) -> None:
    """SciPy's correlation with the edge repeated is the same, channel by channel."""
    image = np.random.default_rng(1).normal(scale=300.0, size=(4, 5, 3))
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)), mode="edge")
    kernel = reference.KERNELS[name]
    expected = [scipy_correlate2d(padded[..., c], kernel, mode="valid") for c in range(3)]
    answer = reference.apply_kernel(image, name)
    np.testing.assert_allclose(answer, np.stack(expected, axis=-1), atol=1e-10)


@repeatable
@given(size, size, small, st.tuples(small, small), seeds)
def test_pad2d_leaves_the_images_in_the_middle(
    height: int, width: int, channels: int, pad: tuple[int, int], seed: int
) -> None:
    """Whatever the mode, the images are found again inside the frame."""
    x = np.random.default_rng(seed).normal(size=(2, height, width, channels))
    for mode in ("zero", "one", "replicate"):
        padded = reference.pad2d(x, pad, mode)
        inside = padded[:, pad[0] : pad[0] + height, pad[1] : pad[1] + width]
        np.testing.assert_array_equal(inside, x)


def test_reference_keeps_float32() -> None:
    """Every function that answers with arrays gives float32 for float32."""
    x, w, b = np.ones((1, 4, 4, 2), "f4"), np.ones((3, 3, 2, 2), "f4"), np.ones(2, "f4")
    answers = [
        reference.pad2d(x, 1, "one"),
        reference.correlate2d(x[0, ..., 0], w[..., 0, 0]),
        reference.conv2d_forward(x, w, b, padding="same"),
        reference.apply_kernel(x[0], "gaussian_blur"),
        reference.conv1x1(x, w[0, 0], b),
        *reference.conv2d_backward(np.ones((1, 2, 2, 2), "f4"), x, w),
    ]
    assert {answer.dtype for answer in answers} == {np.dtype(np.float32)}


def test_conv_output_size_same_never_refuses() -> None:
    """A kernel larger than the image is fine with "same", and not with "valid"."""
    assert reference.conv_output_size(2, 5, 2, "same") == 1
    with pytest.raises(ValueError, match="does not fit"):
        reference.conv_output_size(2, 5, 2)
    with pytest.raises(ValueError, match="leaves 1 of 4"):
        reference.conv_output_size(7, 3, 3, strict=True)
