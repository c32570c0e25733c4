"""The words, signs and numbers of every report, in one place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from autograder.records import CheckOutcome, Grade, QuestionGrade, Status, Verdict

__all__ = [
    "GROUPS",
    "STATUSES",
    "VERDICTS",
    "Wording",
    "counted",
    "facts",
    "group_words",
    "is_failure",
    "late_sentence",
    "look_up_words",
    "message_parts",
    "number",
    "outcome_words",
    "percent",
    "points_lost",
    "score_sentence",
    "short",
    "source_words",
    "to_look_up",
    "training_sentence",
    "went_right",
]


@dataclass(frozen=True, slots=True)
class Wording:
    """How one verdict or status is shown: never by colour alone.

    Attributes:
        words: In running text and in tables with room.
        symbol: One character where Unicode can be shown.
        letter: One ASCII character where it cannot.
        style: A Rich style; the name of the enum's value is the class in HTML.
    """

    words: str
    symbol: str
    letter: str
    style: str


VERDICTS: Final = MappingProxyType(
    {
        Verdict.PASSED: Wording("passed", "✓", "P", "green"),
        Verdict.FAILED: Wording("failed", "✗", "F", "red"),
        Verdict.NOT_ATTEMPTED: Wording("not attempted", "\N{EN DASH}", "-", "dim"),
        Verdict.STUDENT_ERROR: Wording("stopped with an error", "E", "E", "red"),
        Verdict.LIMIT_EXCEEDED: Wording("time or memory limit", "T", "T", "yellow"),
        Verdict.GRADER_ERROR: Wording("not checked: our fault", "?", "?", "magenta"),
    }
)

STATUSES: Final = MappingProxyType(
    {
        Status.GRADED: Wording("graded", "✓", "G", "green"),
        Status.UNGRADED: Wording("ungraded", "?", "?", "magenta"),
    }
)

GROUPS: Final = MappingProxyType(
    {
        "example": "worked examples",
        "values": "values",
        "shapes": "shapes and types",
        "stability": "extreme numbers",
        "hygiene": "side effects and repeatability",
        "speed": "speed",
    }
)


_LONG_MESSAGE: Final = 12  # lines that are read in one piece
_ARRAY_FOLLOWS: Final = re.compile(r"\s+(?:argument \d+|\w+)(?:\[.*\])?:")


def group_words(name: str) -> str:
    """Say a check group's name as a student would; a group unknown here keeps its own."""
    return GROUPS.get(name, name.replace("_", " "))


def outcome_words(outcome: Verdict, fraction: float = 0.0) -> str:
    """Say what became of a check, with the share that a partly passed one earned."""
    words = VERDICTS[outcome].words
    return f"{words}, {percent(fraction, 1)} earned" if 0 < fraction < 1 else words


def number(value: float) -> int | float:
    """Round to 4 decimals; a whole number becomes an `int`, so that 16.0 is shown as 16.

    Args:
        value: Points, a count or seconds.

    Raises:
        ValueError: The value is not finite: a report must not pass it on as if it were a score.
    """
    if not math.isfinite(value):
        message = f"a report needs finite numbers, and received {value}"
        raise ValueError(message)
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def short(value: float, decimals: int = 1) -> str:
    """Show points with few decimals, rounded down: 15.96 of 16 must not look like all of them."""
    scale = 10**decimals
    floor = math.floor(number(value) * scale + 1e-6) / scale
    return str(number(floor))


def percent(part: float, whole: float) -> str:
    """Show a share in whole per cent, rounded down; of nothing it is 0 %."""
    return f"{math.floor(100 * part / whole + 1e-6) if whole else 0} %"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Put a number and its noun together: 1 check, 2 checks."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def score_sentence(grade: Grade) -> str:
    """Say the result of one submission as a sentence."""
    if grade.status is not Status.GRADED:
        return "No score yet: this submission waits for somebody to look at it. It is not a zero."
    sentence = f"{number(grade.points)} of {number(grade.max_points)} points"
    if grade.bonus:
        bonus = number(grade.bonus)
        sentence += f", and {bonus} bonus {'point' if bonus == 1 else 'points'}"
    return sentence + "."


def went_right(grade: Grade) -> str:
    """Name the questions without a fault as a sentence; empty where there is none of them."""
    names = [one.id for one in grade.questions if one.verdict is Verdict.PASSED]
    if not names:
        return ""
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"Every check passed in {listed}."


def late_sentence(grade: Grade) -> str:
    """Say when a submission came and what it keeps; empty where nothing is known of it."""
    if grade.late is None:
        return ""
    if not grade.late.penalty_points:
        return grade.late.words
    before = number(grade.points + grade.bonus)
    return f"{grade.late.words} {before} points become {number(grade.late.final_points)}."


def is_failure(check: CheckOutcome) -> bool:
    """Tell whether a check lost points by what the student's code did or left out."""
    return check.verdict not in {Verdict.PASSED, Verdict.GRADER_ERROR}


def message_parts(message: str) -> tuple[str, str]:
    """Split a long message into what to read first, and the arrays that it prints.

    Returns:
        The message and nothing, if it is short.
    """
    lines = message.split("\n")
    if len(lines) <= _LONG_MESSAGE:
        return message, ""
    first = min(len(facts(message)), _LONG_MESSAGE)
    return "\n".join(lines[:first]), "\n".join(lines[first:])


def facts(message: str) -> list[str]:
    """Give the lines of a message before the first array that it prints."""
    return list(takewhile(lambda line: not _ARRAY_FOLLOWS.fullmatch(line), message.split("\n")))


def to_look_up(question: QuestionGrade) -> tuple[str, ...]:
    """Give a question's sources if the student's code lost points of it, otherwise none."""
    return question.sources if any(map(is_failure, question.checks)) else ()


def look_up_words(sources: Iterable[str], errata: str = "") -> str:
    """Say where to look things up, in one line.

    Args:
        sources: Such as `deck 004 L343` or, for an erratum, `E03`.
        errata: The file that lists the errata; empty if the reader has none.
    """
    words = [source_words(source) for source in sources]
    beside = f" (see {errata})" if errata and any("erratum" in word for word in words) else ""
    return f"Look up: {'; '.join(words)}{beside}"


def source_words(source: str) -> str:
    """Write a source in words: `deck 004 L343` is deck 004, line 343; `E03` is erratum E03."""
    deck, _, lines = source.rpartition(" L")
    if not deck:
        return f"erratum {source}"
    return f"{deck}, {'lines' if '-' in lines else 'line'} {lines}"


def training_sentence(training: Mapping[str, str]) -> str:
    """Say what a class was trained on.

    Args:
        training: From a `ClassResult`; not empty.
    """
    device = training["device"]
    return (
        f"Trained on {'the CPU' if device == 'CPU' else device} with the {training['task']} task: "
        f"{training['backend']}, TF32 {training['tf32']}, "
        f"deterministic operations {training['determinism']}."
    )


def points_lost(question: QuestionGrade) -> float:
    """Count the points of a question that were not earned."""
    return question.max_points - question.points
