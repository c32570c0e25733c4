"""The course's functions together: the lectures' small network learns to read digits."""

from __future__ import annotations

import itertools

import numpy as np
from sklearn.datasets import load_digits

HIDDEN = 32
EPOCHS = 30
HELD_OUT = 400


def test_functions_of_five_assignments_train_a_network_on_digits(solution):
    """A 64-32-10 network, trained by the reference functions only, reads 95 % of unseen digits."""
    forward, loss = solution("forward_pass"), solution("loss")
    backprop, sgd = solution("backprop"), solution("sgd_update")
    softmax = solution("activations").softmax
    digits = load_digits()
    rng = np.random.default_rng(5)
    order = rng.permutation(len(digits.target))
    x, labels = digits.data[order] / 16.0, digits.target[order]
    x_test, labels_test = x[:HELD_OUT], labels[:HELD_OUT]
    x, labels = x[HELD_OUT:], labels[HELD_OUT:]
    sizes, kinds = [64, HIDDEN, 10], ["relu", "linear"]
    params = [
        (rng.normal(scale=np.sqrt(2 / fan_in), size=(fan_in, fan_out)), np.zeros(fan_out))
        for fan_in, fan_out in itertools.pairwise(sizes)
    ]
    assert sum(w.size + b.size for w, b in params) == forward.count_params(sizes)
    velocity = [np.zeros_like(array) for pair in params for array in pair]
    losses = []
    for _ in range(EPOCHS):
        for x_batch, batch_labels in sgd.iterate_minibatches(x, labels, 32, rng):
            logits, _ = forward.mlp_forward(x_batch, params, kinds)
            last = backprop.softmax_ce_backward(batch_labels, logits)
            pairs = backprop.mlp_backward(params, kinds, x_batch, last)
            flat = [array for pair in params for array in pair]
            grads = [array for pair in pairs for array in pair]
            flat, velocity = sgd.momentum_step(flat, grads, velocity, lr=0.05)
            params = list(zip(flat[::2], flat[1::2], strict=True))
        logits, _ = forward.mlp_forward(x, params, kinds)
        losses.append(loss.cross_entropy_from_logits(labels, logits))
    logits, _ = forward.mlp_forward(x_test, params, kinds)
    predicted = forward.predict_classes(softmax(logits))
    assert losses[-1] < losses[0] / 5
    assert (predicted == labels_test).mean() >= 0.95
