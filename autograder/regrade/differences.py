"""Two grades of one hand-in -> what changed between them, question by question; pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from autograder.gradebook import Adjustment
from autograder.records import CheckOutcome, Grade, QuestionGrade
from autograder.regrade.records import CheckChange, Held, Move, QuestionChange, Summary
from autograder.report.words import outcome_words

__all__ = ["changed_questions", "check_counts", "held_questions", "summarise"]


def changed_questions(
    before: Grade, after: Grade, held: dict[str, Held] | None = None
) -> tuple[QuestionChange, ...]:
    """List the questions whose points, worth or checks differ.

    Args:
        before: The grade that stands.
        after: The one that would take its place.
        held: Question to what a person keeps from moving; such a question is listed too.
    """
    held = held or {}
    old = {one.id: one for one in before.questions}
    new = {one.id: one for one in after.questions}
    changes = (_question(old.get(id_), new.get(id_), held.get(id_)) for id_ in {**new, **old})
    return tuple(one for one in changes if _is_change(one))


def _question(
    old: QuestionGrade | None, new: QuestionGrade | None, held: Held | None
) -> QuestionChange:
    known = new or old
    assert known is not None
    return QuestionChange(
        id=known.id,
        title=known.title,
        before=None if old is None else old.points,
        after=None if new is None else new.points,
        max_before=None if old is None else old.max_points,
        max_after=None if new is None else new.max_points,
        checks=tuple(_checks(known.id, old.checks if old else (), new.checks if new else ())),
        held=held,
    )


def _is_change(one: QuestionChange) -> bool:
    moved = (one.before, one.max_before) != (one.after, one.max_after)
    return moved or bool(one.checks) or one.held is not None


def _checks(
    question: str, old: Sequence[CheckOutcome], new: Sequence[CheckOutcome]
) -> Iterator[CheckChange]:
    before = {one.id: one for one in old}
    after = {one.id: one for one in new}
    for id_ in {**after, **before}:
        was, is_ = before.get(id_), after.get(id_)
        change = CheckChange(question, id_, _claim(is_ or was), _words(was), _words(is_))
        if change.before != change.after:
            yield change


def _claim(check: CheckOutcome | None) -> str:
    return "" if check is None else check.claim


def _words(check: CheckOutcome | None) -> str:
    return "" if check is None else outcome_words(check.verdict, check.fraction)


def held_questions(
    adjustments: Iterable[Adjustment], before: Grade, after: Grade
) -> dict[str, Held]:
    """Find the questions that a person set, and that the suite gives other points now.

    Args:
        adjustments: Those in force, oldest first; the last one of a question counts.
        before: The grade that stands, as the suite made it.
        after: The one that would take its place, likewise.
    """
    old = {one.id: one.points for one in before.questions}
    new = {one.id: one.points for one in after.questions}
    last = {one.question: one for one in adjustments}
    return {
        id_: Held(one.points, one.by, one.reason, old[id_], new.get(id_))
        for id_, one in last.items()
        if id_ in old and old[id_] != new.get(id_)
    }


def summarise(moves: Sequence[Move]) -> Summary:
    """Count who gains and who loses, and give the means of those that have a score both times."""
    pairs = [
        (one.before, one.after) for one in moves if one.before is not None and one.after is not None
    ]
    means = [math.fsum(side) / len(pairs) for side in zip(*pairs, strict=True)]
    return Summary(
        up=sum(one.change > 0 for one in moves),
        down=sum(one.change < 0 for one in moves),
        same=sum(one.change == 0 for one in moves),
        mean_before=means[0] if means else None,
        mean_after=means[1] if means else None,
    )


def check_counts(moves: Iterable[Move]) -> list[tuple[CheckChange, int]]:
    """Count each change of a check over the class, the most frequent one first."""
    every = (check for one in moves for question in one.questions for check in question.checks)
    return Counter(every).most_common()
