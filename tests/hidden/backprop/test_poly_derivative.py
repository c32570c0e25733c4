"""Hidden checks of A4.1 `poly_derivative`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_repeatable,
    centred_difference,
)


@pytest.mark.group("values")
def test_poly_derivative_agrees_with_the_reference(student, reference, rng):
    """The answer matches the power rule for coefficients of either sign."""
    for degree in (6, 3):
        coeffs = rng.uniform(0.5, 3.0, size=degree + 1) * rng.choice([-1.0, 1.0], size=degree + 1)
        assert_agrees(student.poly_derivative(coeffs), reference.poly_derivative(coeffs))


@pytest.mark.group("values")
def test_poly_derivative_keeps_powers_that_do_not_occur(student, reference, rng):
    """A power whose coefficient is zero still has its place, the highest one too."""
    coeffs = rng.uniform(1.0, 2.0, size=8) * np.array([1, 1, 0, 0, 1, 0, 1, 0])
    assert_agrees(student.poly_derivative(coeffs), reference.poly_derivative(coeffs))


@pytest.mark.group("values")
def test_poly_derivative_is_the_slope_of_the_polynomial(student, rng):
    """At a point, the answer's value is the difference quotient of the polynomial."""
    coeffs, point = rng.uniform(0.5, 2.0, size=5), np.array(rng.uniform(0.7, 1.3))
    answer = student.poly_derivative(coeffs)
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.dtype.kind == "f", "the answer is not made of floats"
    assert answer.shape == (4,), "the derivative of degree 3 does not have four coefficients"
    assert np.all(np.abs(answer) < 1e6), "the answer is not finite, or far too large"
    slope = centred_difference(lambda x: float(np.polyval(coeffs[::-1], x)), point)
    assert_agrees(float(np.polyval(answer[::-1], point)), float(slope), rtol=1e-6)


@pytest.mark.group("shapes")
def test_poly_derivative_of_a_constant(student, rng):
    """The derivative of a constant is [0], not an empty array."""
    assert_agrees(student.poly_derivative(rng.uniform(1.0, 5.0, size=1)), np.array([0.0]))


@pytest.mark.group("shapes")
def test_poly_derivative_of_a_straight_line(student, rng):
    """The derivative of a straight line is its slope."""
    coeffs = rng.uniform(1.0, 5.0, size=2)
    assert_agrees(student.poly_derivative(coeffs), coeffs[1:].copy())


@pytest.mark.group("shapes")
def test_poly_derivative_promotes_integers(student, reference, rng):
    """Integer coefficients are answered in float64."""
    coeffs = rng.integers(1, 9, size=5)
    assert_agrees(student.poly_derivative(coeffs), reference.poly_derivative(coeffs))


@pytest.mark.group("hygiene")
def test_poly_derivative_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.poly_derivative(rng.normal(size=4).astype(np.float32))
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.dtype == np.float32, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_poly_derivative_has_no_side_effects(student, rng):
    """The coefficients are not modified, and the same call gives the same answer again."""
    coeffs = rng.normal(size=5)
    first = student.poly_derivative(coeffs)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.poly_derivative(coeffs))
    assert_inputs_unchanged(student)
