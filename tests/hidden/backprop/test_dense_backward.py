"""Hidden checks of A4.4 `dense_backward`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

MANY_GRADIENTS = np.sin(np.arange(400.0 * 24)).reshape(400, 24)
MANY_SAMPLES = np.cos(np.arange(400.0 * 40)).reshape(400, 40)
WEIGHTS = np.sin(np.arange(40.0 * 24)).reshape(40, 24)

AVERAGED = "divided by N once more: dout holds the 1/N of the mean loss already"
ROW = "db has shape (1, M); it is to have the shape of b, (M,)"


def assert_gradients(award, answer, expected):
    """Compare; averages once more and a db of shape (1, M), right otherwise, earn a part.

    A list in place of the tuple is for a check of hygiene to say.
    """
    answer = tuple(answer) if isinstance(answer, list) else answer
    (dX, dW, db), n = expected, expected[0].shape[0]
    conventions = [((dX, dW, db[None]), 0.65, ROW)]
    if n > 1:
        conventions += [((dX, dW / n, d), 0.4, AVERAGED) for d in (db, db / n)]
    for convention, fraction, reason in conventions:
        try:
            assert_agrees(answer, convention)
        except AssertionError:
            continue
        award(fraction, reason)
        return
    assert_agrees(answer, expected)


def draw(rng, n, d, m):
    """Draw dout, X and W for a batch of n samples, d inputs and m units."""
    return rng.normal(size=(n, m)), rng.normal(size=(n, d)), rng.normal(size=(d, m))


def three_arrays(answer):
    """Return the answer once it is certain that it is three arrays of floats."""
    assert isinstance(answer, tuple | list), "the answer is not a tuple"
    assert len(answer) == 3, "the answer is not the three arrays dX, dW, db"
    for part in answer:
        assert isinstance(part, np.ndarray), "a gradient is not an array"
        assert part.dtype.kind == "f", "a gradient is not made of floats"
    return answer


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(5, 3, 4), (4, 4, 4)])
def test_dense_backward_agrees_with_the_reference(student, reference, rng, award, shape):
    """All three gradients match the reference, with different sizes and with equal ones."""
    arguments = draw(rng, *shape)
    expected = reference.dense_backward(*arguments)
    assert_gradients(award, student.dense_backward(*arguments), expected)


@pytest.mark.group("values")
def test_dense_backward_is_the_adjoint_of_the_forward_pass(student, rng):
    """A small step of X or W changes the loss by its inner product with the gradient.

    Of db only the numbers count here: whether it is a row is for the other checks to say.
    """
    dout, X, W = draw(rng, 3, 5, 2)
    dX, dW, db = three_arrays(student.dense_backward(dout, X, W))
    assert dX.shape == X.shape, "dX has another shape than X"
    assert dW.shape == W.shape, "dW has another shape than W"
    assert np.all(np.abs(dX) < 1e6) and np.all(np.abs(dW) < 1e6), "not finite, or far too large"
    step_X, step_W = rng.normal(size=X.shape), rng.normal(size=W.shape)
    changes = np.array([np.vdot(dout, step_X @ W), np.vdot(dout, X @ step_W)])
    assert_agrees(np.array([np.vdot(dX, step_X), np.vdot(dW, step_W)]), changes)
    assert_agrees(db.ravel(), dout.sum(axis=0))


@pytest.mark.group("values")
def test_dense_backward_is_right_in_single_precision(student, reference, rng, award):
    """The gradients match the reference for float32 too."""
    arguments = [array.astype(np.float32) for array in draw(rng, 6, 4, 3)]
    expected = reference.dense_backward(*arguments)
    assert_gradients(award, student.dense_backward(*arguments), expected)


@pytest.mark.group("shapes")
def test_dense_backward_of_one_sample(student, reference, rng, award):
    """A batch of one keeps its axis."""
    arguments = draw(rng, 1, 3, 4)
    expected = reference.dense_backward(*arguments)
    assert_gradients(award, student.dense_backward(*arguments), expected)


@pytest.mark.group("shapes")
@pytest.mark.parametrize("shape", [(4, 1, 3), (2, 3, 1)])
def test_dense_backward_of_one_input_or_one_unit(student, reference, rng, award, shape):
    """One input, or one unit, is an axis of length one."""
    arguments = draw(rng, *shape)
    expected = reference.dense_backward(*arguments)
    assert_gradients(award, student.dense_backward(*arguments), expected)


@pytest.mark.group("hygiene")
def test_dense_backward_keeps_the_dtype(student, rng):
    """float32 gives three float32 arrays, float64 and integers three float64 arrays."""
    for dtype in (np.float32, np.float64, np.int64):
        arguments = [(4 * array).astype(dtype) for array in draw(rng, 2, 3, 4)]
        wanted = np.float32 if dtype is np.float32 else np.float64
        for part in three_arrays(student.dense_backward(*arguments)):
            assert part.dtype == wanted, "a gradient has another dtype than the contract says"


@pytest.mark.group("hygiene")
def test_dense_backward_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same tuple again."""
    arguments = draw(rng, 2, 3, 4)
    first = three_arrays(student.dense_backward(*arguments))
    assert isinstance(first, tuple), "the answer is not a tuple"
    assert_repeatable(first, student.dense_backward(*arguments))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_dense_backward_is_fast_on_a_batch(assert_fast):
    """The sums over samples, inputs and units are left to NumPy."""
    assert_fast("dense_backward", MANY_GRADIENTS, MANY_SAMPLES, WEIGHTS)
