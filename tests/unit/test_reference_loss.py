"""The reference solution of `loss` against SciPy, naive loops, derivatives and its own laws."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax, rel_entr, softmax
from scipy.stats import entropy

from autograder.suite import centred_difference
from autograder.suite.collect import load_reference

SOLUTION = Path(__file__).parents[2] / "solutions" / "loss.py"


reference = load_reference(SOLUTION, SOLUTION.stem)

repeatable = settings(max_examples=60, deadline=None, derandomize=True, database=None)
length = st.integers(1, 6)
seeds = st.integers(0, 2**32 - 1)
shapes = st.lists(length, min_size=1, max_size=3).map(tuple)


@st.composite
def batches(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw labels, rows of probabilities, some of them 0, and scores, some of them far apart."""
    rng = np.random.default_rng(draw(seeds))
    count, classes = draw(length), draw(st.integers(2, 6))
    logits = rng.normal(scale=draw(st.sampled_from([1.0, 10.0, 1000.0])), size=(count, classes))
    return rng.integers(0, classes, size=count), softmax(logits, axis=1), logits


@repeatable
@given(shapes, seeds, st.sampled_from(["float64", "uint8"]))
def test_mse_and_mae_agree_with_a_loop(shape: tuple[int, ...], seed: int, dtype: str) -> None:
    """Python's own numbers, added up one by one, give the same for floats and for pixels."""
    y_true, y_pred = np.random.default_rng(seed).uniform(0, 255, size=(2, *shape)).astype(dtype)
    errors = [a - b for a, b in zip(y_pred.ravel().tolist(), y_true.ravel().tolist(), strict=True)]
    expected = math.fsum(e * e for e in errors) / len(errors)
    assert reference.mse(y_true, y_pred) == pytest.approx(expected, rel=1e-12)
    expected = math.fsum(abs(e) for e in errors) / len(errors)
    assert reference.mae(y_true, y_pred) == pytest.approx(expected, rel=1e-12)


@repeatable
@given(shapes, seeds)
def test_mse_and_mae_obey_their_laws(shape: tuple[int, ...], seed: int) -> None:
    """Both are 0 for the truth and symmetric, and the mean size is at most the root mean square."""
    y_true, y_pred = np.random.default_rng(seed).normal(size=(2, *shape))
    for loss in (reference.mse, reference.mae):
        assert loss(y_true, y_true) == 0
        assert loss(y_true, y_pred) == pytest.approx(loss(y_pred, y_true))
    assert reference.mae(y_true, y_pred) ** 2 <= reference.mse(y_true, y_pred) * (1 + 1e-12)


@repeatable
@given(shapes, seeds)
def test_binary_cross_entropy_agrees_with_scipy(shape: tuple[int, ...], seed: int) -> None:
    """For labels 0 and 1 it is SciPy's relative entropy of the label to the prediction."""
    rng = np.random.default_rng(seed)
    y_true, p = rng.integers(0, 2, size=shape), rng.uniform(1e-6, 1 - 1e-6, size=shape)
    expected = np.mean(rel_entr(y_true, p) + rel_entr(1 - y_true, 1 - p))
    answer = reference.binary_cross_entropy(y_true, p)
    assert answer == pytest.approx(expected, rel=1e-12)
    assert reference.binary_cross_entropy(1 - y_true, 1 - p) == pytest.approx(answer, rel=1e-9)


@repeatable
@given(seeds, st.sampled_from([1e-7, 1e-3, 0.2]))
def test_binary_cross_entropy_lies_between_the_costs_of_certainty(seed: int, eps: float) -> None:
    """No prediction costs more than -log(eps), nor less than -log(1 - eps)."""
    rng = np.random.default_rng(seed)
    y_true, p = rng.integers(0, 2, size=9), rng.choice([0.0, 1e-9, 0.3, 0.9, 1.0], size=9)
    least, most = -math.log(1 - eps), -math.log(eps)
    answer = reference.binary_cross_entropy(y_true, p, eps=eps)
    assert least * (1 - 1e-9) <= answer <= most * (1 + 1e-9)
    assert reference.binary_cross_entropy(y_true, y_true, eps=eps) == pytest.approx(least)
    assert reference.binary_cross_entropy(y_true, 1 - y_true, eps=eps) == pytest.approx(most)


@repeatable
@given(batches(), seeds)
def test_categorical_cross_entropy_agrees_with_scipy(
    batch: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int
) -> None:
    """For any labels it is SciPy's entropy of the label plus its divergence from the prediction."""
    _, p, _ = batch
    y = np.random.default_rng(seed).dirichlet(np.ones(p.shape[1]), size=len(p))
    p = softmax(np.log(np.clip(p, 1e-3, 1.0)), axis=1)
    expected = np.mean(entropy(y, axis=1) + entropy(y, p, axis=1))
    assert reference.categorical_cross_entropy(y, p) == pytest.approx(expected, rel=1e-9)


@repeatable
@given(batches())
def test_sparse_categorical_cross_entropy_agrees_with_a_loop(
    batch: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """The entry at each row's label, clipped, gives the same, where it is 0 or 1 too."""
    labels, p, _ = batch
    costs = [
        -math.log(min(max(float(row[label]), 1e-7), 1 - 1e-7))
        for label, row in zip(labels, p, strict=True)
    ]
    answer = reference.sparse_categorical_cross_entropy(labels, p)
    assert answer == pytest.approx(sum(costs) / len(costs), rel=1e-12)


@repeatable
@given(batches())
def test_categorical_cross_entropy_of_two_equal_batches_is_their_mean(
    batch: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """The loss of two batches of equal length is the mean of their losses."""
    labels, p, _ = batch
    y, other = reference.one_hot(labels, p.shape[1]), p[:, ::-1]
    both = reference.categorical_cross_entropy(np.vstack([y, y]), np.vstack([p, other]))
    parts = [reference.categorical_cross_entropy(y, part) for part in (p, other)]
    assert both == pytest.approx(sum(parts) / 2, rel=1e-12)


@repeatable
@given(st.lists(st.integers(0, 8), min_size=1, max_size=9), st.sampled_from(["i8", "u1", "i4"]))
def test_one_hot_is_a_row_of_the_unit_matrix(labels: list[int], dtype: str) -> None:
    """Each row is the unit matrix's, in float64, for labels of any integer type."""
    answer = reference.one_hot(np.array(labels, dtype=dtype), 9)
    np.testing.assert_array_equal(answer, np.eye(9)[labels], strict=True)


@repeatable
@given(st.lists(shapes, max_size=4), seeds, st.floats(0, 2), st.floats(0, 2))
def test_l1_l2_penalty_agrees_with_a_loop(
    layers: list[tuple[int, ...]], seed: int, l1: float, l2: float
) -> None:
    """Python's own numbers, added up one by one, give the same; no weights cost nothing."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=shape) for shape in layers]
    numbers = [w for array in weights for w in array.ravel().tolist()]
    expected = math.fsum(l1 * abs(w) + l2 * w * w for w in numbers)
    answer = reference.l1_l2_penalty(weights, l1, l2)
    assert type(answer) is float
    assert answer == pytest.approx(expected, rel=1e-12, abs=1e-300)


@repeatable
@given(batches())
def test_cross_entropy_from_logits_agrees_with_scipy(
    batch: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """SciPy's log-softmax at the labels is the same, with scores thousands apart too."""
    labels, _, logits = batch
    expected = -np.mean(log_softmax(logits, axis=1)[np.arange(len(labels)), labels])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        answer = reference.cross_entropy_from_logits(labels, logits)
    assert answer == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("classes", [2, 10])
def test_cross_entropy_from_logits_of_no_knowledge_is_the_log_of_the_classes(classes: int) -> None:
    """Equal scores for C classes cost log C, with which an untrained network starts."""
    logits = np.full((3, classes), 7.0)
    answer = reference.cross_entropy_from_logits(np.array([0, 1, 0]), logits)
    assert answer == pytest.approx(math.log(classes), rel=1e-12)


def test_losses_have_the_derivatives_of_the_textbook() -> None:
    """2 (p - y) / n, sign(p - y) / n, (p - y) / (p (1 - p)) / n and (softmax - one-hot) / N."""
    rng = np.random.default_rng(7)
    y, p = rng.integers(0, 2, size=(2, 3)), rng.uniform(0.1, 0.9, size=(2, 3))
    labels, logits = np.array([2, 0, 1, 2]), rng.normal(size=(4, 3))
    known = [
        (lambda x: reference.mse(y, x), p, 2 * (p - y) / 6),
        (lambda x: reference.mae(y, x), p, np.sign(p - y) / 6),
        (lambda x: reference.binary_cross_entropy(y, x), p, (p - y) / (p * (1 - p)) / 6),
        (lambda x: reference.categorical_cross_entropy(y, x), p, -y / p / 2),
        (lambda x: reference.l1_l2_penalty([x], 0.3, 0.2), p - 1, 0.4 * (p - 1) - 0.3),
        (
            lambda x: reference.cross_entropy_from_logits(labels, x),
            logits,
            (softmax(logits, axis=1) - np.eye(3)[labels]) / 4,
        ),
    ]
    for loss, x, gradient in known:
        np.testing.assert_allclose(centred_difference(loss, x), gradient, rtol=1e-6, atol=1e-8)


def test_reference_refuses_what_does_not_belong_together() -> None:
    """Shapes that NumPy would broadcast, labels that are no class, and too few labels."""
    row, column = np.full(3, 0.5), np.full((3, 1), 0.5)
    for name in ("mse", "mae", "binary_cross_entropy", "categorical_cross_entropy"):
        with pytest.raises(ValueError, match=r"\(3,\) and \(3, 1\)"):
            getattr(reference, name)(row, column)
    table = np.full((3, 2), 0.5)
    for labels in (np.array([0, 2, 1]), np.array([0, -1, 1])):
        with pytest.raises(ValueError, match="labels from 0 to 1"):
            reference.one_hot(labels, 2)
        for name in ("sparse_categorical_cross_entropy", "cross_entropy_from_logits"):
            with pytest.raises(ValueError, match="labels from 0 to 1"):
                getattr(reference, name)(labels, table)
    with pytest.raises(ValueError, match="one shape"):
        reference.sparse_categorical_cross_entropy(np.array([0, 1]), table)
    with pytest.raises(ValueError, match="do not fit"):
        reference.cross_entropy_from_logits(np.array([0, 1]), table)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_reference_answers_with_one_float(dtype: str) -> None:
    """Every loss is a Python float in both precisions, and no argument is clipped in place."""
    y, p = np.eye(2, dtype=dtype), np.eye(2, dtype=dtype)[::-1].copy()
    labels = np.array([0, 1], dtype="u1")
    answers = [
        reference.mse(y, p),
        reference.mae(y, p),
        reference.binary_cross_entropy(y, p),
        reference.categorical_cross_entropy(y, p),
        reference.sparse_categorical_cross_entropy(labels, p),
        reference.l1_l2_penalty([p], 0.1, 0.1),
        reference.cross_entropy_from_logits(labels, p),
    ]
    assert {type(answer) for answer in answers} == {float}
    np.testing.assert_array_equal(y, np.eye(2))
    np.testing.assert_array_equal(p, np.eye(2)[::-1])
