"""Known-wrong implementations of `forward_pass`."""

from itertools import pairwise

import numpy as np

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


@known_wrong("perceptron_predict", band=(85, 95))
def perc_ge(X, w, b):
    """You let a sample on the line fire: at x . w + b = 0 the answer is 0, so compare with >."""
    return np.greater_equal(X @ w + b, 0).astype(np.int64)


@known_wrong("perceptron_predict", band=(40, 50))
def perc_nobias(X, w, b):
    """You leave b out, so your line always runs through the origin: add b before you compare."""
    return reference.perceptron_predict(X, w, 0)


@known_wrong("add_bias_column", band=(0, 10))
def bias_row(X, position="last"):
    """You add a row, which is one more sample: the constant 1 is one more feature, a column."""
    samples = reference._real(X)
    ones = np.ones((1, samples.shape[1]), samples.dtype)
    return np.concatenate(reference._ordered(samples, ones, position), axis=0)


@known_wrong("add_bias_column", band=(0, 10))
def bias_zeros(X, position="last"):
    """Your new column holds zeros, and 0 * b is lost: with ones it gives 1 * b."""
    samples = reference._real(X)
    zeros = np.zeros((len(samples), 1), samples.dtype)
    return np.concatenate(reference._ordered(samples, zeros, position), axis=1)


@known_wrong("dense_forward", band=(10, 20), convention="PyTorch (weights of shape (M, D))")
def dense_WT(X, W, b):
    """X @ W.T is for weights as PyTorch keeps them: here W has a row for each input, so X @ W.

    Where W is square this shows in no shape.
    """
    return reference.dense_forward(X, W.T, b)


@known_wrong("dense_forward", band=(15, 25))
def dense_nobias(X, W, b):
    """The biases are missing: after the product add b, which NumPy adds to every row."""
    return reference._real(X) @ reference._real(W)


@known_wrong(
    "dense_forward",
    band=(0, 10),
    source="deeplearning.ai forum 24805/29: elementwise used where dot is meant",
)
def dense_star(X, W, b):
    """With * you multiply entry by entry: the sum over the inputs is the matrix product, X @ W."""
    return reference._real(X) * reference._real(W) + reference._real(b)


@known_wrong("dense_forward", band=(90, 99), named=False)
def dense_loop(X, W, b):
    """Right, but slow: X @ W leaves the three loops to NumPy, which is a hundred times faster."""
    if X.shape[1] != W.shape[0]:
        raise ValueError(X.shape)
    X, W = reference._real(X), reference._real(W)
    out = np.zeros((len(X), W.shape[1]), X.dtype)
    for n, m in np.ndindex(out.shape):
        total = float(b[m])
        for d in range(len(W)):
            total += X[n, d] * W[d, m]
        out[n, m] = total
    return out


@known_wrong(
    "mlp_forward", band=(20, 30), source="deck 004 L227-241, a PyTorch model without activations"
)
def mlp_noact_hidden(X, params, activations):
    """You activate the output only: without activations between them your layers are one (E37)."""
    reference.mlp_forward(X, params, activations)  # refuses what does not fit together
    linear = ["linear"] * (len(params) - 1)
    return reference.mlp_forward(X, params, [*linear, activations[-1]])


@known_wrong("mlp_forward", band=(20, 30))
def mlp_x_reused(X, params, activations):
    """You hand X to every layer: each one takes what the layer before it answered."""
    reference.mlp_forward(X, params, activations)  # refuses what does not fit together
    a, cache = reference._real(X), []
    for (weights, biases), name in zip(params, activations, strict=True):
        z = reference.dense_forward(X, weights, biases)
        cache.append((a, z))
        a = reference._ACTIVATIONS[name](z)
    return a, cache


@known_wrong("mlp_forward", band=(35, 45))
def mlp_act_on_output(X, params, activations):
    """You activate the output twice: the loop has done it for the last layer too."""
    out, cache = reference.mlp_forward(X, params, activations)
    return reference._ACTIVATIONS[activations[-1]](out), cache


@known_wrong("count_params", band=(25, 35))
def cp_nobias(layer_sizes, bias=True):
    """The biases are missing: 4-5-5-3 has 60 weights and 13 biases, so 73 parameters."""
    return reference.count_params(layer_sizes, bias=False)


@known_wrong("count_params", band=(25, 35))
def cp_inputbias(layer_sizes, bias=True):
    """You give the inputs biases too, but they are no units: 4-5-5-3 has 73 parameters, not 77."""
    weights = sum(inputs * units for inputs, units in pairwise(layer_sizes))
    return weights + (sum(layer_sizes) if bias else 0)


@known_wrong("collapse_linear", band=(20, 30))
def coll_biassum(params):
    """You only add the biases up: b_0 goes through the second layer too, so b_0 @ W_1 + b_1."""
    weights, _ = reference.collapse_linear(params)
    return weights, sum(reference._real(biases) for _, biases in params)


@known_wrong("collapse_linear", band=(30, 40))
def coll_first(params):
    """Your bias is 0, but an input of zeros is answered by b_0 @ W_1 + b_1: keep that."""
    weights, biases = reference.collapse_linear(params)
    return weights, biases if len(params) == 1 else np.zeros_like(biases)


@known_wrong("predict_classes", band=(0, 10))
def pred_axis0(probs):
    """You find the best sample of each class: find the best class of each sample, along axis 1."""
    return np.argmax(probs, axis=0)


@known_wrong("predict_classes", band=(40, 50))
def pred_binargmax(probs):
    """In a single column the largest is always number 0: there compare with 0.5."""
    return np.argmax(probs, axis=-1)


def _perceptron(X, y, epochs, correct):
    """Go through the samples as the reference does, with a correction of one's own.

    It gets sample, label, error, w and b, and gives the new w and b.
    """
    samples, counts = reference._real(X), []
    w, b = np.zeros(samples.shape[1], samples.dtype), 0.0
    for _ in range(epochs):
        wrong = 0
        for x, label in zip(samples, y.tolist(), strict=True):
            error = label - int(x @ w + b > 0)
            w, b = correct(x, label, error, w, b)
            wrong += abs(error)
        counts.append(wrong)
    return w, b, counts


@known_wrong("perceptron_train", band=(30, 40))
def pt_noerr(X, y, epochs, lr=1.0):
    """You correct after right predictions too: move by y - prediction, which is 0 for those."""

    def correct(x, label, error, w, b):
        return w + lr * label * x, b + lr * label

    return _perceptron(X, y, epochs, correct)


@known_wrong("perceptron_train", band=(40, 50))
def pt_nobias(X, y, epochs, lr=1.0):
    """Your bias stays 0, and a line through the origin separates no AND: b learns lr * error."""

    def correct(x, label, error, w, b):
        return w + lr * error * x, b

    return _perceptron(X, y, epochs, correct)


@known_wrong("perceptron_train", band=(10, 20))
def pt_sign(X, y, epochs, lr=1.0):
    """You walk away from the solution: with error = y - prediction it is w + lr * error * x."""
    return reference.perceptron_train(X, y, epochs, -lr)


@known_wrong("perceptron_train", band=(60, 70))
def pt_batch(X, y, epochs, lr=1.0):
    """You correct at the end of each epoch: correct after each sample, before the next comes."""
    samples, counts = reference._real(X), []
    w, b = np.zeros(samples.shape[1], samples.dtype), 0.0
    for _ in range(epochs):
        errors = y - reference.perceptron_predict(samples, w, b)
        w = w + lr * (errors.astype(samples.dtype) @ samples)
        b += lr * float(errors.sum())
        counts.append(int(np.abs(errors).sum()))
    return w, b, counts
