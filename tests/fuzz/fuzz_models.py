"""What a worker says of a Keras model: facts, weights, predictions, and the sums made of them."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import harness
import mutators
import numpy as np

with harness.instrumented():
    from autograder.records import Verdict
    from autograder.sandbox.codec import HANDLE_LIMITS, FrameError, Handle, decode, encode_reply
    from autograder.suite.models import (
        Facts,
        Layer,
        Model,
        assert_layers,
        facts,
        predict,
        weights,
    )
    from autograder.suite.replay import replay
    from autograder.suite.student import Reply, Request, Student

IMAGES = np.linspace(0, 1, 3 * 6 * 6 * 2, dtype=np.float32).reshape(3, 6, 6, 2)
ROWS = np.linspace(-1, 1, 3 * 5, dtype=np.float32).reshape(3, 5)
EXPECTED = (
    Layer("Conv2D", {"filters": 4, "kernel_size": (3, 3), "padding": "same"}),
    Layer("MaxPooling2D", {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}),
    Layer("Flatten"),
    Layer("Dense", {"units": 2, "activation": "softmax"}),
)
POOL = {"pool_size": (2, 2), "strides": (2, 2), "padding": "same"}
NETWORKS: tuple[tuple[list[tuple[str, dict[str, Any]]], list[tuple[int, ...]]], ...] = (
    (
        [
            ("InputLayer", {}),
            ("Conv2D", {"filters": 4, "strides": (1, 1), "padding": "same", "activation": "relu"}),
            ("MaxPooling2D", POOL),
            ("Flatten", {}),
            ("Dropout", {"rate": 0.5}),
            ("Dense", {"units": 2, "activation": "softmax"}),
        ],
        [(3, 3, 2, 4), (4,), (36, 2), (2,)],
    ),
    (
        [
            ("Conv2D", {"filters": 1, "use_bias": False, "padding": "valid"}),
            ("BatchNormalization", {}),
            ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
            ("AveragePooling2D", POOL),
            ("Flatten", {}),
            ("Dense", {"units": 2}),
            ("Softmax", {"axis": -1}),
        ],
        [(3, 3, 2, 1), (1,), (1,), (1,), (1,), (4, 2), (2,)],
    ),
    ([("Dense", {"units": 3, "activation": "sigmoid"})], [(5, 3), (3,)]),
    ([("Dense", {"units": 3, "activation": "tanh"})], [(5, 3), (3,)]),
)


def told(layers: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Describe a model as an honest worker does."""
    rows = [
        {"kind": kind, "settings": settings, "params": 2, "output_shape": (6, 2), "trainable": True}
        for kind, settings in layers
    ]
    return {
        "chain": True,
        "layers": rows,
        "input_shape": (6, 6, 2),
        "output_shape": (2,),
        "params": 40,
        "trainable_params": 40,
        "loss": "mean_squared_error",
        "from_logits": False,
        "optimizer": "Adam",
        "learning_rate": 0.001,
    }


def seeds() -> Iterator[bytes]:
    """Yield facts, weights and a prediction of networks that fit together."""
    for layers, shapes in NETWORKS:
        arrays = [np.full(shape, 0.5, dtype=np.float32) for shape in shapes]
        yield encode_reply([told(layers), arrays, np.ones((3, 2), dtype=np.float32)])
        yield encode_reply([told(layers) | {"chain": False}, arrays[:1], Handle(2)], HANDLE_LIMITS)


def check(data: bytes) -> None:
    """Hold that a description is read, or is the student's mistake, whatever it says."""
    try:
        answers = decode(data, HANDLE_LIMITS)
    except FrameError:
        return
    if type(answers) is not list:
        answers = [answers]
    description, arrays, answer = (answers + [None] * 3)[:3]
    found = _of(facts, description)
    kept = _of(weights, arrays)
    _of(predict, answer, IMAGES)
    _of(assert_layers, description, EXPECTED)
    if not isinstance(found, Facts):
        return
    for layer in found.layers:
        str(layer)
    assert (found.input_shape == (6, 6, 2)) in (True, False), "a shape that cannot be compared"
    if isinstance(kept, list):
        for images in (IMAGES, ROWS):
            _attempt(lambda images=images: replay(found.layers, kept, images))
            _attempt(lambda images=images: replay(EXPECTED, kept, images))


def _of(ask: Any, answer: object, *arguments: object) -> object:
    """Put a suite's question to a model whose process gives this answer."""

    def reply(_: Request) -> Reply:
        return Reply(Verdict.PASSED, answer)

    model = Model(Student(reply, ModuleType("reference")), Handle(7))
    return _attempt(lambda: ask(model, *arguments))


def _attempt(claim: Any) -> object:
    try:
        return claim()
    except AssertionError as error:
        str(error).encode()
        return None


if __name__ == "__main__":
    np.seterr(all="ignore")
    arrays = [np.ones(shape, dtype=np.float32) for shape in ((0,), (5, 3), (3, 3, 2, 4), (1, 5000))]
    kinds = ["Conv2D", "Dense", "Flatten", "MaxPooling2D", "AveragePooling2D", "BatchNormalization"]
    extra = [*arrays, *kinds, "same", "valid", "relu", (3000, 3000), (0, 1), (-1, 2), Handle(1)]
    harness.main(check, seeds(), mutate=lambda: mutators.coded(extra))
