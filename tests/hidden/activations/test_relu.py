"""Hidden checks of A1.4 `relu`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_agrees_with_the_reference_near_zero(student, reference, rng):
    """Each number is kept or becomes 0, whichever is greater."""
    x = rng.uniform(0.1, 3.0, size=(3, 4)) * np.resize([1.0, -1.0], (3, 4))
    assert_agrees(student.relu(x), reference.relu(x))


@pytest.mark.group("values")
def test_agrees_with_the_reference_far_from_zero(student, reference, rng):
    """There is no upper limit."""
    x = rng.permutation(np.linspace(-90.0, 90.0, 12)) + rng.uniform(-1.0, 1.0, size=12)
    assert_agrees(student.relu(x), reference.relu(x))


@pytest.mark.group("values")
def test_keeps_positive_numbers_as_they_are(student, rng):
    """A positive number passes unchanged."""
    x = np.concatenate([rng.uniform(0.01, 0.9, size=5), rng.uniform(10.0, 99.0, size=5)])
    assert_agrees(student.relu(x), x)


@pytest.mark.group("values")
def test_splits_a_number_into_two_halves(student, reference, rng):
    """relu(x) - relu(-x) is x again, in single precision too."""
    x = rng.permutation(np.linspace(-5.0, 5.0, 10)).astype("float32")
    assert_agrees(student.relu(-x), reference.relu(x) - x, check_dtype=False)


@pytest.mark.group("shapes")
def test_takes_a_single_number(student, reference, rng):
    """An array of no axes is as good as any other, of either sign."""
    size = rng.uniform(0.5, 2.0)
    for x in (np.array(size), np.array(-size)):
        assert_agrees(student.relu(x), reference.relu(x))


@pytest.mark.group("shapes")
def test_keeps_the_axes_of_a_batch_of_images(student, rng):
    """The answer has the four axes of the input, those of length one too."""
    x = rng.normal(size=(2, 3, 1, 4))
    shape = getattr(student.relu(x), "shape", None)
    assert shape == x.shape, f"the answer has shape {shape}, the input {x.shape}"


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integers are answered in float64."""
    x = rng.permutation(np.arange(-4, 5))
    assert_agrees(student.relu(x), reference.relu(x))


@pytest.mark.group("stability")
def test_keeps_infinity(student, reference, rng):
    """Infinity passes, minus infinity becomes 0, and neither becomes nan."""
    x = rng.permutation(np.array([np.inf, -np.inf, 1.5, -1.5, 0.0]))
    assert_agrees(student.relu(x), reference.relu(x))


@pytest.mark.group("hygiene")
def test_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.relu(rng.normal(size=(3, 4)).astype("float32"))
    dtype = getattr(answer, "dtype", type(answer).__name__)
    assert dtype == "float32", f"the answer is {dtype} for an input of float32"


@pytest.mark.group("hygiene")
def test_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    x = rng.normal(size=(3, 4))
    answer = student.relu(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_repeatable(answer, student.relu(x))
    assert_inputs_unchanged(student)
