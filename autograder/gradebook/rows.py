"""Rows of the tables <-> the project's records."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row

from autograder.arrivals import Arrival
from autograder.config import Course
from autograder.gradebook.past import Decision, Facts, Past
from autograder.gradebook.records import Adjustment, Entry
from autograder.gradebook.standing import adjusted, with_lateness
from autograder.plain import grade_from_json, grade_to_json
from autograder.records import Grade, Verdict
from autograder.roster import Student

__all__ = [
    "adjustments_by_hand_in",
    "check_values",
    "decision",
    "entry",
    "grade_of",
    "grade_values",
    "instant",
    "past",
    "question_values",
    "storable",
    "student",
    "student_values",
    "written",
]

_FAST: Final = 1  # of zlib: a grade shrinks to a seventh

Values = dict[str, object]


def written(time: datetime) -> str:
    """Write a point in time, which must be aware, in UTC."""
    return time.astimezone(UTC).isoformat()


def instant(text: str | None) -> datetime | None:
    """Read what `written` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def storable(text: str) -> str:
    """Write text so that both databases take it: without NUL and what UTF-8 cannot encode."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def student(row: Row[Any]) -> Student:
    """Make the record of a row of `students`."""
    granted = json.loads(row.extensions)
    times = {assignment: datetime.fromisoformat(time) for assignment, time in granted.items()}
    return Student(row.id, row.name, row.email, row.section, MappingProxyType(times))


def student_values(one: Student) -> Values:
    """Give the columns of a student."""
    times = {name: time.isoformat() for name, time in one.extensions.items()}
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "section": one.section,
        "extensions": json.dumps(times),
    }


def grade_values(grade: Grade, facts: Facts) -> Values:
    """Give the columns of a grade, save what the gradebook decides."""
    return {
        "suite": facts.suite,
        "task": facts.task,
        "sha256": grade.sha256,
        "status": grade.status.value,
        "points": grade.points,
        "max_points": grade.max_points,
        "bonus": grade.bonus,
        "seconds": grade.seconds,
        "reason": storable(grade.reason),
        "isolation": json.dumps(dict(facts.isolation)),
        "training": json.dumps(dict(facts.training)),
        "machine": facts.machine,
        "document": zlib.compress(grade_to_json(grade).encode(), _FAST),
    }


def question_values(grade: Grade) -> Iterator[Values]:
    """Give the columns of every question of a grade."""
    for one in grade.questions:
        yield {
            "question": one.id,
            "points": one.points,
            "max_points": one.max_points,
            "verdict": one.verdict.value,
            "misconception": one.misconception,
        }


def check_values(grade: Grade) -> Iterator[Values]:
    """Give the columns of every check of a grade that did not pass."""
    for question in grade.questions:
        # By id: a check that came twice must not keep the grade from being written.
        failed = {one.id: one for one in question.checks if one.verdict is not Verdict.PASSED}
        for one in failed.values():
            yield {
                "question": question.id,
                "check_id": storable(one.id),
                "verdict": one.verdict.value,
                "fraction": one.fraction,
            }


def grade_of(row: Row[Any]) -> Grade:
    """Read the grade of a row that has its document."""
    return grade_from_json(zlib.decompress(row.document).decode())


def past(row: Row[Any]) -> Past:
    """Make the record of a row of `grades`."""
    facts = Facts(
        row.suite, row.task, json.loads(row.isolation), json.loads(row.training), row.machine
    )
    graded_at = datetime.fromisoformat(row.graded_at)
    return Past(row.id, row.state, row.why, graded_at, facts, grade_of(row))


def decision(row: Row[Any]) -> Decision:
    """Make the record of a row of `adjustments`."""
    at = datetime.fromisoformat(row.made_at)
    return Decision(row.question, row.points, row.by, row.reason, at)


def adjustments_by_hand_in(rows: Sequence[Row[Any]]) -> dict[int, tuple[Adjustment, ...]]:
    """Sort rows of `adjustments`, oldest first, by hand-in; leave out what was taken back."""
    made: dict[int, list[Adjustment]] = {}
    for row in rows:
        mine = made.setdefault(row.submission_id, [])
        if row.points is None:
            mine[:] = [one for one in mine if one.question != row.question]
        else:
            at = datetime.fromisoformat(row.made_at)
            mine.append(Adjustment(row.question, row.points, row.by, row.reason, at))
    return {submission_id: tuple(mine) for submission_id, mine in made.items()}


def entry(
    row: Row[Any],
    adjustments: tuple[Adjustment, ...],
    course: Course | None,
    students: Mapping[str, Student],
    instead: Grade | None = None,
) -> Entry:
    """Make the record of a hand-in and its standing grade.

    Args:
        row: Of `Sql.standing`.
        adjustments: Of this hand-in.
        course: The policy; None to apply neither a cap on bonus points nor lateness.
        students: The rosters.
        instead: What to take for the standing grade; None for that grade itself.
    """
    grade = grade_of(row) if instead is None else instead
    cap = float("inf") if course is None else course.score.total_cap
    grade = adjusted(grade, adjustments, cap)
    submitted = instant(row.submitted)
    if course is not None and submitted is not None:
        grade = with_lateness(course, row.assignment, grade, _arrival(row, submitted, students))
    return Entry(
        assignment=row.assignment,
        student=row.student,
        submission=row.name,
        attempt=row.attempt,
        submitted=submitted,
        graded_at=datetime.fromisoformat(row.graded_at),
        suite=row.suite,
        grade=grade,
        adjustments=adjustments,
    )


def _arrival(row: Row[Any], submitted: datetime, students: Mapping[str, Student]) -> Arrival:
    """Say when a hand-in came, and by which names the policy may know whose it is."""
    known = students.get(row.student)
    if known is None:
        return Arrival(submitted, (row.owner,))
    names = tuple(filter(None, (known.id, known.email)))
    return Arrival(submitted, names, known.extensions.get(row.assignment))
