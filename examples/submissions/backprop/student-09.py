"""Backpropagation: the chain rule, from one number to a whole network.

Write the bodies; keep the names and the arguments. You may add functions of your own.

What holds for every function:

* An array is a `numpy.ndarray`. float32 in gives float32 out, float64 gives float64; integers and
  booleans are promoted to float64. (`numerical_gradient` alone answers in float64 always.)
* Batch is axis 0. Dense weights W have shape (D, M) and biases (M,), as in `X @ W + b`; the decks
  use several layouts (erratum E44). Labels are integers of shape (N,), counted from 0.
* A gradient has the shape of what it belongs to. Losses are means over the samples.
* No argument is modified, nothing is printed, nothing global is changed.
* Allowed: numpy, and from the standard library math, typing, itertools, functools, collections,
  dataclasses, warnings.
* Decks are named by their first three digits, L is the line in the deck's text.
"""

from collections.abc import Callable, Sequence

import numpy as np

Params = list[tuple[np.ndarray, np.ndarray]]


def poly_derivative(coeffs: np.ndarray) -> np.ndarray:
    """Differentiate a polynomial.

    `coeffs[k]` multiplies x^k. The power rule is d/dx x^k = k x^(k-1); deck 004 L372 and L388
    lose the factor k (erratum E41). Write the rule itself: NumPy's polynomial tools are refused.

    Args:
        coeffs: Shape (K,), K >= 1, from the constant upwards.

    Returns:
        The derivative's coefficients, shape (K - 1,); the derivative of a constant, K = 1, is
        the array [0].

    Example:
        >>> poly_derivative(np.array([0, 12, 0, 0, 0, 10, 0, 4]))  # deck 004 L400
        array([12.,  0.,  0.,  0., 50.,  0., 28.])
    """
    raise NotImplementedError("A4.1 poly_derivative")


def linear_mse_step(x: float, y: float, w: float, b: float) -> tuple[float, float, float, float]:
    """Compute prediction, loss and gradient of one neuron for one sample.

        y_hat = x * w + b,   loss = (y_hat - y)^2,   dw = dloss/dw,   db = dloss/db

    The loss has no factor 1/2, so its derivative has a factor 2. Deck 000 L309-329 expands
    (x w - b) where it means (x w + b) and arrives at -16.4; dw is -12.4 (erratum E01).

    Args:
        x: The input, a float.
        y: The target, a float.
        w: The weight, a float.
        b: The bias, a float.

    Returns:
        The tuple (y_hat, loss, dw, db) of four numbers.

    Example:
        >>> [round(number, 6) for number in linear_mse_step(2.0, 4.0, 0.2, 0.5)]
        [0.9, 9.61, -12.4, -6.2]
    """
    raise NotImplementedError("A4.2 linear_mse_step")


def numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    """Differentiate a function of an array by centred differences.

    For every entry, with all others left as they are:

        gradient[i] = (f(x with x[i] + h) - f(x with x[i] - h)) / (2 * h)

    The step is h itself, whatever the size of x[i]. A one-sided difference has an error of the
    order of h, the centred one of h^2; and a much smaller h drowns in rounding (CS231n, "Gradient
    checks"). Compute in float64, whatever the dtype of x: float32 has too few digits for h = 1e-5.

    Args:
        f: Takes an array of the shape of `x`, returns a number. It does not modify its argument.
        x: Where to differentiate; any shape, axes of none included; floats or integers.
        h: Half the distance of the two points, > 0.

    Returns:
        float64, the shape of `x`. `x` is untouched when the function returns.

    Example:
        >>> numerical_gradient(np.prod, np.array([[2, 3], [4, 5]])).round(6)
        array([[60., 40.],
               [30., 24.]])
    """
    raise NotImplementedError("A4.3 numerical_gradient")


def dense_backward(
    dout: np.ndarray, X: np.ndarray, W: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Propagate a gradient back through a dense layer, out = X @ W + b.

    `dout` is the gradient of the loss with respect to `out`. The 1/N of a mean loss is in it
    already: nothing here is divided by N (deeplearning.ai divides in every layer; CS231n, PyTorch
    and this course do not). Deck 000 L385-389 writes the products without their transposes
    (erratum E04): let the shapes tell you where they belong.

    Args:
        dout: Shape (N, M).
        X: The layer's input, shape (N, D).
        W: The layer's weights, shape (D, M).

    Returns:
        The tuple (dX, dW, db) of shapes (N, D), (D, M) and (M,).

    Example:
        >>> X, W = np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([[7.0], [8.0]])
        >>> dX, dW, db = dense_backward(np.array([[1.0], [2.0]]), X, W)
        >>> dX.tolist(), dW.tolist(), db.tolist()
        ([[7.0, 8.0], [14.0, 16.0]], [[13.0], [16.0]], [3.0])
    """
    raise NotImplementedError("A4.4 dense_backward")


def activation_backward(
    dout: np.ndarray, z: np.ndarray, kind: str, negative_slope: float = 0.01
) -> np.ndarray:
    """Propagate a gradient back through an activation function, a = f(z).

    The gradient with respect to z is f'(z) times `dout`, entry by entry (deck 002 L537). As in
    `activation_grad` of A1.7, relu'(0) = 0 and leaky_relu'(0) = negative_slope. No floating-point
    error is raised on the way, however large z is.

    Args:
        dout: The gradient with respect to a, any shape.
        z: The pre-activation, the same shape and dtype; not the activation a.
        kind: "linear" (of slope 1), "sigmoid", "tanh", "relu" or "leaky_relu".
        negative_slope: The slope of "leaky_relu"; the other kinds ignore it.

    Returns:
        The shape of `z`.

    Raises:
        ValueError: `kind` is none of the five.

    Example:
        >>> activation_backward(np.array([-1.0, 2.0, 3.0]), np.array([5.0, -1.0, 0.0]), "relu")
        array([-1.,  0.,  0.])
    """
    raise NotImplementedError("A4.5 activation_backward")


def softmax_ce_backward(labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Compute the gradient of the mean cross-entropy of a softmax with respect to its logits.

    For each sample it is (p - y) / N with the softmax p of its logits, its one-hot label y and the
    number of samples N: deck 000 L385's (y_hat - y), for the mean over the batch (000 L246; deck
    004 L350 prints the sum). (y_hat - y) already holds the derivative of the softmax.

    Args:
        labels: Integers from 0 to C - 1, shape (N,).
        logits: Scores before the softmax, shape (N, C), of any finite size.

    Returns:
        Shape (N, C), the dtype of `logits`. Each row adds up to 0.

    Example:
        >>> softmax_ce_backward(np.array([1]), np.log(np.array([[0.2, 0.3, 0.5]]))).round(6)
        array([[ 0.2, -0.7,  0.5]])
    """
    raise NotImplementedError("A4.6 softmax_ce_backward")


def mlp_backward(
    params: Params, activations: Sequence[str], X: np.ndarray, d_last: np.ndarray
) -> Params:
    """Compute the gradients of all weights and biases of a dense network (deck 000 L368-392).

    Layer i computes z_i = a_i @ W_i + b_i and a_(i+1) = f_i(z_i), with a_0 = X and f_i named by
    `activations[i]`. First walk forward, to find each a_i and z_i; then walk backward from the
    last layer: its dW and db, the gradient of its input, and with f' at the pre-activation z
    below it the next layer's `d_last`.

    `d_last` is the gradient with respect to the last layer's pre-activation, such as
    `softmax_ce_backward` gives it: the last activation is behind you, and its name (which may be
    "softmax" as well) plays no part. The 1/N is in `d_last` too: see `dense_backward`.

    Args:
        params: The pairs (W, b) of the layers, first layer first.
        activations: A name for each layer, as in `activation_backward`; the slope of "leaky_relu"
            is 0.01.
        X: The samples, shape (N, D).
        d_last: Shape (N, M) with M the width of the last layer.

    Returns:
        A list of pairs (dW, db), tuples, in the order of `params`.

    Example:
        >>> params = [(np.array([[0.2]]), np.array([0.5]))]  # the neuron of deck 000 L284
        >>> mlp_backward(params, ["linear"], np.array([[2.0]]), np.array([[-6.2]]))
        [(array([[-12.4]]), array([-6.2]))]
    """
    raise NotImplementedError("A4.7 mlp_backward")


def softmax_vjp(dout: np.ndarray, s: np.ndarray, axis: int = -1) -> np.ndarray:
    """Propagate a gradient back through a softmax, s = softmax(z).

    Every probability depends on every score of its slice, ds_i/dz_j = s_i (1 - s_j) for i = j and
    -s_i s_j otherwise. The vector-Jacobian product is

        dz_j = sum over i of dout_i * ds_i/dz_j

    where the sum runs along `axis` only. It can be simplified until no Jacobian is left.

    Args:
        dout: The gradient with respect to s, at least one axis.
        s: What the softmax answered (not the scores), the same shape; sums to 1 along `axis`.
        axis: The axis along which the probabilities of one sample lie.

    Returns:
        The gradient with respect to the scores z, the shape of `s`. It adds up to 0 along `axis`.

    Example:
        >>> softmax_vjp(np.array([1.0, 0.0, 0.0]), np.array([0.5, 0.25, 0.25]))
        array([ 0.25 , -0.125, -0.125])
    """
    raise NotImplementedError("A4.8 softmax_vjp")
