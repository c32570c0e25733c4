"""Hidden checks of A4.8 `softmax_vjp`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_repeatable,
    centred_difference,
)


def softmax(scores, axis=-1):
    """Turn scores into probabilities along an axis."""
    raised = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)


MANY_GRADIENTS = np.sin(np.arange(12000.0)).reshape(1500, 8)
MANY_PROBABILITIES = softmax(np.cos(np.arange(12000.0)).reshape(1500, 8))


def draw(rng, *shape, axis=-1):
    """Draw a gradient and probabilities."""
    return rng.normal(scale=2.0, size=shape), softmax(rng.normal(size=shape), axis)


@pytest.mark.group("values")
@pytest.mark.points(2)
@pytest.mark.parametrize("shape", [(3, 5), (4, 4)])
def test_softmax_vjp_agrees_with_the_reference(student, reference, rng, shape):
    """The gradient matches the reference for every sample of a batch."""
    dout, s = draw(rng, *shape)
    assert_agrees(student.softmax_vjp(dout, s), reference.softmax_vjp(dout, s))


@pytest.mark.group("values")
@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_vjp_sums_along_the_axis(student, reference, rng, axis):
    """The sum runs along the axis that is asked for, and along no other."""
    dout, s = draw(rng, 3, 4, 2, axis=axis)
    expected = reference.softmax_vjp(dout, s, axis=axis)
    assert_agrees(student.softmax_vjp(dout, s, axis=axis), expected)


@pytest.mark.group("values")
def test_softmax_vjp_is_the_slope_of_the_loss(student, rng):
    """The answer is the difference quotient of a loss that weighs the probabilities with dout."""
    dout, scores = rng.normal(size=(2, 3, 4))
    slopes = centred_difference(lambda z: float(np.vdot(dout, softmax(z))), scores)
    answer = student.softmax_vjp(dout, softmax(scores))
    assert_agrees(answer, slopes, rtol=1e-6, atol=1e-7)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_softmax_vjp_moves_no_probability_in_or_out(student, rng):
    """Each row adds up to 0, for a constant on all scores changes nothing."""
    dout, s = draw(rng, 5, 4)
    answer = student.softmax_vjp(dout, s)
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.dtype.kind == "f", "the answer is not made of floats"
    assert answer.shape == s.shape, "the answer has another shape than the probabilities"
    assert bool(np.all(np.abs(answer).max(axis=1) > 1e-9)), "a sample has no gradient at all"
    assert bool(np.all(np.abs(answer.sum(axis=1)) < 1e-12)), "a row does not add up to 0"


@pytest.mark.group("shapes")
def test_softmax_vjp_of_a_single_sample(student, reference, rng):
    """One axis is enough: the probabilities of one sample."""
    dout, s = draw(rng, 6)
    assert_agrees(student.softmax_vjp(dout, s), reference.softmax_vjp(dout, s))


@pytest.mark.group("shapes")
def test_softmax_vjp_of_an_image(student, reference, rng):
    """The classes of each pixel are a sample of their own, four axes or not."""
    dout, s = draw(rng, 2, 3, 1, 4)
    assert_agrees(student.softmax_vjp(dout, s), reference.softmax_vjp(dout, s))


@pytest.mark.group("shapes")
def test_softmax_vjp_takes_an_integer_gradient(student, reference, rng):
    """A gradient of integers is answered in float64."""
    dout, s = rng.integers(1, 9, size=(3, 4)) * np.array([1, -1, 1, 1]), draw(rng, 3, 4)[1]
    assert_agrees(student.softmax_vjp(dout, s), reference.softmax_vjp(dout, s))


@pytest.mark.group("hygiene")
def test_softmax_vjp_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.softmax_vjp(*(array.astype(np.float32) for array in draw(rng, 3, 4)))
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.dtype == np.float32, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_softmax_vjp_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    dout, s = draw(rng, 3, 4)
    first = student.softmax_vjp(dout, s)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.softmax_vjp(dout, s))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_softmax_vjp_is_fast_on_a_batch(assert_fast):
    """The sums are left to NumPy, and no Jacobian is built sample by sample."""
    assert_fast("softmax_vjp", MANY_GRADIENTS, MANY_PROBABILITIES)
