"""Public tests of `activations`: the lectures' worked examples.

Run: pytest test_activations.py
"""

from functools import partial

import activations
import numpy as np
import pytest

try:
    from autograder.suite import assert_agrees  # explains a mismatch
except ImportError:  # stock tools only
    from numpy.testing import assert_allclose

    assert_agrees = partial(assert_allclose, strict=True)


@pytest.mark.question("A1.1")
@pytest.mark.points(3)
def test_step_below_at_and_above_the_threshold():
    """step([-2, 0, 3]) is [0, 0, 1]: at the threshold itself nothing fires (deck 004 L124)."""
    assert_agrees(
        activations.step(np.array([-2.0, 0.0, 3.0])), np.array([0.0, 0.0, 1.0]), rtol=1e-7
    )


@pytest.mark.question("A1.1")
@pytest.mark.points(3)
def test_step_as_a_perceptron_computes_and():
    """The perceptron w = (1, 1), b = -1 is the logical AND of two bits (deck 004 L124)."""
    bits = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    net_input = bits @ np.array([1.0, 1.0]) - 1.0
    assert_agrees(activations.step(net_input), np.array([0.0, 0.0, 0.0, 1.0]), rtol=1e-7)


@pytest.mark.question("A1.1")
def test_linear_with_and_without_a_slope():
    """The linear unit gives back the prediction 0.9 of deck 000 L297, thrice it with slope 3."""
    net_input = np.array([2 * 0.2 + 0.5])
    assert_agrees(activations.linear(net_input), np.array([0.9]), rtol=1e-7)
    assert_agrees(activations.linear(net_input, slope=3.0), np.array([2.7]), rtol=1e-7)


@pytest.mark.question("A1.2")
def test_sigmoid_at_three_points():
    """sigmoid([-2, 0, 3]) is [0.1192, 0.5, 0.9526] (deck 000 L93)."""
    assert_agrees(
        activations.sigmoid(np.array([-2.0, 0.0, 3.0])),
        np.array([0.119202922, 0.5, 0.9525741268]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.2")
def test_sigmoid_of_the_feedforward_example():
    """The hidden units of deck 000 L209, net inputs 1.4, 2.1, 2.4, give 0.802, 0.891, 0.917."""
    assert_agrees(
        activations.sigmoid(np.array([[1.4, 2.1, 2.4]])),
        np.array([[0.8021838886, 0.8909031788, 0.9168273035]]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.3")
def test_tanh_at_three_points():
    """tanh([-2, 0, 0.5]) is [-0.9640, 0, 0.4621] (deck 004 L145)."""
    assert_agrees(
        activations.tanh(np.array([-2.0, 0.0, 0.5])),
        np.array([-0.9640275801, 0.0, 0.4621171573]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.3")
def test_tanh_at_plus_and_minus_one():
    """tanh(1) is 0.7616 and tanh(-1) its negative, by each deck's formula (000 L101, 001 L255)."""
    assert_agrees(
        activations.tanh(np.array([[1.0], [-1.0]])),
        np.array([[0.7615941560], [-0.7615941560]]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.4")
def test_relu_at_three_points():
    """relu([-2, 0, 3]) is [0, 0, 3] (deck 004 L159)."""
    assert_agrees(
        activations.relu(np.array([-2.0, 0.0, 3.0])), np.array([0.0, 0.0, 3.0]), rtol=1e-7
    )


@pytest.mark.question("A1.4")
def test_relu_after_the_convolution_example():
    """The convolution answers -2, 2, 0 of deck 000 L715 become 0, 2, 0 (deck 000 L731)."""
    assert_agrees(
        activations.relu(np.array([[-2.0], [2.0], [0.0]])),
        np.array([[0.0], [2.0], [0.0]]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.5")
def test_leaky_relu_with_the_default_slope():
    """leaky_relu([-2, 0, 3]) is [-0.02, 0, 3] (deck 004 L171)."""
    assert_agrees(
        activations.leaky_relu(np.array([-2.0, 0.0, 3.0])), np.array([-0.02, 0.0, 3.0]), rtol=1e-7
    )


@pytest.mark.question("A1.5")
def test_leaky_relu_with_a_slope_above_one():
    """With negative_slope 2, leaky_relu([-2, 0, 3]) is [-4, 0, 3] (erratum E36)."""
    assert_agrees(
        activations.leaky_relu(np.array([-2.0, 0.0, 3.0]), negative_slope=2.0),
        np.array([-4.0, 0.0, 3.0]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.5")
def test_leaky_relu_after_the_convolution_example():
    """The convolution answers -2, 2, 0 of deck 000 L715 become -0.02, 2, 0."""
    assert_agrees(
        activations.leaky_relu(np.array([[-2.0], [2.0], [0.0]])),
        np.array([[-0.02], [2.0], [0.0]]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.6")
def test_softmax_of_two_samples():
    """Each row of scores becomes probabilities of its own, big scores too (deck 004 L136)."""
    assert_agrees(
        activations.softmax(np.array([[1.0, 2.0, 3.0], [1000.0, 1001.0, 999.0]])),
        np.array(
            [[0.0900305732, 0.2447284711, 0.6652409558], [0.2447284711, 0.6652409558, 0.0900305732]]
        ),
        rtol=1e-7,
    )


@pytest.mark.question("A1.6")
def test_softmax_of_logarithms_gives_the_probabilities_back():
    """The logarithms of deck 003 L108's 0.8, 0.1, 0.05, 0.05, each plus 2, give these back."""
    probabilities = np.array([0.8, 0.1, 0.05, 0.05])
    assert_agrees(activations.softmax(np.log(probabilities) + 2.0), probabilities, rtol=1e-7)


@pytest.mark.question("A1.7")
def test_activation_grad_of_the_sigmoid():
    """The slope of the sigmoid is s(1 - s): 0.25 in the middle (deck 004 L411)."""
    assert_agrees(
        activations.activation_grad(np.array([-2.0, 0.0, 3.0]), "sigmoid"),
        np.array([0.1049935854, 0.25, 0.0451766597]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.7")
def test_activation_grad_of_the_tanh():
    """The slope of tanh is 1 - tanh^2: 1 in the middle, 0.7864 at 0.5 (deck 004 L145)."""
    assert_agrees(
        activations.activation_grad(np.array([-2.0, 0.0, 0.5]), "tanh"),
        np.array([0.0706508249, 1.0, 0.7864477330]),
        rtol=1e-7,
    )


@pytest.mark.question("A1.7")
def test_activation_grad_of_the_rectifiers():
    """At -2, 0, 3 the slopes of relu are 0, 0, 1, of leaky_relu 0.01, 0.01, 1 (deck 004 L159)."""
    x = np.array([-2.0, 0.0, 3.0])
    assert_agrees(activations.activation_grad(x, "relu"), np.array([0.0, 0.0, 1.0]), rtol=1e-7)
    assert_agrees(
        activations.activation_grad(x, "leaky_relu"), np.array([0.01, 0.01, 1.0]), rtol=1e-7
    )


@pytest.mark.question("A1.8")
def test_log_softmax_of_two_samples():
    """Each row is its scores less the logarithm of its sum of exponentials (deck 004 L136)."""
    assert_agrees(
        activations.log_softmax(np.array([[1.0, 2.0, 3.0], [1000.0, 1001.0, 999.0]])),
        np.array(
            [
                [-2.4076059644, -1.4076059644, -0.4076059644],
                [-1.4076059644, -0.4076059644, -2.4076059644],
            ]
        ),
        rtol=1e-7,
    )


@pytest.mark.question("A1.8")
def test_log_softmax_of_logarithms_gives_them_back():
    """The logarithms of 0.2, 0.3, 0.5, each plus 1, come back: -log(0.3) is deck 004 L360's 1.2."""
    logarithms = np.log(np.array([0.2, 0.3, 0.5]))
    assert_agrees(activations.log_softmax(logarithms + 1.0), logarithms, rtol=1e-7)
