"""Hidden checks of A5.5 `rmsprop_step`.

Gradients are 0.5 to 2 in size and the tolerance is a relative 1e-4, where eps may stand in the
root or beside it; where it stands is asked by one check alone.
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


@pytest.mark.group("values")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rmsprop_step_agrees_with_the_reference(student, reference, rng, dtype):
    """From any state, parameters and state are those of the reference."""
    params, grads, state = (arrays(rng, *SHAPES, dtype=dtype) for _ in range(3))
    arguments = (params, grads, [np.abs(s) for s in state], 0.1, float(rng.uniform(0.3, 0.7)))
    expected = reference.rmsprop_step(*arguments)
    roughly(student.rmsprop_step(*arguments), expected, check_dtype=False)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_rmsprop_step_seven_times_in_a_row(student, reference, rng):
    """Each step goes on with the state that the last one returned; rho is 0.9 unless told."""
    params, *all_grads = (arrays(rng, (4, 3), (3,)) for _ in range(8))
    rest = [np.zeros_like(w) for w in params]
    answer, expected = (
        walk(module.rmsprop_step, params, all_grads, rest, 0.05) for module in (student, reference)
    )
    roughly(answer, expected)


@pytest.mark.group("values")
def test_rmsprop_step_does_not_depend_on_the_scale_of_the_loss(student, rng):
    """A hundred times the gradients, from the start on, lead to the same parameters."""
    params, first, second = (arrays(rng, (3, 2), (2,)) for _ in range(3))
    rest = [np.zeros_like(w) for w in params]
    answers = []
    for factor in (1.0, 100.0):
        grads = [[factor * g for g in one] for one in (first, second)]
        answer = walk(student.rmsprop_step, params, grads, rest, 0.1)
        assert type(answer) is tuple, "the answer is not a tuple"
        assert len(answer) == 2, "the answer is not the pair of parameters and state"
        answers.append(answer[0])
    step = [0.1 * np.sqrt(10.0) * np.sign(g) for g in first]
    mean = [0.9 * 0.1 * f**2 + 0.1 * g**2 for f, g in zip(first, second, strict=True)]
    step = [s + 0.1 * g / np.sqrt(m) for s, g, m in zip(step, second, mean, strict=True)]
    expected = [w - s for w, s in zip(params, step, strict=True)]
    for received in answers:
        roughly(received, expected)


@pytest.mark.group("shapes")
def test_rmsprop_step_of_any_shape(student, reference, rng):
    """One entry, one row, and the kernel of a convolution are parameters like others."""
    params, grads = (arrays(rng, (1,), (1, 3), (3, 2, 1, 4)) for _ in range(2))
    state = [np.abs(a) for a in arrays(rng, (1,), (1, 3), (3, 2, 1, 4))]
    arguments = (params, grads, state, 0.1)
    roughly(student.rmsprop_step(*arguments), reference.rmsprop_step(*arguments))


@pytest.mark.group("stability")
def test_rmsprop_step_with_tiny_gradients(student, reference, rng):
    """The eps is added to the root, and where all gradients were 0 the parameter stays."""
    params = arrays(rng, (4,))
    grads = [rng.uniform(0.5, 2.0, size=4) * np.array([1e-5, -1e-5, 0.0, 1e-6])]
    arguments = (params, grads, [np.zeros(4)], 0.1)
    assert_agrees(student.rmsprop_step(*arguments), reference.rmsprop_step(*arguments))
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_rmsprop_step_keeps_float32(student, rng):
    """Parameters and state of float32 stay float32."""
    params, grads, state = ([np.abs(a) for a in arrays(rng, (2, 3), dtype="float32")],) * 3
    answer = student.rmsprop_step(params, grads, state, 0.1)
    assert type(answer) is tuple, "the answer is not a tuple"
    for part in answer:
        assert type(part) is list, "parameters and state are not two lists"
        found = [str(getattr(array, "dtype", type(array).__name__)) for array in part]
        assert found == ["float32"], f"float32 has become {found}"


@pytest.mark.group("hygiene")
def test_rmsprop_step_has_no_side_effects(student, rng):
    """No argument is modified, the state neither, and the same call gives the same answer."""
    params, grads, state = arrays(rng, *SHAPES), arrays(rng, *SHAPES), arrays(rng, *SHAPES)
    arguments = (params, grads, [np.abs(a) for a in state], 0.1)
    first = student.rmsprop_step(*arguments)
    assert type(first) is tuple, "the answer is not a tuple"
    assert [shapes_of(part) for part in first] == [list(SHAPES)] * 2, "shapes have changed"
    assert_repeatable(first, student.rmsprop_step(*arguments))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_rmsprop_step_is_fast_on_a_large_layer(assert_fast):
    """The arithmetic on a layer's weights is left to NumPy."""
    assert_fast("rmsprop_step", [MANY], [MANY[::-1]], [np.abs(MANY) + 1.0], 0.1, eps=0.0)
