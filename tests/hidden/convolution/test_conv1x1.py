"""Hidden checks of A6.7 `conv1x1`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged

LARGE_IMAGES = np.sin(np.arange(160 * 128 * 2, dtype=np.float32)).reshape(1, 160, 128, 2)
LARGE_KERNEL = np.array([[0.5, -1.0], [2.0, 0.25]], dtype=np.float32)
LARGE_BIAS = np.array([1.0, -2.0], dtype=np.float32)


@pytest.mark.group("values")
def test_conv1x1_agrees_with_the_reference(student, reference, rng):
    """The answer matches the reference, for as many filters as channels and for more."""
    for shape, filters in (((2, 3, 4, 5), 6), ((3, 3, 3, 3), 3)):
        x, w, b = (rng.normal(size=s) for s in (shape, (shape[3], filters), (filters,)))
        assert_agrees(student.conv1x1(x, w, b), reference.conv1x1(x, w, b), axes="NHWC")


@pytest.mark.group("shapes")
def test_conv1x1_of_extreme_shapes(student, reference, rng):
    """One pixel, one row, one filter and one channel are no special cases."""
    for shape, filters in (((1, 1, 1, 4), 3), ((2, 1, 5, 3), 1), ((1, 4, 4, 1), 2)):
        x, w, b = (rng.normal(size=s) for s in (shape, (shape[3], filters), (filters,)))
        assert_agrees(student.conv1x1(x, w, b), reference.conv1x1(x, w, b), axes="NHWC")


@pytest.mark.group("hygiene")
def test_conv1x1_keeps_the_dtype_and_its_arguments(student, rng):
    """float32 stays float32, float64 stays float64, and no argument is modified."""
    arguments = [rng.normal(size=shape) for shape in ((1, 2, 3, 4), (4, 4), (4,))]
    for dtype in (np.float32, np.float64):
        answer = student.conv1x1(*(a.astype(dtype) for a in arguments))
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_conv1x1_is_fast_on_a_large_image(assert_fast):
    """All pixels are treated at once."""
    assert_fast("conv1x1", LARGE_IMAGES, LARGE_KERNEL, LARGE_BIAS)
