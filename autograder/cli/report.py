"""`autograder report`: pages of the grades that stand, without grading anything."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.options import GradebookUrl
from autograder.cli.output import Reading, further_reading, require_writable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.gradebook import Entry
    from autograder.records import ClassResult

__all__ = ["report"]


def report(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as activations.")],
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the pages go.")],
    gradebook: GradebookUrl = "",
    student: Annotated[
        str, typer.Option(metavar="ID", help="Write the page of one student or hand-in only.")
    ] = "",
) -> None:
    """Write the pages of `grade --report` from the gradebook, and the statistics of the class.

    The exit status is 0, or 2 for a mistake in the course or on the command line, 3 for a fault
    of our own.
    """
    require_writable("", out)
    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.statistics.entries import read_class  # noqa: PLC0415

    course_dir = find_course()
    course = load_course(course_dir / COURSE_FILE)
    policy = course.assignment(assignment)
    entries, result = read_class(gradebook, course_dir, assignment, policy)
    if student:
        for page in _write_one(result, entries, student, out):
            print(f"page: {page}", file=sys.stderr)
        return
    _write_class(result, out, further_reading())


def _write_class(result: ClassResult, out: Path, reading: Reading) -> None:
    from autograder.report.html import write_report  # noqa: PLC0415 - --help stays quick
    from autograder.statistics.count import class_statistics  # noqa: PLC0415
    from autograder.statistics.html import write_page  # noqa: PLC0415

    pages = (
        write_report(result, out, errata=reading.errata, lessons=reading.lessons),
        write_page(class_statistics(result), out),
    )
    print(f"pages: {' and '.join(map(str, pages))}", file=sys.stderr)


def _write_one(
    result: ClassResult, entries: Sequence[Entry], student: str, out: Path
) -> Iterator[Path]:
    """Write the page of one student: a file by itself, which links to nothing beside it.

    Raises:
        InstructorError: The gradebook has no such student and no such hand-in.
    """
    from autograder.errors import InstructorError, nearest_name  # noqa: PLC0415 - --help
    from autograder.report.files import page_names, write_atomically  # noqa: PLC0415
    from autograder.report.html import installed_versions, submission_page  # noqa: PLC0415

    known = {name for one in entries for name in (one.student, one.submission) if name}
    if student not in known:
        near = nearest_name(student, known)
        hint = f"did you mean {near}?" if near else "look at the class page for the names"
        raise InstructorError(
            f"--student {student}: {result.assignment} has no grade of it; {hint}"
        )
    out.mkdir(parents=True, exist_ok=True)
    names = page_names(entry.submission for entry in entries)
    for entry, name in zip(entries, names, strict=True):
        if student in (entry.student, entry.submission):
            alone = replace(result, suite=entry.suite, grades=(entry.grade,))
            page = submission_page(alone, entry.grade, when=None, versions=installed_versions())
            write_atomically(out / name, page)
            yield out / name
