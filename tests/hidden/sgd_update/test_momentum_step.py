"""Hidden checks of A5.4 `momentum_step`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

AVERAGE = "this is v = beta * v + (1 - beta) * g; w -= lr * v, as deeplearning.ai teaches it"
SHAPES = ((3, 2), (2,), (4, 4))
MANY = np.sin(np.arange(100_000.0)).reshape(250, 400)


def arrays(rng, *shapes, dtype="float64"):
    """Draw a list of arrays whose entries are 0.5 to 2 in size."""
    drawn = []
    for shape in shapes:
        size, sign = rng.uniform(0.5, 2.0, size=shape), rng.choice([-1.0, 1.0], size=shape)
        drawn.append(np.asarray(size * sign, dtype=dtype))
    return drawn


def average_step(params, grads, velocity, lr, beta=0.9):
    """Take a step by the other convention: the velocity is a running mean of the gradients."""
    velocity = [beta * v + (1 - beta) * g for v, g in zip(velocity, grads, strict=True)]
    return [w - lr * v for w, v in zip(params, velocity, strict=True)], velocity


def shapes_of(part):
    """Return the shapes of a list of arrays; None in place of what is no array."""
    assert type(part) is list, "arrays are not in a list"
    return [array.shape if isinstance(array, np.ndarray) else None for array in part]


def walk(step, params, all_grads, velocity, *settings, **options):
    """Take a step for each of the lists of gradients; the answer of one begins the next."""
    answer = (params, velocity)
    for grads in all_grads:
        assert type(answer) is tuple, "the answer is not a tuple"
        assert len(answer) == 2, "the answer is not the pair of parameters and velocity"
        answer = step(answer[0], grads, answer[1], *settings, **options)
    return answer


def assert_walks(student, reference, award, start, *settings):
    """Hold that steps agree with the reference; give half for the other convention."""
    answer = walk(student.momentum_step, *start, *settings)
    try:
        expected = walk(reference.momentum_step, *start, *settings)
        assert_agrees(answer, expected, check_dtype=False)
    except AssertionError:
        try:
            known = walk(average_step, *start, *settings)
            assert_agrees(answer, known, check_dtype=False)
        except AssertionError:
            pass
        else:
            award(0.5, AVERAGE)
            return
        raise


@pytest.mark.group("values")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_momentum_step_agrees_with_the_reference(student, reference, rng, award, dtype):
    """From any velocity, parameters and velocity are those of the reference."""
    params, grads, velocity = (arrays(rng, *SHAPES, dtype=dtype) for _ in range(3))
    start = (params, [grads], velocity)
    assert_walks(student, reference, award, start, 0.1, float(rng.uniform(0.5, 0.8)))


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_momentum_step_seven_times_in_a_row(student, reference, rng, award):
    """Each step goes on with the velocity that the last one returned."""
    params, *all_grads = (arrays(rng, (4, 3), (3,)) for _ in range(8))
    rest = [np.zeros_like(w) for w in params]
    assert_walks(student, reference, award, (params, all_grads, rest), 0.05)


@pytest.mark.group("values")
def test_momentum_step_without_momentum_is_gradient_descent(student, rng):
    """With beta = 0 nothing of the velocity is left in the new parameters."""
    params, grads, velocity = (arrays(rng, (3, 2), (2,)) for _ in range(3))
    answer = student.momentum_step(params, grads, velocity, 0.25, 0.0)
    assert type(answer) is tuple, "the answer is not a tuple"
    assert len(answer) == 2, "the answer is not the pair of parameters and velocity"
    assert_agrees(answer[0], [w - 0.25 * g for w, g in zip(params, grads, strict=True)])


@pytest.mark.group("values")
def test_momentum_step_rolls_on_without_a_gradient(student, reference, rng, award):
    """Where the ground is flat, each step is beta times the one before."""
    params, velocity = arrays(rng, (3, 2), (2,)), arrays(rng, (3, 2), (2,))
    flat = [np.zeros_like(w) for w in params]
    answer = walk(student.momentum_step, params, [flat, flat], velocity, 0.1, 0.5)
    moved = [w + 0.75 * v for w, v in zip(params, velocity, strict=True)]
    try:
        assert_agrees(answer, (moved, [0.25 * v for v in velocity]))
    except AssertionError:
        assert_walks(student, reference, award, (params, [flat, flat], velocity), 0.1, 0.5)


@pytest.mark.group("values")
def test_momentum_step_of_nesterov_looks_ahead(student, reference, rng):
    """With `nesterov` the parameters go beta * v - lr * g, with the new v, which is as before."""
    params, *all_grads = (arrays(rng, (4, 3), (3,)) for _ in range(4))
    rest = [np.zeros_like(w) for w in params]
    answer, expected = (
        walk(module.momentum_step, params, all_grads, rest, 0.05, 0.8, nesterov=True)
        for module in (student, reference)
    )
    assert_agrees(answer, expected)


@pytest.mark.group("shapes")
def test_momentum_step_of_any_shape(student, reference, rng, award):
    """One entry, one row, and the kernel of a convolution are parameters like others."""
    params, grads, velocity = (arrays(rng, (1,), (1, 3), (3, 2, 1, 4)) for _ in range(3))
    assert_walks(student, reference, award, (params, [grads], velocity), 0.1)


@pytest.mark.group("hygiene")
def test_momentum_step_keeps_float32(student, rng):
    """Parameters and velocity of float32 stay float32, also in Nesterov's form."""
    params, grads, velocity = (arrays(rng, (2, 3), dtype="float32") for _ in range(3))
    for nesterov in (False, True):
        answer = student.momentum_step(params, grads, velocity, 0.1, nesterov=nesterov)
        assert type(answer) is tuple, "the answer is not a tuple"
        for part in answer:
            assert type(part) is list, "parameters and velocity are not two lists"
            found = [str(getattr(array, "dtype", type(array).__name__)) for array in part]
            assert found == ["float32"], f"float32 has become {found}"


@pytest.mark.group("hygiene")
def test_momentum_step_has_no_side_effects(student, rng):
    """No argument is modified, the velocity neither, and the same call gives the same answer."""
    arguments = [arrays(rng, *SHAPES) for _ in range(3)]
    first = student.momentum_step(*arguments, 0.1)
    assert type(first) is tuple, "the answer is not a tuple"
    assert [shapes_of(part) for part in first] == [list(SHAPES)] * 2, "shapes have changed"
    assert_repeatable(first, student.momentum_step(*arguments, 0.1))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_momentum_step_is_fast_on_a_large_layer(assert_fast):
    """The arithmetic on a layer's weights is left to NumPy."""
    assert_fast("momentum_step", [MANY], [MANY[::-1]], [MANY[:, ::-1]], 0.1)
