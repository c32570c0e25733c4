"""Hidden checks of A6.4 `conv2d_forward`."""

from functools import partial

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

LARGE_IMAGES = np.sin(np.arange(2.0 * 39 * 37 * 3)).reshape(2, 39, 37, 3)
LARGE_KERNEL = np.cos(np.arange(3.0 * 3 * 3 * 8)).reshape(3, 3, 3, 8)


def maps(answer, shape):
    """Return the answer once it is certain that arithmetic with it is safe."""
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.dtype.kind == "f", "the answer is not made of floats"
    assert answer.shape == shape, "the answer has another shape than the filters make"
    assert np.all(np.abs(answer) < 1e6), "the answer is not finite, or far too large"
    return answer


@pytest.mark.group("values")
@pytest.mark.parametrize(
    ("shape", "kernel_shape", "stride", "padding"),
    [
        ((2, 7, 9, 3), (3, 2, 3, 4), (2, 1), "valid"),
        ((2, 6, 8, 2), (3, 5, 2, 3), (1, 2), (1, 2)),
        ((2, 7, 7, 3), (3, 3, 3, 2), (2, 3), 1),
        ((3, 6, 7, 2), (1, 4, 2, 4), 2, "same"),
    ],
)
def test_conv2d_forward_agrees_with_the_reference(
    student, reference, rng, shape, kernel_shape, stride, padding
):
    """The answer matches the reference for every way to give stride and padding."""
    x, w, b = rng.normal(size=shape), rng.normal(size=kernel_shape), rng.normal(size=shape[3] + 9)
    arguments = (x, w, b[: kernel_shape[3]])
    expected = reference.conv2d_forward(*arguments, stride=stride, padding=padding)
    turned = stride[::-1] if isinstance(stride, tuple) else stride
    forward = partial(reference.conv2d_forward, x, b=arguments[2], padding=padding)
    known = {
        "the kernels are flipped: use them as they are": partial(
            forward, w=w[::-1, ::-1], stride=stride
        ),
        "the strides are swapped: rows come first": partial(forward, w=w, stride=turned),
        "the bias is missing": partial(forward, w=w, b=None, stride=stride),
    }
    answer = student.conv2d_forward(*arguments, stride=stride, padding=padding)
    assert_agrees(answer, expected, axes="NHWC", alternatives=known)


@pytest.mark.group("values")
@pytest.mark.critical
def test_conv2d_forward_sums_over_the_input_channels(student, rng):
    """One 1x1 filter on four channels gives one channel: the sum of the weighed channels."""
    x, w = rng.uniform(1.0, 2.0, size=(2, 3, 3, 4)), rng.uniform(1.0, 2.0, size=(1, 1, 4, 1))
    assert_agrees(student.conv2d_forward(x, w), x @ w[0, 0], axes="NHWC")


@pytest.mark.group("values")
def test_conv2d_forward_is_linear_in_the_images_and_in_the_kernel(student, rng):
    """Without a bias, weighing and adding images or kernels weighs and adds the answers."""
    x, other = rng.normal(size=(2, 2, 4, 4, 2))
    w, more = rng.normal(size=(2, 3, 3, 2, 1))
    plain = maps(student.conv2d_forward(x, w), (2, 2, 2, 1))
    images = plain - 2.0 * maps(student.conv2d_forward(other, w), plain.shape)
    kernels = plain - 2.0 * maps(student.conv2d_forward(x, more), plain.shape)
    assert_agrees(student.conv2d_forward(x - 2.0 * other, w), images, axes="NHWC")
    assert_agrees(student.conv2d_forward(x, w - 2.0 * more), kernels, axes="NHWC")


@pytest.mark.group("values")
def test_conv2d_forward_of_shifted_images_is_shifted(student, rng):
    """Images shifted by one stride give the same answer, shifted by one position."""
    x, w = rng.normal(size=(1, 9, 9, 2)), rng.normal(size=(3, 3, 2, 2))
    whole = maps(student.conv2d_forward(x, w, stride=2), (1, 4, 4, 2))
    shifted = student.conv2d_forward(x[:, 2:, 2:], w, stride=2)
    assert_agrees(shifted, whole[:, 1:, 1:], axes="NHWC")


@pytest.mark.group("values")
def test_conv2d_forward_does_not_depend_on_the_order_of_channels(student, rng):
    """Shuffling the channels of images and kernel together changes nothing."""
    order = rng.permutation(4)
    x, w = rng.normal(size=(2, 5, 5, 4)), rng.normal(size=(2, 2, 4, 3))
    first = maps(student.conv2d_forward(x, w), (2, 4, 4, 3))
    assert_agrees(student.conv2d_forward(x[..., order], w[:, :, order]), first, axes="NHWC")


@pytest.mark.group("shapes")
@pytest.mark.parametrize(
    ("shape", "kernel_shape", "stride"),
    [
        ((5, 4, 9, 2), (4, 5, 2, 8), 3),
        ((1, 8, 7, 1), (1, 3, 1, 1), 4),
    ],
)
def test_conv2d_forward_of_extreme_shapes(student, reference, rng, shape, kernel_shape, stride):
    """A kernel as high as the image, one row, one filter, a stride beyond the kernel."""
    x, w = rng.uniform(-1.0, 1.0, size=shape), rng.uniform(-1.0, 1.0, size=kernel_shape)
    b = rng.uniform(-60.0, -50.0, size=kernel_shape[3])  # more than a sum: the answer is negative
    arguments = (x, w, b, stride)
    expected = reference.conv2d_forward(*arguments)
    assert_agrees(student.conv2d_forward(*arguments), expected, axes="NHWC")


@pytest.mark.group("hygiene")
def test_conv2d_forward_keeps_the_dtype(student, rng):
    """float32 stays float32, and float64 stays float64, with a bias and with padding."""
    arguments = [rng.normal(size=shape) for shape in ((1, 3, 3, 2), (2, 2, 2, 2), (2,))]
    for dtype in (np.float32, np.float64):
        answer = student.conv2d_forward(*(a.astype(dtype) for a in arguments), padding="same")
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_conv2d_forward_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    x, w, b = (rng.normal(size=s) for s in ((1, 4, 4, 2), (3, 3, 2, 2), (2,)))
    first = student.conv2d_forward(x, w, b, padding=1)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.conv2d_forward(x, w, b, padding=1))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_conv2d_forward_refuses_a_kernel_that_does_not_fit(student, rng):
    """A kernel for fewer or more channels, or larger than the image, raises ValueError."""
    x = rng.normal(size=(1, 4, 4, 3))
    for kernel_shape in ((2, 2, 1, 3), (2, 2, 5, 3), (5, 2, 3, 1)):
        with pytest.raises(ValueError):
            student.conv2d_forward(x, rng.normal(size=kernel_shape))


@pytest.mark.group("speed")
def test_conv2d_forward_is_fast_on_a_batch(assert_fast):
    """The sums over kernel, channels and filters are left to NumPy."""
    assert_fast("conv2d_forward", LARGE_IMAGES, LARGE_KERNEL, stride=2)
