"""Hidden checks of A2.2 `add_bias_column` and `fold_bias`.

One is of no use without the other, so nearly every check asks both.
"""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


def layer(rng, samples, features, units, dtype=np.float64):
    """Draw samples, weights and biases."""
    X = rng.normal(scale=3.0, size=(samples, features)).astype(dtype)
    W = rng.normal(size=(features, units)).astype(dtype)
    return X, W, rng.normal(size=units).astype(dtype)


def assert_both(student, reference, X, W, b, position):
    """Hold that the column and the row are where they belong."""
    known = {"the ones are a row: add a feature, not a sample": lambda: row_of_ones(X)}
    column = student.add_bias_column(X, position=position)
    expected = reference.add_bias_column(X, position)
    assert_agrees(column, expected, axes="ND", alternatives=known)
    row = student.fold_bias(W, b, position=position)
    assert_agrees(row, reference.fold_bias(W, b, position), axes="DM")


def row_of_ones(X):
    """Make the known mistake."""
    return np.concatenate([X, np.ones((1, X.shape[1]))])


@pytest.mark.group("values")
@pytest.mark.points(2)
@pytest.mark.parametrize("sizes", [(5, 3, 2), (4, 4, 4)])
def test_last_is_the_default(student, reference, rng, sizes):
    """Without a position, the column and the row come last."""
    X, W, b = layer(rng, *sizes)
    assert_agrees(student.add_bias_column(X), reference.add_bias_column(X), axes="ND")
    assert_agrees(student.fold_bias(W, b), reference.fold_bias(W, b), axes="DM")


@pytest.mark.group("values")
@pytest.mark.points(2)
@pytest.mark.parametrize("position", ["first", "last"])
def test_takes_a_position(student, reference, rng, position):
    """The position is where the column and the row go."""
    assert_both(student, reference, *layer(rng, 4, 3, 2), position)


@pytest.mark.group("values")
def test_fold_bias_keeps_each_units_bias_in_its_column(student, rng):
    """Biases stay with their units, and the weights' rows in their order."""
    _, W, b = layer(rng, 1, 3, 3)
    assert_agrees(student.fold_bias(W, b), np.array([*W, b]), axes="DM")
    assert_agrees(student.fold_bias(W, b, position="first"), np.array([b, *W]), axes="DM")


@pytest.mark.group("shapes")
@pytest.mark.parametrize("sizes", [(1, 6, 1), (3, 1, 4)])
def test_takes_one_sample_one_feature_and_one_unit(student, reference, rng, sizes):
    """A single sample, feature or unit keeps its axis."""
    X, W, b = layer(rng, *sizes)
    for position in ("last", "first"):
        assert_both(student, reference, X, W, b, position)


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integers are answered in float64."""
    X, W = rng.integers(-9, 10, size=(3, 4)), rng.integers(-9, 10, size=(4, 2))
    assert_both(student, reference, X, W, rng.integers(-9, 10, size=2), "last")


@pytest.mark.group("hygiene")
def test_keeps_single_precision(student, reference, rng):
    """The answers to float32 are float32, the ones too."""
    assert_both(student, reference, *layer(rng, 3, 2, 4, np.float32), "first")


@pytest.mark.group("hygiene")
def test_leaves_its_inputs_alone_and_repeats_itself(student, reference, rng):
    """The inputs are unchanged afterwards, and the same question gets the same answer."""
    X, W, b = layer(rng, 3, 2, 2)
    assert_both(student, reference, X, W, b, "last")
    assert_repeatable(student.add_bias_column(X), student.add_bias_column(X))
    assert_repeatable(student.fold_bias(W, b), student.fold_bias(W, b))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_refuses_another_position(student, reference, rng):
    """Right positions are taken, and any other raises ValueError."""
    X, W, b = layer(rng, 4, 2, 3)
    assert_both(student, reference, X, W, b, "first")
    with pytest.raises(ValueError):
        student.add_bias_column(X, position="middle")
    with pytest.raises(ValueError):
        student.fold_bias(W, b, position="middle")
