"""An assignment made ready to be graded: its policy, its suite, and what it is trained on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from autograder.catalog import AssignmentParts, find_course, locate, suite_digest
from autograder.config import Course, load_course
from autograder.gpus import Mask, choose_masks, find_gpus
from autograder.misconceptions import Misconception, load_misconceptions
from autograder.secret import load_secret
from autograder.suite.absent import keras_absent
from autograder.suite.collect import Suite, collect
from autograder.suite.diagnosis import Exchanges, diagnose

__all__ = ["Job", "known_mistakes", "masks_for", "open_job"]


@dataclass(frozen=True, slots=True)
class Job:
    """An assignment that is ready to be graded: read once, shared by every grading process.

    Attributes:
        course: The policy.
        parts: Where the assignment's files lie.
        suite: The collected checks and the reference.
        suite_digest: Identifies the suite, the reference and the policy.
        secret: The course secret.
        misconceptions: Question id to its known-wrong implementations.
    """

    course: Course
    parts: AssignmentParts
    suite: Suite
    suite_digest: str
    secret: bytes = field(repr=False)
    misconceptions: Mapping[str, tuple[Misconception, ...]] = field(default_factory=dict)

    @property
    def functions(self) -> tuple[str, ...]:
        """The names that students write, in the order of the questions."""
        questions = self.parts.policy.questions.values()
        return tuple(name for question in questions for name in question.functions)


def open_job(assignment: str, start: Path | None = None) -> Job:
    """Read an assignment's policy, files and suite.

    Args:
        assignment: Its id.
        start: Where to look for the course; by default here and upwards.

    Raises:
        InstructorError: Something about the course cannot be used; all of it is told.
    """
    course_dir = find_course(start)
    course = load_course(course_dir / "grading.yml")
    parts = locate(course_dir, course, assignment)
    with keras_absent() if parts.policy.runtime == "keras" else nullcontext():
        suite = collect(
            assignment,
            public_tests=parts.public_tests,
            hidden_files=parts.hidden_files,
            reference=parts.reference,
            groups=course.score.group_weights,
        )
        misconceptions = _misconceptions(parts)
    digest, secret = suite_digest(parts), load_secret(course_dir)
    return Job(course, parts, suite, digest, secret, misconceptions)


def _misconceptions(parts: AssignmentParts) -> dict[str, tuple[Misconception, ...]]:
    questions = parts.policy.questions
    functions = {name: id_ for id_, asked in questions.items() for name in asked.functions}
    found = load_misconceptions(parts.misconceptions, functions)
    return {id_: tuple(one for one in found if one.question == id_) for id_ in questions}


def known_mistakes(
    job: Job, questions: Iterable[str], exchanges: Exchanges
) -> dict[str, Misconception]:
    """Name the known mistake behind each of some questions, where the answers tell it.

    Args:
        job: The assignment.
        questions: Ids of the questions.
        exchanges: What was asked and answered.
    """
    found = {}
    for question in questions:
        candidates = job.misconceptions.get(question, ())
        if not candidates:
            continue
        functions = job.parts.policy.questions[question].functions
        mistake = diagnose(candidates, functions, exchanges, job.suite.reference)
        if mistake is not None:
            found[question] = mistake
    return found


def masks_for(job: Job, workers: int, *, allow_cpu: bool = False) -> tuple[Mask, ...]:
    """Decide what each grading process trains on.

    Args:
        job: The assignment.
        workers: How many processes are wanted.
        allow_cpu: Take the CPU where the assignment asks for a GPU and there is none.

    Returns:
        A mask a process; fewer than wanted where the GPUs run out.

    Raises:
        InstructorError: The assignment asks for a GPU, and this machine has too few.
    """
    return choose_masks(
        find_gpus(os.environ),
        job.parts.id,
        per_submission=job.parts.policy.resources.gpus,
        workers=workers,
        allow_cpu=allow_cpu,
    )
