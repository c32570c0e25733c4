"""Hidden checks of A2.4 `mlp_forward`."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)


def network(rng, *widths):
    """Draw samples and the layers of a network: (N, inputs, units, units, ...)."""
    X = rng.normal(size=widths[:2])
    pairs = pairwise(widths[1:])
    return X, [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]


def forward(student, X, params, activations):
    """Call the student; return the output and the cache once their structure is right."""
    answer = student.mlp_forward(X, params, activations)
    is_pair = isinstance(answer, tuple | list) and len(answer) == 2
    assert is_pair, "the answer is not a pair (out, cache)"
    out, cache = answer
    assert isinstance(cache, list | tuple), "the cache is not a list"
    assert len(cache) == len(params), f"the cache has {len(cache)} entries for {len(params)} layers"
    for pair in cache:
        is_pair = isinstance(pair, tuple | list) and len(pair) == 2
        assert is_pair, "an entry of the cache is not a pair (a, z)"
    return out, [tuple(pair) for pair in cache]


@pytest.mark.group("values")
@pytest.mark.points(3)
@pytest.mark.parametrize(
    ("widths", "activations"),
    [
        ((6, 5, 4, 3), ["tanh", "softmax"]),
        ((4, 4, 4, 4), ["sigmoid", "sigmoid"]),
        ((5, 3, 4, 4, 2), ["leaky_relu", "tanh", "sigmoid"]),
    ],
)
def test_output_agrees_with_the_reference(student, reference, rng, widths, activations):
    """Layer after layer, the batch goes through every activation, the last one once."""
    X, params = network(rng, *widths)
    expected, cache = reference.mlp_forward(X, params, activations)
    again = [(np.eye(widths[-1]), np.zeros(widths[-1]))]
    known = {
        "the last activation is missing": lambda: cache[-1][1],
        "the last activation is applied twice": lambda: reference.mlp_forward(
            expected, again, activations[-1:]
        )[0],
    }
    out, _ = forward(student, X, params, activations)
    assert_agrees(out, expected, axes="NM", alternatives=known)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_cache_holds_inputs_and_net_inputs(student, reference, rng):
    """For each layer the cache holds what came in, and the net input before the activation."""
    X, params = network(rng, 5, 4, 3, 2)
    activations = ["leaky_relu", "linear"]
    _, expected = reference.mlp_forward(X, params, activations)
    _, cache = forward(student, X, params, activations)
    known = {"a and z are swapped": lambda: [(z, a) for a, z in expected]}
    assert_agrees(cache, expected, alternatives=known)


@pytest.mark.group("values")
@pytest.mark.critical
@pytest.mark.points(3)
def test_hidden_layers_are_activated_and_feed_the_next(student, reference, rng):
    """Each layer receives the activations of the layer before, not its net inputs, nor X."""
    X, params = network(rng, 7, 3, 3, 3)
    expected, cache = reference.mlp_forward(X, params, ["relu", "linear"])
    dense = partial(reference.dense_forward, W=params[1][0], b=params[1][1])
    known = {
        "the hidden layer is not activated": lambda: dense(cache[0][1]),
        "the second layer received X": lambda: dense(X),
    }
    out, _ = forward(student, X, params, ["relu", "linear"])
    assert_agrees(out, expected, axes="NM", alternatives=known)


@pytest.mark.group("shapes")
def test_takes_a_single_layer_and_a_single_sample(student, reference, rng):
    """One layer is a network, and one sample a batch."""
    X, params = network(rng, 1, 4, 3)
    expected = reference.mlp_forward(X, params, ["tanh"])
    assert_agrees(forward(student, X, params, ["tanh"]), expected)


@pytest.mark.group("shapes")
def test_takes_many_layers_of_one_unit_and_more(student, reference, rng):
    """Four layers, one of a single unit, keep their shapes."""
    X, params = network(rng, 3, 2, 4, 1, 3, 2)
    activations = ["tanh", "leaky_relu", "relu", "sigmoid"]
    expected = reference.mlp_forward(X, params, activations)
    assert_agrees(forward(student, X, params, activations), expected)


@pytest.mark.group("shapes")
def test_promotes_integers(student, reference, rng):
    """Integer samples and weights are answered in float64, in the cache too."""
    X, first = rng.integers(-9, 10, size=(4, 3)), rng.integers(-3, 4, size=(3, 2))
    params = [(first, np.array([40, 50])), (np.array([[1], [2]]), np.array([3]))]
    expected = reference.mlp_forward(X, params, ["linear", "linear"])
    assert_agrees(forward(student, X, params, ["linear", "linear"]), expected)


@pytest.mark.group("stability")
@pytest.mark.parametrize("name", ["sigmoid", "softmax"])
def test_takes_net_inputs_of_a_thousand(student, reference, rng, name):
    """Net inputs of plus and minus 1000 give no warning and no nan."""
    X = rng.permutation(np.array([[1000.0, 998.5, -1000.0], [-1.0, 0.5, 2.0]]), axis=1)
    params = [(np.eye(3), np.array([0.5, -0.5, 0.0]))]
    expected, _ = reference.mlp_forward(X, params, [name])
    out, _ = forward(student, X, params, [name])
    assert_agrees(out, expected, axes="NM")
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_keeps_the_dtype(student, rng):
    """float32 stays float32 through every activation, in the cache too."""
    X, params = network(rng, 3, 2, 2, 2, 2, 2, 2, 2)
    activations = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "softmax"]
    for dtype in (np.float32, np.float64):
        layers = [(W.astype(dtype), b.astype(dtype)) for W, b in params]
        out, cache = forward(student, X.astype(dtype), layers, activations)
        for part in (out, *(part for pair in cache for part in pair)):
            kept = isinstance(part, np.ndarray) and part.dtype == dtype
            assert kept, f"some part of the answer is no {np.dtype(dtype)} array"


@pytest.mark.group("hygiene")
def test_leaves_its_inputs_alone_and_repeats_itself(student, rng):
    """The inputs are unchanged afterwards, and the same question gets the same answer."""
    X, params = network(rng, 4, 3, 3, 3)
    first = forward(student, X, params, ["relu", "sigmoid"])
    assert getattr(first[0], "shape", None) == (4, 3), "the output is not of shape (N, M)"
    assert_repeatable(first, forward(student, X, params, ["relu", "sigmoid"]))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_refuses_an_unknown_activation(student, rng):
    """A name that is no activation raises ValueError, and the same network with "tanh" does not."""
    X, params = network(rng, 3, 2, 2, 2)
    forward(student, X, params, ["tanh", "linear"])
    with pytest.raises(ValueError):
        student.mlp_forward(X, params, ["hyperbolic", "linear"])


@pytest.mark.group("hygiene")
def test_refuses_more_or_fewer_names_than_layers(student, rng):
    """Every layer has its activation, and every activation its layer: else ValueError."""
    X, params = network(rng, 3, 2, 2, 2)
    forward(student, X, params, ["tanh", "linear"])
    for activations in (["tanh"], ["tanh", "relu", "linear"]):
        with pytest.raises(ValueError):
            student.mlp_forward(X, params, activations)
