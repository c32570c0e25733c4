"""Hidden checks of A3.1 `mse`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_number,
    assert_repeatable,
)

HALF = "there is no factor 1/2 here (CS231n and deeplearning.ai have one): half of this check"


def assert_mean(answer, expected, count, award, **tolerance):
    """Compare, and give the loss with the factor 1/2, which other courses use, half."""
    known = {
        HALF: lambda: expected / 2,
        "that is the sum: divide by the number of entries": lambda: expected * count,
        "do not take the root: that is the RMSE": lambda: float(np.sqrt(expected)),
    }
    try:
        assert_agrees(answer, expected, alternatives=known, **tolerance)
    except AssertionError as mismatch:
        if getattr(mismatch, "hint", "") == HALF:
            award(0.5, HALF)
        raise


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(3, 4), (5,)])
def test_mse_agrees_with_the_reference(student, reference, rng, award, shape):
    """The answer is the mean over all entries."""
    y_true, y_pred = rng.normal(scale=3.0, size=(2, *shape))
    assert_mean(student.mse(y_true, y_pred), reference.mse(y_true, y_pred), y_true.size, award)


@pytest.mark.group("values")
def test_mse_of_a_constant_error_is_its_square(student, rng, award):
    """Where every prediction is off by c the loss is c squared, whichever side is larger."""
    y_true, c = rng.normal(size=(2, 3)), rng.uniform(2.0, 4.0)
    assert_mean(student.mse(y_true, y_true + c), c**2, 6, award)
    assert_mean(student.mse(y_true + c, y_true), c**2, 6, award)


@pytest.mark.group("shapes")
def test_mse_takes_a_single_prediction(student, reference, rng, award):
    """One sample with one output is enough."""
    y_true, y_pred = rng.uniform(2.0, 3.0, size=(1, 1)), rng.uniform(-3.0, -2.0, size=(1, 1))
    assert_mean(student.mse(y_true, y_pred), reference.mse(y_true, y_pred), y_true.size, award)


@pytest.mark.group("shapes")
def test_mse_takes_a_batch_of_images(student, reference, rng, award):
    """Four axes are averaged like one."""
    y_true, y_pred = rng.normal(size=(2, 2, 3, 1, 4))
    assert_mean(student.mse(y_true, y_pred), reference.mse(y_true, y_pred), y_true.size, award)


@pytest.mark.group("shapes")
def test_mse_takes_integers(student, reference, rng, award):
    """Integer labels go with real predictions."""
    y_true, y_pred = rng.integers(-9, 10, size=(4, 2)), rng.normal(size=(4, 2))
    assert_mean(student.mse(y_true, y_pred), reference.mse(y_true, y_pred), y_true.size, award)


@pytest.mark.group("stability")
@pytest.mark.points(2)
def test_mse_of_pixels_does_not_wrap_around(student, reference, rng, award):
    """Unsigned bytes are converted before they are subtracted: 200 - 201 is -1, not 255."""
    y_true = rng.integers(100, 120, size=(3, 5)).astype("uint8")
    y_pred = (y_true + rng.permutation(np.resize([-40, 90], 15)).reshape(3, 5)).astype("uint8")
    assert_mean(student.mse(y_true, y_pred), reference.mse(y_true, y_pred), y_true.size, award)


@pytest.mark.group("stability")
def test_mse_keeps_small_errors_of_large_numbers(student, reference, rng, award):
    """The difference is squared, not the numbers: a hundredth on a million is not lost."""
    y_true = 1e6 + rng.uniform(size=8)
    y_pred = y_true + rng.uniform(0.01, 0.02, size=8)
    assert_mean(student.mse(y_true, y_pred), reference.mse(y_true, y_pred), y_true.size, award)


@pytest.mark.group("hygiene")
def test_mse_answers_single_precision_with_one_number(student, reference, rng, award):
    """float32 gives one real number, right to the precision of float32."""
    y_true, y_pred = rng.normal(size=(2, 3, 4)).astype("float32")
    expected = reference.mse(y_true, y_pred)
    assert_mean(student.mse(y_true, y_pred), expected, 12, award, rtol=1e-4)


@pytest.mark.group("hygiene")
def test_mse_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    y_true, y_pred = rng.normal(size=(2, 3, 4))
    first = student.mse(y_true, y_pred)
    assert_number(first)
    assert_repeatable(first, student.mse(y_true, y_pred))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_mse_refuses_shapes_that_differ(student, rng):
    """Shapes that differ raise ValueError, those that NumPy would broadcast too."""
    y_true = rng.normal(size=(3, 4))
    for shape in ((4,), (3, 1), (1, 4), (2, 4)):
        with pytest.raises(ValueError):
            student.mse(y_true, rng.normal(size=shape))
