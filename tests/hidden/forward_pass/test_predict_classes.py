"""Hidden checks of A2.7 `predict_classes`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


def assert_classes(answer, expected):
    """Hold that the answer is an array of these classes, whatever its dtype."""
    kind = getattr(getattr(answer, "dtype", None), "kind", "O")
    assert isinstance(answer, np.ndarray) and kind in "biuf", (
        "the answer is not an array of numbers"
    )
    assert_agrees(answer.astype(float), np.asarray(expected).astype(float), axes="N")


def probabilities(rng, labels, classes):
    """Draw rows of probabilities whose largest one is at the label."""
    rows = rng.uniform(0.1, 1.0, size=(len(labels), classes))
    rows[np.arange(len(labels)), labels] += 1.0
    return rows / rows.sum(axis=1, keepdims=True)


def halves(rng, samples):
    """Draw probabilities of class 1, about half of them above 0.5."""
    above = rng.permutation(np.arange(samples) % 2)
    return np.where(above, 0.55, 0.05) + rng.uniform(0.0, 0.4, size=samples), above


@pytest.mark.group("values")
@pytest.mark.parametrize("classes", [3, 6])
def test_is_the_column_of_the_largest_probability(student, rng, classes):
    """Each sample gets the class that it most probably is."""
    labels = rng.permutation(np.arange(classes * 3) % classes)[:-1]
    assert_classes(student.predict_classes(probabilities(rng, labels, classes)), labels)


@pytest.mark.group("values")
def test_of_two_columns_is_the_larger_one(student, rng):
    """With two columns there are two probabilities a sample: no threshold."""
    labels = rng.permutation(np.array([0, 1, 1, 0, 1]))
    assert_classes(student.predict_classes(probabilities(rng, labels, 2)), labels)


@pytest.mark.group("values")
@pytest.mark.points(2)
@pytest.mark.parametrize("axes", [2, 1])
def test_of_one_column_is_above_a_half(student, rng, axes):
    """A single column, and no column axis, hold the probability of class 1."""
    ones, above = halves(rng, 7)
    answer = student.predict_classes(ones.reshape((7, 1)[:axes]))
    assert_classes(answer, above)


@pytest.mark.group("shapes")
def test_takes_a_single_sample_of_many_classes(student, rng):
    """One sample is a batch of one, and its answer an array of one."""
    labels = rng.integers(1, 4, size=1)
    assert_classes(student.predict_classes(probabilities(rng, labels, 5)), labels)


@pytest.mark.group("shapes")
def test_takes_a_single_number(student, rng):
    """A batch of one sample with one probability has one class."""
    for shape in ((1, 1), (1,)):
        high, low = rng.uniform(0.6, 0.9, size=shape), rng.uniform(0.1, 0.4, size=shape)
        assert_classes(student.predict_classes(high), [1])
        assert_classes(student.predict_classes(low), [0])


@pytest.mark.group("stability")
def test_decides_ties(student, rng):
    """Exactly 0.5 is class 0, whatever is above it class 1; among equals the first column wins."""
    edge = rng.permutation(np.array([0.5, 0.5, np.nextafter(0.5, 1.0), np.nextafter(0.5, 0.0)]))
    for shape in ((4, 1), (4,)):
        assert_classes(student.predict_classes(edge.reshape(shape)), edge > 0.5)
    ties = np.array([[0.25, 0.25, 0.25, 0.25], [0.1, 0.4, 0.1, 0.4], [0.0, 0.25, 0.5, 0.25]])
    assert_classes(student.predict_classes(ties), [0, 1, 2])


@pytest.mark.group("hygiene")
def test_answers_with_integers(student, rng):
    """Classes are integers: neither floats nor True and False."""
    several, (one, _) = probabilities(rng, np.array([2, 0, 1, 1]), 3), halves(rng, 4)
    for probs in (several, several.astype(np.float32), one.reshape(4, 1)):
        answer = student.predict_classes(probs)
        kind = getattr(getattr(answer, "dtype", None), "kind", "O")
        assert isinstance(answer, np.ndarray) and kind in "iu", "the answer is not made of integers"
        assert answer.shape == (4,), f"the answer has shape {answer.shape} for 4 samples"


@pytest.mark.group("hygiene")
def test_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    probs = probabilities(rng, np.array([1, 0, 2]), 4)
    answer = student.predict_classes(probs)
    assert getattr(answer, "shape", None) == (3,), "the answer is not one class for each sample"
    assert_repeatable(answer, student.predict_classes(probs))
    student.predict_classes(halves(rng, 4)[0])
    assert_inputs_unchanged(student)
