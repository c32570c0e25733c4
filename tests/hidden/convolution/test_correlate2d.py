"""Hidden checks of A6.3 `correlate2d`."""

from functools import partial

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

DIGITS = [  # deck 002 L52-59: the 6x6 image of worked example W17
    [3, 0, 1, 2, 7, 4],
    [1, 5, 8, 9, 3, 1],
    [2, 7, 2, 5, 1, 3],
    [0, 1, 3, 1, 7, 8],
    [4, 2, 1, 6, 2, 8],
    [2, 4, 5, 2, 3, 9],
]
VERTICAL = [[-5, -4, 0, 8], [-10, -2, 2, 3], [0, -2, -4, -7], [-3, -2, -3, -16]]
HORIZONTAL = [[-7, -11, 2, 4], [10, 17, 9, -3], [4, 5, -1, -7], [-7, -6, 1, 2]]

LARGE_IMAGE = np.sin(np.arange(44.0 * 40.0)).reshape(44, 40)
LARGE_KERNEL = np.cos(np.arange(17.0 * 15.0)).reshape(17, 15)


def sums(answer):
    """Return the answer once it is certain that arithmetic with it is safe."""
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.dtype.kind == "f", "the answer is not made of floats"
    assert np.all(np.abs(answer) < 1e6), "the answer is not finite, or far too large"
    return answer


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_correlate2d_agrees_with_the_reference(student, reference, rng):
    """The answer matches the reference for square and for oblong images and kernels."""
    for shape, kernel_shape in (((5, 5), (3, 3)), ((6, 8), (2, 4))):
        image, kernel = rng.normal(size=shape), rng.normal(size=kernel_shape)
        expected = reference.correlate2d(image, kernel)
        flipped = partial(reference.correlate2d, image, kernel[::-1, ::-1])
        known = {"the kernel is flipped: multiply it with the image as it is": flipped}
        answer = student.correlate2d(image, kernel)
        assert_agrees(answer, expected, axes="HW", alternatives=known)


@pytest.mark.group("values")
def test_correlate2d_with_a_stride_skips_positions(student, reference, rng):
    """A stride moves the kernel by as many pixels, and drops an incomplete last position."""
    image, kernel = rng.normal(size=(9, 8)), rng.normal(size=(3, 2))
    for stride in (2, 3):
        expected = reference.correlate2d(image, kernel, stride)
        assert_agrees(student.correlate2d(image, kernel, stride=stride), expected, axes="HW")


@pytest.mark.group("values")
def test_correlate2d_of_the_digits_of_the_deck(student):
    """W17: the vertical and the horizontal edge detector on the 6x6 image of deck 002."""
    image, vertical = np.array(DIGITS), np.array([[1, 0, -1]] * 3)
    assert_agrees(student.correlate2d(image, vertical), np.array(VERTICAL, float), axes="HW")
    assert_agrees(student.correlate2d(image, vertical.T), np.array(HORIZONTAL, float), axes="HW")


@pytest.mark.group("values")
def test_correlate2d_is_linear_in_the_image(student, rng):
    """Weighing and adding two images weighs and adds their answers."""
    first, second, kernel = rng.normal(size=(3, 4, 4))
    kernel = kernel[:2, :2]
    one, other = (sums(student.correlate2d(image, kernel)) for image in (first, second))
    assert one.shape == other.shape, "the answers differ in shape"
    both = student.correlate2d(3.0 * first - second, kernel)
    assert_agrees(both, 3.0 * one - other, axes="HW")


@pytest.mark.group("shapes")
@pytest.mark.parametrize("kernel_shape", [(1, 1), (4, 5)])
def test_correlate2d_with_an_extreme_kernel(student, reference, rng, kernel_shape):
    """A kernel of one pixel or of nearly the image's size is no special case, at any stride."""
    image, kernel = rng.normal(size=(4, 6)), rng.normal(size=kernel_shape)
    for stride in (1, 4):
        expected = reference.correlate2d(image, kernel, stride)
        assert_agrees(student.correlate2d(image, kernel, stride=stride), expected, axes="HW")


@pytest.mark.group("stability")
def test_correlate2d_of_pixels_does_not_overflow(student, reference, rng):
    """Sums of uint8 pixels go beyond 255 and below 0."""
    image = rng.integers(200, 256, size=(4, 5), dtype=np.uint8)
    bright, signed = np.array([[1, 2], [3, 4]], dtype=np.uint8), np.array([[1, -3], [-4, 2]])
    for kernel in (bright, signed):
        expected = reference.correlate2d(image, kernel)
        flipped = partial(reference.correlate2d, image, kernel[::-1, ::-1])
        known = {"the kernel is flipped: multiply it with the image as it is": flipped}
        answer = student.correlate2d(image, kernel)
        assert_agrees(answer, expected, axes="HW", alternatives=known)


@pytest.mark.group("hygiene")
def test_correlate2d_keeps_float32(student, rng):
    """A float32 image and kernel give float32, and float64 gives float64."""
    for dtype in (np.float32, np.float64):
        image, kernel = rng.normal(size=(2, 3, 3)).astype(dtype)
        answer = student.correlate2d(image, kernel[:2, :2])
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_correlate2d_has_no_side_effects(student, rng):
    """Image and kernel are not modified, and the same call gives the same answer again."""
    image, kernel = rng.normal(size=(4, 4)), rng.normal(size=(2, 2))
    first = student.correlate2d(image, kernel)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.correlate2d(image, kernel))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_correlate2d_is_fast_on_a_large_kernel(assert_fast):
    """The sum under the kernel is left to NumPy."""
    assert_fast("correlate2d", LARGE_IMAGE, LARGE_KERNEL)
