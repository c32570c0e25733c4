"""Hidden checks of A2.3 `dense_forward`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

# Many inputs and few units: a loop over samples and units is short, one over all products is not.
MANY_SAMPLES = np.sin(np.arange(48 * 512.0)).reshape(48, 512)
MANY_WEIGHTS = np.cos(np.arange(512 * 12.0)).reshape(512, 12)
BIASES = np.linspace(-1.0, 1.0, 12)


def layer(rng, samples, features, units):
    """Draw samples, weights and biases that are never small."""
    X, W = rng.normal(size=(samples, features)), rng.normal(size=(features, units))
    return X, W, rng.uniform(1.0, 2.0, size=units)


@pytest.mark.group("values")
@pytest.mark.parametrize("sizes", [(5, 3, 4), (2, 7, 3), (4, 4, 4), (6, 5, 5)])
def test_agrees_with_the_reference(student, reference, rng, sizes):
    """The answer is the definition's, for square weights as for others."""
    X, W, b = layer(rng, *sizes)
    known = {
        "the weights are transposed: W is (inputs, units)": lambda: X @ W.T + b,
        "the bias is missing": lambda: X @ W,
    }
    expected = reference.dense_forward(X, W, b)
    assert_agrees(student.dense_forward(X, W, b), expected, axes="NM", alternatives=known)


@pytest.mark.group("values")
def test_is_affine_in_the_samples(student, rng):
    """A sample of zeros gives the biases, the unit vectors give the rows of W and the biases."""
    _, W, b = layer(rng, 1, 3, 3)
    X = np.concatenate([np.zeros((1, 3)), np.eye(3)])
    assert_agrees(student.dense_forward(X, W, b), np.concatenate([[b], W + b]), axes="NM")


@pytest.mark.group("values")
def test_is_right_in_single_precision(student, reference, rng):
    """The answer is the definition's for float32 too."""
    arguments = [part.astype(np.float32) for part in layer(rng, 4, 6, 3)]
    expected = reference.dense_forward(*arguments)
    assert_agrees(student.dense_forward(*arguments), expected, check_dtype=False)


@pytest.mark.group("shapes")
@pytest.mark.parametrize("sizes", [(1, 5, 3), (4, 1, 3), (3, 6, 1)])
def test_takes_one_sample_one_feature_and_one_unit(student, reference, rng, sizes):
    """A single sample, feature or unit keeps its axis."""
    arguments = layer(rng, *sizes)
    expected = reference.dense_forward(*arguments)
    assert_agrees(student.dense_forward(*arguments), expected, axes="NM")


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integers are answered in float64."""
    X, W = rng.integers(-9, 10, size=(3, 4)), rng.integers(-9, 10, size=(4, 2))
    b = rng.integers(1, 10, size=2)
    expected = reference.dense_forward(X, W, b)
    assert_agrees(student.dense_forward(X, W, b), expected, axes="NM")


@pytest.mark.group("hygiene")
def test_keeps_the_dtype(student, rng):
    """float32 stays float32, and float64 stays float64."""
    for dtype in (np.float32, np.float64):
        answer = student.dense_forward(*(part.astype(dtype) for part in layer(rng, 3, 4, 4)))
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, f"the answer is {answer.dtype} for {np.dtype(dtype)}"


@pytest.mark.group("hygiene")
def test_leaves_its_inputs_alone_and_repeats_itself(student, rng):
    """The inputs are unchanged afterwards, and the same question gets the same answer."""
    arguments = layer(rng, 3, 4, 4)
    answer = student.dense_forward(*arguments)
    assert getattr(answer, "shape", None) == (3, 4), "the answer is not of shape (N, M)"
    assert_repeatable(answer, student.dense_forward(*arguments))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_refuses_weights_for_another_number_of_features(student, rng):
    """Weights for more or fewer features than the samples have raise ValueError."""
    X, _, b = layer(rng, 3, 4, 4)
    for features in (3, 5):
        with pytest.raises(ValueError):
            student.dense_forward(X, rng.normal(size=(features, 4)), b)


@pytest.mark.group("speed")
def test_is_fast_on_many_inputs(assert_fast):
    """The sums over the inputs are left to NumPy."""
    assert_fast("dense_forward", MANY_SAMPLES, MANY_WEIGHTS, BIASES)
