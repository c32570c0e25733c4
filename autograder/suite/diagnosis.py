"""Which known mistake answers as the student does: the calls that were made, made again here."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import compress
from operator import not_
from types import ModuleType
from typing import Any, Final

import numpy as np

from autograder.misconceptions import Misconception
from autograder.records import Verdict
from autograder.sandbox.codec import REQUEST_LIMITS, FrameError, Plain, decode, encode
from autograder.suite.student import Reply, Request

__all__ = ["Exchanges", "diagnose", "same_answer"]

# How near an answer must come to count as the same: nothing but another order of additions.
_RTOL: Final = {np.dtype(np.float32): 1e-5}
_RTOL_OF_OTHERS: Final = 1e-7
_ATOL_OF_SCALE: Final = 1e-3  # of the relative allowance, times the largest number
_MOST_CALLS: Final = 60
_LARGEST_BYTES: Final = 2**20  # data to train on is kept by nobody
_NUMERIC: Final = (np.ndarray, np.generic, bool, int, float, complex)


class Exchanges:
    """Puts requests to a submission, and keeps each with its reply.

    Args:
        answer: Such as `Session.answer`.
    """

    def __init__(self, answer: Callable[[Sequence[Request]], list[Reply]]) -> None:
        self._answer = answer
        self._kept: dict[str, list[tuple[Request, Reply]]] = {}

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        """Pass requests on, and note what came back."""
        replies = self._answer(requests)
        for request, reply in zip(requests, replies, strict=True):
            if request.blob is not None and len(request.blob) > _LARGEST_BYTES:
                continue
            self._kept.setdefault(request.name, []).append((request, reply))
        return replies

    def about(self, functions: Iterable[str]) -> list[tuple[Request, Reply]]:
        """Return what was asked about these functions and answered, small arguments first."""
        asked = [
            pair
            for name in functions
            for pair in self._kept.get(name, ())
            if pair[1].verdict in (Verdict.PASSED, Verdict.STUDENT_ERROR) and not pair[0].measured
        ]
        return sorted(asked, key=lambda pair: len(pair[0].blob or b""))[:_MOST_CALLS]


def diagnose(
    candidates: Iterable[Misconception],
    functions: Sequence[str],
    exchanges: Exchanges,
    reference: ModuleType,
) -> Misconception | None:
    """Find the known mistake that answers every call as the student did.

    A mistake is named only if it answers all calls alike, and at least one of them otherwise than
    the reference does; so right work is never named, whatever else it loses points for.

    Args:
        candidates: The known mistakes of a question; the first that fits is taken.
        functions: The question's functions.
        exchanges: What was asked and answered.
        reference: The reference solution.
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calls = [_Asked(*pair) for pair in exchanges.about(functions)]
        right = [call.is_answered_by(getattr(reference, call.request.name)) for call in calls]
        telling = list(compress(calls, map(not_, right)))
        # What tells most mistakes apart comes first: the first call that does not fit is the last.
        calls = telling + list(compress(calls, right))
        names = {call.request.name for call in telling}
        fitting = (
            candidate
            for candidate in candidates
            if not names.isdisjoint(candidate.implementations)
            and all(call.fits(candidate.implementations) for call in calls)
        )
        return next(fitting, None)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call that the student's code answered."""

    request: Request
    reply: Reply

    def fits(self, implementations: Mapping[str, Any]) -> bool:
        """Tell whether a mistake answers as the student did, or has no part in this call."""
        name = self.request.name
        return name not in implementations or self.is_answered_by(implementations[name])

    def is_answered_by(self, target: Any) -> bool:
        """Tell whether a function (or value) answers as the student's did."""
        if self.request.blob is None:
            return same_answer(self.reply.value, target)
        arguments, keywords = decode(self.request.blob, REQUEST_LIMITS)
        try:
            value = target(*arguments, **keywords)
            if self.request.iterated:
                value = list(value)
        except Exception as error:  # noqa: BLE001 - known-wrong code raises what it likes
            names = {kind.__name__ for kind in type(error).__mro__}
            return (
                self.reply.verdict is Verdict.STUDENT_ERROR
                and self.reply.bases[:1] != ()
                and (self.reply.bases[0] in names)
            )
        if self.reply.verdict is not Verdict.PASSED or not same_answer(self.reply.value, value):
            return False
        changed = _changed(self.request.blob, arguments, keywords)
        return changed == bool(self.reply.mutated)


def _changed(blob: bytes, arguments: tuple[Plain, ...], keywords: Mapping[str, Plain]) -> bool:
    """Tell whether a call wrote into its arguments; drawing from a generator is no change."""
    with suppress(FrameError):  # what was handed in may have become something that cannot cross
        if encode((arguments, dict(keywords))) == blob:
            return False
    before, before_keywords = decode(blob, REQUEST_LIMITS)
    pairs = [*zip(before, arguments, strict=True)]
    pairs += [(value, keywords[name]) for name, value in before_keywords.items()]
    return any(
        encode(old) != encode(new)
        for old, new in pairs
        if not isinstance(old, np.random.Generator) and _crosses(new)
    )


def _crosses(value: Plain) -> bool:
    try:
        encode(value)
    except FrameError:
        return False
    return True


def same_answer(actual: Plain, expected: Any) -> bool:
    """Tell whether two answers are the same but for rounding; lists and tuples count alike."""
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        return actual.keys() == expected.keys() and all(
            same_answer(actual[key], expected[key]) for key in actual
        )
    if isinstance(actual, list | tuple) and isinstance(expected, list | tuple):
        pairs = zip(actual, expected, strict=False)
        return len(actual) == len(expected) and all(same_answer(one, other) for one, other in pairs)
    if isinstance(actual, _NUMERIC) and isinstance(expected, _NUMERIC):
        return _same_numbers(actual, expected)
    return type(actual) is type(expected) and isinstance(actual, str | None) and actual == expected


def _same_numbers(actual: Plain, expected: Any) -> bool:
    if isinstance(actual, np.ndarray) != isinstance(expected, np.ndarray):
        return False
    one, other = np.asarray(actual), np.asarray(expected)
    if one.shape != other.shape or {one.dtype.kind, other.dtype.kind} - set("biufc"):
        return False
    if isinstance(actual, np.ndarray) and one.dtype != other.dtype:
        return False
    if (one.dtype.kind in "fc") != (other.dtype.kind in "fc"):
        return False
    return _agree(one, other)


def _agree(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    rtol = max(_RTOL.get(array.dtype, _RTOL_OF_OTHERS) for array in (one, other))
    finite = np.abs(other[np.isfinite(other)])
    scale = float(finite.max()) if finite.size else 0.0
    return bool(
        np.allclose(one, other, rtol=rtol, atol=rtol * _ATOL_OF_SCALE * scale, equal_nan=True)
    )
