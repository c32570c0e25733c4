"""Hidden checks of A1.8 `log_softmax`."""

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
    """Each row of scores becomes the logarithms of its own probabilities."""
    x = rng.normal(scale=3.0, size=shape)
    assert_agrees(student.log_softmax(x), reference.log_softmax(x))


@pytest.mark.group("values")
def test_sums_along_the_axis_it_is_given(student, reference, rng):
    """The axis argument says which scores belong together."""
    x = rng.normal(scale=3.0, size=(4, 3, 5))
    assert_agrees(student.log_softmax(x, axis=0), reference.log_softmax(x, axis=0))


@pytest.mark.group("values")
def test_gives_logarithms_of_probabilities_back(student, rng):
    """Logarithms of probabilities come back, whatever constant was added to them."""
    probability = rng.uniform(0.01, 1.0, size=(3, 5))
    probability /= probability.sum(axis=-1, keepdims=True)
    assert_agrees(student.log_softmax(np.log(probability) + 7.0), np.log(probability))


@pytest.mark.group("values")
def test_keeps_the_differences_between_scores(student, rng):
    """Two scores of a sample differ afterwards by as much as before, however far apart."""
    x = np.stack([rng.permutation(np.array([0.0, 1.0, 2.5, 4.0])) for _ in range(3)])
    x[0] *= 300.0
    answer = as_floats(student.log_softmax(x), x)
    with np.errstate(over="ignore"):
        differences = answer - answer[:, :1]
    assert_agrees(differences, x - x[:, :1])


@pytest.mark.group("values")
def test_is_right_in_single_precision(student, reference, rng):
    """The answer matches the definition for float32 too."""
    x = rng.normal(scale=2.0, size=(4, 3)).astype("float32")
    assert_agrees(student.log_softmax(x), reference.log_softmax(x), check_dtype=False)


@pytest.mark.group("shapes")
def test_takes_a_single_sample(student, reference, rng):
    """One axis is enough: the scores of one sample."""
    x = rng.normal(size=6)
    assert_agrees(student.log_softmax(x), reference.log_softmax(x))


@pytest.mark.group("shapes")
def test_keeps_the_axes_of_a_batch_of_images(student, rng):
    """The answer has the four axes of the input, those of length one too."""
    x = rng.normal(size=(2, 3, 1, 4))
    shape = getattr(student.log_softmax(x), "shape", None)
    assert shape == x.shape, f"the answer has shape {shape}, the input {x.shape}"


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integer scores are answered in float64, those of one byte too."""
    x = rng.permutation(np.arange(-3, 3, dtype="int8")).reshape(2, 3)
    assert_agrees(student.log_softmax(x), reference.log_softmax(x))


@pytest.mark.group("stability")
def test_is_finite_for_hopeless_classes(student, reference, rng):
    """A class a thousand below the best has a finite logarithm, not minus infinity."""
    x = np.stack([rng.permutation(np.array([1000.0, 999.0, -1000.0, 0.0])) for _ in range(2)])
    assert_agrees(student.log_softmax(x), reference.log_softmax(x))


@pytest.mark.group("stability")
def test_never_overflows(student, reference, rng):
    """No overflow, invalid value or logarithm of 0 occurs, each sample on its own scale."""
    x = rng.permutation(np.array([1000.0, 0.0, -1000.0, 1001.0])) + np.array([[0.0], [-2000.0]])
    assert_agrees(student.log_softmax(x), reference.log_softmax(x))
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_keeps_single_precision(student, rng):
    """The answer to float32 is float32."""
    answer = student.log_softmax(rng.normal(size=(3, 4)).astype("float32"))
    dtype = getattr(answer, "dtype", type(answer).__name__)
    assert dtype == "float32", f"the answer is {dtype} for an input of float32"


@pytest.mark.group("hygiene")
def test_leaves_its_input_alone_and_repeats_itself(student, rng):
    """The input is unchanged afterwards, and the same question gets the same answer."""
    x = rng.normal(size=(3, 4))
    answer = student.log_softmax(x)
    assert getattr(answer, "shape", None) == x.shape, "the answer has another shape than the input"
    assert_repeatable(answer, student.log_softmax(x))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_is_fast_enough_for_a_batch(assert_fast):
    """A batch of a hundred samples takes a fair multiple of the reference's time at most."""
    assert_fast("log_softmax", MANY)
