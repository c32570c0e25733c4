"""Hidden checks of A1.3 `tanh`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)

MANY = np.linspace(-15.0, 15.0, 5_000)


@pytest.mark.group("values")
def test_agrees_with_the_reference(student, reference, rng):
    """The answer matches the definition for moderate net inputs."""
    x = rng.normal(scale=2.0, size=(2, 3, 4))
    assert_agrees(student.tanh(x), reference.tanh(x))


@pytest.mark.group("values")
def test_is_a_sigmoid_in_disguise(student, reference, rng):
    """tanh(x) is 2 sigmoid(2x) - 1."""
    x = rng.uniform(-3.0, 3.0, size=(2, 5))
    assert_agrees(student.tanh(x), 2 * reference.sigmoid(2 * x) - 1)


@pytest.mark.group("values")
def test_is_right_in_single_precision(student, reference, rng):
    """The answer matches the definition for float32 too."""
    x = rng.normal(scale=2.0, size=(4, 4)).astype("float32")
    assert_agrees(student.tanh(x), reference.tanh(x), check_dtype=False)


@pytest.mark.group("shapes")
def test_takes_a_single_number(student, reference, rng):
    """An array of no axes is as good as any other."""
    x = np.array(rng.uniform(0.5, 2.0))
    assert_agrees(student.tanh(x), reference.tanh(x))


@pytest.mark.group("shapes")
def test_keeps_the_axes_of_a_batch_of_images(student, rng):
    """The answer has the four axes of the input, those of length one too."""
    x = rng.normal(size=(2, 3, 1, 4))
    shape = getattr(student.tanh(x), "shape", None)
    assert shape == x.shape, f"the answer has shape {shape}, the input {x.shape}"


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integers are answered in float64, those of one byte too."""
    x = rng.permutation(np.arange(-4, 5, dtype="int8"))
    assert_agrees(student.tanh(x), reference.tanh(x))


@pytest.mark.group("stability")
def test_saturates_for_large_numbers(student, reference, rng):
    """Far from 0 the answer is -1 or 1, never nan."""
    x = rng.permutation(np.array([-1000.0, -720.0, -400.0, -0.5, 0.5, 400.0, 720.0, 1000.0]))
    assert_agrees(student.tanh(x), reference.tanh(x))


@pytest.mark.group("stability")
def test_keeps_its_digits_near_zero(student, reference, rng):
    """The relative error stays within one part in a million down to 1e-10."""
    smallest = rng.uniform(1e-10, 1.2e-10, size=200)
    small = 10.0 ** rng.uniform(-10, -1, size=50)
    x = np.concatenate([smallest, -smallest, small, -small])
    assert_agrees(student.tanh(x), reference.tanh(x), rtol=1e-6, atol=0.0)


@pytest.mark.group("stability")
def test_never_overflows_in_single_precision(student, reference, rng):
    """No overflow or invalid value occurs on the way for float32, whose range is smaller."""
    x = rng.permutation(np.array([-1000, -95, -1, 0, 1, 95, 1000], dtype="float32"))
    assert_agrees(student.tanh(x), reference.tanh(x), check_dtype=False)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.tanh(rng.normal(size=(3, 4)).astype("float32"))
    dtype = getattr(answer, "dtype", type(answer).__name__)
    assert dtype == "float32", f"the answer is {dtype} for an input of float32"


@pytest.mark.group("hygiene")
def test_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    x = rng.normal(size=(3, 4))
    answer = student.tanh(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_repeatable(answer, student.tanh(x))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_is_fast_enough_for_a_layer(assert_fast):
    """Twenty thousand units take no more than a fair multiple of the reference's time."""
    assert_fast("tanh", MANY)
