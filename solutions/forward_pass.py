"""Reference solution of `forward_pass`: samples are rows, and a layer is one matrix product."""

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import numpy as np

Layer = tuple[np.ndarray, np.ndarray]
Position = Literal["first", "last"]


def perceptron_predict(X: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """Answer 1 for each sample that makes the perceptron fire, and 0 for the others."""
    return np.greater(X @ w + b, 0).astype(np.int64)


def add_bias_column(X: np.ndarray, position: Position = "last") -> np.ndarray:
    """Give every sample one more feature that is always 1.

    Raises:
        ValueError: `position` is neither "last" nor "first".
    """
    samples = _real(X)
    ones = np.ones((len(samples), 1), dtype=samples.dtype)
    return np.concatenate(_ordered(samples, ones, position), axis=1)


def fold_bias(W: np.ndarray, b: np.ndarray, position: Position = "last") -> np.ndarray:
    """Put the biases into the weight matrix, as the row that meets the column of ones.

    [X 1] times the matrix of blocks W above b is X @ W + 1 * b.

    Raises:
        ValueError: `position` is neither "last" nor "first".
    """
    return np.concatenate(_ordered(_real(W), _real(b)[np.newaxis], position), axis=0)


def dense_forward(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compute the net inputs of a dense layer for a whole batch.

    Raises:
        ValueError: X and W differ in D; the matrix product says so.
    """
    return _real(X) @ _real(W) + _real(b)


def mlp_forward(
    X: np.ndarray, params: list[Layer], activations: list[str]
) -> tuple[np.ndarray, list[Layer]]:
    """Send a batch through a network of dense layers, and keep what each layer saw.

    Raises:
        ValueError: An activation's name is unknown, or there are not as many names as layers.
    """
    if len(activations) != len(params):
        raise ValueError(f"{len(params)} layers need as many activations, got {len(activations)}")
    unknown = set(activations) - set(_ACTIVATIONS)
    if unknown:
        raise ValueError(f"no such activation: {sorted(unknown)}; there are {list(_ACTIVATIONS)}")
    a, cache = _real(X), []
    for (weights, biases), name in zip(params, activations, strict=True):
        z = dense_forward(a, weights, biases)
        cache.append((a, z))
        a = _ACTIVATIONS[name](z)
    return a, cache


def count_params(layer_sizes: list[int], bias: bool = True) -> int:
    """Count the weights and biases of a network of dense layers.

    A unit with I inputs has I weights and, as if one more input were always 1, one bias.
    """
    extra = int(bias)
    return sum((inputs + extra) * units for inputs, units in pairwise(layer_sizes))


def collapse_linear(params: list[Layer]) -> Layer:
    """Find the one dense layer that does what a stack without activations does.

    (X W + b) V + c = X (W V) + (b V + c): a bias goes through all later weights too.
    """
    weights, biases = (_real(part) for part in params[0])
    for later_weights, later_biases in params[1:]:
        weights = weights @ later_weights
        biases = biases @ later_weights + later_biases
    return weights, biases


def predict_classes(probs: np.ndarray) -> np.ndarray:
    """Choose the class of each sample from its probabilities.

    A single column holds the probability of class 1; argmax over it would always be 0.
    """
    if probs.ndim == 1 or probs.shape[1] == 1:
        return np.greater(probs.reshape(-1), 0.5).astype(np.int64)
    return np.argmax(probs, axis=1)


def perceptron_train(
    X: np.ndarray, y: np.ndarray, epochs: int, lr: float = 1.0
) -> tuple[np.ndarray, float, list[int]]:
    """Learn a perceptron's weights and bias from its errors, sample by sample.

    The loop over samples stays: each prediction depends on the corrections before it.
    """
    samples = _real(X)
    w, b = np.zeros(samples.shape[1], dtype=samples.dtype), 0.0
    errors_per_epoch = []
    for _ in range(epochs):
        wrong = 0
        for x, label in zip(samples, y.tolist(), strict=True):
            error = label - int(x @ w + b > 0)
            w += lr * error * x
            b += lr * error
            wrong += abs(error)
        errors_per_epoch.append(wrong)
    return w, b, errors_per_epoch


def _real(x: np.ndarray) -> np.ndarray:
    """Promote integers and booleans to float64, and leave floating point alone."""
    return x if np.issubdtype(x.dtype, np.floating) else x.astype(np.float64)


def _ordered(body: np.ndarray, bias: np.ndarray, position: Position) -> list[np.ndarray]:
    """Put the bias part behind or before the body."""
    if position == "last":
        return [body, bias]
    if position == "first":
        return [bias, body]
    raise ValueError(f'position is {position!r}; expected "last" or "first"')


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """Squash into 0..1 with exponents that are not positive: exp cannot overflow."""
    decay = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, decay) / (1 + decay)


def _softmax(z: np.ndarray) -> np.ndarray:
    """Turn each row into probabilities; the row's maximum cancels, so exp cannot overflow."""
    raised = np.exp(z - z.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


_ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda z: z,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z >= 0, z, 0.01 * z),
    "softmax": _softmax,
}
