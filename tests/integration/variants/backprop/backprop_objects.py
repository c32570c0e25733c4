"""A right solution in the style of small classes with a forward and a backward method."""

from dataclasses import dataclass, field

import numpy as np


def _real(a):
    a = np.asarray(a)
    return a if a.dtype in (np.float32, np.float64) else a.astype(float)


def poly_derivative(coeffs):
    """Work on a copy in place, then cut off the front."""
    out = _real(coeffs).copy()
    out *= np.arange(out.size)
    return out[1:] if out.size > 1 else out


def linear_mse_step(x, y, w, b):
    """Expand the square first."""
    y_hat = b + x * w
    dw = 2 * x * y_hat - 2 * x * y
    db = 2 * y_hat - 2 * y
    return (y_hat, pow(y - y_hat, 2), dw, db)


def numerical_gradient(f, x, h=1e-5):
    """Walk with an iterator, move the entry in place, and put it back."""
    point = x.astype(np.float64, copy=True)
    grad = np.zeros_like(point)
    it = np.nditer(point, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        index = it.multi_index
        old = point[index].copy()
        point[index] = old + h
        right = f(point.copy())
        point[index] = old - h
        left = f(point.copy())
        point[index] = old
        grad[index] = 0.5 * (right - left) / h
        it.iternext()
    return grad


@dataclass
class Dense:
    W: np.ndarray
    b: np.ndarray
    grads: tuple = ()
    x: np.ndarray = field(default=None, repr=False)

    def forward(self, x):
        self.x = _real(x)
        return np.matmul(self.x, _real(self.W)) + self.b

    def backward(self, dout):
        dout = _real(dout)
        self.grads = (np.tensordot(self.x, dout, axes=(0, 0)), np.add.reduce(dout))
        return np.dot(_real(self.W), dout.T).T


class Activation:
    def __init__(self, kind, slope=0.01):
        if kind not in ("linear", "sigmoid", "tanh", "relu", "leaky_relu"):
            raise ValueError("kind")
        self.kind, self.slope = kind, slope

    def forward(self, z):
        self.z = z = _real(z)
        if self.kind == "sigmoid":
            return np.exp(-np.logaddexp(0, -z))
        if self.kind == "tanh":
            return np.tanh(z)
        if self.kind == "relu":
            return z.clip(min=0)
        if self.kind == "leaky_relu":
            return z.clip(min=0) + self.slope * z.clip(max=0)
        return z

    def backward(self, dout):
        if self.kind == "sigmoid":
            return dout * np.exp(-np.logaddexp(0, -self.z) - np.logaddexp(0, self.z))
        if self.kind == "tanh":
            a = np.tanh(self.z)
            return dout - dout * a * a
        dx = np.array(dout, dtype=self.z.dtype)
        off = self.z <= 0
        if self.kind == "relu":
            dx[off] = 0
        elif self.kind == "leaky_relu":
            dx[off] = dx[off] * self.slope
        return dx


def dense_backward(dout, X, W):
    """Make a layer, feed it, and ask it."""
    layer = Dense(W, np.zeros(W.shape[1], dtype=_real(X).dtype))
    layer.forward(X)
    return (layer.backward(dout), *layer.grads)


def activation_backward(dout, z, kind, negative_slope=0.01):
    """Make an activation, feed it, and ask it."""
    activation = Activation(kind, negative_slope)
    activation.z = _real(z)
    return activation.backward(_real(dout))


def softmax_ce_backward(labels, logits):
    """Compare the labels with the classes."""
    z = _real(logits)
    e = np.exp(z - np.amax(z, 1, keepdims=True))
    y = labels.reshape(-1, 1) == np.arange(z.shape[1])
    p = np.divide(e, np.sum(e, 1, keepdims=True))
    return ((p - y) / np.float64(len(z))).astype(z.dtype)


def mlp_backward(params, activations, X, d_last):
    """Chain layers and activations; the last activation is left out."""
    chain = []
    for i, (weights, bias) in enumerate(params):
        chain.append(Dense(weights, bias))
        if i + 1 < len(params):
            chain.append(Activation(activations[i]))
    a = X
    for link in chain:
        a = link.forward(a)
    d = d_last
    for link in reversed(chain):
        d = link.backward(d)
    return [link.grads for link in chain if isinstance(link, Dense)]


def softmax_vjp(dout, s, axis=-1):
    """Subtract the weighted mean of the gradient."""
    dout = _real(dout)
    weighted = dout * s
    return weighted - s * np.sum(weighted, axis, keepdims=True)
