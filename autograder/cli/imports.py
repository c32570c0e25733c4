"""`autograder import`: what another system hands out to a folder of hand-ins."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from autograder.cli.options import Roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autograder.imports import Export, LaidOut, Unplaced
    from autograder.roster import Student

__all__ = ["import_"]

_WIDEST: Final = 2000


def import_(
    form: Annotated[
        str, typer.Argument(metavar="FORMAT", help="canvas, github, gradescope or moodle.")
    ],
    source: Annotated[
        Path,
        typer.Argument(metavar="SOURCE", help="The zip or folder that the other system made."),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The import's folder.")],
    *,
    roster: Roster = None,
    table: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Names and times that the other system tells beside."),
    ] = None,
    assignment: Annotated[
        str, typer.Option(metavar="ID", help="Whose hand-ins these are, such as activations.")
    ] = "",
    keep_unmatched: Annotated[
        bool, typer.Option("--keep-unmatched", help="Lay out hand-ins of nobody known, too.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an import of another source.")
    ] = False,
) -> None:
    """Lay out hand-ins as a folder to grade, each named by its student.

    DIR gets hand-ins/, a child a student, and submitted.csv, the table for grade --submitted.
    Nothing is executed, and nobody is guessed: what is not certainly one student's is listed. The
    exit status is 0 if everything was laid out, 1 if something was not, 2 for a mistake in the
    course or on the command line.
    """
    from autograder.catalog import find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.imports import assign, lay_out, open_export, require_replaceable  # noqa: PLC0415
    from autograder.roster import read_roster  # noqa: PLC0415

    course = load_course(find_course() / "grading.yml")
    if assignment:
        course.assignment(assignment)
    students = None if roster is None else read_roster(roster)
    with open_export(
        form, source, course.intake, zone=course.zone, table=table, assignment=assignment
    ) as export:
        require_replaceable(out, form, source, force=force)
        assigned = assign(export.hand_ins, students)
        done = lay_out(
            out,
            assigned,
            course.intake,
            form=form,
            source=source,
            keep_unmatched=keep_unmatched,
        )
    left = (*assigned.unplaced, *done.refused)
    _tell(export, left)
    _summarise(out, done, students, assignment or "ASSIGNMENT")
    if left or export.strays:
        raise typer.Exit(1)


def _tell(export: Export, left: Iterable[Unplaced]) -> None:
    """Say what an instructor has to know or to look at."""
    from autograder.intake import printable  # noqa: PLC0415 - --help stays quick

    lines = [f"note: {note}" for note in export.notes]
    lines += [f"no hand-in: {stray}" for stray in export.strays]
    for one in left:
        looked = "" if one.hand_in.fault else f"looked for {one.looked_for}: "
        lines.append(f"not laid out as a student's: {one.hand_in.source}: {looked}{one.reason}")
    for line in lines:
        print(printable(line, _WIDEST), file=sys.stderr)


def _summarise(
    out: Path, done: LaidOut, students: Mapping[str, Student] | None, assignment: str
) -> None:
    """Say what lies where, and what to do with it."""
    from autograder.imports.layout import HAND_INS, TIMES  # noqa: PLC0415 - --help stays quick
    from autograder.intake.names import listed  # noqa: PLC0415

    known = [one.name for one in done.written if one.known]
    others = len(done.written) - len(known)
    if not done.written:
        print(f"nothing was laid out; {out} is as it was", file=sys.stderr)
        return
    beside = f", and {others} of nobody known" if others else ""
    print(f"{len(known)} hand-ins{beside}: {out}")
    if students is None:
        print("without --roster, hand-ins are named as the other system names people")
    elif missing := sorted(students.keys() - set(known)):
        print(f"without a hand-in: {len(missing)} of {len(students)}: {listed(missing)}")
    timed = any(one.hand_in.submitted for one in done.written)
    times = f" --submitted {out / TIMES}" if timed else ""
    print(f"next: autograder grade {assignment} {out / HAND_INS}{times}", file=sys.stderr)
