"""Hidden checks of A1.1 `step` and `linear`.

`linear` is one multiplication, so it counts about a tenth of the question.
"""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


@pytest.mark.group("values")
@pytest.mark.points(6)
def test_step_agrees_with_the_reference(student, reference, rng):
    """The step unit answers as the definition says for positive and negative net inputs."""
    x = rng.normal(scale=3.0, size=(3, 4))
    assert_agrees(student.step(x), reference.step(x))


@pytest.mark.group("values")
@pytest.mark.points(4)
def test_step_answers_zero_or_one_only(student, rng):
    """The answer is 0 or 1 for every input, the threshold included."""
    x = rng.permutation(np.repeat(np.arange(-2.0, 3.0), 2))
    answer = student.step(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert bool(np.isin(answer, [0, 1]).all()), "some answers are neither 0 nor 1"


@pytest.mark.group("values")
def test_linear_agrees_with_the_reference(student, reference, rng):
    """The linear unit multiplies by its slope, and by 1 if none is given."""
    x = rng.normal(scale=3.0, size=(3, 4))
    assert_agrees(student.linear(x), reference.linear(x))
    assert_agrees(student.linear(x, slope=-2.5), reference.linear(x, slope=-2.5))


@pytest.mark.group("shapes")
@pytest.mark.points(3)
def test_step_takes_a_single_number(student, reference, rng):
    """An array of no axes is as good as any other."""
    x = np.array(rng.uniform(0.5, 2.0))
    assert_agrees(student.step(x), reference.step(x))


@pytest.mark.group("shapes")
@pytest.mark.points(3)
def test_step_takes_a_batch_of_images(student, reference, rng):
    """The answer keeps all four axes, those of length one too."""
    x = rng.normal(size=(2, 3, 1, 4))
    assert_agrees(student.step(x), reference.step(x))


@pytest.mark.group("shapes")
@pytest.mark.points(3)
def test_step_takes_integers(student, reference, rng):
    """Integer net inputs are compared with the threshold too."""
    x = rng.permutation(np.arange(-4, 5))
    assert_agrees(student.step(x), reference.step(x), check_dtype=False)


@pytest.mark.group("shapes")
def test_linear_promotes_integers(student, reference, rng):
    """Integers become float64, whether the slope is a whole number or not."""
    x = rng.integers(-5, 6, size=(2, 3))
    for slope in (0.5, 3):
        assert_agrees(student.linear(x, slope=slope), reference.linear(x, slope=slope))


@pytest.mark.group("stability")
def test_step_at_the_threshold_and_at_the_ends(student, reference, rng):
    """Exactly at the threshold nothing fires; the tiniest and the greatest positive numbers do."""
    x = rng.permutation(np.array([0.0, -0.0, 5e-324, -5e-324, 1e308, -1e308, np.inf, -np.inf]))
    assert_agrees(student.step(x), reference.step(x))


@pytest.mark.group("hygiene")
@pytest.mark.points(4)
def test_step_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.step(rng.normal(size=6).astype("float32"))
    dtype = getattr(answer, "dtype", type(answer).__name__)
    assert dtype == "float32", f"the answer is {dtype} for an input of float32"


@pytest.mark.group("hygiene")
@pytest.mark.points(4)
def test_step_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    x = rng.normal(size=(3, 4))
    answer = student.step(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_repeatable(answer, student.step(x))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_linear_keeps_single_precision_and_its_input(student, rng):
    """The answer to float32 is float32, and the input is unchanged afterwards."""
    answer = student.linear(rng.normal(size=6).astype("float32"), slope=0.5)
    assert_inputs_unchanged(student)
    dtype = getattr(answer, "dtype", type(answer).__name__)
    assert dtype == "float32", f"the answer is {dtype} for an input of float32"
