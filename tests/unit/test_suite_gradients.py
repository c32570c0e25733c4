"""Derivatives by differences."""

import numpy as np

from autograder.suite import centred_difference


def test_centred_difference_of_a_polynomial_gives_its_derivative():
    """The sum of cubes has the derivative 3 x^2, entry by entry and in the shape of x."""
    x = np.array([[0.5, -2.0, 3.0], [10.0, 0.0, -1e-3]])
    gradient = centred_difference(lambda point: float((point**3).sum()), x)
    np.testing.assert_allclose(gradient, 3 * x**2, rtol=1e-6, atol=1e-6)


def test_centred_difference_leaves_its_argument_alone():
    """Neither the caller's array nor a kept copy of an earlier point changes."""
    x, seen = np.array([1, 2]), []
    centred_difference(lambda point: seen.append(point) or float(point.sum()), x)
    assert x.tolist() == [1, 2]
    assert len({tuple(point) for point in seen}) == 4
