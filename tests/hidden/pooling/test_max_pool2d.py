"""Hidden checks of A7.1 `max_pool2d`."""

from functools import partial

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

LARGE_IMAGES = 1.0 + np.sin(np.arange(4.0 * 48 * 44 * 8)).reshape(4, 48, 44, 8)


def mixed(rng, shape):
    """Return images whose small positive numbers, like a checkerboard, beat large negative ones."""
    board = np.indices(shape).sum(axis=0) % 2 == 0
    return np.where(board, rng.uniform(0.5, 1.0, size=shape), rng.uniform(-9.0, -1.0, size=shape))


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
def test_max_pool2d_agrees_with_the_reference(student, reference, rng, shape, pool, stride):
    """The answer matches for windows that touch, overlap, leave gaps, and leave a rest."""
    x = mixed(rng, shape)
    expected = reference.max_pool2d(x, pool, stride)
    known = {
        "these are the means: take the maximum": partial(reference.avg_pool2d, x, pool, stride),
        "without a stride the step is the window's size": partial(reference.max_pool2d, x, pool, 1),
    }
    answer = student.max_pool2d(x, pool, stride)
    assert_agrees(answer, expected, axes="NHWC", alternatives=known)


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(2, 6, 4, 3), (1, 4, 4, 1)])
def test_max_pool2d_of_negative_images_stays_negative(student, reference, rng, shape):
    """Neither a start at zero nor the largest magnitude is the maximum of negative numbers."""
    x = rng.uniform(-9.0, -1.0, size=shape)
    assert_agrees(student.max_pool2d(x), reference.max_pool2d(x), axes="NHWC")


@pytest.mark.group("values")
@pytest.mark.parametrize(("pool", "stride"), [((3, 3), 2), ((2, 1), (1, 2)), (2, None), (3, 1)])
def test_max_pool2d_with_same_padding_ignores_the_padding(student, reference, rng, pool, stride):
    """What is padded never wins, and nothing is cut off where a step goes beyond the window."""
    x = rng.uniform(-9.0, -1.0, size=(2, 5, 6, 2))
    expected = reference.max_pool2d(x, pool, stride, "same")
    answer = student.max_pool2d(x, pool, stride, padding="same")
    assert_agrees(answer, expected, axes="NHWC")


@pytest.mark.group("values")
def test_max_pool2d_of_brighter_images_is_brighter(student, reference, rng):
    """Adding a number to each channel adds it to each maximum of the channel."""
    x, shift = mixed(rng, (2, 4, 6, 3)), np.array([5.0, 50.0, 0.5])
    assert_agrees(student.max_pool2d(x + shift), reference.max_pool2d(x) + shift, axes="NHWC")


@pytest.mark.group("shapes")
@pytest.mark.parametrize(
    ("shape", "pool", "stride", "padding", "sign"),
    [
        ((1, 4, 5, 1), (4, 5), None, "valid", -1),
        ((3, 5, 6, 2), (1, 1), None, "valid", -1),
        ((1, 7, 9, 3), (1, 3), (4, 2), "valid", 1),
        ((1, 3, 3, 2), (5, 4), 2, "same", -1),
    ],
)
def test_max_pool2d_of_extreme_shapes(student, reference, rng, shape, pool, stride, padding, sign):
    """A window as large as the image, larger, of one pixel, of one row with a step beyond it."""
    x = sign * rng.uniform(1.0, 9.0, size=shape)
    expected = reference.max_pool2d(x, pool, stride, padding)
    assert_agrees(student.max_pool2d(x, pool, stride, padding), expected, axes="NHWC")


@pytest.mark.group("stability")
def test_max_pool2d_keeps_infinite_numbers(student, reference, rng):
    """Infinite numbers take part like others, also below the largest finite one."""
    x = mixed(rng, (1, 4, 4, 2))
    x[0, 0, 0, 0], x[0, 3, 3, 1], x[0, :2, 2:, 0] = np.inf, 1.7e308, -np.inf
    assert_agrees(student.max_pool2d(x), reference.max_pool2d(x), axes="NHWC")


@pytest.mark.group("hygiene")
def test_max_pool2d_keeps_the_dtype(student, rng):
    """float32 stays float32, float64 stays float64, integers become float64, with padding too."""
    x = rng.normal(scale=9.0, size=(1, 5, 4, 2))
    for dtype in (np.float32, np.float64, np.int64):
        answer = student.max_pool2d(x.astype(dtype), padding="same")
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        expected = np.float32 if dtype is np.float32 else np.float64
        assert answer.dtype == expected, "the dtype has changed, or integers are not promoted"


@pytest.mark.group("hygiene")
def test_max_pool2d_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    x = rng.normal(size=(1, 5, 4, 2))
    first = student.max_pool2d(x, stride=1)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.max_pool2d(x, stride=1))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_max_pool2d_refuses_a_window_larger_than_the_image(student, rng):
    """Too many rows or too many columns raise ValueError."""
    x = rng.normal(size=(1, 4, 4, 2))
    for pool in ((5, 2), (2, 5)):
        with pytest.raises(ValueError):
            student.max_pool2d(x, pool)


@pytest.mark.group("speed")
def test_max_pool2d_is_fast_on_a_batch(assert_fast):
    """The windows of a batch are left to NumPy."""
    assert_fast("max_pool2d", LARGE_IMAGES, (3, 3), 2)
