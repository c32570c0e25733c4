"""`autograder history`: every grade of a student's hand-ins, and why it came."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.options import GradebookUrl
from autograder.cli.output import require_writable

__all__ = ["history"]


def history(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as activations.")],
    student: Annotated[str, typer.Argument(help="The student's id, or the hand-in's name.")],
    *,
    gradebook: GradebookUrl = "",
    json_file: Annotated[
        str, typer.Option("--json", metavar="FILE", help="Write it all; - is standard output.")
    ] = "",
) -> None:
    """Show every grade of a student's hand-ins: when and why it came, and what moved.

    The exit status is 0, or 2 for a mistake in the course or on the command line, 3 for a fault
    of our own.
    """
    require_writable(json_file, None)
    from rich.console import Console  # noqa: PLC0415 - --help stays quick

    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.gradebook import open_gradebook  # noqa: PLC0415
    from autograder.regrade.as_json import dumps_history  # noqa: PLC0415
    from autograder.regrade.console import print_history  # noqa: PLC0415
    from autograder.regrade.past import history_of  # noqa: PLC0415
    from autograder.report.files import write_atomically  # noqa: PLC0415

    folder = find_course()
    load_course(folder / COURSE_FILE).assignment(assignment)
    with open_gradebook(gradebook, folder) as book:
        attempts = history_of(book, assignment, student)
    if json_file == "-":
        sys.stdout.write(dumps_history(assignment, attempts))
        return
    print_history(student, attempts, Console())
    if json_file:
        write_atomically(Path(json_file), dumps_history(assignment, attempts))
