"""Hidden checks of A8.4 `build_binary_cnn`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees
from autograder.suite.models import Layer, assert_layers, facts, predict, weights
from autograder.suite.replay import assert_replayed, replay

FILTERS = (32, 64, 128, 128, 128)
POOLS = (2, 2, 3, 2, 2)


def convolution(filters):
    """Write down a convolution of the deck."""
    settings = {"kernel_size": (3, 3), "strides": (1, 1), "padding": "valid"}
    return Layer("Conv2D", {"filters": filters, **settings, "activation": "relu"})


def pooling(size):
    """Write down a pooling of the deck."""
    settings = {"pool_size": (size, size), "strides": (size, size), "padding": "valid"}
    return Layer("MaxPooling2D", settings)


def network():
    """Write down the slide's layers in the order in which they make sense."""
    sizes = zip(FILTERS, POOLS, strict=True)
    pairs = [(convolution(filters), pooling(pool)) for filters, pool in sizes]
    return [
        *(layer for pair in pairs for layer in pair),
        Layer("Flatten"),
        Layer("Dense", {"units": 512, "activation": "relu"}),
        Layer("Dense", {"units": 1, "activation": "sigmoid"}),
    ]


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_build_binary_cnn_has_the_layers_of_the_deck(student):
    """Every layer is there, in order, with its settings, and no other."""
    assert_layers(student.build_binary_cnn(), network())


@pytest.mark.group("values")
def test_build_binary_cnn_has_five_convolutions_of_growing_number(student):
    """32, 64, 128, 128 and 128 filters of 3x3."""
    layers = facts(student.build_binary_cnn()).layers
    found = [str(layer) for layer in layers if layer.kind == "Conv2D"]
    expected = [str(convolution(filters)) for filters in FILTERS]
    words = "expected five convolutions of 3x3, with 32, 64, 128, 128 and 128 filters and ReLU"
    assert found == expected, words


@pytest.mark.group("values")
def test_build_binary_cnn_ends_with_512_and_one_sigmoid(student):
    """Behind the convolutions: flatten, dense of 512, one unit for two classes."""
    found = [str(layer) for layer in facts(student.build_binary_cnn()).layers[-3:]]
    expected = [str(layer) for layer in network()[-3:]]
    words = f"expected {', '.join(expected)} at the end; received {', '.join(found)}"
    assert found == expected, words


@pytest.mark.group("shapes")
@pytest.mark.points(2)
def test_build_binary_cnn_has_the_right_number_of_parameters(student):
    """Convolutions and dense layers have 454,977 numbers to be trained."""
    found = facts(student.build_binary_cnn())
    assert (found.params, found.trainable_params) == (454_977, 454_977), (
        f"expected 454,977 parameters, all of them trainable; received {found.params:,}, "
        f"{found.trainable_params:,} of them trainable"
    )


@pytest.mark.group("shapes")
def test_build_binary_cnn_shrinks_its_maps_to_one_pixel(student):
    """The maps measure 148, 74, 72, 36, 34, 11, 9, 4, 2 and 1."""
    layers = facts(student.build_binary_cnn()).layers
    found = [layer.output_shape[0] for layer in layers if len(layer.output_shape) == 3]
    expected = [148, 74, 72, 36, 34, 11, 9, 4, 2, 1]
    assert found == expected, f"expected maps of {expected}, received {found}"


@pytest.mark.group("shapes")
def test_build_binary_cnn_maps_a_colour_image_to_one_number(student):
    """The input is (N, 150, 150, 3) and the output (N, 1)."""
    found = facts(student.build_binary_cnn())
    received = (found.input_shape, found.output_shape)
    words = f"expected (150, 150, 3) to (1,), received {received[0]} to {received[1]}"
    assert received == ((150, 150, 3), (1,)), words


@pytest.mark.group("stability")
def test_build_binary_cnn_answers_with_a_probability(student, rng):
    """Answers lie from 0 to 1, and are what the layers and the weights say."""
    x = rng.random((2, 150, 150, 3), dtype="float32")
    model = student.build_binary_cnn()
    shape = facts(model).input_shape
    assert shape == (150, 150, 3), f"expected input (150, 150, 3), received {shape}"
    answer = predict(model, x)
    assert answer.shape == (2, 1), f"expected shape (2, 1), received {answer.shape}"
    within = bool(np.all((answer > 0) & (answer < 1)))
    assert within, "expected numbers between 0 and 1: a sigmoid at the end"
    expected = replay(facts(model).layers, weights(model), x)
    assert_agrees(answer, expected, rtol=1e-4, atol=1e-4, check_dtype=False)


@pytest.mark.group("hygiene")
@pytest.mark.critical
def test_build_binary_cnn_takes_its_layers_from_the_list(student, rng):
    """Keras' own layers, of the kinds that the exercise names, one behind the other."""
    assert_replayed(student.build_binary_cnn(), rng)


@pytest.mark.group("hygiene")
def test_build_binary_cnn_builds_a_new_network_each_time(student):
    """Two calls give two models, each with random weights of its own."""
    first, second = (weights(student.build_binary_cnn()) for _ in range(2))
    same = [np.array_equal(a, b) for a, b in zip(first, second, strict=False) if np.any(a)]
    assert not any(same), "two models have the same weights: draw them anew for each"
