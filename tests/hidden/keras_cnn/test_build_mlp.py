"""Hidden checks of A8.2 `build_mlp`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees
from autograder.suite.models import Layer, assert_layers, facts, predict, weights
from autograder.suite.replay import assert_replayed, replay


def network(hidden):
    """Write down the layers that are expected."""
    inner = [Layer("Dense", {"units": units, "activation": "relu"}) for units in hidden]
    return [*inner, Layer("Dense", {"units": 1, "activation": "sigmoid"})]


@pytest.mark.group("values")
@pytest.mark.parametrize("hidden", [(8,), (8, 10), (5, 3, 4)], ids=str)
def test_build_mlp_has_the_layers_that_are_asked_for(student, hidden):
    """A dense layer with ReLU for each number, then one unit with a sigmoid."""
    assert_layers(student.build_mlp(hidden), network(hidden))


@pytest.mark.group("values")
def test_build_mlp_ends_with_one_sigmoid(student):
    """Two classes need one output, whose probability a sigmoid gives."""
    model = student.build_mlp((6,))
    received = facts(model).layers[-1:]
    words = f"expected {network(())[0]} at the end, received {(*received, 'no layers')[0]}"
    assert str(network(())[0]) == str((*received, "")[0]), words


@pytest.mark.group("values")
def test_build_mlp_has_an_activation_behind_each_hidden_layer(student):
    """Without ReLU between them two dense layers are no more than one."""
    layers = facts(student.build_mlp((6, 7))).layers[:-1]
    words = "expected ReLU as the activation of each hidden layer"
    assert layers, words
    assert all(layer.settings.get("activation") == "relu" for layer in layers), words


@pytest.mark.group("shapes")
@pytest.mark.parametrize(("hidden", "params"), [((8,), 121), ((8, 10), 213), ((1,), 16)], ids=str)
def test_build_mlp_has_the_right_number_of_parameters(student, hidden, params):
    """13 inputs, all weights and biases, and no layer besides."""
    found = facts(student.build_mlp(hidden))
    assert (found.params, found.trainable_params) == (params, params), (
        f"expected {params} parameters, all of them trainable; received {found.params}, "
        f"{found.trainable_params} of them trainable"
    )


@pytest.mark.group("shapes")
def test_build_mlp_maps_13_numbers_to_one(student):
    """The input is (N, 13) and the output (N, 1)."""
    found = facts(student.build_mlp())
    received = (found.input_shape, found.output_shape)
    assert received == ((13,), (1,)), f"expected (13,) to (1,), received {received}"


@pytest.mark.group("stability")
def test_build_mlp_answers_with_probabilities(student, rng):
    """Answers lie from 0 to 1, differ between samples, and are what the layers say."""
    x = rng.normal(scale=3.0, size=(40, 13)).astype("float32")
    model = student.build_mlp()
    answer = predict(model, x)
    assert answer.shape == (40, 1), f"expected shape (40, 1), received {answer.shape}"
    within = bool(np.all((answer >= 0) & (answer <= 1)))
    assert within, "expected numbers from 0 to 1: a sigmoid at the end"
    assert np.ptp(answer) > 0, "all samples get the same answer: softmax of one unit is always 1"
    expected = replay(facts(model).layers, weights(model), x)
    assert_agrees(answer, expected, rtol=1e-4, atol=1e-4, check_dtype=False)


@pytest.mark.group("hygiene")
@pytest.mark.critical
def test_build_mlp_takes_its_layers_from_the_list(student, rng):
    """Keras' own layers, of the kinds that the exercise names, one behind the other."""
    assert_replayed(student.build_mlp(), rng)


@pytest.mark.group("hygiene")
def test_build_mlp_builds_a_new_network_each_time(student):
    """Two calls give two models, each with random weights of its own."""
    first, second = weights(student.build_mlp()), weights(student.build_mlp())
    same = [np.array_equal(a, b) for a, b in zip(first, second, strict=False) if np.any(a)]
    assert not any(same), "two models have the same weights: draw them anew for each"
