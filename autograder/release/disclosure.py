"""The staff's files -> the part of them that students may know."""

from __future__ import annotations

from pathlib import Path

from autograder.catalog import AssignmentParts
from autograder.config import Course
from autograder.lateness import due_words, late_rules
from autograder.release.facts import LimitFacts, StudentFacts
from autograder.release.recognised import known_mistakes
from autograder.workspace.folder import ERRATA_FILE
from autograder.workspace.question import Question
from autograder.workspace.recognised import RECOGNISED_FILE, mistakes_text

__all__ = ["disclosed_files", "facts_of"]


def facts_of(course: Course, assignment_id: str) -> StudentFacts:
    """Pick what students may know of an assignment.

    Args:
        course: The policy.
        assignment_id: Such as `activations`.

    Raises:
        InstructorError: The course has no such assignment.
    """
    policy = course.assignment(assignment_id)
    return StudentFacts(
        id=assignment_id,
        title=policy.title,
        course=course.course.title,
        due=due_words(course, assignment_id),
        late_rules=late_rules(course, assignment_id),
        max_points=policy.max_points,
        questions=tuple(
            Question(name, asked.title, asked.functions, asked.points, asked.stretch, asked.sources)
            for name, asked in policy.questions.items()
        ),
        allowed_imports=course.rules_of(assignment_id).allowed_imports,
        limits=LimitFacts(course.intake.files, course.intake.file_kib, course.intake.total_kib),
    )


def disclosed_files(course_dir: Path, parts: AssignmentParts) -> dict[str, bytes]:
    """Make the files of a bundle that come from what only the staff has.

    Args:
        course_dir: The folder of `grading.yml`.
        parts: The assignment.

    Returns:
        Path inside the bundle to content: the errata, where the course keeps some, and what the
        known mistakes answer to the public tests, where there are such mistakes.

    Raises:
        SuiteError: The known mistakes cannot be used.
    """
    files = {}
    errata = parts.course.course.errata
    if errata is not None:
        files[ERRATA_FILE] = (course_dir / errata).read_bytes()
    mistakes = known_mistakes(parts)
    if mistakes:
        files[RECOGNISED_FILE] = mistakes_text(mistakes).encode()
    return files
