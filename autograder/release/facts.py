"""What students may know of the policy: the only part of `grading.yml` that a bundle can hold."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.workspace.question import Question

__all__ = ["LimitFacts", "StudentFacts"]


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """How large a hand-in may be.

    Attributes:
        files: Files in it.
        file_kib: Size of each, in KiB.
        total_kib: Size of all together, in KiB.
    """

    files: int
    file_kib: int
    total_kib: int


@dataclass(frozen=True, slots=True)
class StudentFacts:
    """One assignment.

    Attributes:
        id: The assignment's id, which is its module's name.
        title: As pages show it.
        course: What the course is called.
        due: When it is due, as text with its time zone; empty if it never is.
        late_rules: What lateness costs, in one sentence; empty without a due date.
        max_points: What the core questions are worth together.
        questions: In the order of the policy.
        allowed_imports: Top-level modules that a submission may import.
        limits: How large a hand-in may be.
    """

    id: str
    title: str
    course: str
    due: str
    late_rules: str
    max_points: float
    questions: tuple[Question, ...]
    allowed_imports: tuple[str, ...]
    limits: LimitFacts
