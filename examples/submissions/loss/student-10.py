"""Loss functions: one number that says how far predictions are from the truth.

Write the bodies; keep the names and the arguments. You may add functions of your own.

The rules that hold for every function of this module:

* An array is a `numpy.ndarray`. Numbers may be float64, float32, integers or booleans; labels that
  are classes are integers of any type, unsigned ones too.
* A loss is one number, a Python `float` (a NumPy scalar is as good). For float64 and integers it is
  as exact as float64; for float32 the precision of float32 is enough.
* A loss over a batch is the mean over the samples, as in Keras and in PyTorch; the logarithm is the
  natural one.
* No argument is ever modified, nothing is printed, and no state is kept between calls.
* NumPy and the harmless standard library (math, typing, itertools, functools, collections,
  dataclasses, warnings) may be imported, nothing else.
* Batch is axis 0: N samples, C classes; probabilities of one sample lie along the last axis.
* Arrays that do not belong together are refused with a ValueError. NumPy does not do that for you:
  it subtracts a (3,) from a (3, 1) without a word, and answers with a (3, 3).

Sources: "deck 004 L343" is line 343 of the text of lecture deck 004.
"""

import numpy as np


def mse(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """Compute the mean squared error.

    `mse = (1/n) * sum_i (y_pred_i - y_true_i)**2` (deck 004 L343), where i runs over all n entries,
    whatever the number of axes. (Deck 000 L240 counts from i = 0, which would be n + 1 terms:
    erratum E03.) There is no factor 1/2; courses that have one, such as CS231n, get half of it.

    Pixels are often `uint8`, which wraps around: 200 - 201 is 255. Convert before you subtract.

    Args:
        y_true: The targets, any shape.
        y_pred: The predictions, the same shape.

    Returns:
        The mean over all entries, 0 or more.

    Raises:
        ValueError: The shapes differ.

    Example:
        >>> mse(np.array([4.0, 2.0]), np.array([1.0, 3.0]))
        5.0
    """
    raise NotImplementedError("A3.1 mse")


def mae(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """Compute the mean absolute error.

    `mae = (1/n) * sum_i |y_pred_i - y_true_i|` (named in deck 000 L238), where i runs over all n
    entries. Errors of opposite sign do not cancel.

    Args:
        y_true: The targets, any shape.
        y_pred: The predictions, the same shape.

    Returns:
        The mean over all entries, 0 or more.

    Raises:
        ValueError: The shapes differ.

    Example:
        >>> mae(np.array([4.0, 2.0]), np.array([1.0, 3.0]))
        2.0
    """
    raise NotImplementedError("A3.2 mae")


def binary_cross_entropy(y_true: np.ndarray, p: np.ndarray, eps: float = 1e-7) -> float:
    """Compute the cross-entropy of yes-or-no predictions.

    `bce = (1/n) * sum_i -(y_i * log(p_i) + (1 - y_i) * log(1 - p_i))` (deck 000 L246 prints the
    term of one sample), where i runs over all n entries. Before the logarithm, p is clipped to
    eps..1 - eps, as Keras does, so that a prediction that is certain and wrong costs
    -log(1e-7) = 16.118 and not infinity, and no NumPy warning is raised on the way. (PyTorch stops
    the logarithm at -100 instead.)

    Args:
        y_true: The labels, 0 or 1, any shape.
        p: The predicted probabilities of label 1, from 0 to 1, the same shape.
        eps: How close to 0 and to 1 a probability may come.

    Returns:
        The mean over all entries.

    Raises:
        ValueError: The shapes differ.

    Example:
        >>> round(binary_cross_entropy(np.array([1.0, 0.0]), np.array([0.8, 0.5])), 6)
        0.458145
    """
    raise NotImplementedError("A3.3 binary_cross_entropy")


def categorical_cross_entropy(Y: np.ndarray, P: np.ndarray, eps: float = 1e-7) -> float:
    """Compute the cross-entropy of predictions of several classes.

    `cce = -(1/N) * sum_i sum_j Y_ij * log(P_ij)` (deck 004 L352): the sum over the classes, and the
    mean over the samples. (The deck prints a hat on Y, which is the true label, and sums over the
    samples: erratum E40.) Before the logarithm, P is clipped to eps..1 - eps.

    P is taken as it is: no softmax is applied, and its rows are not divided by their sums (Keras
    does that). The rows of Y are one-hot, or any other distribution over the classes: the formula
    is the same.

    Args:
        Y: The labels, shape (N, C), rows that add up to 1.
        P: The predicted probabilities, shape (N, C).
        eps: How close to 0 and to 1 a probability may come.

    Returns:
        The mean over the N samples.

    Raises:
        ValueError: The shapes differ.

    Example:
        >>> Y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
        >>> P = np.array([[0.2, 0.3, 0.5], [0.8, 0.1, 0.1]])
        >>> round(categorical_cross_entropy(Y, P), 6)
        0.713558
    """
    raise NotImplementedError("A3.4 categorical_cross_entropy")


def one_hot(labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Write each label as a row that is 1 in the label's column and 0 elsewhere.

    With the classes cat, dog and fish of deck 004 L354 the label 1 (dog) is the row 0, 1, 0. The
    first class is 0, the last one `num_classes - 1`. A negative number is no label: NumPy's indices
    count it from the end, this function refuses it.

    Args:
        labels: Integers from 0 to num_classes - 1, shape (N,).
        num_classes: The number C of classes.

    Returns:
        float64, shape (N, C).

    Raises:
        ValueError: A label is negative, or `num_classes` or more.

    Example:
        >>> one_hot(np.array([1, 0]), 3)
        array([[0., 1., 0.],
               [1., 0., 0.]])
    """
    raise NotImplementedError("A3.5 one_hot")


def sparse_categorical_cross_entropy(labels: np.ndarray, P: np.ndarray, eps: float = 1e-7) -> float:
    """Compute the cross-entropy of labels that are given as integers.

    `-(1/N) * sum_i log(P[i, labels[i]])`, with P clipped to eps..1 - eps: what
    `categorical_cross_entropy` answers for the labels in one-hot form. Keras has both losses too.

    Args:
        labels: Integers from 0 to C - 1, shape (N,).
        P: The predicted probabilities, shape (N, C).
        eps: How close to 0 and to 1 a probability may come.

    Returns:
        The mean over the N samples.

    Raises:
        ValueError: There are not N labels, or one is negative or C or more.

    Example:
        >>> P = np.array([[0.2, 0.3, 0.5], [0.8, 0.1, 0.1]])
        >>> round(sparse_categorical_cross_entropy(np.array([1, 0]), P), 6)
        0.713558
    """
    raise NotImplementedError("A3.5 sparse_categorical_cross_entropy")


def l1_l2_penalty(weights: list[np.ndarray], l1: float = 0.0, l2: float = 0.0) -> float:
    """Compute what large weights cost, to be added to a loss.

    `penalty = l1 * sum |w| + l2 * sum w**2` over all entries of all arrays (deck 001 L355-356).
    The deck prints L1 without the absolute value, by which negative weights would be rewarded
    (erratum E13). Both are sums, not means, and L2 has no factor 1/2: so do the deck and Keras
    (CS231n has the 1/2). Biases are usually not penalised: the caller leaves them out of the list.

    Args:
        weights: Arrays, each of any shape.
        l1: The factor of the absolute values, 0 or more.
        l2: The factor of the squares, 0 or more.

    Returns:
        The penalty, 0 or more.

    Example:
        >>> round(l1_l2_penalty([np.array([[1.0, -2.0]]), np.array([3.0])], l1=0.1, l2=0.01), 6)
        0.74
    """
    raise NotImplementedError("A3.6 l1_l2_penalty")


def cross_entropy_from_logits(labels: np.ndarray, logits: np.ndarray) -> float:
    """Compute the cross-entropy of scores to which softmax has not been applied.

    `-(1/N) * sum_i log(softmax(logits[i])[labels[i]])`, the loss of deck 004 L350 after the softmax
    of deck 004 L136. The logarithm and the exponential cancel:
    `-log(softmax(z)_k) = log(sum_j exp(z_j)) - z_k`. Written so, with the row's maximum subtracted
    from z first, it is finite and right however far the scores lie apart. A softmax that is
    computed first is 0 for a score 746 below the maximum, and clipping it gives a wrong loss.

    Args:
        labels: Integers from 0 to C - 1, shape (N,).
        logits: Scores, shape (N, C), finite.

    Returns:
        The mean over the N samples.

    Raises:
        ValueError: There are not N labels, or one is negative or C or more.

    Example:
        >>> logits = np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0]])
        >>> round(cross_entropy_from_logits(np.array([1, 2]), logits), 6)
        1000.703803
    """
    raise NotImplementedError("A3.7 cross_entropy_from_logits")
