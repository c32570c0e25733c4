"""Hidden checks of A5.6 `adam_step`.

Gradients are 0.5 to 2 in size and the tolerance is a relative 1e-4, where eps may stand in the
root, beside it, or be "epsilon hat"; where it stands is asked by one check alone.
"""

from functools import partial

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)

UNCORRECTED = "m and v are used as they are: divide them by 1 - beta**t first"
SHAPES = ((3, 2), (2,), (4, 4))
MANY = np.sin(np.arange(100_000.0)).reshape(250, 400)

roughly = partial(assert_agrees, rtol=1e-4, atol=1e-6)


def arrays(rng, *shapes, dtype="float64"):
    """Draw a list of arrays whose entries are 0.5 to 2 in size."""
    drawn = []
    for shape in shapes:
        size, sign = rng.uniform(0.5, 2.0, size=shape), rng.choice([-1.0, 1.0], size=shape)
        drawn.append(np.asarray(size * sign, dtype=dtype))
    return drawn


def state_of(rng, t, *shapes, dtype="float64"):
    """Draw a state as it may be after t steps; at t = 0 it is zeros."""
    m, v = arrays(rng, *shapes, dtype=dtype), arrays(rng, *shapes, dtype=dtype)
    known = (1 - 0.9**t, 1 - 0.999**t)
    return {"m": [a * known[0] for a in m], "v": [a**2 * known[1] for a in v], "t": t}


def uncorrected_step(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """Take a step with the slip that nothing is corrected for the zeros at the beginning."""
    m = [beta1 * old + (1 - beta1) * g for old, g in zip(state["m"], grads, strict=True)]
    v = [beta2 * old + (1 - beta2) * g**2 for old, g in zip(state["v"], grads, strict=True)]
    triples = zip(params, m, v, strict=True)
    params = [w - lr * one / (np.sqrt(square) + eps) for w, one, square in triples]
    return params, {"m": m, "v": v, "t": state["t"] + 1}


def shapes_of(part):
    """Return the shapes of a list of arrays; None in place of what is no array."""
    assert type(part) is list, "arrays are not in a list"
    return [array.shape if isinstance(array, np.ndarray) else None for array in part]


def walk(step, params, all_grads, state, *settings):
    """Take a step for each of the lists of gradients; the answer of one begins the next."""
    answer = (params, state)
    for grads in all_grads:
        assert type(answer) is tuple, "the answer is not a tuple"
        assert len(answer) == 2, "the answer is not the pair of parameters and state"
        answer = step(answer[0], grads, answer[1], *settings)
    return answer


def assert_walks(student, reference, award, start, *settings):
    """Hold that steps agree with the reference; give a part if only the correction is missing."""
    answer = walk(student.adam_step, *start, *settings)
    try:
        expected = walk(reference.adam_step, *start, *settings)
        roughly(answer, expected, check_dtype=False)
    except AssertionError:
        try:
            known = walk(uncorrected_step, *start, *settings)
            roughly(answer, known, check_dtype=False)
        except AssertionError:
            pass
        else:
            award(0.45, UNCORRECTED)
            return
        raise


@pytest.mark.group("values")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_adam_step_agrees_with_the_reference(student, reference, rng, award, dtype):
    """From the state of any step, parameters and state are those of the reference."""
    params, grads = arrays(rng, *SHAPES, dtype=dtype), arrays(rng, *SHAPES, dtype=dtype)
    state = state_of(rng, 4, *SHAPES, dtype=dtype)
    assert_walks(student, reference, award, (params, [grads], state), 0.1)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_adam_step_seven_times_in_a_row(student, reference, rng, award):
    """Each step goes on with the state that the last one returned; lr is 0.001 unless told."""
    shapes = ((4, 3), (3,))
    params, *all_grads = (arrays(rng, *shapes) for _ in range(8))
    # A parameter of about the step's size: else the tolerance would hide the step.
    params = [0.001 * w for w in params]
    assert_walks(student, reference, award, (params, all_grads, state_of(rng, 0, *shapes)))


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_adam_step_with_other_betas(student, reference, rng, award):
    """beta1 belongs to the gradient and beta2 to its square, in the corrections too."""
    shapes = ((3, 3), (2,))
    params, *all_grads = (arrays(rng, *shapes) for _ in range(5))
    settings = (0.05, float(rng.uniform(0.4, 0.6)), float(rng.uniform(0.8, 0.9)))
    start = (params, all_grads, state_of(rng, 0, *shapes))
    assert_walks(student, reference, award, start, *settings)


@pytest.mark.group("values")
def test_adam_step_first_moves_every_parameter_by_the_learning_rate(student, rng):
    """The first step is lr long for each entry, against the sign of its gradient."""
    params, grads = arrays(rng, (3, 2), (2,)), arrays(rng, (3, 2), (2,))
    for factor in (0.1, 10.0):
        gradients = [factor * g for g in grads]
        answer = student.adam_step(params, gradients, state_of(rng, 0, (3, 2), (2,)), 0.1)
        assert type(answer) is tuple, "the answer is not a tuple"
        assert len(answer) == 2, "the answer is not the pair of parameters and state"
        roughly(answer[0], [w - 0.1 * np.sign(g) for w, g in zip(params, grads, strict=True)])


@pytest.mark.group("shapes")
def test_adam_step_of_any_shape(student, reference, rng, award):
    """One entry, one row, and the kernel of a convolution are parameters like others."""
    shapes = ((1,), (1, 3), (3, 2, 1, 4))
    params, grads = arrays(rng, *shapes), arrays(rng, *shapes)
    assert_walks(student, reference, award, (params, [grads], state_of(rng, 2, *shapes)), 0.1)


@pytest.mark.group("stability")
def test_adam_step_with_tiny_gradients(student, reference, rng):
    """The eps is added to the corrected root, and without a gradient a parameter stays."""
    params = arrays(rng, (4,))
    grads = [rng.uniform(0.5, 2.0, size=4) * np.array([1e-5, -1e-5, 0.0, 1e-6])]
    arguments = (params, grads, state_of(rng, 0, (4,)), 0.1)
    assert_agrees(student.adam_step(*arguments), reference.adam_step(*arguments))
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_adam_step_keeps_float32(student, rng):
    """Parameters and both running means of float32 stay float32."""
    params, grads, m, v = ([np.abs(a) for a in arrays(rng, (2, 3), dtype="float32")],) * 4
    answer = student.adam_step(params, grads, {"m": m, "v": v, "t": 3}, 0.1)
    assert type(answer) is tuple, "the answer is not a tuple"
    assert [type(part) for part in answer] == [list, dict], "the answer is not a list and a dict"
    for part in (answer[0], answer[1].get("m"), answer[1].get("v")):
        assert type(part) is list, "parameters, m and v are not three lists"
        found = [str(getattr(array, "dtype", type(array).__name__)) for array in part]
        assert found == ["float32"], f"float32 has become {found}"


@pytest.mark.group("hygiene")
def test_adam_step_has_no_side_effects(student, rng):
    """No argument is modified, the state neither, and the same call gives the same answer."""
    arguments = (arrays(rng, *SHAPES), arrays(rng, *SHAPES), state_of(rng, 2, *SHAPES), 0.1)
    first = student.adam_step(*arguments)
    assert type(first) is tuple, "the answer is not a tuple"
    assert [type(part) for part in first] == [list, dict], "the answer is not a list and a dict"
    for part in (first[0], first[1].get("m"), first[1].get("v")):
        assert shapes_of(part) == list(SHAPES), "shapes have changed"
    assert_repeatable(first, student.adam_step(*arguments))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_adam_step_is_fast_on_a_large_layer(assert_fast):
    """The arithmetic on a layer's weights is left to NumPy."""
    state = {"m": [MANY[:, ::-1]], "v": [np.abs(MANY) + 1.0], "t": 5}
    assert_fast("adam_step", [MANY], [MANY[::-1]], state, 0.1, eps=0.0)
