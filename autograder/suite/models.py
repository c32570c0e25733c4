"""What a suite asks of a Keras model that stays in the sandbox, and the trusted side's arithmetic.

A test gets a `Model` where a student's function returns a `keras.Model`. What is said of it comes
from the student's process: a suite that gives points for a structure has `replay` compute from
it what `predict` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

import numpy as np

from autograder.sandbox.codec import Plain
from autograder.suite.student import Model, Student, presentable

__all__ = [
    "Facts",
    "Layer",
    "Model",
    "assert_layers",
    "facts",
    "given",
    "predict",
    "weights",
]

# Settings that say nothing as long as they have these values.
_USUAL: Final[Mapping[str, Plain]] = {
    "activation": "linear",
    "dilation_rate": (1, 1),
    "groups": 1,
    "data_format": "channels_last",
    "use_bias": True,
}
_ACTIVATING: Final = ("Conv2D", "Dense")
_PLAIN_RELU: Final = {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}
_LONGEST_WORD: Final = 60
_MOST_COUNTED: Final = 2**40
_MOST_SETTINGS: Final = 40
_MOST_AXES: Final = 8
# A description is read field by field: it comes from the student's process.
_BROKEN: Final = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a model.

    Attributes:
        kind: The name of its Keras class; `not allowed: <class>` for one that no exercise needs.
        settings: What was chosen for it, by Keras' argument names; usual values are left out.
        params: How many numbers it holds, trainable or not.
        output_shape: Without the batch axis.
        trainable: Whether training changes it.
    """

    kind: str
    settings: Mapping[str, Plain] = field(default_factory=dict)
    params: int = 0
    output_shape: tuple[int, ...] = ()
    trainable: bool = False

    def __str__(self) -> str:
        """Write the layer as it stands in a program."""
        shown = {name: _shown(value) for name, value in sorted(self.settings.items())}
        settings = ", ".join(f"{name}={text}" for name, text in shown.items())
        return f"{self.kind}({settings})"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model is made of, and how it was compiled.

    Attributes:
        layers: In order, each activation with the layer that it belongs to.
        input_shape: Without the batch axis.
        output_shape: Without the batch axis.
        params: How many numbers it holds.
        trainable_params: How many of them training changes.
        loss: The loss function's name; empty for a model that was not compiled.
        from_logits: Whether the loss was told that there is no softmax before it.
        optimizer: The optimizer's class.
        learning_rate: The optimizer's.
    """

    layers: tuple[Layer, ...]
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    params: int
    trainable_params: int
    loss: str
    from_logits: bool
    optimizer: str
    learning_rate: float


def facts(model: object) -> Facts:
    """Ask what a model is made of.

    Raises:
        AssertionError: It is no model, or no plain chain of layers.
    """
    told = _ask(model, "keras.facts")
    try:
        chain = told["chain"]
        found = Facts(
            layers=tuple(_canonical(told["layers"])),
            input_shape=_lengths(told["input_shape"]),
            output_shape=_lengths(told["output_shape"]),
            params=_count(told["params"]),
            trainable_params=_count(told["trainable_params"]),
            loss=_word(told["loss"]),
            from_logits=bool(told["from_logits"]),
            optimizer=_word(told["optimizer"]),
            learning_rate=float(told["learning_rate"]),
        )
    except _BROKEN:
        raise AssertionError("the process said of the model what describes none") from None
    if not chain:
        raise AssertionError(
            "expected a keras.Sequential or keras.Model in which each layer takes what the one "
            "before gives; received another class, or a network with branches"
        )
    return found


def weights(model: object) -> list[np.ndarray[Any, Any]]:
    """Fetch a model's weights, in the order of `get_weights()`.

    Raises:
        AssertionError: It is no model, or its weights are no arrays of finite size.
    """
    arrays = _ask(model, "keras.weights")
    if type(arrays) is not list or not all(isinstance(array, np.ndarray) for array in arrays):
        raise AssertionError("expected weights that are arrays of some million numbers at most")
    return arrays


def predict(model: object, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Have a model predict.

    Args:
        model: From a student's function.
        x: Its input, batch first.

    Raises:
        AssertionError: It is no model, or no array came back.
    """
    answer = _ask(model, "keras.predict", x)
    if not isinstance(answer, np.ndarray):
        raise AssertionError(f"expected an array from predict, received {_type_words(answer)}")  # noqa: TRY004 - the student's mistake
    return answer


def set_weights(model: object, arrays: Sequence[np.ndarray[Any, Any]]) -> None:
    """Give a model other weights.

    Args:
        model: From a student's function, or from `given`.
        arrays: In the order of `get_weights()`.

    Raises:
        AssertionError: It is no model, or weights of these shapes do not fit it.
    """
    _ask(model, "keras.set_weights", list(arrays))


def given(
    student: Student,
    layers: Sequence[Layer],
    input_shape: Sequence[int],
    *,
    seed: int = 0,
    arrays: Sequence[np.ndarray[Any, Any]] = (),
) -> Model:
    """Have a model built in the sandbox by the grader's own code, with weights of a seed.

    A check that computes an expected value from the weights hands them in: what the process says
    that they are may be made up.

    Args:
        student: In whose sandbox.
        layers: Kinds and settings.
        input_shape: Without the batch axis.
        seed: Decides the weights where none are handed in.
        arrays: The weights, in the order of `get_weights()`.
    """
    described = [(layer.kind, dict(layer.settings)) for layer in layers]
    reply = student.ask("keras.given", (described, tuple(input_shape), seed, list(arrays)), {})
    assert type(reply.value) is Model, "the sandbox built no model"
    return reply.value


def assert_layers(model: object, expected: Sequence[Layer]) -> None:
    """Hold that a model has these layers, whatever style it is written in.

    Args:
        model: From a student's function.
        expected: Kinds and settings.

    Raises:
        AssertionError: A layer differs, is missing or is one too many; with the first such.
    """
    pairs = zip_longest(facts(model).layers, expected)
    for place, (received, wanted) in enumerate(pairs, start=1):
        if received is None or wanted is None or not _same(received, wanted):
            came = f"received {received}" if received else "the model ends before"
            asked = f"expected {wanted}" if wanted else "expected no more layers"
            raise AssertionError(f"layer {place}: {asked}, {came}")


def _shown(value: Plain) -> str:
    return f"{value:.4g}" if type(value) is float else repr(value)


def _same(one: Layer, other: Layer) -> bool:
    return one.kind == other.kind and _telling(one.settings) == _telling(other.settings)


def _telling(settings: Mapping[str, Plain]) -> dict[str, Plain]:
    """Leave out the settings that have their usual values."""
    return {
        name: value
        for name, value in settings.items()
        if name not in _USUAL or value != _USUAL[name]
    }


def _ask(model: object, operation: str, *arguments: Plain) -> Any:
    if type(model) is not Model:
        raise AssertionError(f"expected a keras.Model, received {_type_words(model)}")
    return model.student.ask(operation, (model, *arguments), {}).value


def _type_words(value: object) -> str:
    return str(getattr(value, "type_name", "") or type(value).__name__)


def _canonical(rows: Sequence[Mapping[str, Any]]) -> Iterator[Layer]:
    """Read layers, and put each activation to the layer that it follows."""
    before: Layer | None = None
    for row in rows:
        layer = _canonical_layer(row)
        if layer.kind == "InputLayer":
            continue
        if before is not None and _follows(layer, before):
            settings = {**before.settings, **layer.settings}
            before = Layer(
                before.kind, settings, before.params, before.output_shape, before.trainable
            )
            continue
        if before is not None:
            yield before
        before = layer
    if before is not None:
        yield before


def _canonical_layer(row: Mapping[str, Any]) -> Layer:
    kind, settings = _word(row["kind"]), _settings(row["settings"])
    if kind == "ReLU" and all(settings.get(key) == value for key, value in _PLAIN_RELU.items()):
        kind, settings = "Activation", {"activation": "relu"}
    elif kind == "Softmax" and settings.get("axis") == -1:
        kind, settings = "Activation", {"activation": "softmax"}
    elif kind == "BatchNormalization":
        settings = {}
    shape = _lengths(row["output_shape"])
    params, trainable = _count(row["params"]), bool(row["trainable"])
    return Layer(kind, _telling(settings), params, shape, trainable)


def _settings(told: Mapping[str, Plain]) -> dict[str, Plain]:
    """Read settings as a layer has them: names, and values that can be shown and compared.

    Raises:
        ValueError: There is another kind among them.
    """
    if not all(type(name) is str for name in told):
        raise ValueError("a setting without a name")
    return {_word(name): _setting(value) for name, value in list(told.items())[:_MOST_SETTINGS]}


def _setting(value: Plain) -> Plain:
    if type(value) is tuple:
        return tuple(_setting(item) for item in value[:_MOST_AXES])
    if type(value) is int:
        return _count(value)
    if value is not None and type(value) not in (bool, float, str):
        raise ValueError("a setting of another kind")
    return _word(value) if type(value) is str else value


def _lengths(told: Sequence[Plain]) -> tuple[int, ...]:
    return tuple(_count(length) for length in told[:_MOST_AXES])


def _count(told: Plain) -> int:
    """Read a number of things.

    Raises:
        ValueError: It is no number that a network of this world has.
    """
    count = int(told)
    if abs(count) > _MOST_COUNTED:
        raise ValueError("a number that counts nothing")
    return count


def _word(told: Plain) -> str:
    """Read a name: it may stand in a hidden check's words, so it must not carry its input out."""
    return presentable(str(told), limit=_LONGEST_WORD, redact=True)


def _follows(layer: Layer, before: Layer) -> bool:
    """Tell whether a layer is the activation of the one before, or none at all."""
    if layer.kind != "Activation":
        return False
    return "activation" not in layer.settings or (
        before.kind in _ACTIVATING and "activation" not in before.settings
    )
