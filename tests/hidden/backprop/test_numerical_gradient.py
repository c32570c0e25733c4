"""Hidden checks of A4.3 `numerical_gradient`.

The functions are NumPy's, for only their names can cross to the sandbox; `partial(np.vdot, w)` is
a linear function of each submission's own. Gradients are compared with the exact ones: the centred
formula with h = 1e-5 is off by about 1e-10, the one-sided by 1e-5.
"""

from functools import partial

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

ALLOWED = {"rtol": 1e-6, "atol": 1e-7}


def one_sided(function, x, h):
    """Differentiate by one-sided differences: the wrong formula, but a difference all the same."""
    quotients = np.empty_like(x)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += h
        quotients[index] = (function(moved) - function(x)) / h
    return quotients


@pytest.mark.group("values")
def test_numerical_gradient_of_a_linear_function_is_its_weights(student, rng):
    """A weighted sum has its weights as gradient, each in its place."""
    x, weights = rng.normal(size=(2, 3, 4))
    assert_agrees(student.numerical_gradient(partial(np.vdot, weights), x), weights, **ALLOWED)


@pytest.mark.group("values")
def test_numerical_gradient_of_a_determinant(student, rng):
    """The function gets matrices to differentiate, and their gradient is the cofactors."""
    x = rng.uniform(-1.0, 1.0, size=(3, 3)) + 3.0 * np.eye(3)
    cofactors = np.linalg.det(x) * np.linalg.inv(x).T
    assert_agrees(student.numerical_gradient(np.linalg.det, x), cofactors, **ALLOWED)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_numerical_gradient_of_a_curved_function(student, rng):
    """The error is of the order of h^2: the length's gradient is x / |x| to six digits."""
    x = rng.uniform(0.2, 1.0, size=(2, 3)) * np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, 1.0]])
    answer = student.numerical_gradient(np.linalg.norm, x)
    assert_agrees(answer, x / np.linalg.norm(x), **ALLOWED)


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_numerical_gradient_with_a_wide_step(student, reference, rng):
    """With h = 0.1 the answer is the centred formula's, its error included."""
    x = rng.uniform(0.2, 1.0, size=4) * np.array([1.0, -1.0, 1.0, -1.0])
    expected = reference.numerical_gradient(np.linalg.norm, x, h=0.1)
    assert_agrees(student.numerical_gradient(np.linalg.norm, x, h=0.1), expected, **ALLOWED)


@pytest.mark.group("values")
@pytest.mark.critical
def test_numerical_gradient_is_a_difference_with_the_step_that_is_given(student, reference, rng):
    """The answer is a quotient of differences over the step: nothing that knows the function.

    Which formula it is, is for the other checks to say: here the one-sided ones pass as well. The
    exact derivative does not; a submission could find out which function it was handed.
    """
    x = rng.uniform(0.5, 1.0, size=(2, 2)) * np.array([[1.0, -1.0], [1.0, 1.0]])
    answer = student.numerical_gradient(np.linalg.norm, x, 0.25)
    for step in (0.25, -0.25):
        try:
            assert_agrees(answer, one_sided(np.linalg.norm, x, step), **ALLOWED)
        except AssertionError:
            continue
        return
    assert_agrees(answer, reference.numerical_gradient(np.linalg.norm, x, 0.25), **ALLOWED)


@pytest.mark.group("shapes")
def test_numerical_gradient_of_four_axes(student, rng):
    """The answer has the shape of the input, axes of length one included."""
    x, weights = rng.normal(size=(2, 2, 1, 3, 2))
    assert_agrees(student.numerical_gradient(partial(np.vdot, weights), x), weights, **ALLOWED)


@pytest.mark.group("shapes")
def test_numerical_gradient_at_integers(student, rng):
    """Integers are moved by fractions: nothing is cut off."""
    x = rng.permutation(np.array([-4, -1, 0, 2, 3, 9]))
    expected = 2 * (x - x.mean()) / x.size
    assert_agrees(student.numerical_gradient(np.var, x, h=0.25), expected, **ALLOWED)


@pytest.mark.group("hygiene")
@pytest.mark.points(2)
def test_numerical_gradient_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    x = rng.normal(size=(2, 3))
    first = student.numerical_gradient(np.linalg.norm, x)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.numerical_gradient(np.linalg.norm, x))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_numerical_gradient_computes_in_double_precision(student, rng):
    """At a float32 point the answer is float64, and as exact as at any other."""
    x, weights = rng.normal(size=(2, 5))
    answer = student.numerical_gradient(partial(np.vdot, weights), x.astype(np.float32))
    assert_agrees(answer, weights, **ALLOWED)
