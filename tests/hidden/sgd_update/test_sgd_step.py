"""Hidden checks of A5.1 `sgd_step`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

SHAPES = ((3, 2), (2,), (4, 4))
MANY = np.sin(np.arange(100_000.0)).reshape(250, 400)


def arrays(rng, *shapes, dtype="float64"):
    """Draw a list of arrays."""
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def shapes_of(part):
    """Return the shapes of a list of arrays; None in place of what is no array."""
    assert type(part) is list, "arrays are not in a list"
    return [array.shape if isinstance(array, np.ndarray) else None for array in part]


@pytest.mark.group("values")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sgd_step_agrees_with_the_reference(student, reference, rng, dtype):
    """Every parameter goes down its own gradient, for matrices and vectors in one list."""
    params, grads = arrays(rng, *SHAPES, dtype=dtype), arrays(rng, *SHAPES, dtype=dtype)
    lr = float(rng.uniform(0.1, 0.5))
    expected = reference.sgd_step(params, grads, lr)
    assert_agrees(student.sgd_step(params, grads, lr), expected, check_dtype=False)


@pytest.mark.group("values")
def test_sgd_step_twice_as_far_with_twice_the_learning_rate(student, rng):
    """The distance to the old parameters is the learning rate times the gradient."""
    (grad,), lr = arrays(rng, (3, 4)), float(rng.uniform(0.1, 0.5))
    for factor in (1, 2):
        answer = student.sgd_step([np.zeros((3, 4))], [grad], factor * lr)
        assert_agrees(answer, [-factor * lr * grad])


@pytest.mark.group("values")
def test_sgd_step_goes_down_a_parabola(student, rng):
    """On w**2 / 2, whose gradient is w, a step with lr 1 / 4 leaves three quarters of w."""
    params = arrays(rng, (5,), (2, 3))
    assert_agrees(student.sgd_step(params, params, 0.25), [0.75 * w for w in params])


@pytest.mark.group("shapes")
def test_sgd_step_of_any_shape(student, reference, rng):
    """One entry, one row, and the kernel of a convolution are parameters like others."""
    shapes = ((1,), (1, 3), (3, 2, 1, 4))
    params, grads = arrays(rng, *shapes), arrays(rng, *shapes)
    assert_agrees(student.sgd_step(params, grads, 0.5), reference.sgd_step(params, grads, 0.5))


@pytest.mark.group("shapes")
def test_sgd_step_of_a_single_parameter(student, reference, rng):
    """One array in a list gives one array in a list."""
    params, grads = arrays(rng, (4, 3)), arrays(rng, (4, 3))
    assert_agrees(student.sgd_step(params, grads, 0.3), reference.sgd_step(params, grads, 0.3))


@pytest.mark.group("hygiene")
def test_sgd_step_keeps_the_dtype_of_each_parameter(student, rng):
    """float32 stays float32 and float64 stays float64, side by side too."""
    wanted = ("float32", "float64")
    params = [array for dtype in wanted for array in arrays(rng, (2, 3), dtype=dtype)]
    answer = student.sgd_step(params, params, 0.5)
    assert isinstance(answer, list), "the answer is not a list"
    dtypes = [str(getattr(array, "dtype", type(array).__name__)) for array in answer]
    assert dtypes == list(wanted), f"the parameters are {wanted}, the answer {dtypes}"


@pytest.mark.group("hygiene")
def test_sgd_step_has_no_side_effects(student, rng):
    """Old parameters and gradients are not modified, and the same call gives the same answer."""
    params, grads = arrays(rng, *SHAPES), arrays(rng, *SHAPES)
    first = student.sgd_step(params, grads, 0.5)
    assert shapes_of(first) == list(SHAPES), "the answer has other shapes than the parameters"
    assert_repeatable(first, student.sgd_step(params, grads, 0.5))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_sgd_step_refuses_gradients_that_do_not_fit(student, rng):
    """A gradient too few, one too many, and one that NumPy would broadcast are ValueErrors."""
    params = arrays(rng, (3, 2), (2,))
    for shapes in (((3, 2),), ((3, 2), (2,), (2,)), ((3, 2), (1,))):
        with pytest.raises(ValueError):
            student.sgd_step(params, arrays(rng, *shapes), 0.5)


@pytest.mark.group("speed")
def test_sgd_step_is_fast_on_a_large_layer(assert_fast):
    """The arithmetic on a layer's weights is left to NumPy."""
    assert_fast("sgd_step", [MANY], [MANY[::-1]], 0.1)
