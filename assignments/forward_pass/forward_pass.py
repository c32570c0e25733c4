"""The forward pass: from one perceptron to a network of dense layers.

Write the bodies; keep the names and the arguments. You may add functions of your own.

The rules that hold for every function of this module:

* An array is a `numpy.ndarray`. Samples are rows: X has the shape (N, D), N samples of D features.
* The weights of a layer of M units have the shape (D, M), its biases (M,), and a layer computes
  `X @ W + b`, as in deck 000 and in Keras. (Deck 004 writes samples as columns, PyTorch keeps W
  transposed: erratum E44.)
* `float32` in gives `float32` out, `float64` gives `float64`; integers and booleans are promoted
  to `float64`. Classes and counts are integers.
* No argument is ever modified, nothing is printed, and no state is kept between calls.
* NumPy and the harmless standard library (math, typing, itertools, functools, collections,
  dataclasses, warnings) may be imported, nothing else.

Sources: "deck 004 L124" is line 124 of the text of lecture deck 004.
"""

from typing import Literal

import numpy as np

Layer = tuple[np.ndarray, np.ndarray]
Position = Literal["first", "last"]


def perceptron_predict(X: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """Answer 1 for each sample that makes the perceptron fire, and 0 for the others.

    A sample x fires if x . w + b > 0 (deck 004 L124). The inequality is strict: a sample exactly
    on the line x . w + b = 0 gets 0.

    Args:
        X: Samples, shape (N, D), any real dtype.
        w: Weights, shape (D,).
        b: The bias.

    Returns:
        Zeros and ones of an integer dtype, shape (N,).

    Example:
        >>> bits = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        >>> perceptron_predict(bits, np.array([1.0, 1.0]), -1.5)  # logical AND
        array([0, 0, 0, 1])
    """
    raise NotImplementedError("A2.1 perceptron_predict")


def add_bias_column(X: np.ndarray, position: Position = "last") -> np.ndarray:
    """Give every sample one more feature that is always 1.

    With it the bias becomes a weight like any other: `add_bias_column(X) @ fold_bias(W, b)` is
    `X @ W + b`. Deck 000 L208 puts the column of ones last, deck 004 L112 (x_0 = 1) first.

    Args:
        X: Samples, shape (N, D).
        position: "last" or "first": where the column of ones goes.

    Returns:
        Shape (N, D + 1).

    Raises:
        ValueError: `position` is neither.

    Example:
        >>> add_bias_column(np.array([[2.0, 3.0], [9.0, 4.0]]))
        array([[2., 3., 1.],
               [9., 4., 1.]])
    """
    raise NotImplementedError("A2.2 add_bias_column")


def fold_bias(W: np.ndarray, b: np.ndarray, position: Position = "last") -> np.ndarray:
    """Put the biases into the weight matrix, as the row that meets the column of ones.

    Args:
        W: Weights, shape (D, M).
        b: Biases, shape (M,), the same dtype.
        position: "last" or "first", as in `add_bias_column`.

    Returns:
        Shape (D + 1, M): the rows of W, and b below or above them.

    Raises:
        ValueError: `position` is neither.

    Example:
        >>> fold_bias(np.array([[0.3, 0.2], [0.1, 0.4]]), np.array([0.5, 0.6]))
        array([[0.3, 0.2],
               [0.1, 0.4],
               [0.5, 0.6]])
    """
    raise NotImplementedError("A2.2 fold_bias")


def dense_forward(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compute the net inputs of a dense layer for a whole batch.

    z[n, m] = sum over d of X[n, d] * W[d, m], plus b[m] (deck 000 L140, L208).

    Args:
        X: Samples, shape (N, D).
        W: Weights, shape (D, M).
        b: Biases, shape (M,).

    Returns:
        Shape (N, M).

    Raises:
        ValueError: X and W differ in D.

    Example:
        >>> X, W = np.array([[2.0, 3.0]]), np.array([[0.3, 0.2, 0.2], [0.1, 0.4, 0.5]])
        >>> dense_forward(X, W, np.array([0.5, 0.5, 0.5]))
        array([[1.4, 2.1, 2.4]])
    """
    raise NotImplementedError("A2.3 dense_forward")


def mlp_forward(
    X: np.ndarray, params: list[Layer], activations: list[str]
) -> tuple[np.ndarray, list[Layer]]:
    """Send a batch through a network of dense layers, and keep what each layer saw.

    Layer i takes a_i, with a_0 = X, computes z_i = a_i @ W_i + b_i, and hands its activation
    f_i(z_i) on as a_(i+1) (deck 000 L187-189, deck 004 L249-309). The last one is the answer.
    Going back through the network (assignment `backprop`) needs all a_i and z_i.

    The names of activations are "linear" (of slope 1), "sigmoid", "tanh", "relu", "leaky_relu"
    (of slope 0.01 below 0) and "softmax" (over each row), as in the assignment `activations`;
    NumPy's tanh may be used here. Net inputs of plus or minus 1000 make no warning and no nan.

    The example of deck 000 L208 has one output unit. Its 0.735 is that of a sigmoid: a softmax over
    a single unit, as L157 has it, is always 1 (erratum E05).

    Args:
        X: Samples, shape (N, D).
        params: A pair (W, b) for each layer, first layer first; at least one.
        activations: The name of each layer's activation, in the same order.

    Returns:
        The pair (out, cache): `out` has the shape (N, M) with M the width of the last layer, and
        `cache` is a list of the pairs (a_i, z_i), one for each layer.

    Raises:
        ValueError: An activation's name is unknown, or there are not as many names as layers.

    Example:
        >>> params = [(np.array([[2.0]]), np.array([1.0])), (np.array([[3.0]]), np.array([0.0]))]
        >>> out, cache = mlp_forward(np.array([[1.0], [-1.0]]), params, ["relu", "linear"])
        >>> out
        array([[9.],
               [0.]])
        >>> cache[0][1]  # z_0, before the relu
        array([[ 3.],
               [-1.]])
    """
    raise NotImplementedError("A2.4 mlp_forward")


def count_params(layer_sizes: list[int], bias: bool = True) -> int:
    """Count the weights and biases of a network of dense layers.

    Between layers of I and O units there are I * O weights, and each of the O units has a bias
    (deck 004 L241: 4-5-5-3 has 25 + 30 + 18 = 73). The inputs are no units: they have none.

    Args:
        layer_sizes: The number of inputs, then the units of each layer; at least one number.
        bias: Whether the units have biases.

    Returns:
        An int; 0 where there are inputs only.

    Example:
        >>> count_params([4, 5, 5, 3]), count_params([4, 5, 5, 3], bias=False)
        (73, 60)
    """
    raise NotImplementedError("A2.5 count_params")


def collapse_linear(params: list[Layer]) -> Layer:
    """Find the one dense layer that does what a stack without activations does.

    Without activations between them, layers are one affine map and no more (deck 001 L229; deck
    004 L227-235 prints such a stack, erratum E37):
    (X @ W_0 + b_0) @ W_1 + b_1 = X @ (W_0 @ W_1) + (b_0 @ W_1 + b_1), and so on.

    Args:
        params: A pair (W, b) for each layer, first layer first; at least one.

    Returns:
        The pair (W, b), shapes (D, M) and (M,): D of the first layer, M of the last one.

    Example:
        >>> first = (np.array([[2.0]]), np.array([1.0]))  # 2 x + 1
        >>> second = (np.array([[3.0]]), np.array([-4.0]))  # 3 (2 x + 1) - 4 = 6 x - 1
        >>> collapse_linear([first, second])
        (array([[6.]]), array([-1.]))
    """
    raise NotImplementedError("A2.6 collapse_linear")


def predict_classes(probs: np.ndarray) -> np.ndarray:
    """Choose the class of each sample from its probabilities.

    With two columns and more, the class is the column of the largest probability (deck 000 L154),
    the first one of equals. With a single column, or without the axis, the number is the
    probability of class 1: the class is 1 where it is greater than 0.5, and 0 elsewhere, at 0.5
    itself too (as in Keras).

    Args:
        probs: Shape (N, C), (N, 1) or (N,).

    Returns:
        Classes of an integer dtype, shape (N,) for each of the three.

    Example:
        >>> predict_classes(np.array([[0.8, 0.1, 0.05, 0.05], [0.2, 0.3, 0.1, 0.4]]))
        array([0, 3])
        >>> predict_classes(np.array([[0.7], [0.5]]))
        array([1, 0])
    """
    raise NotImplementedError("A2.7 predict_classes")


def perceptron_train(
    X: np.ndarray, y: np.ndarray, epochs: int, lr: float = 1.0
) -> tuple[np.ndarray, float, list[int]]:
    """Learn a perceptron's weights and bias from its errors, sample by sample.

    w and b start at 0. In every epoch the samples come in the order of their rows. For each one
    the perceptron predicts 0 or 1 as in `perceptron_predict`, with error = y - prediction (deck
    004 L186-198); then, before the next sample comes,
    w = w + lr * error * x and b = b + lr * error. A right prediction changes nothing.

    If a line separates the classes, as with AND, the errors come to an end. With XOR they never do
    (deck 004 L211).

    Args:
        X: Samples, shape (N, D).
        y: Labels 0 and 1, integers, shape (N,).
        epochs: How often to go through all samples, 0 or more; do not stop earlier.
        lr: The learning rate.

    Returns:
        The weights, shape (D,) and the dtype of X (`float64` for integers); the bias, a float;
        and a list with, for each epoch, the number of wrong predictions on the way.

    Example:
        >>> perceptron_train(np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1, 0]), epochs=2)
        (array([ 2., -1.]), 0.0, [2, 0])
    """
    raise NotImplementedError("A2.8 perceptron_train")
