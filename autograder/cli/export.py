"""`autograder export`: grades from the gradebook to the file that somebody else reads."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograder.export.records import ClassGrades, Exported
    from autograder.roster import Student

__all__ = ["export"]


class Format(StrEnum):
    """Who reads the file."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    CSV = "csv"
    JSON_LINES = "jsonl"
    GRADESCOPE = "gradescope"


_UPDATED: Final = frozenset({Format.CANVAS, Format.MOODLE})
_OF_ONE_ASSIGNMENT: Final = frozenset({Format.MOODLE, Format.GRADESCOPE})


def export(
    form: Annotated[Format, typer.Argument(metavar="FORMAT", help="Who reads the file.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file that is written.")],
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Ids, such as activations; all if none is named.")
    ] = None,
    *,
    gradebook: Annotated[
        str,
        typer.Option(metavar="URL", help="A file or an SQLAlchemy URL; by default the course's."),
    ] = "",
    update: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What Canvas or Moodle exported; it is not changed."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=HEADING", help="A column whose heading is not the usual one."),
    ] = None,
    feedback_links: Annotated[
        str, typer.Option(metavar="URL", help="Moodle: where the pages of --report are.")
    ] = "",
) -> None:
    """Write grades for Canvas, Moodle, Gradescope, a spreadsheet or a program.

    Lateness is applied. The exit status is 0 if every grade is in the file, 1 if one was left out
    (ungraded, or nobody's), 2 for a mistake in the course or on the command line.
    """
    _check_options(form, update, column or [], feedback_links)
    _require_writable(out)
    columns = _columns(column or [])
    classes, students = _read(form, assignments or [], gradebook)
    done = _export(form, classes, students, update, columns, feedback_links)
    _put(out, done.content)
    _tell(done, out)
    if done.left_out:
        raise typer.Exit(1)


def _check_options(form: Format, update: Path | None, column: list[str], links: str) -> None:
    """Refuse options that the format makes nothing of, or lacks."""
    if form in _UPDATED and update is None:
        message = f"{form} needs the file that it exported: its own columns and rows are kept"
        raise typer.BadParameter(message, param_hint="--update")
    if form not in _UPDATED and (update is not None or column):
        raise typer.BadParameter("only canvas and moodle update a file", param_hint="--update")
    if links and form is not Format.MOODLE:
        message = "only moodle has a column for feedback"
        raise typer.BadParameter(message, param_hint="--feedback-links")
    if links and not links.startswith(("https://", "http://")):
        message = f"{links!r}: expected an address that begins with https://"
        raise typer.BadParameter(message, param_hint="--feedback-links")


def _require_writable(out: Path) -> None:
    """Refuse a place that cannot be written to before the gradebook is read."""
    if out.is_dir() or not os.access(out.absolute().parent, os.W_OK):
        message = f"{out} cannot be written: expected a file in a folder that is there"
        raise typer.BadParameter(message, param_hint="--out")


def _columns(options: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for option in options:
        name, equals, heading = (part.strip() for part in option.partition("="))
        if not (name and equals and heading):
            message = f"{option!r}: expected NAME=HEADING"
            raise typer.BadParameter(message, param_hint="--column")
        if name in columns:
            raise typer.BadParameter(f"{name}: expected once", param_hint="--column")
        columns[name] = heading
    return columns


def _read(
    form: Format, named: list[str], url: str
) -> tuple[list[ClassGrades], Mapping[str, Student]]:
    """Read the grades that stand from the gradebook."""
    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.export.records import ClassGrades  # noqa: PLC0415
    from autograder.gradebook import open_gradebook  # noqa: PLC0415

    folder = find_course()
    course = load_course(folder / COURSE_FILE)
    wanted = list(dict.fromkeys(named)) or list(course.order)
    if form in _OF_ONE_ASSIGNMENT and len(named) != 1:
        message = f"{form} takes one assignment at a time: name one of {', '.join(course.order)}"
        raise typer.BadParameter(message, param_hint="ASSIGNMENT")
    policies = {one: course.assignment(one) for one in wanted}
    with open_gradebook(url, folder) as book:
        students = book.students()
        classes = [
            ClassGrades(
                one,
                policy.title,
                tuple(book.entries(one)),
                course.release_policy(one).hidden_results,
            )
            for one, policy in policies.items()
        ]
    return [one for one in classes if one.entries or named], _everybody(classes, students)


def _everybody(
    classes: Sequence[ClassGrades], roster: Mapping[str, Student]
) -> Mapping[str, Student]:
    """Add to the roster whom a table of times named: without a roster these are all there are."""
    from autograder.roster import Student  # noqa: PLC0415 - --help stays quick

    named = {entry.student for one in classes for entry in one.entries if entry.student}
    others = sorted(named.difference(roster))
    return {
        **roster,
        **{one: Student(one, email=one if "@" in one else "") for one in others},
    }


def _export(
    form: Format,
    classes: Sequence[ClassGrades],
    students: Mapping[str, Student],
    update: Path | None,
    columns: Mapping[str, str],
    links: str,
) -> Exported:
    from autograder.export.canvas import export_canvas  # noqa: PLC0415
    from autograder.export.moodle import export_moodle  # noqa: PLC0415
    from autograder.export.plain import export_csv, export_json_lines  # noqa: PLC0415

    if form is Format.CANVAS and update is not None:
        return export_canvas(update, classes, students, columns)
    if form is Format.MOODLE and update is not None:
        return export_moodle(update, classes[0], students, columns, links)
    if form is Format.GRADESCOPE:
        from autograder.export.gradescope import export_gradescope  # noqa: PLC0415

        return export_gradescope(classes[0], students)
    write = export_csv if form is Format.CSV else export_json_lines
    return write(classes, students)


def _put(out: Path, content: bytes) -> None:
    """Write the file, whole or not at all.

    Raises:
        InstructorError: It cannot be written; what was there stays as it was.
    """
    from autograder.errors import InstructorError  # noqa: PLC0415
    from autograder.report.files import write_atomically  # noqa: PLC0415

    try:
        write_atomically(out, content)
    except OSError as error:
        message = f"{out}: expected a place that can be written: {error.strerror}"
        raise InstructorError(message) from error


def _tell(done: Exported, out: Path) -> None:
    """Say what is in the file, and what is not and why."""
    from autograder.report.text import one_line  # noqa: PLC0415
    from autograder.report.words import counted  # noqa: PLC0415

    for note in done.notes:
        print(one_line(note), file=sys.stderr)
    for one in done.left_out:
        print(one_line(f"left out: {one.assignment}, {one.who}: {one.reason}"), file=sys.stderr)
    left = f"; {len(done.left_out)} left out" if done.left_out else ""
    print(f"{out}: {counted(done.grades, 'grade')} written{left}", file=sys.stderr)
