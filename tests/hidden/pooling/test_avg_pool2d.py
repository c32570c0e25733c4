"""Hidden checks of A7.2 `avg_pool2d`."""

from functools import partial

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

LARGE_IMAGES = np.cos(np.arange(4.0 * 48 * 44 * 8)).reshape(4, 48, 44, 8)


@pytest.mark.group("values")
@pytest.mark.parametrize(
    ("shape", "pool", "stride"),
    [
        ((2, 6, 8, 3), (2, 2), None),
        ((3, 7, 7, 2), (3, 2), None),
        ((2, 8, 8, 3), 3, 2),
        ((2, 9, 7, 4), (2, 3), (3, 1)),
    ],
)
def test_avg_pool2d_agrees_with_the_reference(student, reference, rng, shape, pool, stride):
    """The answer matches for windows that touch, overlap, leave gaps, and leave a rest."""
    x = rng.normal(size=shape)
    expected = reference.avg_pool2d(x, pool, stride)
    known = {
        "these are the maxima: take the mean": partial(reference.max_pool2d, x, pool, stride),
        "without a stride the step is the window's size": partial(reference.avg_pool2d, x, pool, 1),
    }
    answer = student.avg_pool2d(x, pool, stride)
    assert_agrees(answer, expected, axes="NHWC", alternatives=known)


@pytest.mark.group("values")
@pytest.mark.parametrize(("pool", "stride"), [((3, 3), 2), ((2, 3), (1, 2))])
def test_avg_pool2d_with_same_padding_counts_real_pixels_only(
    student, reference, rng, pool, stride
):
    """A window at the border is divided by the number of pixels that it covers."""
    x = rng.uniform(1.0, 9.0, size=(2, 5, 6, 2))
    answer = student.avg_pool2d(x, pool, stride, padding="same")
    assert_agrees(answer, reference.avg_pool2d(x, pool, stride, "same"), axes="NHWC")


@pytest.mark.group("values")
def test_avg_pool2d_is_linear(student, reference, rng):
    """The mean of weighed and added images is the weighed and added mean."""
    x, other = rng.normal(size=(2, 2, 4, 6, 3))
    expected = reference.avg_pool2d(x) - 2.0 * reference.avg_pool2d(other)
    assert_agrees(student.avg_pool2d(x - 2.0 * other), expected, axes="NHWC")


@pytest.mark.group("values")
def test_avg_pool2d_of_even_images_is_even(student):
    """An image of one colour keeps it, at the padded border too."""
    x = np.ones((1, 5, 7, 2)) * np.array([3.0, -4.0])
    expected = np.ones((1, 3, 4, 2)) * np.array([3.0, -4.0])
    assert_agrees(student.avg_pool2d(x, (3, 3), 2, "same"), expected, axes="NHWC")


@pytest.mark.group("shapes")
@pytest.mark.parametrize(
    ("shape", "pool", "stride"),
    [
        ((1, 4, 5, 1), (4, 5), None),
        ((3, 5, 6, 2), (1, 1), None),
        ((1, 7, 9, 3), (1, 3), (4, 2)),
    ],
)
def test_avg_pool2d_of_extreme_shapes(student, reference, rng, shape, pool, stride):
    """A window as large as the image, of one pixel, of one row with a step beyond it."""
    x = rng.normal(size=shape)
    expected = reference.avg_pool2d(x, pool, stride)
    assert_agrees(student.avg_pool2d(x, pool, stride), expected, axes="NHWC")


@pytest.mark.group("shapes")
def test_avg_pool2d_promotes_integers(student, reference, rng):
    """Pixels of 8 bits are averaged without overflow and without rounding."""
    x = rng.integers(150, 256, size=(2, 4, 4, 3)).astype(np.uint8)
    assert_agrees(student.avg_pool2d(x), reference.avg_pool2d(x), axes="NHWC")


@pytest.mark.group("hygiene")
def test_avg_pool2d_keeps_the_dtype(student, rng):
    """float32 stays float32 and float64 stays float64, with padding too."""
    x = rng.normal(size=(1, 5, 4, 2))
    for dtype in (np.float32, np.float64):
        answer = student.avg_pool2d(x.astype(dtype), padding="same")
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_avg_pool2d_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    x = rng.normal(size=(1, 4, 4, 2))
    first = student.avg_pool2d(x)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.avg_pool2d(x))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_avg_pool2d_refuses_a_window_larger_than_the_image(student, rng):
    """Too many rows or too many columns raise ValueError."""
    x = rng.normal(size=(1, 4, 4, 2))
    for pool in ((5, 2), (2, 5)):
        with pytest.raises(ValueError):
            student.avg_pool2d(x, pool)


@pytest.mark.group("speed")
def test_avg_pool2d_is_fast_on_a_batch(assert_fast):
    """The windows of a batch are left to NumPy."""
    assert_fast("avg_pool2d", LARGE_IMAGES, (3, 3), 2)
