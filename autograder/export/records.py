"""What goes into an export and what comes out: frozen records."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.gradebook.records import Entry
from autograder.records import Status

__all__ = ["ClassGrades", "Exported", "LeftOut", "left_out"]


@dataclass(frozen=True, slots=True)
class ClassGrades:
    """The grades of one assignment that stand.

    Attributes:
        assignment: The assignment's id.
        title: Its title.
        entries: One for each student who handed in, and one for each hand-in of nobody known.
        hidden_results: When students see results of hidden checks, as `grading.yml` says it.
    """

    assignment: str
    title: str
    entries: tuple[Entry, ...]
    hidden_results: str = "after_published"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A hand-in whose grade is not in the file.

    Attributes:
        assignment: The assignment's id.
        who: The student's id, or the hand-in's name where its student is not known.
        reason: Why, as a sentence without a full stop.
    """

    assignment: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that is ready to be written.

    Attributes:
        content: Its bytes.
        grades: How many grades are in it.
        left_out: The hand-ins whose grades are not.
        notes: Sentences for the instructor: what was scaled, kept or not matched.
    """

    content: bytes
    grades: int
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


def left_out(entry: Entry, *, student_needed: bool = True) -> LeftOut | None:
    """Tell why a grade cannot be exported at all; None if it can.

    Args:
        entry: The grade.
        student_needed: Whether the file knows grades by their students alone.
    """
    who = entry.student or entry.submission
    if entry.grade.status is not Status.GRADED:
        return LeftOut(entry.assignment, who, f"ungraded: {entry.grade.reason}")
    if student_needed and not entry.student:
        return LeftOut(entry.assignment, who, "the hand-in belongs to nobody on the roster")
    return None
