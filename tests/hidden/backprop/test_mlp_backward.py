"""Hidden checks of A4.7 `mlp_backward`."""

from itertools import pairwise

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_repeatable,
    centred_difference,
)

MANY_SAMPLES = np.cos(np.arange(300.0 * 20)).reshape(300, 20)
MANY_GRADIENTS = np.sin(np.arange(300.0 * 6)).reshape(300, 6)
LARGE_NET = [
    (0.3 * np.sin(np.arange(20.0 * 30)).reshape(20, 30), np.zeros(30)),
    (0.3 * np.cos(np.arange(30.0 * 6)).reshape(30, 6), np.ones(6)),
]

AVERAGED = "divided by N once more in every layer: d_last holds the 1/N of the mean loss already"
REVERSED = "the gradients are right, but the last layer's come first: give them in params' order"


def assert_gradients(award, answer, expected, n):
    """Compare; averages once more, and the right gradients in reverse, earn a part."""
    answer = with_tuples(answer)
    conventions = []
    if n > 1:
        conventions += [
            ([(dW / n, db / n) for dW, db in expected], 0.45, AVERAGED),
            ([(dW / n, db) for dW, db in expected], 0.45, AVERAGED),
        ]
    if len(expected) > 1:
        conventions.append((expected[::-1], 0.25, REVERSED))
    for convention, fraction, reason in conventions:
        try:
            assert_agrees(answer, convention)
        except AssertionError:
            continue
        award(fraction, reason)
        return
    assert_agrees(answer, expected)


def with_tuples(answer):
    """Take lists for tuples: that is for a check of hygiene to say."""
    if not isinstance(answer, list):
        return answer
    return [tuple(pair) if isinstance(pair, list) else pair for pair in answer]


def pairs(answer, params):
    """Return the answer once it is certain that it has a pair of float arrays for each layer."""
    assert isinstance(answer, list), "the answer is not a list"
    assert len(answer) == len(params), "the answer has not one entry for each layer"
    for pair in answer:
        assert isinstance(pair, tuple), "an entry is not a tuple"
        assert len(pair) == 2, "an entry is not a pair (dW, db)"
        for part in pair:
            assert isinstance(part, np.ndarray), "a gradient is not an array"
            assert part.dtype.kind == "f", "a gradient is not made of floats"
    return answer


def draw(rng, n, *widths):
    """Draw params, X and d_last for layers of these widths."""
    params = [(rng.normal(size=(d, m)), rng.normal(size=m)) for d, m in pairwise(widths)]
    return params, rng.normal(size=(n, widths[0])), rng.normal(size=(n, widths[-1]))


@pytest.mark.group("values")
@pytest.mark.parametrize(
    ("widths", "activations"),
    [
        pytest.param((3, 4, 2), ["sigmoid", "linear"], marks=pytest.mark.points(2)),
        pytest.param((2, 5, 3), ["tanh", "softmax"], marks=pytest.mark.points(2)),
        ((4, 3, 5), ["relu", "sigmoid"]),
        ((3, 5, 4, 3, 2), ["leaky_relu", "linear", "tanh", "relu"]),
    ],
)
def test_mlp_backward_agrees_with_the_reference(
    student, reference, rng, award, widths, activations
):
    """All gradients match the reference, for every activation and for two and four layers."""
    params, X, d_last = draw(rng, 6, *widths)
    expected = reference.mlp_backward(params, activations, X, d_last)
    answer = student.mlp_backward(params, activations, X, d_last)
    assert_gradients(award, answer, expected, len(X))


@pytest.mark.group("values")
def test_mlp_backward_of_layers_of_one_width(student, reference, rng, award):
    """As many samples as units, everywhere: no shape tells a matrix from its transpose."""
    params, X, d_last = draw(rng, 3, 3, 3, 3)
    activations = ["tanh", "sigmoid"]
    expected = reference.mlp_backward(params, activations, X, d_last)
    answer = student.mlp_backward(params, activations, X, d_last)
    assert_gradients(award, answer, expected, len(X))


@pytest.mark.group("values")
def test_mlp_backward_is_the_slope_of_the_loss(student, rng):
    """The gradient of every weight and bias is the difference quotient of a loss."""
    params, X, d_last = draw(rng, 4, 2, 3, 2)
    (W1, b1), (W2, b2) = params

    def loss_with(place):
        def loss(point):
            first, c1, second, c2 = (
                point if at == place else kept for at, kept in enumerate((W1, b1, W2, b2))
            )
            return float(np.vdot(d_last, np.tanh(X @ first + c1) @ second + c2))

        return loss

    flat = [centred_difference(loss_with(i), kept) for i, kept in enumerate((W1, b1, W2, b2))]
    answer = with_tuples(student.mlp_backward(params, ["tanh", "linear"], X, d_last))
    expected = [(flat[0], flat[1]), (flat[2], flat[3])]
    assert_agrees(answer, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.group("shapes")
def test_mlp_backward_of_one_layer_is_dense_backward(student, reference, rng, award):
    """A network of one layer has the gradients of that layer."""
    params, X, d_last = draw(rng, 4, 3, 2)
    _, dW, db = reference.dense_backward(d_last, X, params[0][0])
    answer = student.mlp_backward(params, ["sigmoid"], X, d_last)
    assert_gradients(award, answer, [(dW, db)], len(X))


@pytest.mark.group("shapes")
def test_mlp_backward_of_one_sample(student, reference, rng, award):
    """A batch of one keeps its axis, and layers of one unit keep theirs."""
    params, X, d_last = draw(rng, 1, 3, 1, 2)
    expected = reference.mlp_backward(params, ["sigmoid", "linear"], X, d_last)
    answer = student.mlp_backward(params, ["sigmoid", "linear"], X, d_last)
    assert_gradients(award, answer, expected, len(X))


@pytest.mark.group("shapes")
def test_mlp_backward_promotes_integers(student, reference, rng, award):
    """Integer samples, weights and gradients are answered in float64."""
    params = [
        (rng.integers(-1, 2, size=(2, 3)), np.array([1, 0, -1])),
        (rng.integers(1, 4, size=(3, 2)), np.array([3, 1])),
    ]
    X, d_last = rng.integers(1, 3, size=(3, 2)), rng.integers(1, 6, size=(3, 2))
    expected = reference.mlp_backward(params, ["sigmoid", "linear"], X, d_last)
    answer = student.mlp_backward(params, ["sigmoid", "linear"], X, d_last)
    assert_gradients(award, answer, expected, len(X))


@pytest.mark.group("hygiene")
def test_mlp_backward_keeps_the_dtype(student, rng):
    """float32 gives float32 gradients, and float64 float64 ones."""
    params, X, d_last = draw(rng, 3, 2, 4, 3)
    for dtype in (np.float32, np.float64):
        layers = [(W.astype(dtype), b.astype(dtype)) for W, b in params]
        answer = student.mlp_backward(
            layers, ["leaky_relu", "linear"], X.astype(dtype), d_last.astype(dtype)
        )
        for pair in pairs(with_tuples(answer), params):
            assert [part.dtype for part in pair] == [dtype, dtype], "the dtype has changed"


@pytest.mark.group("hygiene")
def test_mlp_backward_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    params, X, d_last = draw(rng, 3, 2, 4, 3)
    first = pairs(student.mlp_backward(params, ["relu", "tanh"], X, d_last), params)
    assert_repeatable(first, student.mlp_backward(params, ["relu", "tanh"], X, d_last))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_mlp_backward_is_fast_on_a_batch(assert_fast):
    """The sums over samples and units are left to NumPy."""
    assert_fast("mlp_backward", LARGE_NET, ["tanh", "linear"], MANY_SAMPLES, MANY_GRADIENTS)
