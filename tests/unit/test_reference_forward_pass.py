"""The reference solution of `forward_pass` against naive loops, SciPy, derivatives and its laws."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax

from autograder.suite.collect import load_reference

SOLUTION = Path(__file__).parents[2] / "solutions" / "forward_pass.py"


reference = load_reference(SOLUTION, SOLUTION.stem)

ORACLES = {
    "linear": lambda z: z,
    "sigmoid": expit,
    "tanh": np.tanh,
    "relu": lambda z: (z + abs(z)) / 2,
    "leaky_relu": lambda z: 0.505 * z + 0.495 * abs(z),
    "softmax": lambda z: softmax(z, axis=1),
}

repeatable = settings(max_examples=60, deadline=None, derandomize=True, database=None)
size = st.integers(1, 6)
seeds = st.integers(0, 2**32 - 1)
positions = st.sampled_from(["first", "last"])


@st.composite
def networks(draw: st.DrawFn) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Draw samples and the layers of a network of any widths."""
    rng = np.random.default_rng(draw(seeds))
    widths = draw(st.lists(size, min_size=2, max_size=5))
    params = [
        (rng.normal(size=(inputs, units)), rng.normal(size=units))
        for inputs, units in pairwise(widths)
    ]
    return rng.normal(size=(draw(size), widths[0])), params


@repeatable
@given(networks())
def test_dense_forward_agrees_with_exact_sums(
    network: tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]],
) -> None:
    """Each entry is the correctly rounded sum of its products, but for rounding."""
    x, ((w, b), *_) = network
    expected = [
        [math.fsum([*(row * column), bias]) for column, bias in zip(w.T, b, strict=True)]
        for row in x
    ]
    np.testing.assert_allclose(reference.dense_forward(x, w, b), expected, atol=1e-13)


@repeatable
@given(networks(), positions)
def test_fold_bias_and_add_bias_column_are_the_layer(
    network: tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]], position: str
) -> None:
    """The product of samples with ones and folded weights is the layer, on either side."""
    x, ((w, b), *_) = network
    place = {"first": 0, "last": -1}[position]
    column, row = reference.add_bias_column(x, position), reference.fold_bias(w, b, position)
    np.testing.assert_array_equal(column[:, place], np.ones(len(x)))
    np.testing.assert_array_equal(row[place], b)
    np.testing.assert_allclose(column @ row, reference.dense_forward(x, w, b), atol=1e-13)


@repeatable
@given(networks(), st.lists(st.sampled_from(sorted(ORACLES)), min_size=4, max_size=4))
def test_mlp_forward_agrees_with_other_activations(
    network: tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]], names: list[str]
) -> None:
    """SciPy's functions and closed forms, one layer after the other, give output and cache."""
    x, params = network
    names = names[: len(params)]
    out, cache = reference.mlp_forward(x, params, names)
    a = x
    for (w, b), name, (kept_a, kept_z) in zip(params, names, cache, strict=True):
        np.testing.assert_allclose(kept_a, a, atol=1e-12)
        z = np.einsum("nd,dm->nm", a, w) + b
        np.testing.assert_allclose(kept_z, z, atol=1e-12)
        a = ORACLES[name](z)
    np.testing.assert_allclose(out, a, atol=1e-12)


@repeatable
@given(networks())
def test_mlp_forward_treats_samples_by_themselves(
    network: tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]],
) -> None:
    """A sample gets the same answer alone as in a batch."""
    x, params = network
    names = ["sigmoid"] * (len(params) - 1) + ["softmax"]
    whole, _ = reference.mlp_forward(x, params, names)
    for n in range(len(x)):
        alone, _ = reference.mlp_forward(x[n : n + 1], params, names)
        np.testing.assert_allclose(alone[0], whole[n], atol=1e-12)


@repeatable
@given(networks())
def test_collapse_linear_is_the_network_and_its_derivative(
    network: tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]],
) -> None:
    """The one layer answers as the linear network, and its weights are the network's slopes."""
    x, params = network
    w, b = reference.collapse_linear(params)
    linear = ["linear"] * len(params)
    out, _ = reference.mlp_forward(x, params, linear)
    np.testing.assert_allclose(reference.dense_forward(x, w, b), out, atol=1e-10)
    at_zero = np.zeros((w.shape[0], w.shape[0]))
    above, below = (
        reference.mlp_forward(at_zero + step * np.eye(len(w)), params, linear)[0]
        for step in (0.5, -0.5)
    )
    np.testing.assert_allclose(above - below, w, atol=1e-10)


@repeatable
@given(networks(), st.booleans())
def test_count_params_counts_the_entries_of_the_arrays(
    network: tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]], bias: bool
) -> None:
    """The count is the number of entries of all weights, and of all biases."""
    _, params = network
    sizes = [params[0][0].shape[0], *(b.size for _, b in params)]
    expected = sum(w.size + (b.size if bias else 0) for w, b in params)
    assert reference.count_params(sizes, bias=bias) == expected
    assert reference.count_params(sizes[:1], bias=bias) == 0


@repeatable
@given(size, st.integers(2, 5), seeds)
def test_predict_classes_agrees_with_a_search(samples: int, classes: int, seed: int) -> None:
    """The class is the first index of the row's maximum, ties included."""
    rows = np.random.default_rng(seed).integers(0, 4, size=(samples, classes)) / 4
    expected = [row.index(max(row)) for row in rows.tolist()]
    assert reference.predict_classes(rows).tolist() == expected


@repeatable
@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_predict_classes_of_one_probability_is_that_of_two(ones: list[float]) -> None:
    """A column for class 1 gives the class that both columns give, at a half too."""
    one = np.array(ones)
    both = np.stack([np.full_like(one, 0.5), one], axis=1)
    for probabilities in (one, one[:, np.newaxis]):
        answer = reference.predict_classes(probabilities)
        np.testing.assert_array_equal(answer, reference.predict_classes(both))


@repeatable
@given(size, size, seeds)
def test_perceptron_predict_is_one_above_zero_only(samples: int, features: int, seed: int) -> None:
    """The answer follows the exact net input, ties included."""
    rng = np.random.default_rng(seed)
    x, w = rng.integers(-2, 3, size=(samples, features)), rng.integers(-2, 3, size=features)
    b = int(rng.integers(-2, 3))
    exact = [sum(p * q for p, q in zip(row, w.tolist(), strict=True)) + b for row in x.tolist()]
    assert reference.perceptron_predict(x, w, b).tolist() == [int(z > 0) for z in exact]


def naive_training(
    rows: list[list[int]], labels: list[int], epochs: int
) -> tuple[list[int], int, list[int]]:
    """Train with integers and lists: the bias is the weight of a feature that is 1."""
    weights = [0] * (len(rows[0]) + 1)
    history = []
    for _ in range(epochs):
        wrong = 0
        for row, label in zip(rows, labels, strict=True):
            full = [*row, 1]
            fires = sum(p * q for p, q in zip(full, weights, strict=True)) > 0
            if fires != bool(label):
                sign = 1 if label else -1
                weights = [p + sign * q for p, q in zip(weights, full, strict=True)]
                wrong += 1
        history.append(wrong)
    return weights[:-1], weights[-1], history


@repeatable
@given(size, size, seeds, st.sampled_from([1.0, 0.5, 4.0]))
def test_perceptron_train_agrees_with_integers_and_scales(
    samples: int, features: int, seed: int, lr: float
) -> None:
    """Weights and bias are lr times those of exact integers; the errors do not depend on lr."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-3, 4, size=(samples, features)), rng.integers(0, 2, size=samples)
    weights, bias, history = naive_training(x.tolist(), y.tolist(), 7)
    w, b, errors = reference.perceptron_train(x, y, 7, lr=lr)
    assert (w.tolist(), b, errors) == ([lr * v for v in weights], lr * bias, history)


@repeatable
@given(size, seeds)
def test_perceptron_train_makes_no_more_errors_than_novikoff_allows(
    features: int, seed: int
) -> None:
    """Separable classes cost at most (R / margin)^2 errors in all, and none in the end."""
    rng = np.random.default_rng(seed)
    solution, offset = rng.normal(size=features), rng.normal()
    x = rng.normal(size=(8, features))
    distance = x @ solution + offset
    x, y = x[abs(distance) > 0.5], (distance > 0).astype(int)[abs(distance) > 0.5]
    if not len(x):
        return
    full = np.hstack([x, np.ones((len(x), 1))])
    margin = abs(full @ [*solution, offset]).min() / np.linalg.norm([*solution, offset])
    most = (np.linalg.norm(full, axis=1).max() / margin) ** 2
    w, b, errors = reference.perceptron_train(x, y, int(most) + 2)
    assert sum(errors) <= most + 1e-9
    assert reference.perceptron_predict(x, w, b).tolist() == y.tolist()


def test_reference_keeps_float32() -> None:
    """Every function that answers with real arrays gives float32 for float32."""
    x, w, b = np.ones((3, 2), "f4"), np.ones((2, 2), "f4"), np.ones(2, "f4")
    names = sorted(ORACLES)
    out, cache = reference.mlp_forward(x, [(w, b)] * len(names), names)
    answers = [
        reference.add_bias_column(x),
        reference.fold_bias(w, b),
        reference.dense_forward(x, w, b),
        out,
        *(part for pair in cache for part in pair),
        *reference.collapse_linear([(w, b), (w, b)]),
        reference.perceptron_train(x, np.array([1, 0, 1]), 2)[0],
    ]
    assert {answer.dtype for answer in answers} == {np.dtype(np.float32)}


def test_reference_refuses_what_the_stub_says() -> None:
    """Unknown positions and activations, layers without names, and widths that do not fit."""
    x, layer = np.ones((3, 2)), (np.ones((2, 2)), np.ones(2))
    with pytest.raises(ValueError, match="position"):
        reference.add_bias_column(x, "middle")
    with pytest.raises(ValueError, match="position"):
        reference.fold_bias(*layer, "middle")
    with pytest.raises(ValueError, match="step"):
        reference.mlp_forward(x, [layer], ["step"])
    with pytest.raises(ValueError, match="as many activations"):
        reference.mlp_forward(x, [layer], ["relu", "relu"])
    with pytest.raises(ValueError, match="mismatch"):
        reference.dense_forward(x, np.ones((3, 2)), np.ones(2))


def test_mlp_forward_of_net_inputs_of_a_thousand_is_finite() -> None:
    """No activation raises a floating-point error, underflow aside, each row on its own scale."""
    x = np.array([[-1000.0, 1000.0], [-3000.0, -2000.0]])
    with np.errstate(all="raise", under="ignore"):
        for name in ORACLES:
            out, _ = reference.mlp_forward(x, [(np.eye(2), np.zeros(2))], [name])
            assert np.isfinite(out).all(), name
