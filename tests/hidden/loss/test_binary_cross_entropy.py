"""Hidden checks of A3.3 `binary_cross_entropy`.

Five digits are asked for: log(p + eps) in the place of a clipped p differs in the seventh, and
what is wrong with it, that another eps is another loss, has a check of its own.
"""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_number,
    assert_repeatable,
)

SUM = "a sum over the samples, as deck 004 prints it: the course averages over them (E40)"


def both_labels(rng, shape):
    """Draw labels of which about half are 1, and probabilities away from 0, 1/2 and 1."""
    count = int(np.prod(shape))
    y_true = rng.permutation(np.resize([1.0, 0.0], count)).reshape(shape)
    sides = rng.permutation(np.resize([0.05, 0.55, 0.55], count)).reshape(shape)
    return y_true, sides + rng.uniform(0.0, 0.4, size=shape)


def assert_mean(answer, expected, count, award):
    """Compare, and give the sum over the samples, which deck 004 prints, its part."""
    known = {
        SUM: lambda: expected * count,
        "the natural logarithm is expected, not that to base 2": lambda: expected / np.log(2.0),
        "the natural logarithm is expected, not that to base 10": lambda: expected / np.log(10.0),
    }
    try:
        assert_agrees(answer, expected, rtol=1e-5, alternatives=known)
    except AssertionError as mismatch:
        if getattr(mismatch, "hint", "") == SUM:
            award(0.3, SUM)
        raise


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(7,), (3, 4)])
def test_binary_cross_entropy_agrees_with_the_reference(student, reference, rng, award, shape):
    """The answer is the mean over all entries, of both labels."""
    y_true, p = both_labels(rng, shape)
    expected = reference.binary_cross_entropy(y_true, p)
    assert_mean(student.binary_cross_entropy(y_true, p), expected, y_true.size, award)


@pytest.mark.group("values")
def test_binary_cross_entropy_of_a_tossed_coin_is_log_two(student, rng, award):
    """A probability of 1/2 costs log 2, whatever the labels are."""
    y_true, _ = both_labels(rng, (6,))
    expected = float(np.log(2.0))
    assert_mean(student.binary_cross_entropy(y_true, np.full(6, 0.5)), expected, 6, award)


@pytest.mark.group("values")
def test_binary_cross_entropy_treats_both_labels_alike(student, reference, rng, award):
    """Labels and probabilities of the opposite event cost the same."""
    y_true, p = both_labels(rng, (5,))
    expected = reference.binary_cross_entropy(y_true, p)
    assert_mean(student.binary_cross_entropy(1.0 - y_true, 1.0 - p), expected, 5, award)


@pytest.mark.group("values")
def test_binary_cross_entropy_is_right_in_single_precision(student, reference, rng, award):
    """The answer matches the definition for float32 too."""
    y_true, p = (array.astype("float32") for array in both_labels(rng, (8,)))
    expected = reference.binary_cross_entropy(y_true, p)
    assert_mean(student.binary_cross_entropy(y_true, p), expected, 8, award)


@pytest.mark.group("shapes")
def test_binary_cross_entropy_takes_a_single_sample(student, reference, rng, award):
    """One sample is enough: a no that was thought more likely a yes."""
    y_true, p = np.zeros(1), rng.uniform(0.6, 0.9, size=1)
    expected = reference.binary_cross_entropy(y_true, p)
    assert_mean(student.binary_cross_entropy(y_true, p), expected, 1, award)


@pytest.mark.group("shapes")
def test_binary_cross_entropy_takes_a_column(student, reference, rng, award):
    """The output of a layer with one unit, (N, 1), is averaged over its N samples."""
    y_true, p = both_labels(rng, (5, 1))
    expected = reference.binary_cross_entropy(y_true, p)
    assert_mean(student.binary_cross_entropy(y_true, p), expected, 5, award)


@pytest.mark.group("shapes")
def test_binary_cross_entropy_takes_whole_labels(student, reference, rng, award):
    """Labels may be integers, unsigned ones too."""
    y_true, p = both_labels(rng, (6,))
    expected = reference.binary_cross_entropy(y_true, p)
    for dtype in ("int64", "uint8"):
        answer = student.binary_cross_entropy(y_true.astype(dtype), p)
        assert_mean(answer, expected, 6, award)


@pytest.mark.group("stability")
def test_binary_cross_entropy_of_certain_predictions_is_finite(student, reference, rng, award):
    """Probabilities of 0 and 1, right and wrong ones, make no infinity and no warning."""
    order = rng.permutation(5)
    y_true = np.array([1.0, 0.0, 0.0, 1.0, 1.0])[order]
    p = np.array([0.0, 1.0, 0.0, 1.0, 0.0])[order]
    expected = reference.binary_cross_entropy(y_true, p)
    assert_mean(student.binary_cross_entropy(y_true, p), expected, 5, award)
    assert_no_float_errors(student)


@pytest.mark.group("stability")
def test_binary_cross_entropy_clips_to_eps_on_both_sides(student, reference, rng, award):
    """Probabilities nearer to 0 or 1 than eps count as eps and 1 - eps, the others as they are."""
    order = rng.permutation(4)
    y_true, p = np.array([1.0, 0.0, 1.0, 0.0])[order], np.array([0.001, 0.999, 0.3, 0.2])[order]
    expected = reference.binary_cross_entropy(y_true, p, eps=0.05)
    assert_mean(student.binary_cross_entropy(y_true, p, eps=0.05), expected, 4, award)


@pytest.mark.group("hygiene")
def test_binary_cross_entropy_has_no_side_effects(student, rng):
    """No argument is modified, not even where it is clipped, and a second call repeats it."""
    y_true, p = both_labels(rng, (6,))
    p[:2] = 1e-9, 1.0 - 1e-9
    first = student.binary_cross_entropy(y_true, p)
    assert_number(first)
    assert_repeatable(first, student.binary_cross_entropy(y_true, p))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_binary_cross_entropy_refuses_shapes_that_differ(student, rng):
    """Shapes that differ raise ValueError, such as the labels (N,) of a column (N, 1)."""
    y_true, _ = both_labels(rng, (4,))
    for shape in ((4, 1), (1,), (3,), (3, 4)):
        with pytest.raises(ValueError):
            student.binary_cross_entropy(y_true, rng.uniform(0.1, 0.9, size=shape))
