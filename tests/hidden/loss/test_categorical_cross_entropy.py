"""Hidden checks of A3.4 `categorical_cross_entropy`.

Five digits are asked for: log(P + eps) in the place of a clipped P differs in the seventh, and
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
ALL = "divided by the number of classes too: sum over the classes, average over the samples only"


def samples(rng, count, classes):
    """Draw one-hot labels, the classes in turn, and rows of probabilities, none near 0 or 1."""
    labels = rng.permutation(np.resize(np.arange(classes), count))
    scores = rng.uniform(0.5, 1.5, size=(count, classes))
    return np.eye(classes)[labels], scores / scores.sum(axis=1, keepdims=True)


def assert_mean(answer, expected, shape, award):
    """Compare, and give two other ways to average their parts.

    The sum over the samples is deck 004's; the mean over all N * C entries has the right terms and
    one division too many.
    """
    known = {SUM: lambda: expected * shape[0], ALL: lambda: expected / shape[1]}
    try:
        assert_agrees(answer, expected, rtol=1e-5, alternatives=known)
    except AssertionError as mismatch:
        hint = getattr(mismatch, "hint", "")
        if hint in known:
            award(0.4, hint)
        raise


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(5, 3), (4, 4)])
def test_categorical_cross_entropy_agrees_with_the_reference(student, reference, rng, award, shape):
    """The answer is the sum over the classes, averaged over the samples."""
    Y, P = samples(rng, *shape)
    expected = reference.categorical_cross_entropy(Y, P)
    assert_mean(student.categorical_cross_entropy(Y, P), expected, shape, award)


@pytest.mark.group("values")
def test_categorical_cross_entropy_takes_probabilities_as_they_are(student, reference, rng, award):
    """Rows that do not add up to 1 are not divided by their sums, and no softmax is applied."""
    Y, _ = samples(rng, 5, 4)
    P = rng.uniform(0.1, 0.9, size=(5, 4))
    expected = reference.categorical_cross_entropy(Y, P)
    assert_mean(student.categorical_cross_entropy(Y, P), expected, (5, 4), award)


@pytest.mark.group("values")
def test_categorical_cross_entropy_weighs_by_the_labels(student, reference, rng, award):
    """Labels that are shared between classes weigh each class's logarithm."""
    _, Y = samples(rng, 3, 5)
    _, P = samples(rng, 3, 5)
    expected = reference.categorical_cross_entropy(Y, P)
    assert_mean(student.categorical_cross_entropy(Y, P), expected, (3, 5), award)


@pytest.mark.group("values")
def test_categorical_cross_entropy_ignores_impossible_classes(student, reference, rng, award):
    """A probability of 0 for a class that is not the label's costs nothing."""
    Y, P = samples(rng, 6, 3)
    P[np.roll(Y, 1, axis=1) == 1.0] = 0.0
    expected = reference.categorical_cross_entropy(Y, P)
    assert_mean(student.categorical_cross_entropy(Y, P), expected, (6, 3), award)


@pytest.mark.group("values")
def test_categorical_cross_entropy_is_right_in_single_precision(student, reference, rng, award):
    """The answer matches the definition for float32 too."""
    Y, P = (array.astype("float32") for array in samples(rng, 5, 3))
    expected = reference.categorical_cross_entropy(Y, P)
    assert_mean(student.categorical_cross_entropy(Y, P), expected, (5, 3), award)


@pytest.mark.group("shapes")
def test_categorical_cross_entropy_takes_a_single_sample(student, reference, rng, award):
    """One sample is enough."""
    Y, P = samples(rng, 1, 5)
    expected = reference.categorical_cross_entropy(Y, P)
    assert_mean(student.categorical_cross_entropy(Y, P), expected, (1, 5), award)


@pytest.mark.group("shapes")
def test_categorical_cross_entropy_takes_two_classes_and_whole_labels(
    student, reference, rng, award
):
    """Two classes are averaged over the samples only, and labels may be integers."""
    Y, P = samples(rng, 6, 2)
    expected = reference.categorical_cross_entropy(Y, P)
    answer = student.categorical_cross_entropy(Y.astype("int64"), P)
    assert_mean(answer, expected, (6, 2), award)


@pytest.mark.group("stability")
def test_categorical_cross_entropy_of_certain_mistakes_is_finite(student, reference, rng):
    """Rows of one 1 and zeros, right and wrong ones, make no infinity and no warning."""
    labels = rng.permutation(np.array([0, 1, 2, 0, 1]))
    Y, P = np.eye(3)[labels], np.eye(3)[(labels + np.array([1, 0, 2, 1, 1])) % 3]
    expected = reference.categorical_cross_entropy(Y, P)
    assert_agrees(student.categorical_cross_entropy(Y, P), expected, rtol=1e-5)
    assert_no_float_errors(student)


@pytest.mark.group("stability")
def test_categorical_cross_entropy_clips_to_eps_on_both_sides(student, reference, rng):
    """Probabilities nearer to 0 or 1 than eps count as eps and 1 - eps, the others as they are."""
    order = rng.permutation(3)
    P = np.array([[0.999, 0.001], [0.999, 0.001], [0.4, 0.6]])[order]
    Y = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])[order]
    expected = reference.categorical_cross_entropy(Y, P, eps=0.05)
    assert_agrees(student.categorical_cross_entropy(Y, P, eps=0.05), expected, rtol=1e-5)


@pytest.mark.group("hygiene")
def test_categorical_cross_entropy_has_no_side_effects(student, rng):
    """No argument is modified, not even where it is clipped, and a second call repeats it."""
    Y, P = samples(rng, 4, 3)
    P[0] = 1e-9, 1.0 - 2e-9, 1e-9
    first = student.categorical_cross_entropy(Y, P)
    assert_number(first)
    assert_repeatable(first, student.categorical_cross_entropy(Y, P))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_categorical_cross_entropy_refuses_shapes_that_differ(student, rng):
    """Shapes that differ raise ValueError, those that NumPy would broadcast too."""
    Y, _ = samples(rng, 3, 4)
    for shape in ((1, 4), (3, 1), (4,), (2, 4)):
        with pytest.raises(ValueError):
            student.categorical_cross_entropy(Y, rng.uniform(0.1, 0.9, size=shape))
