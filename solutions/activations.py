"""Reference solution of `activations`.

Every function takes the exponential of numbers that are not positive, so nothing overflows, and
selects with `np.where` instead of multiplying by a mask, so that infinities stay infinities.
"""

import numpy as np


def _as_real(x: np.ndarray) -> np.ndarray:
    """Promote integers and booleans to float64, and leave floating point alone."""
    return x if np.issubdtype(x.dtype, np.floating) else x.astype(np.float64)


def step(x: np.ndarray) -> np.ndarray:
    """Answer 1 where the net input is positive, and 0 elsewhere."""
    return np.greater(x, 0).astype(x.dtype)


def linear(x: np.ndarray, slope: float = 1.0) -> np.ndarray:
    """Multiply the net input by a constant slope."""
    return _as_real(x) * slope


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Squash every number into the range 0..1.

    With e = exp(-|x|): 1/(1 + e) where x >= 0, and e/(1 + e) where x < 0, which is
    1/(1 + exp(-x)) multiplied by exp(x)/exp(x).
    """
    x = _as_real(x)
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, decay) / (1 + decay)


def tanh(x: np.ndarray) -> np.ndarray:
    """Squash every number into the range -1..1.

    Deck 004's fraction multiplied by exp(-|x|)/exp(-|x|) is (1 - e)/(1 + e) with e = exp(-2|x|),
    and the sign of x. With d = e - 1 from `expm1`, which keeps the digits near 0, it is
    -d/(2 + d).
    """
    x = _as_real(x)
    drop = np.expm1(-2 * np.abs(x))
    return np.copysign(drop / (2 + drop), x)


def relu(x: np.ndarray) -> np.ndarray:
    """Keep the positive numbers and put 0 in place of the others."""
    return np.maximum(_as_real(x), 0)


def leaky_relu(x: np.ndarray, negative_slope: float = 0.01) -> np.ndarray:
    """Keep the numbers from 0 up and multiply the negative ones by a slope."""
    x = _as_real(x)
    return np.where(x >= 0, x, negative_slope * x)


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Turn scores into probabilities that add up to 1 along an axis.

    exp(x_j - m) / sum_i exp(x_i - m): the factor exp(-m) cancels, and with the slice's maximum
    as m the largest exponent is 0.
    """
    x = _as_real(x)
    raised = np.exp(x - x.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)


def activation_grad(x: np.ndarray, kind: str, negative_slope: float = 0.01) -> np.ndarray:
    """Compute the derivative of an activation function at its net input.

    s' = s (1 - s) and tanh' = 1 - tanh^2, each at the net input. 1 - tanh^2 is written as
    (1 - tanh)(1 + tanh), which loses fewer digits where tanh comes close to 1.
    """
    x = _as_real(x)
    if kind == "linear":
        return np.ones_like(x)
    if kind == "sigmoid":
        return sigmoid(x) * sigmoid(-x)
    if kind == "tanh":
        return (1 - tanh(x)) * (1 + tanh(x))
    if kind == "relu":
        return np.greater(x, 0).astype(x.dtype)
    if kind == "leaky_relu":
        return np.where(x > 0, 1, negative_slope).astype(x.dtype)
    raise ValueError(f"kind is {kind!r}; expected one of linear, sigmoid, tanh, relu, leaky_relu")


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Compute the logarithm of the softmax without computing the softmax.

    log(exp(x_j - m) / sum_i exp(x_i - m)) = (x_j - m) - log(sum_i exp(x_i - m)); the sum is at
    least 1, so the logarithm is never of 0.
    """
    x = _as_real(x)
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
