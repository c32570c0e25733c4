"""Policy file -> the course, or everything that is wrong with the file."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from autograder.config.consistency import consistency_problems
from autograder.config.problems import schema_problems
from autograder.config.records import Course
from autograder.config.source import read_source
from autograder.errors import ConfigError

__all__ = ["load_course"]


def load_course(path: Path) -> Course:
    """Read and check a course's policy.

    Args:
        path: `grading.yml`.

    Returns:
        The policy, complete and consistent.

    Raises:
        ConfigError: With everything that is wrong with the file, in the order of its lines.
    """
    source = read_source(path)
    problems = list(source.problems)
    course: Course | None = None
    try:
        course = Course.model_validate(source.data)
    except ValidationError as error:
        problems += schema_problems(source, error.errors(include_url=False))
    problems += consistency_problems(source)
    if course is None or problems:
        raise ConfigError(sorted(problems, key=lambda problem: problem.line))
    return course
