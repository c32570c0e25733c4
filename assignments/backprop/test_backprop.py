"""Public tests of `backprop`: the lectures' worked examples.

Run: pytest test_backprop.py
"""

from functools import partial

import backprop
import numpy as np
import pytest

try:
    from autograder.suite import assert_agrees  # explains a mismatch
except ImportError:  # stock tools only
    from numpy.testing import assert_allclose

    assert_agrees = partial(assert_allclose, strict=True)


@pytest.mark.question("A4.1")
def test_poly_derivative_of_the_decks_exercise():
    """10x^5 + 4x^7 + 12x has the derivative 50x^4 + 28x^6 + 12 (W37, deck 004 L400; E41)."""
    answer = backprop.poly_derivative(np.array([0.0, 12.0, 0.0, 0.0, 0.0, 10.0, 0.0, 4.0]))
    assert_agrees(answer, np.array([12.0, 0.0, 0.0, 0.0, 50.0, 0.0, 28.0]), rtol=1e-7)


@pytest.mark.question("A4.1")
def test_poly_derivative_evaluated_at_a_point():
    """The derivative of the deck's exercise at 1.3 is 289.9557; without the factor k, 59.868."""
    coefficients = backprop.poly_derivative(np.array([0, 12, 0, 0, 0, 10, 0, 4]))
    powers = 1.3 ** np.arange(7)
    assert_agrees(float(np.vdot(powers, coefficients)), 289.955652, rtol=1e-7)


@pytest.mark.question("A4.2")
def test_linear_mse_step_of_the_worked_example():
    """With x 2, y 4, w 0.2, b 0.5 it is 0.9, 9.61, -12.4, -6.2 (W03-W05, deck 000 L284).

    The deck prints -16.4 for dw: it expands (xw - b) where it means (xw + b) (E01).
    """
    answer = backprop.linear_mse_step(2.0, 4.0, 0.2, 0.5)
    assert_agrees(tuple(answer), (0.9, 9.61, -12.4, -6.2), rtol=1e-7)


@pytest.mark.question("A4.2")
def test_linear_mse_step_after_an_update_of_the_weight():
    """With w 1.44 the prediction is 3.38, and dw is down to -2.48 (W06, deck 000 L346; E01).

    The deck prints w 1.84, which follows from its -16.4.
    """
    answer = backprop.linear_mse_step(2.0, 4.0, 1.44, 0.5)
    assert_agrees(tuple(answer), (3.38, 0.3844, -2.48, -1.24), rtol=1e-7)


@pytest.mark.question("A4.3")
def test_numerical_gradient_of_a_product():
    """Each entry's derivative of 2 * 3 * 4 * 5 is the product of the three others."""
    answer = backprop.numerical_gradient(np.prod, np.array([[2, 3], [4, 5]]))
    assert_agrees(answer, np.array([[60.0, 40.0], [30.0, 24.0]]), rtol=1e-6)


@pytest.mark.question("A4.3")
def test_numerical_gradient_of_a_length_and_of_the_decks_polynomial():
    """The length of (0.3, 0.4) has the gradient (0.6, 0.8), and W37 the slope 289.9557 at 1.3."""
    length = backprop.numerical_gradient(np.linalg.norm, np.array([0.3, 0.4]))
    assert_agrees(length, np.array([0.6, 0.8]), rtol=1e-6)
    polynomial = partial(np.polyval, np.array([4.0, 0.0, 10.0, 0.0, 0.0, 0.0, 12.0, 0.0]))
    slope = backprop.numerical_gradient(polynomial, np.array(1.3))
    assert_agrees(slope, np.array(289.955652), rtol=1e-6)


@pytest.mark.question("A4.4")
def test_dense_backward_of_the_worked_example():
    """The neuron of deck 000 L284 with dout -6.2: dX -1.24, dW -12.4, db -6.2 (W05, E01)."""
    answer = backprop.dense_backward(np.array([[-6.2]]), np.array([[2.0]]), np.array([[0.2]]))
    dx, dw, db = answer
    assert_agrees(dx, np.array([[-1.24]]), rtol=1e-7)
    assert_agrees(dw, np.array([[-12.4]]), rtol=1e-7)
    assert_agrees(db, np.array([-6.2]), rtol=1e-7)


@pytest.mark.question("A4.4")
@pytest.mark.points(3)
def test_dense_backward_of_the_feedforward_example():
    """Two samples of deck 000 L208, three units: each product by hand (W01, E04)."""
    x = np.array([[2.0, 3.0], [1.0, 4.0]])
    w = np.array([[0.3, 0.2, 0.2], [0.1, 0.4, 0.5]])
    dx, dw, db = backprop.dense_backward(np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]]), x, w)
    assert_agrees(dx, np.array([[0.1, -0.4], [0.8, 0.6]]), rtol=1e-7)
    assert_agrees(dw, np.array([[4.0, 1.0, -2.0], [11.0, 4.0, -3.0]]), rtol=1e-7)
    assert_agrees(db, np.array([3.0, 1.0, -1.0]), rtol=1e-7)


@pytest.mark.question("A4.5")
def test_activation_backward_of_relu():
    """Only where the pre-activation is positive the gradient passes, whatever its sign."""
    dout, z = np.array([[-1.0, 2.0, 3.0]]), np.array([[5.0, -1.0, 0.0]])
    assert_agrees(
        backprop.activation_backward(dout, z, "relu"), np.array([[-1.0, 0.0, 0.0]]), rtol=1e-7
    )


@pytest.mark.question("A4.5")
def test_activation_backward_of_the_sigmoid():
    """In the middle a quarter passes: s(1 - s) is 0.25 at 0 (W38, deck 004 L406-411)."""
    dout, z = np.array([4.0, -2.0, 1.0]), np.array([0.0, 0.0, 2.0])
    assert_agrees(
        backprop.activation_backward(dout, z, "sigmoid"),
        np.array([1.0, -0.5, 0.1049935854]),
        rtol=1e-7,
    )


@pytest.mark.question("A4.6")
def test_softmax_ce_backward_of_one_sample():
    """For p = (0.2, 0.3, 0.5) and y = (0, 1, 0) it is p - y (W36, deck 004 L354-360)."""
    answer = backprop.softmax_ce_backward(np.array([1]), np.log(np.array([[0.2, 0.3, 0.5]])))
    assert_agrees(answer, np.array([[0.2, -0.7, 0.5]]), rtol=1e-7)


@pytest.mark.question("A4.6")
def test_softmax_ce_backward_of_two_samples():
    """For the mean over two samples each counts one half (deck 000 L246)."""
    logits = np.log(np.array([[0.2, 0.3, 0.5], [0.8, 0.1, 0.1]]))
    answer = backprop.softmax_ce_backward(np.array([1, 0]), logits)
    assert_agrees(answer, np.array([[0.1, -0.35, 0.25], [-0.1, 0.05, 0.05]]), rtol=1e-7)


@pytest.mark.question("A4.7")
def test_mlp_backward_of_the_worked_example():
    """One linear neuron is a network too: dW -12.4 and db -6.2 (W05, deck 000 L284-330; E01)."""
    answer = backprop.mlp_backward(
        [(np.array([[0.2]]), np.array([0.5]))], ["linear"], np.array([[2.0]]), np.array([[-6.2]])
    )
    assert len(answer) == 1, "expected one pair (dW, db), for the one layer"
    dw, db = answer[0]
    assert_agrees(dw, np.array([[-12.4]]), rtol=1e-7)
    assert_agrees(db, np.array([-6.2]), rtol=1e-7)


@pytest.mark.question("A4.7")
@pytest.mark.points(3)
def test_mlp_backward_of_the_feedforward_example():
    """Two samples through the network of deck 000 L208 with W2 = (0.2, 0.2, 0.2) (W01, W02)."""
    params = [
        (np.array([[0.3, 0.2, 0.2], [0.1, 0.4, 0.5]]), np.array([0.5, 0.5, 0.5])),
        (np.array([[0.2], [0.2], [0.2]]), np.array([0.5])),
    ]
    x, d_last = np.array([[2.0, 3.0], [1.0, 4.0]]), np.array([[1.0], [-0.5]])
    answer = backprop.mlp_backward(params, ["sigmoid", "sigmoid"], x, d_last)
    assert len(answer) == 2, "expected two pairs (dW, db), one for each layer"
    (dw1, db1), (dw2, db2) = answer
    first = [
        [0.045684514934, 0.030595925221, 0.024601228372],
        [0.024053162239, 0.025188996084, 0.022149914438],
    ]
    assert_agrees(dw1, np.array(first), rtol=1e-7)
    assert_agrees(db1, np.array([0.013947535434, 0.011156984261, 0.009350228562]), rtol=1e-7)
    assert_agrees(dw2, np.array([[0.417921496809], [0.436464659312], [0.448313981535]]), rtol=1e-7)
    assert_agrees(db2, np.array([0.5]), rtol=1e-7)


@pytest.mark.question("A4.8")
def test_softmax_vjp_of_one_sample():
    """The first column of the Jacobian of (0.5, 0.25, 0.25) is (0.25, -0.125, -0.125)."""
    answer = backprop.softmax_vjp(np.array([1.0, 0.0, 0.0]), np.array([0.5, 0.25, 0.25]))
    assert_agrees(answer, np.array([0.25, -0.125, -0.125]), rtol=1e-7)


@pytest.mark.question("A4.8")
@pytest.mark.points(2)
def test_softmax_vjp_leads_to_p_minus_y():
    """The slope -1/p of the loss -log(p) of deck 004 L354 becomes p - y (W36)."""
    s = np.array([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]])
    dout = np.array([[0.0, -1 / 0.3, 0.0], [0.0, 0.0, -1 / 0.5]])
    answer = backprop.softmax_vjp(dout, s)
    assert_agrees(answer, np.array([[0.2, -0.7, 0.5], [0.2, 0.3, -0.5]]), rtol=1e-7)
