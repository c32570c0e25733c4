"""What stands in the gradebook -> the class that reports and statistics are made of."""

from __future__ import annotations

from pathlib import Path

from autograder.config import AssignmentPolicy
from autograder.errors import InstructorError
from autograder.gradebook import Entry, open_gradebook
from autograder.records import ClassResult

__all__ = ["read_class"]


def read_class(
    url: str, course_dir: Path, assignment: str, policy: AssignmentPolicy
) -> tuple[list[Entry], ClassResult]:
    """Read the grades that stand from the gradebook.

    Args:
        url: As `open_gradebook` takes it; empty for the course's own.
        course_dir: The folder of `grading.yml`.
        assignment: The assignment's id.
        policy: Its title, and what it is worth.

    Returns:
        The entries, and the same grades as a class, in that order. Its `suite` names every suite,
        if several graded it; isolation and training are those of the newest grade.

    Raises:
        InstructorError: The gradebook cannot be opened, or has no grade of the assignment.
    """
    with open_gradebook(url, course_dir) as book:
        entries = book.entries(assignment)
        isolation, training = book.circumstances(assignment)
    if not entries:
        raise InstructorError(
            f"{url or 'the gradebook of the course'}: expected grades of {assignment}, found none; "
            f"grade first: autograder grade {assignment} ... --gradebook {url or 'FILE'}"
        )
    suites = dict.fromkeys(entry.suite for entry in entries)
    grades = tuple(entry.grade for entry in entries)
    return entries, ClassResult(
        assignment,
        policy.title,
        policy.max_points,
        ", ".join(suites),
        isolation,
        grades,
        training,
    )
