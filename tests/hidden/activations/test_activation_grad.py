"""Hidden checks of A1.7 `activation_grad`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)

KINDS = ("linear", "sigmoid", "tanh", "relu", "leaky_relu")


@pytest.mark.group("values")
@pytest.mark.parametrize(
    "kind",
    [
        "linear",
        "sigmoid",
        pytest.param("tanh", marks=pytest.mark.points(2)),
        pytest.param("relu", marks=pytest.mark.points(2)),
    ],
)
def test_agrees_with_the_reference(student, reference, rng, kind):
    """The derivative matches the reference on both sides of 0."""
    x = rng.uniform(0.05, 4.0, size=(3, 4)) * np.resize([1.0, -1.0], (3, 4))
    assert_agrees(student.activation_grad(x, kind), reference.activation_grad(x, kind))


@pytest.mark.group("values")
def test_uses_the_slope_of_leaky_relu(student, reference, rng):
    """The derivative of leaky_relu follows its default slope and any other."""
    x = rng.uniform(0.05, 4.0, size=8) * np.resize([1.0, -1.0], 8)
    by_default = student.activation_grad(x, "leaky_relu")
    assert_agrees(by_default, reference.activation_grad(x, "leaky_relu"))
    steep = student.activation_grad(x, "leaky_relu", negative_slope=2.5)
    assert_agrees(steep, reference.activation_grad(x, "leaky_relu", negative_slope=2.5))


@pytest.mark.group("values")
@pytest.mark.points(2)
@pytest.mark.parametrize("kind", ["tanh", "relu"])
def test_is_the_slope_of_the_function(student, reference, rng, kind):
    """The derivative is the difference quotient of the function, away from the kink."""
    forward, h = getattr(reference, kind), 1e-5
    x = rng.uniform(0.05, 2.5, size=10) * rng.permutation([1, 1, 1, 1, 1, -1, -1, -1, -1, -1])
    quotient = (forward(x + h) - forward(x - h)) / (2 * h)
    assert_agrees(student.activation_grad(x, kind), quotient, rtol=1e-6, atol=1e-7)


@pytest.mark.group("shapes")
def test_takes_a_single_number(student, reference, rng):
    """An array of no axes is as good as any other."""
    size = rng.uniform(0.2, 0.8)
    for kind, sign in (("tanh", 1), ("relu", 1), ("leaky_relu", -1)):
        x = np.array(sign * size)
        assert_agrees(student.activation_grad(x, kind), reference.activation_grad(x, kind))


@pytest.mark.group("shapes")
def test_takes_a_batch_of_images(student, reference, rng):
    """Each of four axes is kept, those of length one too."""
    x = rng.uniform(0.05, 2.0, size=(2, 3, 1, 4)) * np.resize([1.0, -1.0], (2, 3, 1, 4))
    for kind in ("tanh", "relu", "leaky_relu"):
        assert_agrees(student.activation_grad(x, kind), reference.activation_grad(x, kind))


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integers are answered in float64, for every kind."""
    x = rng.permutation(np.array([-3, -2, -1, 1, 2, 3]))
    for kind in KINDS:
        assert_agrees(student.activation_grad(x, kind), reference.activation_grad(x, kind))


@pytest.mark.group("stability")
@pytest.mark.parametrize("kind", ["relu", "leaky_relu"])
def test_has_the_agreed_slope_at_the_kink(student, reference, rng, kind):
    """Exactly at 0 the derivative is the one that the contract fixes."""
    x = rng.permutation(np.array([0.0, -0.0, 1e-300, -1e-300, 1.0, -1.0]))
    assert_agrees(student.activation_grad(x, kind), reference.activation_grad(x, kind))


@pytest.mark.group("stability")
@pytest.mark.parametrize("kind", ["sigmoid", "tanh"])
def test_vanishes_far_from_zero(student, reference, rng, kind):
    """A saturated unit has the slope 0, and no overflow occurs on the way."""
    x = rng.permutation(np.array([-1000.0, -720.0, -0.5, 0.5, 720.0, 1000.0]))
    answer = student.activation_grad(x, kind)
    assert_agrees(answer, reference.activation_grad(x, kind))
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_keeps_single_precision(student, rng):
    """The answer to float32 is float32, for every kind."""
    x = rng.normal(size=6).astype("float32")
    for kind in KINDS:
        answer = student.activation_grad(x, kind)
        dtype = getattr(answer, "dtype", type(answer).__name__)
        assert dtype == "float32", f"{kind}: the answer is {dtype} for an input of float32"


@pytest.mark.group("hygiene")
def test_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    x = rng.normal(size=(3, 4))
    answer = student.activation_grad(x, "tanh")
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_repeatable(answer, student.activation_grad(x, "tanh"))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_refuses_an_unknown_kind(student, rng):
    """A kind that is not in the list is a ValueError."""
    with pytest.raises(ValueError):
        student.activation_grad(rng.normal(size=3), "no such kind")
