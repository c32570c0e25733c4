"""The comparison of a decoded answer with every kind of expected answer, and its explanation."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import harness
import mutators
import numpy as np

with harness.instrumented():
    from autograder.compare import Mismatch, assert_agrees
    from autograder.sandbox.codec import HANDLE_LIMITS, FrameError, decode, encode_reply
    from autograder.suite import assert_number, assert_repeatable
    from autograder.suite.diagnosis import same_answer
    from autograder.suite.difference import picture_of
    from autograder.suite.student import Call, describe_arguments, presentable

GRID = np.arange(12.0).reshape(3, 4)
IMAGES = np.linspace(-2, 3, 2 * 4 * 3 * 2, dtype=np.float32).reshape(2, 4, 3, 2)
EXPECTED: tuple[Any, ...] = (
    None,
    True,
    3,
    2**70,
    0.5,
    float("nan"),
    1 + 2j,
    np.float32(0.25),
    np.int64(-4),
    "relu",
    (1, 2.5, GRID),
    [GRID, [IMAGES], "x"],
    {"w": GRID, 2: [0.5]},
    GRID,
    IMAGES,
    GRID.astype(np.int64),
    GRID > 5,
    GRID.astype(np.complex64),
    np.array([1.0, np.inf, np.nan, -np.inf]),
    np.zeros((0, 3)),
    np.array(["a", "longer"]),
    np.full((3, 4), 1e308),
)
TWISTS: tuple[Callable[[Any], Any], ...] = (
    lambda a: a,
    lambda a: a + 1,
    lambda a: -a,
    lambda a: a * a,
    lambda a: a.T,
    lambda a: a[..., ::-1],
    lambda a: np.roll(a, 1),
    lambda a: np.sort(a, axis=None).reshape(a.shape),
    lambda a: np.abs(a).astype(np.float64),
    lambda a: a.reshape(a.shape[::-1]),
    lambda a: np.clip(a, 0, 1),
    lambda a: a.ravel()[: max(a.size - 1, 1)],
)
TOLERANCES: tuple[dict[str, Any], ...] = (
    {},
    {"rtol": 0},
    {"rtol": 0.0, "atol": 0.0},
    {"atol": 0.5},
)
REFERENCE: Any = SimpleNamespace(double=lambda x: 2 * x)
LONGEST_TEXT = 100_000


def seeds() -> Iterator[bytes]:
    """Yield right answers and some that are nearly right."""
    for number, value in enumerate(EXPECTED):
        yield bytes([number, 0]) + encode_reply(value)
    for number in range(len(TWISTS)):
        yield bytes([255 - number, number]) + encode_reply(IMAGES)
        yield bytes([255 - number, number + 64]) + encode_reply(GRID.astype(np.int32))
    yield bytes([13, 128]) + encode_reply(GRID[::-1] * 1.5)
    yield bytes([12, 0]) + encode_reply({"w": GRID + 1e-3, 2: [0.5], "more": object()})


def check(data: bytes) -> None:
    """Hold that an answer agrees or is told apart, in words that can be shown."""
    if len(data) < 3:
        return
    try:
        actual = decode(data[2:], HANDLE_LIMITS)
    except FrameError:
        return
    expected = _expected(data[0], actual)
    assert same_answer(actual, expected) in (True, False), "there are two answers to a comparison"
    for claim in (lambda: assert_number(actual), lambda: assert_repeatable(actual, expected)):
        _words_of(claim)
    how = data[1]
    rules = TOLERANCES[how % 4] | {"check_dtype": bool(how & 64)}
    if how & 128 and isinstance(expected, np.ndarray):
        rules["axes"] = "NHWCDEFGIJKLMOPQRST"[: expected.ndim]
    found = _words_of(lambda: assert_agrees(actual, expected, **rules))
    if isinstance(found, Mismatch):
        call = Call("double", (GRID, expected), {"mode": actual})
        describe_arguments(call, public=True)
        picture_of(found, [call], _module())


def _expected(number: int, actual: Any) -> Any:
    """Take an expected answer of the table, or make one of the received array."""
    if isinstance(actual, np.ndarray) and number >= 256 - len(TWISTS) and actual.dtype != bool:
        with np.errstate(all="ignore"):
            return TWISTS[255 - number](actual)
    return EXPECTED[number % len(EXPECTED)]


def _module() -> ModuleType:
    module: ModuleType = REFERENCE
    return module


def _words_of(claim: Callable[[], None]) -> AssertionError | None:
    """Try a claim, and look at what it says if it does not hold."""
    try:
        claim()
    except AssertionError as error:
        texts = [str(error)]
        if isinstance(error, Mismatch):
            texts.append(error.public_text())
        for text in texts:
            text.encode()
            assert len(text) < LONGEST_TEXT, "a text is longer than anybody reads"
            assert all(c.isprintable() or c == "\n" for c in text), "a text can act on a terminal"
            presentable(text, limit=2000, redact=True)
        return error
    return None


def _mutator() -> harness.Mutate:
    """Change the answer by turns with the two bytes before it."""
    change = mutators.coded([*EXPECTED, IMAGES[:, ::-1], GRID.T, GRID * -1, np.ones((1, 3, 4))])

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        head = data[:2] if seed % 3 else random.Random(seed).randbytes(2)
        return head.ljust(2, b"\0") + change(data[2:], max(max_size - 2, 1), seed)

    return mutate


if __name__ == "__main__":
    np.seterr(all="ignore")  # as it is where answers are compared with known mistakes
    harness.main(check, seeds(), mutate=_mutator)
