"""Hidden checks of A4.5 `activation_backward`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
    centred_difference,
)

KINDS = ("linear", "sigmoid", "tanh", "relu", "leaky_relu")
SIGNS = np.resize([1.0, -1.0, -1.0, 1.0, -1.0], (3, 4))


def draw(rng):
    """Draw gradients and pre-activations of either sign, in every combination, away from 0."""
    z = rng.uniform(0.1, 3.0, size=(3, 4)) * SIGNS
    return rng.uniform(0.5, 2.0, size=(3, 4)) * np.resize([1.0, 1.0, -1.0], (3, 4)), z


@pytest.mark.group("values")
@pytest.mark.parametrize(
    "kind",
    [
        "linear",
        "sigmoid",
        "tanh",
        pytest.param("relu", marks=pytest.mark.points(3)),
    ],
)
def test_activation_backward_agrees_with_the_reference(student, reference, rng, kind):
    """The answer is the local derivative times the gradient from above, entry by entry."""
    dout, z = draw(rng)
    expected = reference.activation_backward(dout, z, kind)
    assert_agrees(student.activation_backward(dout, z, kind), expected)


@pytest.mark.group("values")
def test_activation_backward_uses_the_slope_of_leaky_relu(student, reference, rng):
    """Where z is negative the gradient is multiplied by the slope, 0.01 or any other."""
    dout, z = draw(rng)
    expected = reference.activation_backward(dout, z, "leaky_relu")
    assert_agrees(student.activation_backward(dout, z, "leaky_relu"), expected)
    expected = reference.activation_backward(dout, z, "leaky_relu", negative_slope=2.5)
    answer = student.activation_backward(dout, z, "leaky_relu", negative_slope=2.5)
    assert_agrees(answer, expected)


@pytest.mark.group("values")
@pytest.mark.parametrize("kind", ["tanh", pytest.param("relu", marks=pytest.mark.points(2))])
def test_activation_backward_is_the_gradient_of_the_loss(student, rng, kind):
    """The answer is the difference quotient of a loss that weighs the activations with dout."""
    dout, z = draw(rng)
    forward = {"tanh": np.tanh, "relu": lambda point: np.maximum(point, 0)}[kind]
    slopes = centred_difference(lambda point: float(np.vdot(dout, forward(point))), z)
    answer = student.activation_backward(dout, z, kind)
    assert_agrees(answer, slopes, rtol=1e-6, atol=1e-7)


@pytest.mark.group("shapes")
def test_activation_backward_takes_a_single_number(student, reference, rng):
    """Arrays of no axes are as good as any others."""
    dout, z = np.array(rng.uniform(-3.0, -2.0)), np.array(rng.uniform(0.2, 0.8))
    for kind in ("tanh", "relu", "leaky_relu"):
        expected = reference.activation_backward(dout, z, kind)
        assert_agrees(student.activation_backward(dout, z, kind), expected)


@pytest.mark.group("shapes")
def test_activation_backward_takes_a_batch_of_images(student, reference, rng):
    """Each of four axes is kept, those of length one too."""
    dout, z = (array.reshape(2, 3, 1, 2) for array in draw(rng))
    for kind in ("sigmoid", "relu", "leaky_relu"):
        expected = reference.activation_backward(dout, z, kind)
        assert_agrees(student.activation_backward(dout, z, kind), expected)


@pytest.mark.group("shapes")
def test_activation_backward_promotes_integers(student, reference, rng):
    """Integers are answered in float64, for every kind."""
    z = rng.permutation(np.arange(1, 7)) * np.array([1, 1, -1, -1, -1, 1])
    dout = rng.permutation(np.arange(7, 13)) * np.array([-1, 1, 1, -1, 1, -1])
    for kind in KINDS:
        expected = reference.activation_backward(dout, z, kind)
        assert_agrees(student.activation_backward(dout, z, kind), expected)


@pytest.mark.group("stability")
@pytest.mark.parametrize("kind", ["relu", "leaky_relu"])
def test_activation_backward_has_the_agreed_slope_at_the_kink(student, reference, rng, kind):
    """Exactly at 0 the local derivative is the one that the contract fixes."""
    z = rng.permutation(np.array([0.0, -0.0, 1e-300, -1e-300, 1.0, -1.0]))
    dout = rng.permutation(np.array([-3.0, -2.0, -1.5, 1.5, 2.0, 3.0]))
    expected = reference.activation_backward(dout, z, kind)
    assert_agrees(student.activation_backward(dout, z, kind), expected)


@pytest.mark.group("stability")
def test_activation_backward_of_saturated_units(student, reference, rng):
    """Far from zero nothing passes back, and no overflow occurs on the way."""
    z = rng.permutation(np.array([-1000.0, -720.0, -0.5, 0.5, 720.0, 1000.0]))
    dout = rng.uniform(2.0, 3.0, size=6)
    for kind in ("sigmoid", "tanh"):
        expected = reference.activation_backward(dout, z, kind)
        assert_agrees(student.activation_backward(dout, z, kind), expected)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_activation_backward_keeps_single_precision(student, rng):
    """The answer to float32 is float32, for every kind."""
    dout, z = (array.astype(np.float32) for array in draw(rng))
    for kind in KINDS:
        answer = student.activation_backward(dout, z, kind)
        assert isinstance(answer, np.ndarray | np.generic), f"{kind}: the answer is not an array"
        assert answer.dtype == np.float32, f"{kind}: the dtype has changed"


@pytest.mark.group("hygiene")
def test_activation_backward_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    for kind in ("relu", "tanh"):
        dout, z = draw(rng)
        first = student.activation_backward(dout, z, kind)
        assert isinstance(first, np.ndarray), "the answer is not an array"
        assert_repeatable(first, student.activation_backward(dout, z, kind))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_activation_backward_refuses_an_unknown_kind(student, rng):
    """A kind that is not in the list is a ValueError."""
    dout, z = draw(rng)
    with pytest.raises(ValueError):
        student.activation_backward(dout, z, "no such kind")
