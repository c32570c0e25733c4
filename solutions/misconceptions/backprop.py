"""Known-wrong implementations of `backprop`."""

import numpy as np

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


@known_wrong("poly_derivative", band=(20, 30), source="deck 004 L372, L388")
def pd_deck(coeffs):
    """You lose the factor k, as deck 004 does: 10 x^5 becomes 50 x^4, not 10 x^4 (E41)."""
    coeffs = reference._real(coeffs)
    return coeffs[1:].copy() if len(coeffs) > 1 else np.zeros_like(coeffs)


@known_wrong("poly_derivative", band=(20, 30))
def pd_noshift(coeffs):
    """Your powers stay as they were: k * coeffs[k] belongs to x^(k-1), one place further left."""
    coeffs = reference._real(coeffs)
    return np.arange(len(coeffs), dtype=coeffs.dtype) * coeffs


@known_wrong("poly_derivative", band=(85, 95))
def pd_const(coeffs):
    """A constant gives you an empty array: its derivative is the polynomial [0]."""
    coeffs = reference._real(coeffs)
    return np.arange(1, len(coeffs), dtype=coeffs.dtype) * coeffs[1:]


@known_wrong("linear_mse_step", band=(0, 10))
def sc_sign(x, y, w, b):
    """Your signs are reversed, so a step along them makes the loss larger.

    In (y_hat - y)^2 the inner derivative is that of y_hat, +x for w and +1 for b.
    """
    y_hat, loss, dw, db = reference.linear_mse_step(x, y, w, b)
    return y_hat, loss, -dw, -db


@known_wrong("linear_mse_step", band=(35, 45), source="deck 004, power rule (L372)")
def sc_no2(x, y, w, b):
    """Your derivatives are half of what they should be: that of u^2 is 2u (E41), not u."""
    y_hat, loss, dw, db = reference.linear_mse_step(x, y, w, b)
    return y_hat, loss, dw / 2, db / 2


@known_wrong("linear_mse_step", band=(0, 10))
def sc_dbx(x, y, w, b):
    """You multiply db by x as well: in x * w + b nothing stands before b, so dy_hat/db is 1."""
    y_hat, loss, dw, _ = reference.linear_mse_step(x, y, w, b)
    return y_hat, loss, dw, dw


@known_wrong(
    "numerical_gradient", band=(45, 55), source='CS231n, neural-networks-3: "bad, do not use"'
)
def ng_forward(f, x, h=1e-5):
    """You look ahead only, which is wrong by the order of h: take (f(x + h) - f(x - h)) / 2h.

    There the errors of both sides cancel, up to the order of h^2.
    """
    point = np.array(x, dtype=np.float64)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        ahead = point.copy()
        ahead[index] += h
        gradient[index] = (f(ahead) - f(point)) / h
    return gradient


@known_wrong("numerical_gradient", band=(10, 20))
def ng_noh2(f, x, h=1e-5):
    """Your gradient is twice too large: from x - h to x + h it is 2h, so divide by that."""
    return 2 * reference.numerical_gradient(f, x, h)


@known_wrong("numerical_gradient", band=(10, 20))
def ng_allatonce(f, x, h=1e-5):
    """You move all entries together, which adds all slopes up: move one, and put it back."""
    point = np.array(x, dtype=np.float64)
    return np.full_like(point, (f(point + h) - f(point - h)) / (2 * h))


@known_wrong(
    "numerical_gradient", band=(40, 50), source='CS231n: "be careful with the step size h"'
)
def ng_tinyh(f, x, h=1e-12):
    """Your h is so small that the two values of f differ in their last digits only: take 1e-5."""
    return reference.numerical_gradient(f, x, h)


@known_wrong("dense_backward", band=(0, 10), source="deck 000, backpropagation (L385-389)")
def db_notranspose(dout, X, W):
    """X @ dout has no shape that fits W: dW is X.T @ dout, which sums over the samples (E04)."""
    dX, _, db = reference.dense_backward(dout, X, W)
    return dX, reference._real(X) @ reference._real(dout), db


@known_wrong("dense_backward", band=(15, 25))
def db_dWT(dout, X, W):
    """Your dW is transposed: it has a row for each input, as W has, so it is X.T @ dout.

    Where W is square this shows in no shape.
    """
    dX, dW, db = reference.dense_backward(dout, X, W)
    return dX, dW.T.copy(), db


_EVERY_LAYER = "deeplearning.ai (divides by the number of samples in every layer)"


@known_wrong(
    "dense_backward",
    band=(40, 50),
    source="deeplearning.ai forum 63071 (multiplies dZ1 by 1/m)",
    convention=_EVERY_LAYER,
)
def db_mean(dout, X, W):
    """You divide by N, as deeplearning.ai does: here the 1/N of the mean is in dout already."""
    dX, dW, db = reference.dense_backward(dout, X, W)
    return dX, dW / len(X), db / len(X)


@known_wrong(
    "dense_backward",
    band=(15, 25),
    source="deeplearning.ai uses axis=1, because there samples are columns",
)
def db_bias_axis(dout, X, W):
    """Your db has a number for each sample: it has one for each unit, the sum along axis 0."""
    dX, dW, _ = reference.dense_backward(dout, X, W)
    return dX, dW, reference._real(dout).sum(axis=1)


@known_wrong("dense_backward", band=(55, 65))
def db_bias_keepdims(dout, X, W):
    """Your db has one axis too many: like b it has the shape (M,), so sum without keepdims."""
    dX, dW, db = reference.dense_backward(dout, X, W)
    return dX, dW, db[np.newaxis]


@known_wrong("activation_backward", band=(15, 25))
def ab_nodout(dout, z, kind, negative_slope=0.01):
    """This is f'(z) alone: the chain rule multiplies it by dout, what comes from above."""
    return reference._slope(reference._real(z), kind, negative_slope)


@known_wrong("activation_backward", band=(15, 25))
def ab_matmul(dout, z, kind, negative_slope=0.01):
    """You form a matrix product: f works entry by entry, so dout meets f'(z) with * and not @."""
    slopes = reference._slope(reference._real(z), kind, negative_slope)
    return reference._real(dout) @ slopes.T


@known_wrong("activation_backward", band=(45, 55))
def ab_usesout(dout, z, kind, negative_slope=0.01):
    """Your ReLU lets positive gradients pass: what counts is where z was positive."""
    gate = dout if kind == "relu" else z
    return reference.activation_backward(dout, gate, kind, negative_slope)


@known_wrong(
    "softmax_ce_backward", band=(45, 55), convention="deck 004 (sum over the samples, E40)"
)
def sce_noN(labels, logits):
    """This is the gradient of the sum: the loss is the mean over N samples, so divide by N."""
    return reference.softmax_ce_backward(labels, logits) * len(labels)


@known_wrong("softmax_ce_backward", band=(20, 30))
def sce_sign(labels, logits):
    """You have y - p, which points downhill already: the gradient is p - y."""
    return -reference.softmax_ce_backward(labels, logits)


@known_wrong(
    "softmax_ce_backward", band=(10, 20), source="deck 000 uses (y_hat - y) for the last layer"
)
def sce_extra_jac(labels, logits):
    """You multiply by p * (1 - p) as well: p - y already holds the derivative of the softmax."""
    probabilities = reference._softmax(reference._real(logits))
    gradient = reference.softmax_ce_backward(labels, logits)
    return gradient * probabilities * (1 - probabilities)


@known_wrong("softmax_ce_backward", band=(20, 30))
def sce_divC(labels, logits):
    """You divide by the classes too: the mean runs over the N samples only, so divide by N."""
    return reference.softmax_ce_backward(labels, logits) / logits.shape[1]


@known_wrong("mlp_backward", band=(30, 40))
def mb_a_not_z(params, activations, X, d_last):
    """You take f' at the layer's answer a: it belongs at z, what went into the activation."""
    inputs, _ = reference._walk_forward(params, activations, reference._real(X))
    dz, gradients = reference._real(d_last), []
    for layer in reversed(range(len(params))):
        da, dW, db = reference.dense_backward(dz, inputs[layer], params[layer][0])
        gradients.append((dW, db))
        if layer:
            dz = reference.activation_backward(da, inputs[layer], activations[layer - 1])
    return gradients[::-1]


@known_wrong("mlp_backward", band=(40, 50), convention=_EVERY_LAYER)
def mb_avgagain(params, activations, X, d_last):
    """You divide by N in each layer, as deeplearning.ai does: here d_last holds the 1/N already."""
    right = reference.mlp_backward(params, activations, X, d_last)
    return [(dW / len(X), db / len(X)) for dW, db in right]


@known_wrong("mlp_backward", band=(30, 40))
def mb_order(params, activations, X, d_last):
    """Your gradients come last layer first, as you found them: turn the list round at the end."""
    return reference.mlp_backward(params, activations, X, d_last)[::-1]


@known_wrong("mlp_backward", band=(15, 25))
def mb_nodb(params, activations, X, d_last):
    """Your biases never learn: db is the sum of dz over the samples, not 0."""
    right = reference.mlp_backward(params, activations, X, d_last)
    return [(dW, np.zeros_like(db)) for dW, db in right]


@known_wrong("softmax_vjp", band=(15, 25))
def sv_diag(dout, s, axis=-1):
    """You use s * (1 - s) only: each probability depends on the other scores too, by -s_i s_j."""
    dout, s = reference._real(dout), reference._real(s)
    return dout * s * (1 - s)


@known_wrong("softmax_vjp", band=(25, 35))
def sv_sumall(dout, s, axis=-1):
    """Your sum runs over the whole batch: each sample has its own, along axis with keepdims."""
    dout, s = reference._real(dout), reference._real(s)
    return s * (dout - (dout * s).sum())


@known_wrong("softmax_vjp", band=(25, 35))
def sv_x(dout, s, axis=-1):
    """You take the softmax of s: s is what the softmax answered, so use it as it is."""
    raised = np.exp(reference._real(s))
    return reference.softmax_vjp(dout, raised / raised.sum(axis=axis, keepdims=True), axis)
