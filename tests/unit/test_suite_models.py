"""What a suite learns of a model, from what a process says of it."""

from __future__ import annotations

import re
from types import ModuleType

import numpy as np
import pytest

from autograder.records import Verdict
from autograder.sandbox.codec import REQUEST_LIMITS, Handle, Opaque, decode
from autograder.suite.models import (
    Layer,
    Model,
    assert_layers,
    facts,
    given,
    predict,
    weights,
)
from autograder.suite.student import Reply, Student

CONV = {
    "filters": 4,
    "kernel_size": (3, 3),
    "strides": (1, 1),
    "padding": "valid",
    "dilation_rate": (1, 1),
    "groups": 1,
    "data_format": "channels_last",
    "use_bias": True,
}


def row(kind, *, params=0, shape=(2,), **settings):
    return {
        "kind": kind,
        "settings": settings,
        "params": params,
        "output_shape": shape,
        "trainable": params > 0,
    }


def told(*rows, **changes):
    """Write what a worker says of a model with these layers."""
    return {
        "chain": True,
        "layers": list(rows),
        "input_shape": (28, 28, 1),
        "output_shape": (10,),
        "params": 40,
        "trainable_params": 40,
        "loss": "sparse_categorical_crossentropy",
        "from_logits": False,
        "optimizer": "Adam",
        "learning_rate": 0.001,
        **changes,
    }


def model(answer):
    """Make a model whose process gives one answer to everything."""
    asked = []

    def ask(request):
        asked.append(request)
        return Reply(Verdict.PASSED, answer)

    student = Student(ask, ModuleType("reference"))
    student.asked = asked
    return Model(student, Handle(7))


SEPARATE = [
    row("InputLayer"),
    row("Conv2D", params=40, **CONV, activation="linear"),
    row("Activation", activation="relu"),
    row("Flatten", data_format="channels_last"),
    row("Dense", params=10, units=10, use_bias=True, activation="linear"),
    row("Softmax", axis=-1),
]
WITHIN = [
    row("Conv2D", params=40, **CONV, activation="relu"),
    row("Activation", activation="linear"),
    row("Flatten", data_format="channels_last"),
    row("Dense", params=10, units=10, use_bias=True, activation="softmax"),
]
RELU_LAYER = [
    SEPARATE[1],
    row("ReLU", max_value=None, negative_slope=0.0, threshold=0.0),
    *SEPARATE[3:5],
    row("Activation", activation="softmax"),
]


@pytest.mark.parametrize("rows", [SEPARATE, WITHIN, RELU_LAYER])
def test_facts_of_equal_networks_are_equal(rows):
    """An activation counts the same within its layer, as a layer, and as its own class."""
    found = facts(model(told(*rows))).layers
    assert [layer.kind for layer in found] == ["Conv2D", "Flatten", "Dense"]
    assert [layer.settings.get("activation") for layer in found] == ["relu", None, "softmax"]
    assert [layer.params for layer in found] == [40, 0, 10]
    assert_layers(
        model(told(*rows)),
        [
            Layer("Conv2D", {**CONV, "activation": "relu"}),
            Layer("Flatten"),
            Layer("Dense", {"units": 10, "activation": "softmax"}),
        ],
    )


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        ([WITHIN[0], row("Activation", activation="relu")], ["Conv2D", "Activation"]),
        ([row("Flatten"), row("Activation", activation="tanh")], ["Flatten", "Activation"]),
        ([row("ReLU", max_value=6.0, negative_slope=0.0, threshold=0.0)], ["ReLU"]),
        ([row("Softmax", axis=1)], ["Softmax"]),
        ([row("not allowed: Lambda")], ["not allowed: Lambda"]),
    ],
)
def test_facts_of_what_is_another_network_stay_apart(rows, kinds):
    """A second activation, one after pooling, and an unusual one are layers of their own."""
    assert [layer.kind for layer in facts(model(told(*rows))).layers] == kinds


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (
            [Layer("Conv2D", {"filters": 8})],
            "layer 1: expected Conv2D(filters=8), received Conv2D(",
        ),
        ([], "layer 1: expected no more layers, received Conv2D("),
    ],
)
def test_assert_layers_that_differ_names_the_first(expected, words):
    """The student reads which layer it is, what was asked, and what came."""
    with pytest.raises(AssertionError) as caught:
        assert_layers(model(told(WITHIN[0])), expected)
    assert words in str(caught.value)


def test_assert_layers_of_a_short_model_says_that_it_ends():
    """A missing last layer is told as such."""
    wanted = [Layer("Flatten"), Layer("Dense", {"units": 10})]
    with pytest.raises(AssertionError, match=r"layer 2: .*the model ends before"):
        assert_layers(model(told(row("Flatten"))), wanted)


def test_facts_of_a_network_with_branches_fail():
    """A replay goes through a chain: anything else is refused with what was expected."""
    with pytest.raises(AssertionError, match="each layer takes what the one before gives"):
        facts(model(told(chain=False)))


@pytest.mark.parametrize(
    "answer",
    [
        *(None, [], {}, told(layers=[{}]), told(layers=7), told(params="x"), told(input_shape=3)),
        *(told(params=float("inf")), told(learning_rate=2**2000), told(input_shape=(None, 1))),
        *(told(row("Dense", units=np.zeros(2))), told(row("Dense", units=[10]))),
        told({**row("Dense"), "settings": {"units": 10, 7: 1}}),
    ],
)
def test_facts_of_another_form_fail_the_check(answer):
    """The description comes from the student's process, and nothing of its form is believed."""
    with pytest.raises(AssertionError, match="describes none"):
        facts(model(answer))


@pytest.mark.parametrize("ask", [facts, weights, lambda value: predict(value, np.zeros((1, 2)))])
@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "NoneType"), ({"loss": 1}, "dict"), (Opaque("keras.src.Dense"), "keras.src.Dense")],
)
def test_question_about_what_is_no_model_fails_with_its_type(ask, value, name):
    """A function that returned nothing, or the history, is told what it returned."""
    with pytest.raises(AssertionError, match=f"expected a keras.Model, received {name}"):
        ask(value)


@pytest.mark.parametrize("answer", [Opaque("numpy.ndarray of shape (9, 9)"), None, "text"])
def test_predict_without_an_array_fails(answer):
    """An answer too large to cross, or no answer, is no prediction."""
    with pytest.raises(AssertionError, match="expected an array from predict"):
        predict(model(answer), np.zeros((1, 2)))


@pytest.mark.parametrize("answer", [[Opaque("numpy.ndarray")], None, (np.zeros(2),)])
def test_weights_that_are_no_arrays_fail(answer):
    """A model too large to hand its weights over is told so."""
    with pytest.raises(AssertionError, match="arrays of some million numbers"):
        weights(model(answer))


def test_model_among_the_arguments_travels_as_its_handle():
    """What the sandbox gets is the number that it gave out itself."""
    one = model(Handle(8))
    other = given(one.student, [Layer("Flatten")], (2, 2), seed=3)
    assert other.handle == Handle(8)
    names = [request.name for request in one.student.asked]
    assert names == ["keras.given"]


@pytest.mark.parametrize("place", ["kind", "settings", "loss", "optimizer"])
def test_facts_carry_no_number_of_a_hidden_check_out(place):
    """Names that a process makes up may stand in a hidden check's words: numbers are left out."""
    told_name = "x0.123456789_1234567890_" + "9" * 100_000
    if place == "kind":
        answer = told(row(told_name, units=1))
    elif place == "settings":
        answer = told({**row("Dense"), "settings": {told_name: told_name, "rate": 0.123456789}})
    else:
        answer = told(row("Dense"), **{place: told_name})
    found = facts(model(answer))
    words = f"{found.layers[0]} {found.loss} {found.optimizer}"
    assert re.search(r"[0-9]{5}", words) is None
    assert len(words) < 300


@pytest.mark.parametrize("place", ["params", "trainable_params", "input_shape", "output_shape"])
def test_facts_that_count_more_than_there_is_are_no_facts(place):
    """A number of a thousand digits says nothing of a network, and could say something else."""
    count = 10**1200
    changes = {place: (count,) if place.endswith("shape") else count}
    with pytest.raises(AssertionError, match="describes none"):
        facts(model(told(row("Dense"), **changes)))


def test_given_hands_the_weights_to_the_sandbox():
    """What a check computes with are weights that it has drawn itself."""
    one = model(Handle(8))
    arrays = [np.ones((4, 2)), np.zeros(2)]
    given(one.student, [Layer("Flatten"), Layer("Dense", {"units": 2})], (2, 2), arrays=arrays)
    positional, _ = decode(one.student.asked[0].blob, REQUEST_LIMITS)
    assert [array.tolist() for array in positional[3]] == [array.tolist() for array in arrays]
