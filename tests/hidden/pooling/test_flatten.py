"""Hidden checks of A7.5 `flatten` and `unflatten`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (3, 3, 3, 3), (4, 2, 5)])
def test_flatten_orders_rows_columns_channels(student, rng, shape):
    """The numbers of a sample keep the order in which their last index runs fastest."""
    x = rng.normal(size=shape)
    assert_agrees(student.flatten(x), np.stack([sample.ravel() for sample in x]))


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (3, 3, 3, 3), (4, 2, 5)])
def test_unflatten_undoes_flatten(student, rng, shape):
    """Rows get their axes back, number by number."""
    x = rng.normal(size=shape)
    rows = np.stack([sample.ravel() for sample in x])
    assert_agrees(student.unflatten(rows, shape), x)


@pytest.mark.group("shapes")
@pytest.mark.parametrize("shape", [(1, 2, 3, 1), (5, 1, 2, 3), (3, 4)])
def test_flatten_and_unflatten_of_small_shapes(student, rng, shape):
    """One sample, one channel, one row, and what is flat already."""
    x = rng.normal(size=shape)
    rows = np.stack([sample.ravel() for sample in x])
    assert_agrees(student.flatten(x), rows)
    assert_agrees(student.unflatten(rows, shape), x)


@pytest.mark.group("shapes")
def test_flatten_keeps_integers(student, rng):
    """Pixels of 8 bits stay what they are: nothing is computed."""
    x = rng.integers(0, 256, size=(2, 3, 4, 2)).astype(np.uint8)
    assert_agrees(student.flatten(x), np.stack([sample.ravel() for sample in x]))


@pytest.mark.group("hygiene")
def test_flatten_and_unflatten_keep_the_dtype(student, rng):
    """float32 stays float32, and float64 stays float64."""
    x = rng.normal(size=(2, 3, 2, 2))
    for dtype in (np.float32, np.float64):
        rows = student.flatten(x.astype(dtype))
        again = student.unflatten(x.reshape(2, -1).astype(dtype), x.shape)
        for answer in (rows, again):
            assert isinstance(answer, np.ndarray), "the answer is not an array"
            assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_flatten_and_unflatten_have_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    x = rng.normal(size=(2, 3, 2, 2))
    first = student.flatten(x)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.flatten(x))
    student.unflatten(x.reshape(2, -1), x.shape)
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_unflatten_refuses_a_shape_of_another_size(student, rng):
    """More or fewer numbers than the shape holds raise ValueError."""
    for shape in ((2, 3, 3), (2, 2, 2)):
        with pytest.raises(ValueError):
            student.unflatten(rng.normal(size=(2, 6)), shape)
