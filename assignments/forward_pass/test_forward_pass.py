"""Public tests of `forward_pass`: the lectures' worked examples. Run: pytest test_forward_pass.py.

W.. names a worked example of the decks, E.. an erratum.
"""

from functools import partial

import forward_pass
import numpy as np
import pytest

try:
    from autograder.suite import assert_agrees  # explains a mismatch
except ImportError:  # stock tools only
    from numpy.testing import assert_allclose

    assert_agrees = partial(assert_allclose, strict=True)

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
X = np.array([[2.0, 3.0], [2.0, 4.0], [1.0, 4.0], [9.0, 4.0]])  # deck 000 L208
W1, B1 = np.array([[0.3, 0.2, 0.2], [0.1, 0.4, 0.5]]), np.array([0.5, 0.5, 0.5])
# The weights of the output unit are not in the deck: these give the numbers that it prints.
W2, B2 = np.array([[0.2], [0.2], [0.2]]), np.array([0.5])
Z1 = np.array([[1.4, 2.1, 2.4], [1.5, 2.5, 2.9], [1.2, 2.3, 2.7], [3.6, 3.9, 4.3]])
Y_HAT = np.array([[0.7353586593], [0.7384470298], [0.7355343163], [0.7480115482]])


def assert_classes(answer, expected):
    """Compare arrays of classes, whatever their integer dtype."""
    assert isinstance(answer, np.ndarray), f"expected an array, received {type(answer).__name__}"
    assert_agrees(answer.astype(float), np.array(expected, dtype=float), rtol=1e-7)


@pytest.mark.question("A2.1")
def test_perceptron_predict_computes_and():
    """The perceptron w = (1, 1), b = -1.5 fires for 11 only: logical AND (deck 004 L124)."""
    answer = forward_pass.perceptron_predict(BITS, np.array([1.0, 1.0]), -1.5)
    assert_classes(answer, [0, 0, 0, 1])


@pytest.mark.question("A2.1")
def test_perceptron_predict_computes_or():
    """With b = -0.5 it fires for all but 00: logical OR (deck 004 L124)."""
    answer = forward_pass.perceptron_predict(BITS, np.array([1.0, 1.0]), -0.5)
    assert_classes(answer, [0, 1, 1, 1])


@pytest.mark.question("A2.2")
def test_add_bias_column_puts_ones_last_or_first():
    """Every sample gets a 1: last as in deck 000 L208 (W01), or first as in deck 004 L112."""
    last = np.array([[2.0, 3.0, 1.0], [2.0, 4.0, 1.0], [1.0, 4.0, 1.0], [9.0, 4.0, 1.0]])
    assert_agrees(forward_pass.add_bias_column(X), last, rtol=1e-7)
    assert_agrees(forward_pass.add_bias_column(X, "first"), last[:, [2, 0, 1]], rtol=1e-7)


@pytest.mark.question("A2.2")
def test_fold_bias_makes_the_matrix_of_the_feedforward_example():
    """The biases become the last row of W, and the product gives the net inputs (W01)."""
    folded = forward_pass.fold_bias(W1, B1)
    expected = np.array([[0.3, 0.2, 0.2], [0.1, 0.4, 0.5], [0.5, 0.5, 0.5]])
    assert_agrees(folded, expected, rtol=1e-7)
    assert_agrees(forward_pass.add_bias_column(X) @ folded, Z1, rtol=1e-7)


@pytest.mark.question("A2.3")
@pytest.mark.points(3)
def test_dense_forward_of_the_feedforward_example():
    """The hidden net inputs of deck 000 L208-209, first row 1.4, 2.1, 2.4 (W01)."""
    assert_agrees(forward_pass.dense_forward(X, W1, B1), Z1, rtol=1e-7)


@pytest.mark.question("A2.3")
def test_dense_forward_of_one_row_is_a_row_times_a_matrix():
    """[3 4 2] times the matrix of deck 004 L54 is [83 63 37] (W32)."""
    matrix = np.array([[13.0, 9.0, 7.0], [8.0, 7.0, 4.0], [6.0, 4.0, 0.0]])
    answer = forward_pass.dense_forward(np.array([[3.0, 4.0, 2.0]]), matrix, np.zeros(3))
    assert_agrees(answer, np.array([[83.0, 63.0, 37.0]]), rtol=1e-7)


@pytest.mark.question("A2.4")
def test_mlp_forward_of_the_feedforward_example():
    """The four outputs of deck 000 L208, 0.735 to 0.748: a sigmoid makes them (W02, E05)."""
    out, _ = forward_pass.mlp_forward(X, [(W1, B1), (W2, B2)], ["sigmoid", "sigmoid"])
    assert_agrees(out, Y_HAT, rtol=1e-7)


@pytest.mark.question("A2.4")
def test_mlp_forward_keeps_the_net_inputs():
    """The cache holds X and z of the hidden layer, then the hidden activations (W01)."""
    _, cache = forward_pass.mlp_forward(X, [(W1, B1), (W2, B2)], ["sigmoid", "sigmoid"])
    assert len(cache) == 2, "expected a pair (a, z) for each layer"
    assert_agrees(cache[0][0], X, rtol=1e-7)
    assert_agrees(cache[0][1], Z1, rtol=1e-7)
    first_sample = np.array([0.8021838886, 0.8909031788, 0.9168273035])
    assert_agrees(cache[1][0][0], first_sample, rtol=1e-7)


@pytest.mark.question("A2.5")
def test_count_params_of_the_deep_network():
    """4-5-5-3 has 25 + 30 + 18 = 73 (deck 004 L241, W35; its third layer is the output, E37)."""
    assert_agrees(forward_pass.count_params([4, 5, 5, 3]), 73, rtol=0)


@pytest.mark.question("A2.5")
def test_count_params_of_the_keras_exercise():
    """13-8-1 has 121, and 213 with a further layer of 10 (deck 000 L472, W10)."""
    assert_agrees(forward_pass.count_params([13, 8, 1]), 121, rtol=0)
    assert_agrees(forward_pass.count_params([13, 8, 10, 1]), 213, rtol=0)


@pytest.mark.question("A2.5")
def test_count_params_without_and_with_biases():
    """3-3-4-1 has 25 weights, 33 numbers with the biases (deck 004 L249, W39)."""
    assert_agrees(forward_pass.count_params([3, 3, 4, 1], bias=False), 25, rtol=0)
    assert_agrees(forward_pass.count_params([3, 3, 4, 1]), 33, rtol=0)


@pytest.mark.question("A2.6")
def test_collapse_linear_of_two_lines():
    """3 (2 x + 1) - 4 is 6 x - 1 (deck 004 L227: no activations, E37)."""
    params = [(np.array([[2.0]]), np.array([1.0])), (np.array([[3.0]]), np.array([-4.0]))]
    weights, bias = forward_pass.collapse_linear(params)
    assert_agrees(weights, np.array([[6.0]]), rtol=1e-7)
    assert_agrees(bias, np.array([-1.0]), rtol=1e-7)


@pytest.mark.question("A2.6")
def test_collapse_linear_of_the_feedforward_example():
    """Without its sigmoids, the network of deck 000 L208 is the line 0.14 x1 + 0.2 x2 + 0.8."""
    weights, bias = forward_pass.collapse_linear([(W1, B1), (W2, B2)])
    assert_agrees(weights, np.array([[0.14], [0.2]]), rtol=1e-7)
    assert_agrees(bias, np.array([0.8]), rtol=1e-7)


@pytest.mark.question("A2.7")
def test_predict_classes_of_the_presidents():
    """0.8, 0.1, 0.05, 0.05 is class 0, Lincoln (deck 003 L108, W31); reversed it is class 3."""
    probabilities = np.array([[0.8, 0.1, 0.05, 0.05], [0.05, 0.05, 0.1, 0.8]])
    answer = forward_pass.predict_classes(probabilities)
    assert_classes(answer, [0, 3])


@pytest.mark.question("A2.7")
def test_predict_classes_of_the_feedforward_example():
    """One column: 0.735 to 0.748 are class 1, and what is left to 1 is class 0 (W02)."""
    for probabilities, label in ((Y_HAT, 1), (1.0 - Y_HAT, 0)):
        answer = forward_pass.predict_classes(probabilities)
        assert_classes(answer, [label] * 4)


@pytest.mark.question("A2.8")
def test_perceptron_train_learns_and():
    """AND can be separated by a line: the errors come to an end (deck 004 L186-201)."""
    labels = np.array([0, 0, 0, 1])
    w, b, errors = forward_pass.perceptron_train(BITS, labels, epochs=20)
    assert len(errors) == 20, "expected a number of errors for each epoch"
    assert errors[-1] == 0, "expected no errors in the last epoch"
    assert_classes(np.greater(BITS @ w + b, 0), labels)


@pytest.mark.question("A2.8")
def test_perceptron_train_never_learns_xor():
    """No line separates XOR: after 2 and 3 errors there are 4 in every epoch (deck 004 L211)."""
    _, _, errors = forward_pass.perceptron_train(BITS, np.array([0, 1, 1, 0]), epochs=20)
    assert_agrees(np.array(errors, dtype=float), np.array([2.0, 3.0] + [4.0] * 18), rtol=0)
