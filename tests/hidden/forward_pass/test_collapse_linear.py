"""Hidden checks of A2.6 `collapse_linear`."""

from itertools import pairwise

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


def stack(rng, *widths):
    """Draw the layers of a network: (inputs, units, units, ...)."""
    pairs = pairwise(widths)
    return [(rng.normal(size=pair), rng.uniform(1.0, 2.0, size=pair[1])) for pair in pairs]


def collapsed(student, params):
    """Call the student; return the pair that was answered."""
    answer = student.collapse_linear(params)
    is_pair = isinstance(answer, tuple | list) and len(answer) == 2
    assert is_pair, "the answer is not a pair (W, b)"
    return tuple(answer)


@pytest.mark.group("values")
@pytest.mark.parametrize("widths", [(4, 3, 2), (3, 3, 3, 3), (5, 2, 4, 3)])
def test_agrees_with_the_reference(student, reference, rng, widths):
    """Weights and biases of two and three layers become those of one."""
    params = stack(rng, *widths)
    weights, last = reference.collapse_linear(params)[0], params[-1][1]
    known = {"the earlier biases are lost": lambda: (weights, last)}
    expected = reference.collapse_linear(params)
    assert_agrees(collapsed(student, params), expected, alternatives=known)


@pytest.mark.group("values")
def test_multiplies_the_weights_in_order(student, rng):
    """Without biases, the one layer is the product of the weights."""
    params = [(W, np.zeros_like(b)) for W, b in stack(rng, 4, 3, 2)]
    expected = (params[0][0] @ params[1][0], np.zeros(2))
    assert_agrees(collapsed(student, params), expected)


@pytest.mark.group("values")
def test_answers_as_the_network_without_activations(student, reference, rng):
    """The one layer's answer to samples is the stack's."""
    params, X = stack(rng, 3, 4, 4, 2), rng.normal(size=(5, 3))
    weights, bias = collapsed(student, params)
    expected_shapes = ((3, 2), (2,))
    shapes = tuple(getattr(part, "shape", None) for part in (weights, bias))
    assert shapes == expected_shapes, f"the shapes of W and b are {shapes}, not {expected_shapes}"
    expected, _ = reference.mlp_forward(X, params, ["linear"] * 3)
    assert_agrees(X @ weights + bias, expected, axes="NM")


@pytest.mark.group("shapes")
def test_leaves_a_single_layer_as_it_is(student, rng):
    """A stack of one layer is that layer."""
    params = stack(rng, 3, 2)
    assert_agrees(collapsed(student, params), params[0])


@pytest.mark.group("shapes")
def test_takes_layers_of_one_unit_and_integers(student, reference, rng):
    """A layer of a single unit keeps its axes, and integers are answered in float64."""
    widths = ((2, 1), (1, 3), (3, 2))
    params = [(rng.integers(1, 9, size=pair), rng.integers(1, 9, size=pair[1])) for pair in widths]
    assert_agrees(collapsed(student, params), reference.collapse_linear(params))


@pytest.mark.group("hygiene")
def test_keeps_the_dtype(student, rng):
    """float32 stays float32, and float64 stays float64."""
    for dtype in (np.float32, np.float64):
        params = [(W.astype(dtype), b.astype(dtype)) for W, b in stack(rng, 2, 2, 2)]
        for part in collapsed(student, params):
            kept = isinstance(part, np.ndarray) and part.dtype == dtype
            assert kept, f"W or b is no {np.dtype(dtype)} array"


@pytest.mark.group("hygiene")
def test_leaves_its_inputs_alone_and_repeats_itself(student, rng):
    """The layers are unchanged afterwards, and the same question gets the same answer."""
    params = stack(rng, 2, 2, 2)
    first = collapsed(student, params)
    assert getattr(first[0], "shape", None) == (2, 2), "the weights are not of shape (D, M)"
    assert_repeatable(first, collapsed(student, params))
    assert_inputs_unchanged(student)
