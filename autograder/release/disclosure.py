"""The policy -> the part of it that students may know."""

from __future__ import annotations

from autograder.config import Course
from autograder.lateness import due_words, late_rules
from autograder.release.facts import LimitFacts, QuestionFacts, StudentFacts

__all__ = ["facts_of"]


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
            QuestionFacts(name, asked.title, asked.functions, asked.points, asked.stretch)
            for name, asked in policy.questions.items()
        ),
        allowed_imports=course.rules.allowed_imports,
        limits=LimitFacts(course.intake.files, course.intake.file_kib, course.intake.total_kib),
    )
