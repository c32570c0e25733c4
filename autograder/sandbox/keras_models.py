"""Keras models that stay in the worker: the trusted side has handles, and a few questions.

Everything here runs in the student's process, so nothing of it is believed: weights are checked
against the structure, and predictions against the trusted side's own arithmetic. What is handed
out is plain data. A model file is never read.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np

from autograder.sandbox.keras_backend import device_facts, seed, settle
from autograder.sandbox.keras_progress import name_after_epochs
from autograder.sandbox.runtime import Runtime
from autograder.sandbox.wire import HANDLE_LIMITS, Handle

__all__ = ["KerasRuntime"]

_MOST_MODELS: Final = 8
_PREDICT_BATCH: Final = 256
_MOST_LAYERS: Final = 200
_LAYERS: Final[Mapping[str, type[keras.Layer]]] = {
    kind.__name__: kind
    for kind in (
        keras.layers.InputLayer,
        keras.layers.Conv2D,
        keras.layers.MaxPooling2D,
        keras.layers.AveragePooling2D,
        keras.layers.Flatten,
        keras.layers.Dense,
        keras.layers.Dropout,
        keras.layers.Activation,
        keras.layers.ReLU,
        keras.layers.Softmax,
        keras.layers.BatchNormalization,
    )
}
# What tells one layer of a kind from another; the rest of a configuration is left aside.
_SETTINGS: Final = """
filters kernel_size strides padding dilation_rate groups data_format use_bias units rate pool_size
axis epsilon momentum max_value negative_slope threshold
""".split()  # noqa: SIM905 - reads as a table
_MODELS: Final = (keras.Sequential, type(keras.Model(_in := keras.Input((1,)), _in)))


class KerasRuntime(Runtime):
    """Keeps the models of a worker, the last few of them, and answers for them."""

    reply_limits = HANDLE_LIMITS

    def __init__(self, *, gpu: bool) -> None:
        settle(gpu=gpu)
        name_after_epochs()
        self._models: dict[int, keras.Model | _Given] = {}
        self._numbers = itertools.count(1)
        self._first = 0
        self.operations = {
            "keras.facts": _facts,
            "keras.weights": _weights,
            "keras.predict": _predict,
            "keras.set_weights": _set_weights,
            "keras.given": _Given,
            "keras.device": device_facts,
        }

    def begin(self) -> None:
        """Seed what draws at random: a fork has drawn a seed of its own."""
        seed()

    def given(self, value: object) -> object:
        """Return the model that a handle stands for, and anything else as it is.

        Raises:
            LookupError: The model is not kept any more, or is another worker's.
        """
        if type(value) is not Handle:
            return value
        if value.number not in self._models:
            raise LookupError("this model is gone: the process that held it ended")
        model = self._models[value.number]
        if isinstance(model, _Given):
            model = self._models[value.number] = model.build()
        return model

    def kept(self, value: object) -> object:
        """Keep a model and return its handle; anything else crosses as it is."""
        if not isinstance(value, keras.Model | _Given):
            return value
        # No two workers of a submission use the same numbers.
        self._first = self._first or time.time_ns() % 2**52 << 10
        number = self._first + next(self._numbers)
        self._models[number] = value
        while len(self._models) > _MOST_MODELS:
            del self._models[next(iter(self._models))]
        return Handle(number)


def _facts(model: keras.Model) -> dict[str, object]:
    """Describe a model in plain data.

    Raises:
        ValueError: It has no input shape yet.
    """
    if not model.built:
        raise ValueError("the model has no input shape: begin it with keras.Input")
    layers = model.layers[:_MOST_LAYERS]
    return {
        # By identity: a class of the student's may call itself equal to any other.
        "chain": any(type(model) is kind for kind in _MODELS) and _is_chain(model),
        "layers": [_layer(layer) for layer in layers],
        "input_shape": _shape(model.input_shape),
        "output_shape": _shape(model.output_shape),
        "params": int(model.count_params()),
        "trainable_params": sum(int(np.prod(w.shape)) for w in model.trainable_weights),
        **_compiled(model),
    }


def _is_chain(model: keras.Model) -> bool:
    """Tell whether each layer takes what the one before gives, and there is one way through.

    Asked is the model's own graph: its layers may be called in other models too.
    """
    if type(model) is keras.Sequential:
        return True
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return False
    return all(
        len(nodes) == 1 and len(nodes[0].input_tensors) <= 1
        for nodes in model._nodes_by_depth.values()  # noqa: SLF001 - no other way to see a graph
    )


def _layer(layer: keras.Layer) -> dict[str, object]:
    kind = type(layer).__name__
    allowed = _LAYERS.get(kind) is type(layer)
    settings: dict[str, object] = {}
    if allowed:  # another class may do anything when it is asked
        settings = {
            name: _plain(getattr(layer, name)) for name in _SETTINGS if hasattr(layer, name)
        }
        if hasattr(layer, "activation"):
            settings["activation"] = _activation(layer.activation)
    return {
        "kind": kind if allowed else f"not allowed: {kind}",
        "settings": settings,
        "params": int(layer.count_params()),
        "output_shape": _output_shape(layer),
        "trainable": bool(layer.trainable) and bool(layer.trainable_weights),
    }


def _output_shape(layer: keras.Layer) -> tuple[int, ...]:
    """Return what a layer gives for one input; nothing for one that is used several times."""
    try:
        return _shape(layer.output.shape)
    except (AttributeError, ValueError):
        return ()


def _activation(function: Callable[..., object] | None) -> str:
    """Name an activation by the function that it is, not by what it says of itself."""
    name = getattr(function, "__name__", "") or "linear"
    known = getattr(keras.activations, name, None)
    return name if function is None or known is function else f"not allowed: {name}"


def _compiled(model: keras.Model) -> dict[str, object]:
    if not getattr(model, "compiled", False):
        return {"loss": "", "from_logits": False, "optimizer": "", "learning_rate": 0.0}
    loss = model.loss
    named = keras.losses.get(loss) if isinstance(loss, str) else loss
    optimizer = model.optimizer
    return {
        "loss": _loss_name(named),
        "from_logits": bool(getattr(named, "_fn_kwargs", {}).get("from_logits", False)),
        "optimizer": type(optimizer).__name__,
        "learning_rate": float(keras.ops.convert_to_numpy(optimizer.learning_rate)),
    }


def _loss_name(loss: Any) -> str:
    """Name a loss the same whether it was given by name, as a function or as an object."""
    function = getattr(loss, "fn", loss)
    return str(getattr(function, "__name__", type(loss).__name__))


def _shape(shape: Sequence[int | None]) -> tuple[int, ...]:
    """Return a shape without its batch axis; an unknown length is -1."""
    return tuple(-1 if length is None else int(length) for length in shape[1:])


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _weights(model: keras.Model) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(array) for array in model.get_weights()]


def _predict(model: keras.Model, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(model.predict(x, batch_size=_PREDICT_BATCH, verbose=0))


def _set_weights(model: keras.Model, arrays: Sequence[np.ndarray[Any, Any]]) -> None:
    model.set_weights(arrays)


@dataclass(frozen=True)
class _Given:
    """A model that the course gives, from layers in plain data.

    It is built when a function is called with it: that takes longer than most calls, and many
    hand-ins do not have the function.
    """

    layers: Sequence[tuple[str, dict[str, Any]]]
    input_shape: Sequence[int]
    seed: int
    arrays: Sequence[np.ndarray[Any, Any]]

    def build(self) -> keras.Model:
        keras.utils.set_random_seed(self.seed)
        rest = (_LAYERS[kind](**settings) for kind, settings in self.layers)
        model = keras.Sequential([keras.Input(tuple(self.input_shape)), *rest])
        if self.arrays:
            model.set_weights(self.arrays)
        return model
