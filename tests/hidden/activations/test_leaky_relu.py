"""Hidden checks of A1.5 `leaky_relu`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_agrees_with_the_reference(student, reference, rng):
    """Numbers from 0 up are kept, the others multiplied by the default slope."""
    x = rng.uniform(0.1, 9.0, size=(3, 4)) * np.resize([1.0, -1.0], (3, 4))
    assert_agrees(student.leaky_relu(x), reference.leaky_relu(x))


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_adds_up_over_opposite_inputs(student, reference, rng):
    """By default leaky_relu(x) + leaky_relu(-x) is 0.99 |x|, in single precision too."""
    x = rng.permutation(np.linspace(-7.0, 7.0, 12)).astype("float32")
    expected = 0.99 * np.abs(x) - reference.leaky_relu(x)
    assert_agrees(student.leaky_relu(-x), expected, check_dtype=False)


@pytest.mark.group("values")
def test_with_slope_zero_is_relu(student, reference, rng):
    """With negative_slope 0 nothing leaks."""
    x = rng.permutation(np.linspace(-7.0, 7.0, 12))
    assert_agrees(student.leaky_relu(x, negative_slope=0.0), reference.relu(x))


@pytest.mark.group("values")
def test_takes_slopes_of_one_and_above(student, reference, rng):
    """With slope 1 every number is kept; a slope above 1 makes negative numbers grow."""
    x = rng.permutation(np.linspace(-7.0, 7.0, 12))
    assert_agrees(student.leaky_relu(x, negative_slope=1.0), x)
    steep = student.leaky_relu(x, negative_slope=2.5)
    assert_agrees(steep, reference.leaky_relu(x, negative_slope=2.5))


@pytest.mark.group("shapes")
def test_takes_a_single_number(student, reference, rng):
    """An array of no axes is as good as any other."""
    x = np.array(-rng.uniform(0.5, 2.0))
    assert_agrees(student.leaky_relu(x), reference.leaky_relu(x))


@pytest.mark.group("shapes")
def test_keeps_the_axes_of_a_batch_of_images(student, rng):
    """The answer has the four axes of the input, those of length one too."""
    x = rng.normal(size=(2, 3, 1, 4))
    shape = getattr(student.leaky_relu(x), "shape", None)
    assert shape == x.shape, f"the answer has shape {shape}, the input {x.shape}"


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integers are answered in float64, with a slope of a hundredth as with one of 1."""
    x = rng.permutation(np.arange(-4, 5))
    assert_agrees(student.leaky_relu(x), reference.leaky_relu(x))
    assert_agrees(student.leaky_relu(x, negative_slope=1), x.astype(float))


@pytest.mark.group("stability")
def test_leaks_in_proportion_at_every_size(student, reference, rng):
    """The greatest numbers leak in the same proportion as the others."""
    x = rng.permutation(np.array([-3.0, -2.0, 0.0, 2.0, 3.0])) * 1e300
    assert_agrees(student.leaky_relu(x), reference.leaky_relu(x))


@pytest.mark.group("hygiene")
def test_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.leaky_relu(rng.normal(size=(3, 4)).astype("float32"))
    dtype = getattr(answer, "dtype", type(answer).__name__)
    assert dtype == "float32", f"the answer is {dtype} for an input of float32"


@pytest.mark.group("hygiene")
def test_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    x = rng.normal(size=(3, 4))
    answer = student.leaky_relu(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_repeatable(answer, student.leaky_relu(x))
    assert_inputs_unchanged(student)
