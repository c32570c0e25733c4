"""Hidden checks of A2.8 `perceptron_train`.

Features are small integers and learning rates powers of 2, so that every net input is exact, and a
sample on the line is on the line however the sum is written.
"""

import itertools

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

CORNERS = np.array(list(itertools.product([0.0, 1.0], repeat=3)))


def trained(answer, features, epochs):
    """Return w, b and the errors as plain data of one form, once their structure is right."""
    is_triple = isinstance(answer, tuple | list) and len(answer) == 3
    assert is_triple, "the answer is not (w, b, errors_per_epoch)"
    w, b, errors = answer
    kind = getattr(getattr(w, "dtype", None), "kind", "O")
    assert isinstance(w, np.ndarray) and kind == "f", "w is not an array of floats"
    assert w.shape == (features,), f"w has shape {w.shape} for {features} features"
    is_number = isinstance(b, int | float | np.number | np.ndarray) and np.ndim(b) == 0
    assert is_number, "b is not a number"
    assert isinstance(errors, list | tuple | np.ndarray), "the errors are not a list"
    assert len(errors) == epochs, f"there are {len(errors)} numbers of errors, not {epochs}"
    return w, float(b), [int(number) for number in errors]


def run(student, X, y, epochs, **rate):
    """Train, with the default learning rate unless `lr` is given; return what `trained` does."""
    return trained(student.perceptron_train(X, y, epochs=epochs, **rate), X.shape[1], epochs)


def mixed(reference, rng, samples, features, epochs):
    """Draw samples and labels that cause errors of both kinds in every epoch."""
    while True:
        X = rng.integers(-9, 10, size=(samples, features)).astype(float)
        y = rng.permutation(np.arange(samples) % 2)
        w, b, errors = reference.perceptron_train(X, y, epochs)
        if min(errors) >= 2 and b != 0 and np.all(w):
            return X, y


def contradictory(rng):
    """Draw samples of which two are equal but for their labels: there is always an error."""
    X = rng.integers(1, 10, size=(5, 3)).astype(float)
    X[1] = X[0]
    return X, np.array([1, 0, 1, 0, 1])


def assert_run(student, reference, X, y, epochs, lr):
    """Hold that weights, bias and errors are the reference's."""
    w, b, errors = reference.perceptron_train(X, y, epochs, lr=lr)
    assert_agrees(run(student, X, y, epochs, lr=lr), (w, b, errors), check_dtype=False)


@pytest.mark.group("values")
@pytest.mark.points(3)
@pytest.mark.parametrize("lr", [1.0, 0.25, 2.0])
def test_corrects_after_every_sample(student, reference, rng, lr):
    """Weights, bias and errors are those of correcting after each wrong prediction."""
    X, y = mixed(reference, rng, 9, 2, 4)
    assert_run(student, reference, X, y, 4, lr)


@pytest.mark.group("values")
@pytest.mark.points(8)
def test_learns_what_a_line_through_the_origin_separates(student, rng):
    """Classes on opposite sides of the origin are told apart after some epochs."""
    side = np.array([1, *rng.permutation([-1, 1, -1, -1, 1, 1])])
    X = side[:, np.newaxis] * rng.integers(5, 10, size=(7, 3)).astype(float)
    y = (side > 0).astype(int)
    w, b, errors = run(student, X, y, 60, lr=0.5)
    assert any(errors) and errors[-1] == 0, "the errors do not come to an end"
    assert_agrees((X @ w + b > 0).astype(int), y)


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_learns_what_needs_a_bias(student, rng):
    """Three bits of which all must be set are learned, in any order of the samples."""
    X = rng.permutation(CORNERS)
    y = X.all(axis=1).astype(int)
    w, b, errors = run(student, X, y, 100)
    assert any(errors) and errors[-1] == 0, "the errors do not come to an end"
    assert_agrees((X @ w + b > 0).astype(int), y)


@pytest.mark.group("shapes")
def test_learns_a_single_sample_at_once(student, rng):
    """One sample of class 1 makes one error, after which its weights are the sample."""
    X = rng.integers(1, 9, size=(1, 5)).astype(float)
    w, _, errors = run(student, X, np.array([1]), 3)
    assert_agrees(errors, [1, 0, 0])
    assert_agrees(w, X[0])


@pytest.mark.group("shapes")
def test_takes_one_feature_of_integers_and_no_epochs(student, reference, rng):
    """Integer samples of a single feature give weights in float64; no epochs give zeros."""
    X, y = mixed(reference, rng, 7, 1, 5)
    X = X.astype(int)
    for epochs in (5, 0):
        expected = reference.perceptron_train(X, y, epochs)
        assert_agrees(run(student, X, y, epochs), expected)


@pytest.mark.group("hygiene")
def test_keeps_the_dtype(student, rng):
    """The weights for float32 are float32, those for float64 float64."""
    X, y = contradictory(rng)
    for dtype in (np.float32, np.float64):
        w, _, _ = run(student, X.astype(dtype), y, 2)
        assert w.dtype == dtype, f"the weights are {w.dtype} for {np.dtype(dtype)}"


@pytest.mark.group("hygiene")
def test_leaves_its_inputs_alone_and_repeats_itself(student, rng):
    """The inputs are unchanged afterwards, and the same question gets the same answer."""
    X, y = contradictory(rng)
    first = run(student, X, y, 3)
    assert_repeatable(first, run(student, X, y, 3))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_counts_with_integers(student, rng):
    """Numbers of errors are integers."""
    X, y = contradictory(rng)
    answer = student.perceptron_train(X, y, epochs=4)
    trained(answer, 3, 4)
    whole = all(isinstance(number, int | np.integer) for number in answer[2])
    assert whole, "some numbers of errors are not integers"
