"""Reference solution of `backprop`: the chain rule, one matrix product for each array."""

from collections.abc import Callable, Sequence

import numpy as np

Params = list[tuple[np.ndarray, np.ndarray]]


def poly_derivative(coeffs: np.ndarray) -> np.ndarray:
    """Differentiate a polynomial: k * coeffs[k] becomes the coefficient of x^(k-1)."""
    coeffs = _real(coeffs)
    if len(coeffs) == 1:
        return np.zeros_like(coeffs)
    powers = np.arange(1, len(coeffs), dtype=coeffs.dtype)
    return powers * coeffs[1:]


def linear_mse_step(x: float, y: float, w: float, b: float) -> tuple[float, float, float, float]:
    """Compute prediction, squared error and both derivatives for one sample.

    With u = y_hat - y, loss = u^2: dloss/dy_hat = 2u, dy_hat/dw = x and dy_hat/db = 1.
    """
    y_hat = x * w + b
    slope = 2.0 * (y_hat - y)
    return y_hat, (y_hat - y) ** 2, slope * x, slope


def numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    """Differentiate a function of an array by centred differences, entry by entry.

    f(x + h) - f(x - h) = 2h f'(x) + h^3/3 f'''(x) + ...: the even terms cancel, so the error is of
    the order of h^2. Rounding adds about eps * |f| / h, which is why h must not be tiny.
    """
    point = np.array(x, dtype=np.float64)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        kept = point[index]
        point[index] = kept + h
        above = f(point)
        point[index] = kept - h
        below = f(point)
        point[index] = kept
        gradient[index] = (above - below) / (2 * h)
    return gradient


def dense_backward(
    dout: np.ndarray, X: np.ndarray, W: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Propagate a gradient back through `X @ W + b`.

    out[n, m] = sum_d X[n, d] W[d, m] + b[m]. W[d, m] acts on column m of every sample, so
    dW[d, m] = sum_n X[n, d] dout[n, m]; X[n, d] acts on all of row n; b[m] on all of column m.
    """
    dout = _real(dout)
    return dout @ _real(W).T, _real(X).T @ dout, dout.sum(axis=0)


def activation_backward(
    dout: np.ndarray, z: np.ndarray, kind: str, negative_slope: float = 0.01
) -> np.ndarray:
    """Propagate a gradient back through an activation function.

    The function works entry by entry, so its Jacobian is diagonal and the product with it is an
    elementwise one.

    Raises:
        ValueError: `kind` is none of the five.
    """
    return _real(dout) * _slope(_real(z), kind, negative_slope)


def softmax_ce_backward(labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Compute the gradient of the mean cross-entropy with respect to the logits.

    A sample's loss is log(sum_j exp(z_j)) - z_label. The derivative of the first part is the
    softmax, that of the second is the one-hot label, and the mean brings 1/N.
    """
    gradient = _softmax(_real(logits))
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / len(labels)


def mlp_backward(
    params: Params, activations: Sequence[str], X: np.ndarray, d_last: np.ndarray
) -> Params:
    """Compute the gradients of all weights and biases of a dense network.

    One walk forward keeps each layer's input a and pre-activation z; one walk backward carries
    dz = dloss/dz from the last layer to the first.
    """
    inputs, pre_activations = _walk_forward(params, activations, _real(X))
    dz = _real(d_last)
    gradients: Params = []
    for layer in reversed(range(len(params))):
        da, *gradient = dense_backward(dz, inputs[layer], params[layer][0])
        gradients.append(tuple(gradient))
        if layer:
            dz = activation_backward(da, pre_activations[layer - 1], activations[layer - 1])
    return gradients[::-1]


def softmax_vjp(dout: np.ndarray, s: np.ndarray, axis: int = -1) -> np.ndarray:
    """Propagate a gradient back through a softmax.

    ds_i/dz_j = s_i (delta_ij - s_j), so dz_j = sum_i dout_i ds_i/dz_j = s_j (dout_j - sum_i
    dout_i s_i): the Jacobian is never built.
    """
    dout, s = _real(dout), _real(s)
    return s * (dout - (dout * s).sum(axis=axis, keepdims=True))


def _real(array: np.ndarray) -> np.ndarray:
    """Promote integers and booleans to float64; leave float32 and float64 alone."""
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """Compute 1 / (1 + exp(-z)) with exponentials that are at most 1."""
    decay = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, decay) / (1 + decay)


def _softmax(z: np.ndarray) -> np.ndarray:
    """Turn each row of logits into probabilities."""
    raised = np.exp(z - z.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def _activate(z: np.ndarray, kind: str, negative_slope: float = 0.01) -> np.ndarray:
    """Apply an activation function to pre-activations."""
    if kind == "linear":
        return z
    if kind == "sigmoid":
        return _sigmoid(z)
    if kind == "tanh":
        return np.tanh(z)
    if kind == "relu":
        return np.maximum(z, 0)
    if kind == "leaky_relu":
        return np.where(z > 0, z, negative_slope * z)
    raise ValueError(f"kind is {kind!r}; expected one of linear, sigmoid, tanh, relu, leaky_relu")


def _slope(z: np.ndarray, kind: str, negative_slope: float) -> np.ndarray:
    """Compute the derivative of an activation function at the pre-activation z."""
    if kind == "linear":
        return np.ones_like(z)
    if kind == "sigmoid":
        return _sigmoid(z) * _sigmoid(-z)
    if kind == "tanh":
        return (1 - np.tanh(z)) * (1 + np.tanh(z))
    if kind == "relu":
        return np.greater(z, 0).astype(z.dtype)
    if kind == "leaky_relu":
        return np.where(z > 0, 1, negative_slope).astype(z.dtype)
    raise ValueError(f"kind is {kind!r}; expected one of linear, sigmoid, tanh, relu, leaky_relu")


def _walk_forward(
    params: Params, activations: Sequence[str], X: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Collect every layer's input, and the hidden layers' pre-activations.

    What comes out of the last layer is not needed: its gradient is given.
    """
    inputs, pre_activations = [X], []
    for (weights, bias), kind in zip(params[:-1], activations[:-1], strict=True):
        pre_activations.append(inputs[-1] @ _real(weights) + _real(bias))
        inputs.append(_activate(pre_activations[-1], kind))
    return inputs, pre_activations
