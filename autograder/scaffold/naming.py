"""What a new assignment may be called."""

from __future__ import annotations

import keyword
import re
import sys
from typing import TYPE_CHECKING, Final

from autograder.errors import InstructorError

if TYPE_CHECKING:
    from autograder.config import Course

__all__ = ["question_id", "require_new_id", "title_of"]

_LONGEST: Final = 40
# What a student's workspace imports besides the standard library and what the course allows.
_IMPORTED: Final = frozenset({"autograder", "conftest", "matplotlib", "numpy", "otter", "pytest"})
_NUMBERED: Final = re.compile(r"A(\d+)\.")


def require_new_id(assignment_id: str, course: Course) -> None:
    """Refuse an id that no module can have, or that stands for something else.

    Args:
        assignment_id: What the assignment is to be called.
        course: Where it is to be added.

    Raises:
        InstructorError: Says which rule the id breaks.
    """
    taken = {name.partition(".")[0] for name in course.rules.allowed_imports} | _IMPORTED
    refusals = (
        (assignment_id in course.assignments, "expected a new id; the course has this assignment"),
        (
            re.fullmatch(r"[a-z][a-z0-9_]*", assignment_id) is None,
            "expected the name of a module: a lower-case letter, then such letters, digits and _",
        ),
        (len(assignment_id) > _LONGEST, f"expected {_LONGEST} letters at most"),
        (keyword.iskeyword(assignment_id), "expected a name; this is a keyword of Python"),
        (
            assignment_id in sys.stdlib_module_names,
            "expected a name of its own; this is a module of the standard library",
        ),
        (
            assignment_id in taken,
            "expected a name of its own; students' code or tests import this package",
        ),
        (
            assignment_id.startswith("test_"),
            "expected a name without test_ in front: pytest would take the module for tests",
        ),
    )
    broken = next((rule for applies, rule in refusals if applies), "")
    if broken:
        raise InstructorError(f"new {assignment_id!r}: {broken}; choose another id")


def title_of(assignment_id: str, title: str) -> str:
    """Return the title that was given, or one that is made from the id.

    Raises:
        InstructorError: The title is blank or not one line of text.
    """
    chosen = title or assignment_id.replace("_", " ").capitalize()
    if not chosen.strip() or not chosen.isprintable():
        raise InstructorError(f"--title {title!r}: expected a few words in one line of text")
    return chosen.strip()


def question_id(course: Course) -> str:
    """Number the first question of a new assignment, one above all that there are: `A9.1`."""
    questions = [name for one in course.assignments.values() for name in one.questions]
    numbers = [int(found[1]) for name in questions if (found := _NUMBERED.match(name))]
    return f"A{1 + max([len(course.order), *numbers])}.1"
