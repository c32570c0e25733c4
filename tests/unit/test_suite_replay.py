"""The trusted side's arithmetic of a network, beside plain loops."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest

from autograder.suite.models import Layer
from autograder.suite.replay import _Budget, replay

RNG = np.random.default_rng(7)


def loops(x, kernel, bias, strides, padding):
    """Cross-correlate by the definition; "same" as TensorFlow documents it."""
    size = kernel.shape[:2]
    if padding == "same":
        totals = [
            max((-(-n // s) - 1) * s + k - n, 0)
            for n, k, s in zip(x.shape[1:3], size, strides, strict=True)
        ]
        x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in totals), (0, 0)])
    rows, columns = ((n - k) // s + 1 for n, k, s in zip(x.shape[1:3], size, strides, strict=True))
    out = np.zeros((len(x), rows, columns, kernel.shape[3]))
    for n, i, j, f in itertools.product(*map(range, out.shape)):
        top, left = i * strides[0], j * strides[1]
        window = x[n, top : top + size[0], left : left + size[1]]
        out[n, i, j, f] = (window * kernel[..., f]).sum() + bias[f]
    return out


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [(1, 1), (2, 1), (3, 2)])
def test_replay_of_a_convolution_is_the_definition(padding, strides):
    """Any stride and padding, with several channels and a kernel that is no square."""
    x = RNG.normal(size=(2, 7, 6, 3))
    kernel, bias = RNG.normal(size=(3, 2, 3, 4)), RNG.normal(size=4)
    settings = {"kernel_size": (3, 2), "strides": strides, "padding": padding}
    answer = replay([Layer("Conv2D", settings)], [kernel, bias], x)
    np.testing.assert_allclose(answer, loops(x, kernel, bias, strides, padding), rtol=1e-12)


@pytest.mark.parametrize(
    ("kind", "padding", "expected"),
    [
        ("MaxPooling2D", "valid", [[5, 7], [13, 15]]),
        ("MaxPooling2D", "same", [[5, 7], [13, 15]]),
        ("AveragePooling2D", "valid", [[2.5, 4.5], [10.5, 12.5]]),
    ],
)
def test_replay_of_pooling_takes_each_window(kind, padding, expected):
    """Windows of 2 by 2 over 0 to 15."""
    x = np.arange(16.0).reshape(1, 4, 4, 1)
    settings = {"pool_size": (2, 2), "strides": (2, 2), "padding": padding}
    assert replay([Layer(kind, settings)], [], x)[0, :, :, 0].tolist() == expected


def test_replay_of_average_pooling_leaves_padding_out_of_the_mean():
    """At the border Keras averages over what is there."""
    x = np.arange(9.0).reshape(1, 3, 3, 1)
    settings = {"pool_size": (2, 2), "strides": (2, 2), "padding": "same"}
    answer = replay([Layer("AveragePooling2D", settings)], [], x)
    assert answer[0, :, :, 0].tolist() == [[2.0, 3.5], [6.5, 8.0]]


def test_replay_of_dense_layers_has_the_activations_in_their_places():
    """relu(xW + b), then softmax of what follows, for more rows than one batch."""
    x = RNG.normal(size=(700, 5))
    first, b, second = RNG.normal(size=(5, 4)), RNG.normal(size=4), RNG.normal(size=(4, 3))
    layers = [
        Layer("Dense", {"units": 4, "activation": "relu"}),
        Layer("Dropout", {"rate": 0.5}),
        Layer("Dense", {"units": 3, "use_bias": False, "activation": "softmax"}),
    ]
    z = np.maximum(x @ first + b, 0) @ second
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(replay(layers, [first, b, second], x), expected, rtol=1e-12)


def test_replay_of_batch_normalisation_uses_the_moving_values():
    """The answer is gamma (x - mean) / sqrt(variance + 0.001) + beta."""
    x, arrays = RNG.normal(size=(3, 2)), [RNG.uniform(1, 2, size=2) for _ in range(4)]
    gamma, beta, mean, variance = arrays
    expected = gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta
    np.testing.assert_allclose(replay([Layer("BatchNormalization")], arrays, x), expected)


@pytest.mark.parametrize(
    ("layers", "arrays", "words"),
    [
        ([Layer("not allowed: Lambda")], [], "does not replay: not allowed: Lambda"),
        ([Layer("Activation", {"activation": "gelu"})], [], "does not replay: gelu"),
        ([Layer("Dense", {"units": 3})], [np.zeros((5, 3))], "fewer weights"),
        ([Layer("Flatten")], [np.zeros(3)], "more weights"),
        ([Layer("Dense", {"units": 3})], [np.zeros((4, 3)), np.zeros(3)], "do not fit"),
        ([Layer("Conv2D", {"groups": 5})], [np.zeros((1, 1, 1, 5)), np.zeros(5)], "groups"),
        ([Layer("Dense", {"units": 3})], [np.zeros((5, 3)), np.zeros((9, 1, 3))], "do not fit"),
        ([Layer("BatchNormalization")], [np.zeros((9, 1, 5))] * 4, "do not fit"),
        (
            [Layer("Conv2D", {"padding": "same", "strides": (0, 1)})],
            [np.zeros((1, 1, 5, 2)), np.zeros(2)],
            "do not fit",
        ),
    ],
)
def test_replay_of_what_does_not_fit_fails_with_a_sentence(layers, arrays, words):
    """Layers and weights come from the student's process."""
    x = np.zeros((2, 2, 2, 5)) if layers[0].kind == "Conv2D" else np.zeros((2, 5))
    with pytest.raises(AssertionError, match=words):
        replay(layers, arrays, x)


WIDE = 2**20


@pytest.mark.parametrize(
    ("layers", "arrays"),
    [
        ([Layer("MaxPooling2D", {"pool_size": (3000, 3000), "padding": "same"})], []),
        ([Layer("MaxPooling2D", {"pool_size": (600, 600), "padding": "same"})], []),
        ([Layer("AveragePooling2D", {"pool_size": (600, 600), "padding": "same"})], []),
        ([Layer("Conv2D", {"use_bias": False})], [np.zeros((1, 1, 1, WIDE), dtype=np.int8)]),
        ([Layer("Dense", {"use_bias": False})], [np.zeros((1, WIDE), dtype=np.int8)]),
    ],
    ids=["padding", "windows", "means", "filters", "units"],
)
def test_replay_of_a_network_made_to_exhaust_the_grader_is_refused(layers, arrays):
    """A forged description does not cost the trusted side its memory."""
    x = np.zeros((100, 30, 30, 1))
    tracemalloc.start()
    try:
        with pytest.raises(AssertionError, match="far larger than one of the course"):
            replay(layers, arrays, x)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 600 * 2**20


def test_budget_of_a_replay_is_for_all_its_steps_together():
    """Many steps that are small enough, each by itself, end as one that is too large does."""
    budget = _Budget()
    with pytest.raises(AssertionError, match="far larger than one of the course"):
        list(map(budget.hold, [2**24] * 1000))
    with pytest.raises(AssertionError, match="far larger than one of the course"):
        _Budget().work(2**20, 2**20)
