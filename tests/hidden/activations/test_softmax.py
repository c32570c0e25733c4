"""Hidden checks of A1.6 `softmax`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)

MANY = np.linspace(-8.0, 8.0, 5_000).reshape(50, 100, order="F")


def as_floats(answer, x):
    """Give an answer back once it is known to be finite real numbers in the shape of the input."""
    kind = getattr(getattr(answer, "dtype", None), "kind", None)
    assert kind == "f", "the answer is not an array of floating-point numbers"
    assert answer.shape == x.shape, f"the answer has shape {answer.shape}, the input {x.shape}"
    assert bool(np.isfinite(answer).all()), "some answers are not finite"
    return answer


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(3, 4), (4, 4)])
def test_agrees_with_the_reference(student, reference, rng, shape):
    """Each row of scores becomes its own probabilities."""
    x = rng.normal(scale=3.0, size=shape)
    known = {"columns add up to 1, not rows: look at the axis": lambda: reference.softmax(x, 0)}
    assert_agrees(student.softmax(x), reference.softmax(x), alternatives=known)


@pytest.mark.group("values")
def test_sums_along_the_axis_it_is_given(student, reference, rng):
    """The axis argument says which scores belong together."""
    x = rng.normal(scale=3.0, size=(4, 3, 5))
    assert_agrees(student.softmax(x, axis=1), reference.softmax(x, axis=1))


@pytest.mark.group("values")
def test_answers_probabilities(student, rng):
    """Each answer lies in 0..1, each row adds up to 1, and a shared offset changes nothing."""
    x = rng.permutation(np.linspace(-6.0, 6.0, 10)).reshape(2, 5)
    answer = as_floats(student.softmax(x), x)
    assert bool(np.all((answer > 0) & (answer <= 1))), "some answers are not probabilities"
    assert_agrees(answer.sum(axis=-1), np.ones(2))
    assert_agrees(student.softmax(x + 50.0), answer)


@pytest.mark.group("values")
def test_follows_a_permutation_of_the_scores(student, rng):
    """Scores in another order give the same probabilities in that order."""
    x = rng.normal(scale=2.0, size=(3, 5))
    order = np.array([2, 0, 4, 1, 3])
    answer = as_floats(student.softmax(x), x)
    assert_agrees(student.softmax(x[:, order]), answer[:, order])


@pytest.mark.group("values")
def test_of_two_classes_is_a_sigmoid(student, reference, rng):
    """With two classes the first probability is the sigmoid of the difference."""
    x = rng.normal(scale=2.0, size=(5, 2))
    first = reference.sigmoid(x[:, 0] - x[:, 1])
    assert_agrees(student.softmax(x), np.stack([first, 1 - first], axis=-1))


@pytest.mark.group("values")
def test_is_right_in_single_precision(student, reference, rng):
    """The answer matches the definition for float32 too."""
    x = rng.normal(scale=2.0, size=(4, 3)).astype("float32")
    assert_agrees(student.softmax(x), reference.softmax(x), check_dtype=False)


@pytest.mark.group("shapes")
def test_takes_a_single_sample(student, reference, rng):
    """One axis is enough: the scores of one sample."""
    x = rng.normal(size=6)
    assert_agrees(student.softmax(x), reference.softmax(x))


@pytest.mark.group("shapes")
def test_keeps_the_axes_of_a_batch_of_images(student, rng):
    """The answer has the four axes of the input, those of length one too."""
    x = rng.normal(size=(2, 3, 1, 4))
    shape = getattr(student.softmax(x), "shape", None)
    assert shape == x.shape, f"the answer has shape {shape}, the input {x.shape}"


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integer scores are answered in float64, those of one byte too."""
    x = rng.permutation(np.arange(-3, 3, dtype="int8")).reshape(2, 3)
    assert_agrees(student.softmax(x), reference.softmax(x))


@pytest.mark.group("stability")
def test_survives_scores_of_a_thousand(student, reference, rng):
    """Scores of plus and minus 1000 give finite probabilities."""
    row = np.array([1000.0, 999.0, -1000.0, 1001.0])
    x = np.stack([rng.permutation(row), rng.permutation(row)])
    assert_agrees(student.softmax(x), reference.softmax(x))


@pytest.mark.group("stability")
def test_treats_each_sample_on_its_own_scale(student, reference, rng):
    """A sample whose scores lie far below its neighbour's is still answered."""
    x = rng.normal(size=(3, 4)) + np.array([[0.0], [-1800.0], [900.0]])
    assert_agrees(student.softmax(x), reference.softmax(x))


@pytest.mark.group("stability")
def test_never_overflows_in_single_precision(student, rng):
    """No overflow or invalid value occurs on the way for float32, whose range is smaller."""
    x = rng.permutation(np.array([[1000, 0, -1000, 95]], dtype="float32"), axis=1)
    as_floats(student.softmax(x), x)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.softmax(rng.normal(size=(3, 4)).astype("float32"))
    dtype = getattr(answer, "dtype", type(answer).__name__)
    assert dtype == "float32", f"the answer is {dtype} for an input of float32"


@pytest.mark.group("hygiene")
def test_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    x = rng.normal(size=(3, 4))
    answer = student.softmax(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_repeatable(answer, student.softmax(x))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_is_fast_enough_for_a_batch(assert_fast):
    """A batch of a hundred samples takes a fair multiple of the reference's time at most."""
    assert_fast("softmax", MANY)
