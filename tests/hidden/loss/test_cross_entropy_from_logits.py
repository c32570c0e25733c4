"""Hidden checks of A3.7 `cross_entropy_from_logits`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_number,
    assert_repeatable,
)


def samples(rng, count, classes):
    """Draw labels, the classes in turn, and scores."""
    labels = rng.permutation(np.resize(np.arange(classes), count))
    return labels, rng.normal(scale=2.0, size=(count, classes))


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(5, 3), (4, 4)])
def test_cross_entropy_from_logits_agrees_with_the_reference(student, reference, rng, shape):
    """Each row of scores is paired with its own label, and the samples are averaged."""
    labels, logits = samples(rng, *shape)
    expected = reference.cross_entropy_from_logits(labels, logits)
    known = {
        "a sum over the samples: average over them": lambda: expected * shape[0],
        "z[:, labels] is N x N: pair each row with its own label": lambda: float(
            np.mean(np.log(np.exp(logits).sum(axis=1, keepdims=True)) - logits[:, labels])
        ),
    }
    answer = student.cross_entropy_from_logits(labels, logits)
    assert_agrees(answer, expected, alternatives=known)


@pytest.mark.group("values")
def test_cross_entropy_from_logits_ignores_a_shared_offset(student, reference, rng):
    """A number added to all scores of a row changes nothing."""
    labels, logits = samples(rng, 5, 4)
    expected = reference.cross_entropy_from_logits(labels, logits)
    offset = rng.uniform(10.0, 50.0, size=(5, 1))
    assert_agrees(student.cross_entropy_from_logits(labels, logits + offset), expected)


@pytest.mark.group("values")
def test_cross_entropy_from_logits_is_right_in_single_precision(student, reference, rng):
    """The answer matches the definition for float32 too."""
    labels, logits = samples(rng, 6, 3)
    logits = logits.astype("float32")
    expected = reference.cross_entropy_from_logits(labels, logits)
    assert_agrees(student.cross_entropy_from_logits(labels, logits), expected, rtol=1e-4)


@pytest.mark.group("shapes")
def test_cross_entropy_from_logits_takes_a_single_sample(student, reference, rng):
    """One sample is enough."""
    labels, logits = samples(rng, 1, 5)
    expected = reference.cross_entropy_from_logits(labels, logits)
    assert_agrees(student.cross_entropy_from_logits(labels, logits), expected)


@pytest.mark.group("shapes")
def test_cross_entropy_from_logits_of_two_classes_is_binary(student, reference, rng):
    """With two classes it is the binary loss of the sigmoid of the difference."""
    labels, logits = samples(rng, 6, 2)
    p = 1.0 / (1.0 + np.exp(logits[:, 0] - logits[:, 1]))
    expected = reference.binary_cross_entropy(labels, p)
    assert_agrees(student.cross_entropy_from_logits(labels, logits), expected)


@pytest.mark.group("shapes")
def test_cross_entropy_from_logits_takes_whole_numbers(student, reference, rng):
    """Scores may be integers, and labels unsigned bytes."""
    labels = rng.permutation(np.array([0, 1, 2, 1], dtype="uint8"))
    # A label has the greatest score of its row: the labels of other rows cost more, as they must.
    logits = np.where(np.arange(3) == labels[:, np.newaxis], 4, rng.integers(-3, 1, size=(4, 3)))
    expected = reference.cross_entropy_from_logits(labels, logits)
    assert_agrees(student.cross_entropy_from_logits(labels, logits), expected)


@pytest.mark.group("stability")
def test_cross_entropy_from_logits_of_a_hopeless_class_is_finite(student, reference, rng):
    """A label whose score lies a thousand below the best costs a thousand, without a warning."""
    labels, _ = samples(rng, 4, 3)
    logits = np.full((4, 3), 1000.0) + rng.normal(size=(4, 3))
    logits[np.arange(4), labels] = rng.uniform(-30.0, -10.0, size=4)
    expected = reference.cross_entropy_from_logits(labels, logits)
    assert_agrees(student.cross_entropy_from_logits(labels, logits), expected)
    assert_no_float_errors(student)


@pytest.mark.group("stability")
def test_cross_entropy_from_logits_takes_each_sample_on_its_own_scale(student, reference, rng):
    """Samples far below, far above and around 0 share a batch."""
    labels, logits = samples(rng, 4, 3)
    logits += np.array([[0.0], [-5000.0], [5000.0], [0.0]])
    logits[0, labels[0]] -= 900.0
    expected = reference.cross_entropy_from_logits(labels, logits)
    assert_agrees(student.cross_entropy_from_logits(labels, logits), expected)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_cross_entropy_from_logits_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    labels, logits = samples(rng, 5, 3)
    first = student.cross_entropy_from_logits(labels, logits)
    assert_number(first)
    assert_repeatable(first, student.cross_entropy_from_logits(labels, logits))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_cross_entropy_from_logits_refuses_what_is_no_label(student, rng):
    """A label below 0 or beyond the last class, or one too few, raises ValueError."""
    labels, logits = samples(rng, 4, 3)
    for wrong in (-1, 3):
        with pytest.raises(ValueError):
            one_wrong = np.where(np.arange(4) == 2, wrong, labels)
            student.cross_entropy_from_logits(one_wrong, logits)
    for count in (1, 3):
        with pytest.raises(ValueError):
            student.cross_entropy_from_logits(labels[:count], logits)
