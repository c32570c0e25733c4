"""The texts that a release puts into an Otter zip: test files, configuration, start program."""

from __future__ import annotations

from typing import Any, Final

from autograder.config import Course

__all__ = ["otter_config", "run_otter_text", "test_file_text"]

_PLUGIN: Final = "autograder.otter.plugin.CoursePlugin"

_TEST_FILE: Final = '''\
"""{id}: the grader has run its checks already; Otter reads here what became of them."""

from otter.test_files import test_case

OK_FORMAT = False

name = {id!r}


@test_case(name={public!r}, points=0, hidden=False)
def public_checks(autograder_outcome):
    autograder_outcome.require({id!r}, public=True)


@test_case(name={hidden!r}, points={points!r}, hidden=True)
def hidden_checks(autograder_outcome):
    autograder_outcome.require({id!r}, public=False)
'''

_RUN_OTTER: Final = '''\
"""Grades a hand-in with Otter, after it was put where Otter does not look."""

import os
import sys

try:
    from autograder.otter.entry import main
except ModuleNotFoundError as error:
    raise RuntimeError(
        f"{error.name} cannot be imported: building the grading image did not install "
        "everything. Look at the log of setup.sh."
    ) from error

if __name__ == "__main__":
    sys.exit(main(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
'''


def test_file_text(question_id: str, points: float) -> str:
    """Write a question's test file in Otter's exception-based form.

    It holds no check: a failure message of Otter quotes the line that failed.

    Args:
        question_id: Such as `A1.2`.
        points: What the question is worth.
    """
    return _TEST_FILE.format(
        id=question_id,
        public=f"{question_id} public checks",
        hidden=f"{question_id} hidden checks",
        points=points,
    )


def otter_config(course: Course, assignment_id: str) -> dict[str, Any]:
    """Make what Otter reads from `otter_config.json`.

    Args:
        course: The policy.
        assignment_id: Such as `activations`.

    Raises:
        InstructorError: The course has no such assignment.
    """
    return {
        "plugins": [{_PLUGIN: {"assignment": assignment_id}}],
        "points_possible": course.assignment(assignment_id).max_points,
        # The plugin shows what the course allows; without it nothing would be shown.
        "show_hidden": False,
        "show_stdout": False,
    }


def run_otter_text() -> str:
    """Write `run_otter.py`, which Otter's `run_autograder` starts."""
    return _RUN_OTTER
