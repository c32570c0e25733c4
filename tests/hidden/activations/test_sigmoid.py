"""Hidden checks of A1.2 `sigmoid`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)

MANY = np.linspace(-30.0, 30.0, 5_000)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_agrees_with_the_reference(student, reference, rng):
    """The answer matches the definition for moderate net inputs."""
    x = rng.normal(scale=4.0, size=(2, 3, 4))
    assert_agrees(student.sigmoid(x), reference.sigmoid(x))


@pytest.mark.group("values")
def test_undoes_the_logit(student, rng):
    """The sigmoid of log(p / (1 - p)) is p."""
    probability = rng.uniform(0.01, 0.99, size=(2, 5))
    assert_agrees(student.sigmoid(np.log(probability / (1 - probability))), probability)


@pytest.mark.group("values")
def test_opposite_inputs_share_one_between_them(student, reference, rng):
    """sigmoid(-x) is 1 - sigmoid(x), for large x too."""
    x = rng.permutation(np.array([-990.0, -730.0, -3.0, -0.7, 0.7, 3.0, 730.0, 990.0]))
    x *= rng.uniform(0.99, 1.01, size=8)
    assert_agrees(student.sigmoid(-x), 1 - reference.sigmoid(x))


@pytest.mark.group("values")
def test_is_right_in_single_precision(student, reference, rng):
    """The answer matches the definition for float32 too."""
    x = rng.normal(scale=4.0, size=(4, 4)).astype("float32")
    assert_agrees(student.sigmoid(x), reference.sigmoid(x), check_dtype=False)


@pytest.mark.group("shapes")
def test_takes_a_single_number(student, reference, rng):
    """An array of no axes is as good as any other."""
    x = np.array(rng.normal())
    assert_agrees(student.sigmoid(x), reference.sigmoid(x))


@pytest.mark.group("shapes")
def test_keeps_the_axes_of_a_batch_of_images(student, rng):
    """The answer has the four axes of the input, those of length one too."""
    x = rng.normal(size=(2, 3, 1, 4))
    shape = getattr(student.sigmoid(x), "shape", None)
    assert shape == x.shape, f"the answer has shape {shape}, the input {x.shape}"


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integers are answered in float64, those of one byte too."""
    x = rng.permutation(np.arange(-4, 5, dtype="int8"))
    assert_agrees(student.sigmoid(x), reference.sigmoid(x))


@pytest.mark.group("stability")
def test_saturates_for_the_greatest_numbers(student, reference, rng):
    """Far from 0 the answer is 0 or 1, never nan."""
    x = rng.permutation(np.array([-1e308, -1000.0, -750.0, -1.5, 1.5, 750.0, 1000.0, 1e308]))
    assert_agrees(student.sigmoid(x), reference.sigmoid(x))


@pytest.mark.group("stability")
def test_never_overflows_in_single_precision(student, reference, rng):
    """No overflow or invalid value occurs on the way for float32, whose range is smaller."""
    x = rng.permutation(np.array([-1000, -95, -1, 0, 1, 95, 1000], dtype="float32"))
    assert_agrees(student.sigmoid(x), reference.sigmoid(x), check_dtype=False)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.sigmoid(rng.normal(size=(3, 4)).astype("float32"))
    dtype = getattr(answer, "dtype", type(answer).__name__)
    assert dtype == "float32", f"the answer is {dtype} for an input of float32"


@pytest.mark.group("hygiene")
def test_leaves_its_input_alone(student, rng):
    """The input array is the same afterwards, to the bit."""
    x = rng.normal(size=(3, 4))
    answer = student.sigmoid(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_repeats_itself(student, rng):
    """The same question gets the same answer, to the bit."""
    x = rng.normal(size=(3, 4))
    answer = student.sigmoid(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_repeatable(answer, student.sigmoid(x))


@pytest.mark.group("speed")
def test_is_fast_enough_for_a_layer(assert_fast):
    """Twenty thousand units take no more than a fair multiple of the reference's time."""
    assert_fast("sigmoid", MANY)
