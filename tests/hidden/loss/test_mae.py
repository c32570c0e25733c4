"""Hidden checks of A3.2 `mae`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_number,
    assert_repeatable,
)


def errors(rng, shape):
    """Draw errors of both signs, more of them positive, so that they never cancel."""
    count = int(np.prod(shape))
    signs = rng.permutation(np.resize([1.0, 1.0, -1.0], count))
    return (signs * rng.uniform(1.0, 2.0, size=count)).reshape(shape)


def assert_mean(answer, error, **tolerance):
    """Compare with the mean size of the errors, and name the usual mistakes."""
    known = {
        "errors of opposite sign cancel: take absolute values": lambda: float(np.mean(error)),
        "errors of opposite sign cancel: take the absolute values": lambda: -float(np.mean(error)),
        "that is the sum: divide by the number of entries": lambda: float(np.sum(np.abs(error))),
        "that is the squared error": lambda: float(np.mean(error**2)),
    }
    assert_agrees(answer, float(np.mean(np.abs(error))), alternatives=known, **tolerance)


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(3, 4), (5,)])
def test_mae_agrees_with_its_definition(student, rng, shape):
    """The answer is the mean over all entries."""
    y_true, error = rng.normal(scale=3.0, size=shape), errors(rng, shape)
    y_pred = y_true + error
    assert_mean(student.mae(y_true, y_pred), y_pred - y_true)


@pytest.mark.group("values")
def test_mae_of_errors_is_symmetric_and_in_proportion(student, rng):
    """Truth and prediction can change places, and twice the errors are twice the loss."""
    y_true, error = rng.normal(size=(2, 3)), errors(rng, (2, 3))
    assert_mean(student.mae(y_true + error, y_true), error)
    assert_mean(student.mae(y_true, y_true + 2.0 * error), 2.0 * error)


@pytest.mark.group("shapes")
def test_mae_takes_a_batch_of_images(student, rng):
    """Four axes are averaged like one."""
    y_true, error = rng.normal(size=(2, 3, 1, 4)), errors(rng, (2, 3, 1, 4))
    assert_mean(student.mae(y_true, y_true + error), error)


@pytest.mark.group("shapes")
def test_mae_takes_integers(student, rng):
    """Integer labels go with real predictions."""
    y_true, error = rng.integers(-9, 10, size=(4, 1)), errors(rng, (4, 1))
    assert_mean(student.mae(y_true, y_true + error), error)


@pytest.mark.group("stability")
def test_mae_of_pixels_does_not_wrap_around(student, rng):
    """Unsigned bytes are converted before they are subtracted: 200 - 201 is -1, not 255."""
    y_true = rng.integers(100, 120, size=(3, 5)).astype("uint8")
    error = rng.permutation(np.resize([-40, 90], 15)).reshape(3, 5)
    assert_mean(student.mae(y_true, (y_true + error).astype("uint8")), error)


@pytest.mark.group("hygiene")
def test_mae_answers_single_precision_with_one_number(student, rng):
    """float32 gives one real number, right to the precision of float32."""
    y_true = rng.normal(size=(3, 4)).astype("float32")
    y_pred = y_true + errors(rng, (3, 4)).astype("float32")
    assert_mean(student.mae(y_true, y_pred), y_pred.astype(float) - y_true, rtol=1e-4)


@pytest.mark.group("hygiene")
def test_mae_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    y_true, y_pred = rng.normal(size=(2, 3, 4))
    first = student.mae(y_true, y_pred)
    assert_number(first)
    assert_repeatable(first, student.mae(y_true, y_pred))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_mae_refuses_shapes_that_differ(student, rng):
    """Shapes that differ raise ValueError, those that NumPy would broadcast too."""
    y_true = rng.normal(size=(3, 4))
    for shape in ((4,), (3, 1), (1, 4), (2, 4)):
        with pytest.raises(ValueError):
            student.mae(y_true, rng.normal(size=shape))
