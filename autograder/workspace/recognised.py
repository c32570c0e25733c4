"""`recognised.json`: what known mistakes answer to the calls of the public tests.

A release writes the file into the bundle, `autograder check` reads it. A call is the digest of a
function's name and its encoded arguments, an answer is plain numbers: no code is in it, and nothing
of hidden checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from autograder.misconceptions import advice_words
from autograder.sandbox.codec import REQUEST_LIMITS, Plain, decode
from autograder.suite.diagnosis import same_answer
from autograder.workspace.calls import Exchange

__all__ = [
    "RECOGNISED_FILE",
    "KnownAnswer",
    "KnownMistake",
    "call_digest",
    "mistakes_text",
    "read_mistakes",
    "recognise",
]

RECOGNISED_FILE: Final = "recognised.json"
_SCHEMA: Final = 1
_NOT_WRITTEN: Final = "NotImplementedError"
_NUMBERS: Final = "biuf"  # the kinds of dtype that are written
_DIGITS: Final = 12  # of the largest number; what comes after differs from machine to machine
_MOST_DECIMALS: Final = 300  # NumPy could not multiply by a larger power of ten


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What a known mistake answers to one call.

    Attributes:
        value: The answer; None also where the mistake raises.
        raised: The names of the classes of what it raises, the most special first.
        differs: Whether it is a value, and not the right answer.
    """

    value: Plain
    raised: tuple[str, ...] = ()
    differs: bool = False

    def is_given_by(self, exchange: Exchange) -> bool:
        """Tell whether a call had this answer, but for rounding."""
        if self.raised or exchange.raised:
            return exchange.raised[:1] != () and exchange.raised[0] in self.raised
        if exchange.answer is None:
            return False
        return same_answer(decode(exchange.answer, REQUEST_LIMITS), self.value)


@dataclass(frozen=True, slots=True)
class KnownMistake:
    """A known mistake in the eyes of the public tests.

    Attributes:
        question: The question that it is a mistake in.
        functions: The functions that the question asks for.
        message: What a tutor would say.
        convention: Whose convention it is, if it is right elsewhere; else empty.
        answers: The digest of each call that the tests make if the work has this mistake, to the
            answer.
    """

    question: str
    functions: tuple[str, ...]
    message: str
    convention: str
    answers: Mapping[str, KnownAnswer]

    def explains(self, exchanges: Sequence[Exchange]) -> bool:
        """Tell whether all these calls were answered so, one of them wrongly."""
        known = [self.answers.get(call_digest(one)) for one in exchanges]
        return any(answer is not None and answer.differs for answer in known) and all(
            answer is not None and answer.is_given_by(one)
            for answer, one in zip(known, exchanges, strict=True)
        )


def call_digest(exchange: Exchange) -> str:
    """Name a call by its function and arguments; empty if the arguments cannot be written down."""
    if exchange.arguments is None:
        return ""
    return hashlib.sha256(exchange.name.encode() + b"\0" + exchange.arguments).hexdigest()


def recognise(
    mistakes: Iterable[KnownMistake], question: str, exchanges: Iterable[Exchange]
) -> str:
    """Say which known mistake answers every call as the work did.

    Args:
        mistakes: Those of the bundle; the first that fits is taken.
        question: Whose tests made the calls.
        exchanges: The calls. One of a function that is not written yet tells nothing.

    Returns:
        The message for the student; empty if no mistake fits.
    """
    made = [one for one in exchanges if one.raised[:1] != (_NOT_WRITTEN,)]
    for mistake in mistakes:
        if mistake.question == question and mistake.explains(
            [one for one in made if one.name in mistake.functions]
        ):
            return advice_words(mistake.message, mistake.convention)
    return ""


def mistakes_text(mistakes: Iterable[KnownMistake]) -> str:
    """Write the file, a mistake a line.

    Raises:
        ValueError: An answer is something else than numbers, text, lists and dicts of these.
    """
    lines = ",\n".join(json.dumps(_mistake_page(mistake)) for mistake in mistakes)
    return f'{{"schema": {_SCHEMA}, "mistakes": [\n{lines}\n]}}\n'


def read_mistakes(path: Path) -> tuple[KnownMistake, ...]:
    """Read the file; one that is missing, damaged or of another release's form holds none."""
    try:
        page = json.loads(path.read_text(encoding="utf-8"))
        return tuple(map(_mistake, page["mistakes"])) if page["schema"] == _SCHEMA else ()
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ()  # the tests have told what is wrong: this would only have said why


def _mistake_page(mistake: KnownMistake) -> dict[str, Any]:
    return {
        "question": mistake.question,
        "functions": mistake.functions,
        "message": mistake.message,
        "convention": mistake.convention,
        "calls": {digest: _answer_page(one) for digest, one in sorted(mistake.answers.items())},
    }


def _mistake(page: Mapping[str, Any]) -> KnownMistake:
    return KnownMistake(
        question=page["question"],
        functions=tuple(page["functions"]),
        message=page["message"],
        convention=page["convention"],
        answers={digest: _answer(one) for digest, one in page["calls"].items()},
    )


def _answer_page(answer: KnownAnswer) -> dict[str, Any]:
    if answer.raised:
        return {"raises": answer.raised}
    return {"answer": _written(answer.value), "differs": answer.differs}


def _answer(page: Mapping[str, Any]) -> KnownAnswer:
    if "raises" in page:
        return KnownAnswer(None, tuple(page["raises"]))
    return KnownAnswer(_read(page["answer"]), differs=page["differs"])


def _written(value: Plain) -> Any:
    """Turn an answer into what JSON can hold; arrays and odd numbers become objects."""
    if isinstance(value, np.generic):
        return _written(value.item())
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in _NUMBERS:
            raise ValueError(f"expected an array of numbers, received one of {value.dtype}")
        numbers = [_written(number) for number in _rounded(value).ravel().tolist()]
        return {"dtype": value.dtype.name, "shape": value.shape, "numbers": numbers}
    if isinstance(value, float):
        number = float(_rounded(np.asarray(value)))
        return number if np.isfinite(number) else {"float": str(number)}
    if isinstance(value, list | tuple):
        return [_written(one) for one in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"items": {key: _written(one) for key, one in value.items()}}
    if value is None or isinstance(value, bool | int | str):
        return value
    raise ValueError(f"expected plain data, received {type(value).__name__}")


def _read(page: Any) -> Plain:
    if isinstance(page, list):
        return [_read(one) for one in page]
    if not isinstance(page, dict):
        return page
    if "float" in page:
        return float(page["float"])
    if "items" in page:
        return {key: _read(one) for key, one in page["items"].items()}
    dtype = np.dtype(page["dtype"])
    if dtype.kind not in _NUMBERS:
        raise ValueError(f"expected a dtype of numbers, received {dtype}")
    return np.array([_read(number) for number in page["numbers"]], dtype).reshape(page["shape"])


def _rounded(value: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Round to so many digits of the largest number: the comparison allows far more."""
    finite = np.abs(value[np.isfinite(value)]) if value.dtype.kind == "f" else value[:0]
    if value.dtype.kind != "f" or not finite.size or not finite.max():
        return value
    wide = value.astype(np.float64)
    decimals = _DIGITS - 1 - int(np.floor(np.log10(float(finite.max()))))
    if decimals > _MOST_DECIMALS:
        return wide
    return np.round(wide, decimals) + 0.0  # -0.0 becomes 0.0
