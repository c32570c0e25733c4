"""Hidden checks of A3.5 `one_hot` and `sparse_categorical_cross_entropy`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)


def samples(rng, count, classes):
    """Draw labels, and rows of probabilities, none near 0 or 1.

    Label 0 comes twice, so that a square table of labels is never its own transpose.
    """
    labels = rng.permutation(np.resize([0, *range(classes)], count))
    scores = rng.uniform(0.5, 1.5, size=(count, classes))
    return labels, scores / scores.sum(axis=1, keepdims=True)


def assert_rows(answer, labels, classes):
    """Compare with the rows of a unit matrix, and name the usual mistakes."""
    known = {
        "samples go along axis 0, classes along axis 1": lambda: np.eye(classes)[:, labels],
        "the first class is 0, not 1": lambda: np.eye(classes)[labels - 1],
    }
    assert_agrees(answer, np.eye(classes)[labels], alternatives=known)


@pytest.mark.group("values")
@pytest.mark.parametrize(("count", "classes"), [(7, 4), (5, 5)])
def test_one_hot_has_a_row_for_each_label(student, rng, count, classes):
    """Row i has its 1 in column labels[i] and zeros elsewhere."""
    labels, _ = samples(rng, count, classes)
    assert_rows(student.one_hot(labels, classes), labels, classes)


@pytest.mark.group("values")
def test_one_hot_has_a_column_for_each_class(student, rng):
    """A class that no sample has, be it the last one, has its column of zeros."""
    labels = rng.permutation(np.array([0, 1, 3, 1]))
    assert_rows(student.one_hot(labels, 6), labels, 6)


@pytest.mark.group("values")
@pytest.mark.parametrize(("count", "classes"), [(6, 4), (4, 4)])
def test_sparse_categorical_cross_entropy_agrees_with_the_reference(
    student, reference, rng, count, classes
):
    """The answer is the mean of -log of each row's entry at its own label."""
    labels, P = samples(rng, count, classes)
    expected = reference.sparse_categorical_cross_entropy(labels, P)
    known = {
        "a sum over the samples: average over them": lambda: expected * count,
        "divided by the number of classes too": lambda: expected / classes,
    }
    answer = student.sparse_categorical_cross_entropy(labels, P)
    assert_agrees(answer, expected, rtol=1e-5, alternatives=known)


@pytest.mark.group("values")
def test_sparse_categorical_cross_entropy_is_right_in_single_precision(student, reference, rng):
    """The answer matches the definition for float32 too."""
    labels, P = samples(rng, 5, 3)
    expected = reference.sparse_categorical_cross_entropy(labels, P)
    answer = student.sparse_categorical_cross_entropy(labels, P.astype("float32"))
    assert_agrees(answer, expected, rtol=1e-4)


@pytest.mark.group("shapes")
def test_one_hot_takes_a_single_label_of_two_classes(student, rng):
    """One label is a table of one row."""
    labels = np.array([1])
    assert_rows(student.one_hot(labels, 2), labels, 2)


@pytest.mark.group("shapes")
def test_one_hot_takes_unsigned_labels(student, rng):
    """Labels as files have them, unsigned bytes, are labels too."""
    labels = rng.permutation(np.array([0, 3, 1, 2, 0], dtype="uint8"))
    assert_rows(student.one_hot(labels, 4), labels, 4)


@pytest.mark.group("shapes")
def test_sparse_categorical_cross_entropy_takes_one_sample_and_unsigned_labels(
    student, reference, rng
):
    """One sample is enough, and its label may be an unsigned byte."""
    _, P = samples(rng, 1, 5)
    labels = np.array([rng.integers(1, 5)], dtype="uint8")
    expected = reference.sparse_categorical_cross_entropy(labels, P)
    answer = student.sparse_categorical_cross_entropy(labels, P)
    assert_agrees(answer, expected, rtol=1e-5)


@pytest.mark.group("stability")
def test_sparse_categorical_cross_entropy_of_certain_mistakes_is_finite(student, reference, rng):
    """Probabilities of 0 and 1 at the labels make no infinity and no warning."""
    labels = rng.permutation(np.array([0, 1, 2, 0]))
    P = np.eye(3)[(labels + np.array([1, 0, 2, 0])) % 3]
    expected = reference.sparse_categorical_cross_entropy(labels, P)
    answer = student.sparse_categorical_cross_entropy(labels, P)
    assert_agrees(answer, expected, rtol=1e-5)
    assert_no_float_errors(student)


@pytest.mark.group("stability")
def test_sparse_categorical_cross_entropy_clips_to_eps(student, reference, rng):
    """Probabilities nearer to 0 or 1 than eps count as eps and 1 - eps, the others as they are."""
    order = rng.permutation(3)
    P = np.array([[0.999, 0.001], [0.999, 0.001], [0.4, 0.6]])[order]
    labels = np.array([0, 1, 0])[order]
    expected = reference.sparse_categorical_cross_entropy(labels, P, eps=0.05)
    answer = student.sparse_categorical_cross_entropy(labels, P, eps=0.05)
    assert_agrees(answer, expected, rtol=1e-5)


@pytest.mark.group("hygiene")
def test_one_hot_and_sparse_loss_have_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same right answer again."""
    labels, P = samples(rng, 5, 3)
    P[0] = 1e-9, 1.0 - 2e-9, 1e-9
    first = student.sparse_categorical_cross_entropy(labels, P)
    assert_repeatable(first, student.sparse_categorical_cross_entropy(labels, P))
    for _ in range(2):
        assert_rows(student.one_hot(labels, 3), labels, 3)
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_one_hot_and_sparse_loss_refuse_what_is_no_label(student, rng):
    """A label below 0 or beyond the last class, or one too few, raises ValueError."""
    labels, P = samples(rng, 4, 3)
    for wrong in (-1, 3, 7):
        one_wrong = np.where(np.arange(4) == 2, wrong, labels)
        with pytest.raises(ValueError):
            student.one_hot(one_wrong, 3)
        with pytest.raises(ValueError):
            student.sparse_categorical_cross_entropy(one_wrong, P)
    for count in (1, 3):
        with pytest.raises(ValueError):
            student.sparse_categorical_cross_entropy(labels[:count], P)
