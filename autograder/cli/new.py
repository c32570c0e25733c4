"""`autograder new`: a new assignment's files, ready to be proven and then filled in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

__all__ = ["new"]


def new(
    assignment: Annotated[
        str, typer.Argument(metavar="ID", help="The new assignment's id: the name of its module.")
    ],
    *,
    title: Annotated[
        str, typer.Option(help="As pages show it; made from the id if not given.")
    ] = "",
) -> None:
    """Add an assignment to the course: one question that works, to be replaced by yours.

    Written are the stub, the public tests, the lesson, the solution, a known-wrong implementation,
    the hidden suite, and an entry at the end of grading.yml, where nothing else changes. The
    assignment can be verified, released and graded as it is. The exit status is 0, or 2 if the id
    cannot be used, files are in the way, or there is no course; nothing is written then.
    """
    from autograder.catalog import find_course  # noqa: PLC0415 - --help stays quick
    from autograder.errors import InstructorError  # noqa: PLC0415
    from autograder.scaffold.assignment import new_assignment  # noqa: PLC0415

    try:
        course_dir = find_course()
    except InstructorError as error:
        advice = "for a course of your own, begin with a clone of this project, which is one"
        raise InstructorError(f"{error}; {advice}") from error
    for path in new_assignment(course_dir, assignment, title):
        print(f"new      {path}")
    print("changed  grading.yml")
    print(f"next: autograder verify {assignment}", file=sys.stderr)
