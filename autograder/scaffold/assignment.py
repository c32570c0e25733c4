"""A new assignment: one question with everything that an assignment has, ready to be proven.

It asks for rows of length 1. That takes little code and touches every check group: there is an
axis to mix up, a square that overflows, and an input that has no answer.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.catalog import COURSE_FILE
from autograder.config import load_course
from autograder.errors import InstructorError
from autograder.scaffold.files import write_all
from autograder.scaffold.naming import question_id, require_new_id, title_of
from autograder.scaffold.policy import insert_assignment

if TYPE_CHECKING:
    from autograder.config import Course

__all__ = ["new_assignment"]

_GROUPS: Final = ("example", "values", "shapes", "stability", "hygiene", "speed")
# Template to the file that is made from it, in the order in which they are filled in.
_FILES: Final[dict[str, str]] = {
    "stub.py.j2": "assignments/{id}/{id}.py",
    "public_tests.py.j2": "assignments/{id}/test_{id}.py",
    "lesson.md.j2": "assignments/{id}/{id}.md",
    "reference.py.j2": "solutions/{id}.py",
    "misconceptions.py.j2": "solutions/misconceptions/{id}.py",
    "hidden.py.j2": "tests/hidden/{id}/test_unit_rows.py",
}
# What `verify` and grading would read of an assignment that was there before.
_LEFT_OVER: Final = (
    "assignments/{id}",
    "solutions/{id}.py",
    "solutions/misconceptions/{id}.py",
    "tests/hidden/{id}",
    "tests/equivalent/{id}.yml",
    "tests/integration/variants/{id}",
)


def new_assignment(course_dir: Path, assignment_id: str, title: str = "") -> tuple[Path, ...]:
    """Add an assignment to a course: its files, and its entry in `grading.yml`.

    Args:
        course_dir: The folder of `grading.yml`.
        assignment_id: What it is to be called.
        title: As pages show it; made from the id if empty.

    Returns:
        The new files, seen from the course's folder.

    Raises:
        InstructorError: The id or the title cannot be used, the course cannot take the assignment,
            or files of its name are there. Nothing is written then.
    """
    policy = (course_dir / COURSE_FILE).resolve()
    course = load_course(course_dir / COURSE_FILE)
    require_new_id(assignment_id, course)
    _require_groups(course)
    _require_room(course_dir, assignment_id)
    facts = {
        "id": assignment_id,
        "question": question_id(course),
        "imports": _imports(assignment_id),
        "title": title_of(assignment_id, title),
        "tolerance_line": _yaml_line("tolerance", next(iter(course.tolerances))),
        "title_line": _yaml_line("title", title_of(assignment_id, title)),
    }
    entry, texts = _filled_in(facts)
    text = insert_assignment(policy.read_bytes().decode(), assignment_id, entry)
    paths = {name: Path(place.format(id=assignment_id)) for name, place in _FILES.items()}
    write_all({course_dir / path: texts[name] for name, path in paths.items()}, policy, text)
    return tuple(paths.values())


def _require_groups(course: Course) -> None:
    missing = [name for name in _GROUPS if name not in course.score.group_weights]
    if missing:
        raise InstructorError(
            f"grading.yml: score.group_weights: expected the check groups {', '.join(_GROUPS)}, in "
            f"which a new assignment's checks count; found no {', '.join(missing)}; add them"
        )


def _require_room(course_dir: Path, assignment_id: str) -> None:
    places = [course_dir / place.format(id=assignment_id) for place in _LEFT_OVER]
    taken = [str(place) for place in places if place.exists() or place.is_symlink()]
    if taken:
        raise InstructorError(
            f"new {assignment_id!r}: expected no files of this name; found {', '.join(taken)}; "
            "move them away, or choose another id"
        )


def _imports(assignment_id: str) -> list[str]:
    """Write the public tests' imports in the order that ruff wants."""
    modules = {assignment_id: assignment_id, "numpy": "numpy as np", "pytest": "pytest"}
    return [f"import {modules[name]}" for name in sorted(modules)]


def _yaml_line(key: str, value: str) -> str:
    import yaml  # noqa: PLC0415 - slow to import

    return yaml.safe_dump({key: value}, allow_unicode=True, width=sys.maxsize).rstrip("\n")


def _filled_in(facts: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """Fill in the templates: the entry of `grading.yml`, and each file's text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to import

    environment = Environment(
        loader=PackageLoader("autograder.scaffold", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Python, Markdown and YAML, written by the instructor
    )
    texts = {name: environment.get_template(name).render(facts) for name in _FILES}
    return environment.get_template("policy.yml.j2").render(facts), texts
