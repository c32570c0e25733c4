"""A right solution in the style of einsum, Jacobians and tables of lambdas."""

import numpy as np


def _float(a):
    return a.astype(np.result_type(a.dtype, np.float32) if a.dtype.kind == "f" else np.float64)


def poly_derivative(coeffs):
    """Multiply with a matrix that has the powers on its first upper diagonal."""
    coeffs = _float(coeffs)
    n = len(coeffs)
    matrix = np.diag(np.arange(1, n), k=1).astype(coeffs.dtype)
    if n == 1:
        matrix = np.zeros((1, 1), dtype=coeffs.dtype)
    return (matrix @ coeffs)[: max(n - 1, 1)]


def linear_mse_step(x, y, w, b):
    """One product for both derivatives, answered as Python floats."""
    y_hat = np.dot([x, 1.0], [w, b])
    dw, db = 2 * (y_hat - y) * np.array([x, 1.0])
    return float(y_hat), float(np.square(y_hat - y)), float(dw), float(db)


def numerical_gradient(f, x, h=1e-5):
    """Take unit steps out of an identity matrix."""
    x = np.array(x, dtype=np.float64)
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    quotients = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.array(quotients).reshape(x.shape)


def dense_backward(dout, X, W):
    """Name the axes."""
    dout = _float(dout)
    return (
        np.einsum("nm,dm->nd", dout, _float(W)),
        np.einsum("nd,nm->dm", _float(X), dout),
        np.einsum("nm->m", dout),
    )


_FORWARD = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 0.5 + 0.5 * np.tanh(z / 2),
    "tanh": np.tanh,
    "relu": lambda z: z * (z > 0),
    "leaky_relu": lambda z: np.where(z < 0, z * 0.01, z),
}
_SLOPE = {
    "linear": lambda z: z * 0 + 1,
    "sigmoid": lambda z: 0.25 * (1 - np.tanh(z / 2) ** 2),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "relu": lambda z: z > 0,
}


def activation_backward(dout, z, kind, negative_slope=0.01):
    """Look the slope up."""
    z = _float(z)
    if kind == "leaky_relu":
        slope = negative_slope + (1 - negative_slope) * (z > 0).astype(z.dtype)
    elif kind in _SLOPE:
        slope = _SLOPE[kind](z)
    else:
        raise ValueError(f"unknown activation {kind}")
    return np.asarray(dout * slope, dtype=z.dtype)


def softmax_ce_backward(labels, logits):
    """Subtract the rows of an identity matrix."""
    logits = _float(logits)
    shifted = logits - np.max(logits, axis=1)[:, None]
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1))[:, None]
    one_hot = np.eye(logits.shape[1], dtype=logits.dtype)[labels]
    return (np.exp(log_p) - one_hot) / logits.shape[0]


def mlp_backward(params, activations, X, d_last):
    """Recurse: the rest of the network answers with its gradients and that of its input."""

    def descend(a, layer):
        w, b = params[layer]
        z = np.einsum("nd,dm->nm", a, w) + b
        if layer == len(params) - 1:
            dz, rest = d_last, []
        else:
            kind = activations[layer]
            da, rest = descend(_FORWARD[kind](_float(z)), layer + 1)
            dz = activation_backward(da, z, kind)
        dx, *gradient = dense_backward(dz, a, w)
        return dx, [tuple(gradient), *rest]

    return descend(X, 0)[1]


def softmax_vjp(dout, s, axis=-1):
    """Build all Jacobians at once."""
    dout, s = np.moveaxis(_float(dout), axis, -1), np.moveaxis(s, axis, -1)
    eye = np.eye(s.shape[-1], dtype=s.dtype)
    jacobians = np.einsum("...i,ij->...ij", s, eye) - np.einsum("...i,...j->...ij", s, s)
    answer = np.einsum("...i,...ij->...j", dout.astype(s.dtype), jacobians)
    return np.moveaxis(answer, -1, axis)
