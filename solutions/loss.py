"""Reference solution of `loss`.

A loss is one number, so nothing is gained by float32: every argument becomes float64 first. It also
keeps unsigned integers from wrapping around when they are subtracted. What NumPy would broadcast
in silence, such as (N, 1) against (N,), is refused.
"""

import numpy as np


def _as_float64(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Convert arrays that must have one shape.

    Raises:
        ValueError: The shapes differ.
    """
    shapes = [np.shape(array) for array in arrays]
    if len(set(shapes)) > 1:
        raise ValueError(f"expected arrays of one shape, received {' and '.join(map(str, shapes))}")
    return tuple(np.asarray(array, dtype=np.float64) for array in arrays)


def _require_labels(labels: np.ndarray, num_classes: int) -> None:
    """Refuse labels that are no class.

    Raises:
        ValueError: A label is negative, or `num_classes` or more.
    """
    if np.any((labels < 0) | (labels >= num_classes)):
        raise ValueError(f"expected labels from 0 to {num_classes - 1}; one of them is outside")


def mse(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """Average the squared errors over all entries."""
    y_true, y_pred = _as_float64(y_true, y_pred)
    return float(np.mean((y_pred - y_true) ** 2))


def mae(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """Average the sizes of the errors over all entries."""
    y_true, y_pred = _as_float64(y_true, y_pred)
    return float(np.mean(np.abs(y_pred - y_true)))


def binary_cross_entropy(y_true: np.ndarray, p: np.ndarray, eps: float = 1e-7) -> float:
    """Average the cost of probabilities for yes-or-no labels.

    The model gives the label that came the probability p if y = 1 and 1 - p if y = 0; the cost is
    minus the logarithm of it. `log1p(-p)` is log(1 - p) without rounding 1 - p.
    """
    y_true, p = _as_float64(y_true, p)
    p = np.clip(p, eps, 1 - eps)
    return float(-np.mean(y_true * np.log(p) + (1 - y_true) * np.log1p(-p)))


def categorical_cross_entropy(Y: np.ndarray, P: np.ndarray, eps: float = 1e-7) -> float:
    """Average over the samples the cost of the probabilities of each.

    For one-hot rows the sum over the classes picks -log P of the true class; only the samples are
    averaged, so the divisor is N and not N * C.
    """
    weights, probabilities = _as_float64(Y, P)
    costs = -np.log(np.clip(probabilities, eps, 1 - eps))
    return float(np.sum(weights * costs) / len(costs))


def one_hot(labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Write each label as a row with one 1.

    The comparison of a column (N, 1) with a row (C,) is broadcast to (N, C). A label that is no
    class would be a row of zeros, so it is refused before.
    """
    _require_labels(labels, num_classes)
    return (labels[:, np.newaxis] == np.arange(num_classes)).astype(np.float64)


def sparse_categorical_cross_entropy(labels: np.ndarray, P: np.ndarray, eps: float = 1e-7) -> float:
    """Compute the categorical cross-entropy of labels that are integers.

    It is the same loss; only the labels are written in another way.
    """
    return categorical_cross_entropy(one_hot(labels, P.shape[1]), P, eps)


def l1_l2_penalty(weights: list[np.ndarray], l1: float = 0.0, l2: float = 0.0) -> float:
    """Add up what large weights cost."""
    arrays = [np.asarray(w, dtype=np.float64) for w in weights]
    return float(sum(l1 * np.abs(w).sum() + l2 * np.square(w).sum() for w in arrays))


def cross_entropy_from_logits(labels: np.ndarray, logits: np.ndarray) -> float:
    """Average the cost of scores without computing probabilities.

    -log softmax(z)_k = log(sum_i exp(z_i)) - z_k, and a constant that is added to all scores of a
    row cancels. With the row's maximum subtracted no exponential overflows, and their sum is at
    least 1, so its logarithm is finite; z_k itself never passes through an exponential.
    """
    if labels.shape != logits.shape[:1]:
        raise ValueError(f"{labels.shape} labels do not fit logits of shape {logits.shape}")
    _require_labels(labels, logits.shape[1])
    z = np.asarray(logits, dtype=np.float64)
    z = z - z.max(axis=1, keepdims=True)
    of_label = z[np.arange(len(labels)), labels]
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - of_label))
