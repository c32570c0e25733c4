"""What counts: which hand-in of several, what persons set, and what coming late costs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from autograder.arrivals import Arrival
from autograder.config import Course
from autograder.errors import InstructorError, nearest_name
from autograder.gradebook.records import Adjustment
from autograder.lateness import lateness_of
from autograder.records import Grade, Status

__all__ = ["adjusted", "check_adjustment", "in_order", "with_lateness"]

_DECIMALS = 2


class _Attempt(Protocol):
    @property
    def submitted(self) -> datetime | None: ...


_A = TypeVar("_A", bound=_Attempt)


def in_order(attempts: Iterable[_A]) -> list[_A]:
    """Put one student's hand-ins in order: the last one counts.

    Args:
        attempts: In the order in which they were found. That order holds, unless times tell that
            a later found one was handed in earlier.
    """
    ordered: list[_A] = []
    for attempt in attempts:
        place = len(ordered)
        while place and _came_before(attempt.submitted, ordered[place - 1].submitted):
            place -= 1
        ordered.insert(place, attempt)
    return ordered


def _came_before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def adjusted(grade: Grade, adjustments: Sequence[Adjustment], total_cap: float) -> Grade:
    """Put the points that persons set in the place of those that were computed, with a note.

    Args:
        grade: As the suite made it; one without a score stays as it is.
        adjustments: Oldest first; the last one of a question counts.
        total_cap: Per cent of the core points that core and stretch reach together, at most.
    """
    if grade.status is not Status.GRADED or not adjustments:
        return grade
    set_to = {one.question: one.points for one in adjustments}
    questions = tuple(
        dataclasses.replace(question, points=set_to.get(question.id, question.points))
        for question in grade.questions
    )
    points = _total(question.points for question in questions if not question.stretch)
    bonus = _total(question.points for question in questions if question.stretch)
    room = round(max(0.0, grade.max_points * total_cap / 100 - points), _DECIMALS)
    notes = (*grade.notes, *_notes(grade, {one.question: one for one in adjustments}))
    return dataclasses.replace(
        grade, questions=questions, points=points, bonus=min(bonus, room), notes=notes
    )


def _notes(grade: Grade, last: Mapping[str, Adjustment]) -> Iterator[str]:
    for question in grade.questions:
        if question.id in last:
            one = last[question.id]
            was, now = (f"{points:.10g}" for points in (question.points, one.points))
            yield f"{question.id}: {now} points instead of {was}, by {one.by}: {one.reason}"


def check_adjustment(stands: Sequence[Grade], question: str, points: float | None) -> None:
    """Hold that a person can set the points of a question.

    Args:
        stands: The hand-in's standing grade; empty while there is none.
        question: The question's id.
        points: What it is to earn; None to take back what was set.

    Raises:
        InstructorError: There is no such question, or it is not worth so much.
    """
    worth = {one.id: one.max_points for grade in stands for one in grade.questions}
    if question not in worth:
        near = nearest_name(question, worth)
        asked = ", ".join(worth) or "none: it has no grade yet"
        meant = f"; did you mean {near}?" if near else ""
        message = f"{question}: expected a question of this hand-in's grade: {asked}"
        raise InstructorError(f"{message}{meant}")
    if points is not None and not 0 <= points <= worth[question]:
        expected = f"expected points from 0 to {worth[question]:.10g}"
        raise InstructorError(f"{question}: {expected}; received {points:.10g}")


def _total(points: Iterable[float]) -> float:
    return round(math.fsum(points), _DECIMALS)


def with_lateness(course: Course, assignment: str, grade: Grade, arrival: Arrival | None) -> Grade:
    """Add to a grade what handing in late costs; the raw points stay as they are.

    Args:
        course: The policy.
        assignment: The assignment's id.
        grade: Of the hand-in; one without a score stays as it is.
        arrival: When it came, and whose it is; None if nothing is known.

    Raises:
        InstructorError: The course has no such assignment.
    """
    if arrival is None or grade.status is not Status.GRADED:
        return grade
    late = lateness_of(
        course,
        assignment,
        submitted=arrival.submitted,
        points=grade.points + grade.bonus,
        students=arrival.students,
        granted=arrival.granted,
    )
    return dataclasses.replace(grade, late=late)
