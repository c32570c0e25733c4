"""The numbers that hidden checks ask with and expect, and the search for them in a text.

They are found by running the same checks with the same seed against the reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.compare import assert_agrees
from autograder.job import Job
from autograder.report.words import number
from autograder.sandbox.codec import REQUEST_LIMITS, decode
from autograder.suite.run import run_suite
from autograder.suite.student import Reply, Request
from autograder.suite.terms import terms_for
from autograder.verify.inprocess import InProcess

DIGITS = 4  # fewer are in any count, and tell next to nothing
IN_A_ROW = 9  # errors about two shapes have eight numbers beside each other
_NUMBER = r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w.]*\w)"
NUMBER = re.compile(_NUMBER, re.IGNORECASE)
ROW = re.compile(rf"{_NUMBER}(?:[\s,;\[\]()]+{_NUMBER}){{{IN_A_ROW - 1},}}", re.IGNORECASE)
LARGEST, MOST_POWER = 1e15, 200  # what is beyond has no digits that a text would show
MOST_ENTRIES = 5000  # of one array; a message shows no more than sixty


@dataclass
class Hidden:
    """What the hidden checks of one hand-in asked with and expected.

    Attributes:
        numbers: All of them that have a fraction of at least four digits, sorted.
        rows: Every few entries that stand beside each other in an array, as they would be printed.
    """

    numbers: np.ndarray = field(default_factory=lambda: np.zeros(0))
    rows: frozenset[tuple[str, ...]] = frozenset()


class _Recorder:
    """Notes every array and number that passes between hidden checks and the reference."""

    def __init__(self) -> None:
        self.found: list[np.ndarray] = []

    def note(self, value: Any) -> None:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple):
            if value and all(isinstance(one, int | float) for one in value):
                self.found.append(np.asarray(value))
                return
            for one in value:
                self.note(one)
        elif isinstance(value, int | float | complex | np.ndarray | np.generic):
            array = np.asarray(value)
            if array.dtype.kind in "iufc":
                self.found.append(array.ravel()[:MOST_ENTRIES])

    def around(self, answer: Callable[..., list[Reply]]) -> Callable[..., list[Reply]]:
        def noted(requests: list[Request]) -> list[Reply]:
            replies = answer(requests)
            for request, reply in zip(requests, replies, strict=True):
                if request.blob is not None:
                    self.note(decode(request.blob, REQUEST_LIMITS))
                self.note(reply.value)
            return replies

        return noted

    def compare(self, actual: Any, expected: Any, *rest: Any, **options: Any) -> None:
        self.note(expected)
        assert_agrees(actual, expected, *rest, **options)


def hidden_values(job: Job, key: bytes) -> Hidden:
    """Run the hidden checks against the reference with a hand-in's seed, and note all numbers.

    Args:
        job: The assignment; its answers are arrays, not models.
        key: From `seed_key`.
    """
    recorder = _Recorder()
    checks = [check for check in job.suite.checks if not check.public]
    scopes = [getattr(one.function, "__func__", one.function).__globals__ for one in checks]
    scopes = [scope for scope in scopes if scope.get("assert_agrees") is assert_agrees]
    terms = terms_for(job.course, job.parts.id)
    try:
        for scope in scopes:
            scope["assert_agrees"] = recorder.compare
        run_suite(
            job.suite,
            recorder.around(InProcess(job.suite.reference, 60).answer),
            seed_key=key,
            tolerances=terms.tolerances,
            speed=terms.speed,
            only=frozenset(check.id for check in checks),
        )
    finally:
        for scope in scopes:
            scope["assert_agrees"] = assert_agrees
    return hidden_of(recorder.found)


def hidden_of(arrays: Iterable[np.ndarray]) -> Hidden:
    """Take from arrays what a text could tell of them."""
    rows: set[tuple[str, ...]] = set()
    numbers = [np.zeros(0)]
    for array in arrays:
        values = np.concatenate([array.real, array.imag]) if array.dtype.kind == "c" else array
        values = values.astype(np.float64).ravel()
        rows.update(_rows_of(f"{value:.4g}" for value in values[: 8 * IN_A_ROW]))
        if array.dtype.kind in "fc":
            # 0.5 and 100.0 are in any text.
            values = np.abs(values[(values < LARGEST) & (values > -LARGEST)])
            numbers.append(values[np.round(values, DIGITS - 1) != values])
    return Hidden(np.unique(np.concatenate(numbers)), frozenset(rows))


def spoken(text: str) -> dict[str, tuple[float, float]]:
    """List the numbers of a text that tell something: with a fraction, of four digits or more.

    Returns:
        The number as written to its absolute value and half a unit of its last digit.
    """
    found = {}
    for token in NUMBER.findall(text):
        digits, _, exponent = token.casefold().lstrip("+-").partition("e")
        whole, point, fraction = digits.partition(".")
        told = (whole + fraction).strip("0")
        power = int(exponent or 0)
        if len(told) >= DIGITS and (point or exponent) and abs(power) < MOST_POWER:
            unit = 10.0 ** (power - len(fraction))
            found[token.lstrip("+-")] = (abs(float(token)), 0.5000001 * unit)
    return found


@dataclass(frozen=True)
class Suspects:
    """Numbers in texts that nothing explains which the student knows.

    Attributes:
        numbers: Where each stands and how it is written, to its value and half a unit of it.
        rows: Numbers that stand beside each other.
    """

    numbers: Mapping[tuple[str, str], tuple[float, float]]
    rows: frozenset[tuple[str, ...]]

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.numbers or self.rows)


def suspects(texts: Mapping[str, str], known: str) -> Suspects:
    """List the numbers of texts that could be those of hidden checks.

    Args:
        texts: What the student reads.
        known: What students have anyway, with all its numbers.
    """
    public = spoken(known)
    numbers = {
        (place, token): value
        for place, text in texts.items()
        for token, value in spoken(text).items()
        if token not in public
    }
    rows = {row for text in texts.values() for row in _windows(text)}
    return Suspects(numbers, frozenset(rows.difference(_windows(known))))


def told(suspected: Suspects, hidden: Hidden) -> set[tuple[str, ...]]:
    """Pick those that hidden checks asked with or expected."""
    numbers = {
        place
        for place, (value, half) in suspected.numbers.items()
        if _is_near(hidden.numbers, value, half)
    }
    return numbers | (suspected.rows & hidden.rows)


def _is_near(numbers: np.ndarray, value: float, half: float) -> bool:
    at = int(np.searchsorted(numbers, value - half))
    return at < len(numbers) and bool(numbers[at] <= value + half)


def _windows(text: str) -> Iterator[tuple[str, ...]]:
    for row in ROW.findall(text):
        yield from _rows_of(f"{float(token):.4g}" for token in NUMBER.findall(row))


def _rows_of(written: Iterable[str]) -> Iterator[tuple[str, ...]]:
    near = list(written)
    for at in range(len(near) - IN_A_ROW + 1):
        row = tuple(near[at : at + IN_A_ROW])
        if len(set(row)) > 2:  # zeros and ones in a row tell nothing
            yield row


def known_texts(job: Job, grade: Mapping[str, Any], own: str) -> str:
    """Join what the student may know: the hand-in, the public files, points, claims, advice.

    What code prints, and what public checks quote, is the student's own to tell.

    Args:
        job: The assignment.
        grade: As in the JSON of a run.
        own: What was handed in.
    """
    scores = [(grade["points"], grade["bonus"], grade["max_points"])]
    scores += [(one["points"], 0, one["max_points"]) for one in grade["questions"]]
    points = [(got, bonus, got + bonus, most - got) for got, bonus, most in scores]
    public = [*job.parts.stub.parent.glob("*.py"), *job.parts.stub.parent.glob("*.md")]
    told = [own, grade["printed"], *(str(number(one)) for several in points for one in several)]
    told += [path.read_text(encoding="utf-8") for path in public]
    for question in grade["questions"]:
        told.append(question.get("advice", ""))
        told += [check["message"] for check in question["checks"] if check.get("public")]
        told += [check.get("claim", "") for check in question["checks"]]
    return "\n".join(told)
