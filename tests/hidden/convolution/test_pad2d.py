"""Hidden checks of A6.2 `pad2d`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


@pytest.mark.group("values")
@pytest.mark.points(6)
def test_pad2d_by_a_number_pads_rows_and_columns_alike(student, reference, rng):
    """A single number is the padding above, below, left and right, for each constant."""
    x = rng.normal(loc=5.0, size=(2, 3, 4, 5))
    for mode in ("zero", "one"):
        assert_agrees(student.pad2d(x, 2, mode), reference.pad2d(x, 2, mode), axes="NHWC")


@pytest.mark.group("values")
@pytest.mark.points(4)
def test_pad2d_by_a_pair_pads_rows_first(student, reference, rng):
    """The first number of a pair is for the rows, the second for the columns."""
    for shape, pad, mode in (((2, 4, 3, 5), (1, 3), "zero"), ((2, 4, 4, 2), (2, 0), "one")):
        x = rng.normal(loc=5.0, size=shape)
        expected = reference.pad2d(x, pad, mode=mode)
        assert_agrees(student.pad2d(x, pad, mode=mode), expected, axes="NHWC")


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_pad2d_replicate_repeats_the_edge(student, reference, rng):
    """Every added pixel is the nearest one of the image, also in the corners."""
    x = rng.normal(size=(2, 4, 3, 2))
    for pad in (2, (1, 3)):
        expected = reference.pad2d(x, pad, mode="replicate")
        assert_agrees(student.pad2d(x, pad, mode="replicate"), expected, axes="NHWC")


@pytest.mark.group("shapes")
def test_pad2d_by_nothing_changes_nothing(student, rng):
    """Padding of 0 gives an equal array, in every mode."""
    x = rng.normal(size=(2, 3, 4, 1))
    for mode in ("zero", "one", "replicate"):
        assert_agrees(student.pad2d(x, 0, mode=mode), x, axes="NHWC")


@pytest.mark.group("shapes")
def test_pad2d_of_a_single_pixel_surrounds_it(student, reference, rng):
    """One image of one pixel and one channel is padded like any other."""
    x = rng.normal(loc=5.0, size=(1, 1, 1, 1))
    assert_agrees(student.pad2d(x, 2), reference.pad2d(x, 2), axes="NHWC")


@pytest.mark.group("hygiene")
def test_pad2d_keeps_the_dtype(student, rng):
    """float32 stays float32, and float64 stays float64."""
    for dtype, mode in ((np.float32, "zero"), (np.float32, "one"), (np.float64, "zero")):
        answer = student.pad2d(rng.normal(size=(1, 2, 2, 1)).astype(dtype), 1, mode=mode)
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_pad2d_has_no_side_effects(student, rng):
    """The images are not modified, and the same call gives the same answer again."""
    x = rng.normal(size=(2, 3, 3, 2))
    first = student.pad2d(x, 1)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.pad2d(x, 1))
    assert_inputs_unchanged(student)
