"""Hidden checks of A8.8 `build_lenet5`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees
from autograder.suite.models import Layer, assert_layers, facts, predict, weights
from autograder.suite.replay import assert_replayed, replay

POOLS = {"avg": "AveragePooling2D", "max": "MaxPooling2D"}


def network(activation="tanh", pool="avg"):
    """Write down the layers of LeNet-5."""
    kernel = {"kernel_size": (5, 5), "strides": (1, 1), "activation": activation}
    pooling = {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}
    return [
        Layer("Conv2D", {"filters": 6, **kernel, "padding": "same"}),
        Layer(POOLS[pool], pooling),
        Layer("Conv2D", {"filters": 16, **kernel, "padding": "valid"}),
        Layer(POOLS[pool], pooling),
        Layer("Flatten"),
        Layer("Dense", {"units": 120, "activation": activation}),
        Layer("Dense", {"units": 84, "activation": activation}),
        Layer("Dense", {"units": 10, "activation": "softmax"}),
    ]


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_build_lenet5_is_the_network_of_1998(student):
    """Without arguments: tanh and average pooling, every layer in its place."""
    assert_layers(student.build_lenet5(), network())


@pytest.mark.group("values")
@pytest.mark.parametrize(("activation", "pool"), [("relu", "max"), ("tanh", "max")])
def test_build_lenet5_honours_its_arguments(student, activation, pool):
    """Activation and kind of pooling are the caller's choice."""
    model = student.build_lenet5(activation=activation, pool=pool)
    assert_layers(model, network(activation, pool))


@pytest.mark.group("shapes")
def test_build_lenet5_has_the_right_number_of_parameters(student):
    """156 + 2,416 + 48,120 + 10,164 + 850 = 61,706."""
    found = facts(student.build_lenet5())
    assert (found.params, found.trainable_params) == (61_706, 61_706), (
        f"expected 61,706 parameters, all of them trainable; received {found.params:,}, "
        f"{found.trainable_params:,} of them trainable"
    )


@pytest.mark.group("shapes")
def test_build_lenet5_has_maps_of_28_14_10_and_5(student):
    """The first convolution keeps the size of the image, the second one does not."""
    layers = facts(student.build_lenet5()).layers
    found = [layer.output_shape[0] for layer in layers if len(layer.output_shape) == 3]
    assert found == [28, 14, 10, 5], f"expected maps of 28, 14, 10 and 5, received {found}"


@pytest.mark.group("stability")
def test_build_lenet5_answers_with_probabilities(student, rng):
    """Each row adds up to 1, and is what the layers and the weights say."""
    x = rng.random((5, 28, 28, 1), dtype="float32")
    model = student.build_lenet5()
    shape = facts(model).input_shape
    assert shape == (28, 28, 1), f"expected input (28, 28, 1), received {shape}"
    answer = predict(model, x)
    assert answer.shape == (5, 10), f"expected shape (5, 10), received {answer.shape}"
    assert np.all(np.abs(answer.sum(axis=1) - 1) < 1e-4), "expected rows that add up to 1"
    expected = replay(facts(model).layers, weights(model), x)
    assert_agrees(answer, expected, rtol=1e-4, atol=1e-4, check_dtype=False)


@pytest.mark.group("hygiene")
def test_build_lenet5_refuses_a_pooling_that_it_does_not_know(student):
    """Another word than "avg" or "max" raises ValueError."""
    assert_layers(student.build_lenet5(pool="avg"), network())
    for pool in ("mean", "sum"):
        with pytest.raises(ValueError):
            student.build_lenet5(pool=pool)


@pytest.mark.group("hygiene")
@pytest.mark.critical
def test_build_lenet5_takes_its_layers_from_the_list(student, rng):
    """Keras' own layers, of the kinds that the exercise names, one behind the other."""
    assert_replayed(student.build_lenet5(), rng)


@pytest.mark.group("hygiene")
def test_build_lenet5_builds_a_new_network_each_time(student):
    """Two calls give two models, each with random weights of its own."""
    first, second = (weights(student.build_lenet5()) for _ in range(2))
    same = [np.array_equal(a, b) for a, b in zip(first, second, strict=False) if np.any(a)]
    assert not any(same), "two models have the same weights: draw them anew for each"
