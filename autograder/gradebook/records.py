"""What the gradebook gives to those who export, count and explain: plain records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from autograder.records import Grade, Status

__all__ = ["Adjustment", "Entry"]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The points of one question, set by a person.

    Attributes:
        question: The question's id, such as `A1.2`.
        points: What it earns instead.
        by: Who decided it.
        reason: Why.
        at: When; aware, UTC.
    """

    question: str
    points: float
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """The grade that stands for one student, or for one hand-in that is nobody's, and its origin.

    Attributes:
        assignment: The assignment's id.
        student: The roster's id; empty where the hand-in belongs to nobody known.
        submission: The name of the hand-in that counts.
        attempt: Which of this student's it is, from 1.
        submitted: When it came; aware, None if that is not known.
        graded_at: When it was graded; aware, UTC.
        suite: `sha256:` and the digest of the suite that graded it.
        grade: With the adjustments applied, and the lateness by the course's policy as it is now.
        adjustments: In the order in which they were made; the last one of a question counts.
    """

    assignment: str
    student: str
    submission: str
    attempt: int
    submitted: datetime | None
    graded_at: datetime
    suite: str
    grade: Grade
    adjustments: tuple[Adjustment, ...]

    @property
    def final_points(self) -> float:
        """The points that stand: bonus included, late penalty taken off; 0 if ungraded."""
        grade = self.grade
        if grade.status is not Status.GRADED:
            return 0.0
        return grade.points + grade.bonus if grade.late is None else grade.late.final_points
