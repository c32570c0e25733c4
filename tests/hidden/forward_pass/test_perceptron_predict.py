"""Hidden checks of A2.1 `perceptron_predict`.

Features are quarters and weights halves, so net inputs are exact however they are added up.
"""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


def assert_classes(answer, expected):
    """Hold that the answer is an array of these classes, whatever its dtype."""
    kind = getattr(getattr(answer, "dtype", None), "kind", "O")
    assert isinstance(answer, np.ndarray) and kind in "biuf", (
        "the answer is not an array of numbers"
    )
    assert_agrees(answer.astype(float), expected.astype(float), axes="N")


def halved(rng, samples, features, sign):
    """Draw samples with net inputs of one sign, and a bias for which about half of them fire."""
    X = sign * rng.integers(1, 40, size=(samples, features)) / 4
    w = rng.integers(1, 9, size=features) / 2
    return X, w, float(-np.median(X @ w)) + 0.0625


@pytest.mark.group("values")
@pytest.mark.parametrize("sign", [1, -1])
def test_fires_where_the_net_input_is_positive(student, reference, rng, sign):
    """The bias moves the line to where about half of the samples fire."""
    X, w, b = halved(rng, 9, 4, sign)
    assert_classes(student.perceptron_predict(X, w, b), reference.perceptron_predict(X, w, b))


@pytest.mark.group("values")
def test_takes_as_many_samples_as_features(student, reference, rng):
    """A square batch is answered by rows, not by columns."""
    X, w, b = halved(rng, 5, 5, 1)
    assert_classes(student.perceptron_predict(X, w, b), reference.perceptron_predict(X, w, b))


@pytest.mark.group("values")
def test_without_a_bias_follows_the_sign_of_the_weights(student, rng):
    """With b = 0 and one feature alone, the sign of feature and weight together decides."""
    X = rng.permutation(np.arange(-7.0, 8.0, 2.0)).reshape(8, 1)
    answer = student.perceptron_predict(X, np.array([-1.5]), 0.0)
    assert_classes(answer, X[:, 0] < 0)


@pytest.mark.group("shapes")
def test_takes_a_single_sample(student, reference, rng):
    """One sample is a batch of one, and its answer an array of one."""
    X, w, _ = halved(rng, 1, 6, 1)
    for b in (-0.5, -500.0):
        expected = reference.perceptron_predict(X, w, b)
        assert_classes(student.perceptron_predict(X, w, b), expected)


@pytest.mark.group("shapes")
def test_takes_integers(student, reference, rng):
    """Features and weights may be integers."""
    X, w = rng.permutation(np.arange(1, 25)).reshape(8, 3), rng.integers(1, 9, size=3)
    expected = reference.perceptron_predict(X, w, 0.5)
    assert_classes(student.perceptron_predict(X, w, 0.5), expected)


@pytest.mark.group("stability")
def test_does_not_fire_exactly_on_the_line(student, rng):
    """At a net input of 0 the answer is 0; the smallest step beyond makes it 1."""
    w, point = rng.integers(1, 9, size=(2, 2)).astype(float)
    along = np.outer(np.arange(-2.0, 4.0), [w[1], -w[0]])  # orthogonal to w
    beside = rng.permutation(np.array([0.0, 0.0, 0.0, 2.0**-30, -(2.0**-30), 0.0]))
    X = point + along + np.stack([beside, np.zeros(6)], axis=1)
    answer = student.perceptron_predict(X, w, -float(point @ w))
    assert_classes(answer, beside > 0)


@pytest.mark.group("hygiene")
def test_answers_with_integers(student, rng):
    """Classes are integers: neither floats nor True and False."""
    X, w, b = halved(rng, 4, 3, 1)
    for dtype in (np.float32, np.float64):
        answer = student.perceptron_predict(X.astype(dtype), w.astype(dtype), b)
        kind = getattr(getattr(answer, "dtype", None), "kind", "O")
        assert isinstance(answer, np.ndarray) and kind in "iu", "the answer is not made of integers"
        assert answer.shape == (4,), f"the answer has shape {answer.shape} for 4 samples"


@pytest.mark.group("hygiene")
def test_leaves_its_inputs_alone_and_repeats_itself(student, rng):
    """The inputs are unchanged afterwards, and the same question gets the same answer."""
    X, w, b = halved(rng, 5, 3, 1)
    answer = student.perceptron_predict(X, w, b)
    assert getattr(answer, "shape", None) == (5,), "the answer is not one number for each sample"
    assert_repeatable(answer, student.perceptron_predict(X, w, b))
    assert_inputs_unchanged(student)
