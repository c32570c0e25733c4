"""Hidden checks of A8.3 `build_mnist_cnn`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees
from autograder.suite.models import Layer, assert_layers, facts, predict, weights
from autograder.suite.replay import assert_replayed, replay


def network(filters=28):
    """Write down the deck's layers, each with the activation that follows it."""
    kernel = {"kernel_size": (3, 3), "strides": (1, 1), "padding": "valid"}
    return [
        Layer("Conv2D", {"filters": filters, **kernel, "activation": "relu"}),
        Layer("MaxPooling2D", {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}),
        Layer("Flatten"),
        Layer("Dense", {"units": 128, "activation": "relu"}),
        Layer("Dropout", {"rate": 0.2}),
        Layer("Dense", {"units": 10, "activation": "softmax"}),
    ]


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_build_mnist_cnn_has_the_layers_of_the_deck(student):
    """Every layer of the deck is there, in order, with its settings, and no other."""
    assert_layers(student.build_mnist_cnn(), network())


@pytest.mark.group("values")
def test_build_mnist_cnn_has_its_layers_in_order(student):
    """Convolution, maximum pooling, flatten, dense, dropout, dense."""
    received = [layer.kind for layer in facts(student.build_mnist_cnn()).layers]
    expected = [layer.kind for layer in network()]
    assert received == expected, f"expected {', '.join(expected)}; received {', '.join(received)}"


@pytest.mark.group("values")
def test_build_mnist_cnn_has_its_activations(student):
    """ReLU behind the convolution and the first dense layer, softmax behind the last one."""
    found = [
        str(layer.settings.get("activation", "none"))
        for layer in facts(student.build_mnist_cnn()).layers
        if layer.kind in {"Conv2D", "Dense", "Activation"}
    ]
    wanted = ["relu", "relu", "softmax"]
    assert found == wanted, f"expected {', '.join(wanted)}; received {', '.join(found)}"


@pytest.mark.group("shapes")
@pytest.mark.points(2)
def test_build_mnist_cnn_has_the_right_number_of_parameters(student):
    """The nine layers have 607,394 numbers to be trained."""
    found = facts(student.build_mnist_cnn())
    assert (found.params, found.trainable_params) == (607_394, 607_394), (
        f"expected 607,394 parameters, all of them trainable; received {found.params:,}, "
        f"{found.trainable_params:,} of them trainable"
    )


@pytest.mark.group("shapes")
def test_build_mnist_cnn_maps_an_image_to_ten_numbers(student):
    """The input is (N, 28, 28, 1) and the output (N, 10)."""
    found = facts(student.build_mnist_cnn())
    received = (found.input_shape, found.output_shape)
    words = f"expected (28, 28, 1) to (10,), received {received[0]} to {received[1]}"
    assert received == ((28, 28, 1), (10,)), words


@pytest.mark.group("shapes")
@pytest.mark.parametrize(
    ("shape", "filters", "params"),
    [((8, 8, 1), 4, 6_066), ((9, 12, 3), 5, 11_158)],
    ids=["small", "in colour"],
)
def test_build_mnist_cnn_honours_its_arguments(student, shape, filters, params):
    """Image size, channels and number of filters are the caller's choice."""
    model = student.build_mnist_cnn(input_shape=shape, filters=filters)
    found = facts(model)
    received = (found.input_shape, found.params)
    assert received == (shape, params), (
        f"expected input {shape} and {params:,} parameters, received {received[0]} and "
        f"{received[1]:,}"
    )
    sizes = [layer.settings.get("filters") for layer in found.layers if layer.kind == "Conv2D"]
    assert sizes == [filters], f"expected one convolution of {filters} filters, received {sizes}"


@pytest.mark.group("stability")
def test_build_mnist_cnn_answers_with_probabilities(student, rng):
    """Each row adds up to 1, and is what the layers and the weights say."""
    x = rng.random((6, 28, 28, 1), dtype="float32")
    model = student.build_mnist_cnn()
    answer = predict(model, x)
    assert answer.shape == (6, 10), f"expected shape (6, 10), received {answer.shape}"
    sums = answer.sum(axis=1)
    assert np.all(np.abs(sums - 1) < 1e-4), "expected rows that add up to 1: softmax at the end"
    expected = replay(facts(model).layers, weights(model), x)
    assert_agrees(answer, expected, rtol=1e-4, atol=1e-4, check_dtype=False)


@pytest.mark.group("hygiene")
@pytest.mark.critical
def test_build_mnist_cnn_takes_its_layers_from_the_list(student, rng):
    """Keras' own layers, of the kinds that the exercise names, one behind the other."""
    assert_replayed(student.build_mnist_cnn(), rng)


@pytest.mark.group("hygiene")
def test_build_mnist_cnn_builds_a_new_network_each_time(student):
    """Two calls give two models, each with random weights of its own."""
    small = {"input_shape": (8, 8, 1), "filters": 4}
    first, second = (weights(student.build_mnist_cnn(**small)) for _ in range(2))
    same = [np.array_equal(a, b) for a, b in zip(first, second, strict=False) if np.any(a)]
    assert not any(same), "two models have the same weights: draw them anew for each"


@pytest.mark.group("hygiene")
def test_build_mnist_cnn_begins_with_even_chances(student, rng):
    """A network that knows nothing gives no class much more than another: it is not trained."""
    x = rng.random((64, 28, 28, 1), dtype="float32")
    answer = predict(student.build_mnist_cnn(), x)
    assert answer.shape == (64, 10), f"expected shape (64, 10), received {answer.shape}"
    mean = answer.mean(axis=0)
    assert np.all(np.isfinite(mean)), "expected finite numbers"
    assert np.max(mean) < 0.6, "one class is taken for sure before any training"
