"""Hidden checks of A4.6 `softmax_ce_backward`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
    centred_difference,
)

MANY_LABELS = np.arange(1500) % 20
MANY_LOGITS = np.sin(np.arange(30000.0)).reshape(1500, 20)

SUMMED = "this is the gradient of the sum over the samples; for the mean it is divided by N"


def assert_gradient(award, answer, expected):
    """Compare; the gradient of the summed loss, which deck 004 prints, earns a part."""
    n = expected.shape[0]
    if n > 1:
        try:
            assert_agrees(answer, n * expected)
        except AssertionError:
            pass
        else:
            award(0.3, SUMMED)
            return
    assert_agrees(answer, expected)


def draw(rng, n, c):
    """Draw labels, of at least two classes, and logits."""
    return rng.permutation(np.arange(n) % c), rng.normal(scale=2.0, size=(n, c))


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(5, 3), (4, 4)])
def test_softmax_ce_backward_agrees_with_the_reference(student, reference, rng, award, shape):
    """The gradient matches the reference, with as many samples as classes and with more."""
    labels, logits = draw(rng, *shape)
    expected = reference.softmax_ce_backward(labels, logits)
    assert_gradient(award, student.softmax_ce_backward(labels, logits), expected)


@pytest.mark.group("values")
def test_softmax_ce_backward_is_the_slope_of_the_mean_loss(student, rng):
    """Each entry is the difference quotient of the mean cross-entropy."""
    labels, logits = draw(rng, 3, 4)

    def loss(scores):
        rows = scores - scores.max(axis=1, keepdims=True)
        logarithms = rows - np.log(np.exp(rows).sum(axis=1, keepdims=True))
        return -float(logarithms[np.arange(3), labels].mean())

    answer = student.softmax_ce_backward(labels, logits)
    assert_agrees(answer, centred_difference(loss, logits), rtol=1e-6, atol=1e-7)


@pytest.mark.group("values")
def test_softmax_ce_backward_moves_no_probability_in_or_out(student, rng):
    """Each row adds up to 0: what one class gains the others lose."""
    labels, logits = draw(rng, 5, 4)
    answer = student.softmax_ce_backward(labels, logits)
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.dtype.kind == "f", "the answer is not made of floats"
    assert answer.shape == logits.shape, "the answer has another shape than the logits"
    assert bool(np.all(np.abs(answer[np.arange(5), labels]) > 1e-9)), "a gradient is 0"
    assert bool(np.all(np.abs(answer.sum(axis=1)) < 1e-12)), "a row does not add up to 0"


@pytest.mark.group("shapes")
def test_softmax_ce_backward_of_one_sample(student, reference, rng, award):
    """A batch of one keeps its axis."""
    labels, logits = np.array([int(rng.integers(0, 5))]), rng.normal(size=(1, 5))
    expected = reference.softmax_ce_backward(labels, logits)
    assert_gradient(award, student.softmax_ce_backward(labels, logits), expected)


@pytest.mark.group("shapes")
def test_softmax_ce_backward_of_two_classes(student, rng, award):
    """With two classes the gradient is that of a sigmoid of the difference."""
    labels, logits = draw(rng, 6, 2)
    second = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1])) - labels
    expected = np.stack([-second, second], axis=1) / 6
    assert_gradient(award, student.softmax_ce_backward(labels, logits), expected)


@pytest.mark.group("shapes")
def test_softmax_ce_backward_promotes_integers(student, reference, rng, award):
    """Integer logits of one byte, and labels of one class only, are answered in float64."""
    labels, logits = np.full(3, 2, dtype=np.uint8), rng.integers(-4, 5, size=(3, 4), dtype=np.int8)
    expected = reference.softmax_ce_backward(labels, logits)
    assert_gradient(award, student.softmax_ce_backward(labels, logits), expected)


@pytest.mark.group("stability")
def test_softmax_ce_backward_of_scores_of_a_thousand(student, reference, rng, award):
    """Scores of plus and minus 1000 give finite gradients, and nothing overflows on the way."""
    row = np.array([1000.0, 999.0, -1000.0, 1001.0])
    logits = np.stack([rng.permutation(row), rng.permutation(row) - 1500.0])
    labels = rng.permutation(np.array([1, 3]))
    answer = student.softmax_ce_backward(labels, logits)
    assert_gradient(award, answer, reference.softmax_ce_backward(labels, logits))
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_softmax_ce_backward_keeps_single_precision(student, rng):
    """The answer to float32 logits is float32."""
    labels, logits = draw(rng, 3, 4)
    answer = student.softmax_ce_backward(labels, logits.astype(np.float32))
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.dtype == np.float32, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_softmax_ce_backward_has_no_side_effects(student, rng):
    """Labels and logits are not modified, and the same call gives the same answer again."""
    labels, logits = draw(rng, 3, 4)
    first = student.softmax_ce_backward(labels, logits)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.softmax_ce_backward(labels, logits))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_softmax_ce_backward_is_fast_on_a_batch(assert_fast):
    """Samples and classes are left to NumPy."""
    assert_fast("softmax_ce_backward", MANY_LABELS, MANY_LOGITS)
