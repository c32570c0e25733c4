"""Public tests of `loss`: the lectures' worked examples. Run: pytest test_loss.py.

W.. names a worked example of the decks, E.. an erratum.
"""

from functools import partial

import loss
import numpy as np
import pytest

try:
    from autograder.suite import assert_agrees  # explains a mismatch
except ImportError:  # stock tools only
    from numpy.testing import assert_allclose

    assert_agrees = partial(assert_allclose, strict=True)

PETS = np.array([[0.2, 0.3, 0.5]])  # deck 004 L357: cat, dog, fish
PRESIDENTS = np.array(  # deck 003 L108-111, and the same photograph seen worse
    [[0.8, 0.1, 0.05, 0.05], [0.1, 0.25, 0.4, 0.25]]
)


@pytest.mark.question("A3.1")
def test_mse_of_one_prediction():
    """W04: 0.9 where 4 is right costs 3.1 squared, 9.61 (deck 000 L307)."""
    assert_agrees(loss.mse(np.array([4.0]), np.array([0.9])), 9.61, rtol=1e-7)


@pytest.mark.question("A3.1")
def test_mse_of_two_predictions_is_a_mean():
    """W04 and a second sample, 2.3 for 2: (9.61 + 0.09) / 2, two terms for n = 2 (E03)."""
    y_true, y_pred = np.array([[4.0], [2.0]]), np.array([[0.9], [2.3]])
    assert_agrees(loss.mse(y_true, y_pred), 4.85, rtol=1e-7)


@pytest.mark.question("A3.2")
def test_mae_of_two_predictions():
    """The errors of W04, -3.1, and of a second sample, 0.3, do not cancel: 1.7 on average."""
    assert_agrees(loss.mae(np.array([4.0, 2.0]), np.array([0.9, 2.3])), 1.7, rtol=1e-7)


@pytest.mark.question("A3.2")
def test_mae_of_a_table_of_predictions():
    """Errors of 1, -2, 3 and 0 in two rows are 1.5 on average (deck 000 L238)."""
    y_true = np.array([[1.0, 5.0], [2.0, 4.0]])
    y_pred = np.array([[2.0, 3.0], [5.0, 4.0]])
    assert_agrees(loss.mae(y_true, y_pred), 1.5, rtol=1e-7)


@pytest.mark.question("A3.3")
def test_binary_cross_entropy_of_a_certain_mistake():
    """Label 1 with probability 0 costs -log(1e-7) = 16.118, not infinity (Keras's clipping)."""
    answer = loss.binary_cross_entropy(np.array([1.0]), np.array([0.0]))
    assert_agrees(answer, 16.1180956510, rtol=1e-6)


@pytest.mark.question("A3.3")
def test_binary_cross_entropy_of_both_labels():
    """-log 0.8, -log 0.5 and -log(1 - 0.25), by the formula of deck 000 L246: 0.4013 on average."""
    answer = loss.binary_cross_entropy(np.array([1.0, 0.0, 0.0]), np.array([0.8, 0.5, 0.25]))
    assert_agrees(answer, 0.4013242681, rtol=1e-6)


@pytest.mark.question("A3.4")
def test_categorical_cross_entropy_of_a_dog():
    """W36: the dog that is taken for one with probability 0.3 costs 1.204 (deck 004 L360)."""
    answer = loss.categorical_cross_entropy(np.array([[0.0, 1.0, 0.0]]), PETS)
    assert_agrees(answer, 1.2039728043, rtol=1e-6)


@pytest.mark.question("A3.4")
def test_categorical_cross_entropy_of_two_samples_is_a_mean():
    """W31: (-log 0.8 - log 0.25) / 2 = 0.8047: each sample's sum, averaged (E40)."""
    labels = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    answer = loss.categorical_cross_entropy(labels, PRESIDENTS)
    assert_agrees(answer, 0.8047189562, rtol=1e-6)


@pytest.mark.question("A3.5")
def test_one_hot_of_cat_dog_and_fish():
    """Dog is class 1 of three and becomes 0, 1, 0 (deck 004 L354); cat is 0 and fish is 2."""
    expected = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    assert_agrees(loss.one_hot(np.array([1, 0, 2, 1]), 3), expected, rtol=1e-7)


@pytest.mark.question("A3.5")
def test_sparse_categorical_cross_entropy_of_two_samples():
    """W31 again with the labels 0 and 3: the same loss as for their one-hot rows."""
    answer = loss.sparse_categorical_cross_entropy(np.array([0, 3]), PRESIDENTS)
    assert_agrees(answer, 0.8047189562, rtol=1e-6)


@pytest.mark.question("A3.6")
def test_l2_penalty_of_two_weights():
    """The L2 penalty of 1 and 2 with factor 0.1 is 0.5 (deck 001 L355)."""
    assert_agrees(loss.l1_l2_penalty([np.array([1.0, 2.0])], l2=0.1), 0.5, rtol=1e-7)


@pytest.mark.question("A3.6")
def test_l1_penalty_counts_sizes():
    """The L1 penalty of -2, 1 and 3 in two layers with factor 0.1 is 0.6 (deck 001 L356, E13)."""
    weights = [np.array([[-2.0, 1.0]]), np.array([[3.0]])]
    assert_agrees(loss.l1_l2_penalty(weights, l1=0.1), 0.6, rtol=1e-7)


@pytest.mark.question("A3.7")
def test_cross_entropy_from_logits_of_a_dog():
    """W36: scores whose softmax is 0.2, 0.3, 0.5, as log p + 2 are, cost 1.204 for the dog."""
    answer = loss.cross_entropy_from_logits(np.array([1]), np.log(PETS) + 2.0)
    assert_agrees(answer, 1.2039728043, rtol=1e-7)


@pytest.mark.question("A3.7")
def test_cross_entropy_from_logits_of_two_samples():
    """Each row has its own label: (0.4076 + 1.4076) / 2 (deck 004 L136, L350)."""
    logits = np.array([[1.0, 2.0, 3.0], [1000.0, 1001.0, 999.0]])
    answer = loss.cross_entropy_from_logits(np.array([2, 0]), logits)
    assert_agrees(answer, 0.9076059644, rtol=1e-7)
