"""What a gradebook remembers of how grades came to be: plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.records import Grade

__all__ = ["Decision", "Facts", "KeptHandIn", "Past", "Proposal"]


@dataclass(frozen=True, slots=True)
class Facts:
    """How a grade was made.

    Attributes:
        suite: `sha256:` and the digest of suite, reference and policy.
        task: `full` or `reduced`; empty for an assignment that trains nothing.
        isolation: Layer of the sandbox to `on`, or `off: ` and the reason.
        training: As `ClassResult.training`.
        machine: The name of the machine that wrote it down.
    """

    suite: str
    task: str = ""
    isolation: Mapping[str, str] = field(default_factory=dict)
    training: Mapping[str, str] = field(default_factory=dict)
    machine: str = ""


@dataclass(frozen=True, slots=True)
class KeptHandIn:
    """A hand-in, and by what its standing grade was made.

    Attributes:
        id: The submission's number.
        name: What results call it.
        student: The roster's id, or empty.
        digest: Of its content.
        attempt: Which of this student's it is, from 1.
        counts: Whether it is the student's last one.
        path: Where it lay when it was graded.
        grade_id: The standing grade's number; None while there is none.
        suite: Of the standing grade, as are `task` and `status`; empty without one.
        task: `full`, `reduced` or empty.
        status: `graded` or `ungraded`.
    """

    id: int
    name: str
    student: str
    digest: str
    attempt: int
    counts: bool
    path: Path
    grade_id: int | None
    suite: str
    task: str
    status: str


@dataclass(frozen=True, slots=True)
class Past:
    """One grade of a hand-in's history.

    Attributes:
        id: The grade's number; later grades have higher ones.
        state: `stands`, `replaced`, `proposed`, or `dropped`: proposed once, and never stood.
        why: Why it came after another, or what became of it; empty for a first grade.
        graded_at: When; aware, UTC.
        facts: How it was made.
        grade: Without adjustments and lateness.
    """

    id: int
    state: str
    why: str
    graded_at: datetime
    facts: Facts
    grade: Grade


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one question of a hand-in, in force or not.

    Attributes:
        question: The question's id.
        points: What it earns instead; None where earlier decisions were taken back.
        by: Who decided it.
        reason: Why.
        at: When; aware, UTC.
    """

    question: str
    points: float | None
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A grade that stands only once it is accepted.

    Attributes:
        submission_id: The hand-in's number.
        submission: The hand-in's name.
        student: The roster's id, or empty.
        past: The grade.
    """

    submission_id: int
    submission: str
    student: str
    past: Past
