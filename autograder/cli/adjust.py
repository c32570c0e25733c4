"""`autograder adjust`: the points of one question, set by a person who says why."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.options import GradebookUrl

if TYPE_CHECKING:
    from autograder.gradebook import Entry

__all__ = ["adjust"]


def adjust(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as activations.")],
    student: Annotated[str, typer.Argument(help="The student's id, or the hand-in's name.")],
    question: Annotated[str, typer.Argument(help="The question's id, such as A1.2.")],
    points: Annotated[
        float | None, typer.Argument(help="What it earns, from 0 to what it is worth.")
    ] = None,
    *,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; the student reads it.")],
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back what was set; the suite's points count.")
    ] = False,
    gradebook: GradebookUrl = "",
) -> None:
    """Set the points of one question of the hand-in that counts, whatever the suite says later.

    Name and reason are kept, and shown on the student's page. The exit status is 0, or 2 for a
    mistake in the course or on the command line, 3 for a fault of our own.
    """
    if (points is None) != withdraw:
        raise typer.BadParameter("expected points, or --withdraw", param_hint="POINTS")
    if points is not None and not math.isfinite(points):
        raise typer.BadParameter(f"expected a number; received {points}", param_hint="POINTS")
    change = _Change(assignment, student, question, points, by, reason)
    print(_adjust(change, gradebook), file=sys.stderr)


@dataclass(frozen=True, slots=True)
class _Change:
    """What the command line says."""

    assignment: str
    student: str
    question: str
    points: float | None
    by: str
    reason: str


def _adjust(change: _Change, gradebook: str) -> str:
    """Write the adjustment down; say what it changed."""
    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.errors import InstructorError  # noqa: PLC0415
    from autograder.gradebook import open_gradebook  # noqa: PLC0415
    from autograder.regrade.past import counting_hand_in  # noqa: PLC0415
    from autograder.report.text import one_line  # noqa: PLC0415

    folder = find_course()
    load_course(folder / COURSE_FILE).assignment(change.assignment)
    question = change.question
    with open_gradebook(gradebook, folder) as book:
        work = counting_hand_in(book, change.assignment, change.student)
        before = book.entries(change.assignment, only={work.id})
        made = [one.question for entry in before for one in entry.adjustments]
        if change.points is None and question not in made:
            message = f"{question} of {change.student}: expected an adjustment to take back"
            raise InstructorError(f"{message}; there is none")
        book.adjust(work.id, question, change.points, by=change.by, reason=change.reason)
        after = book.entries(change.assignment, only={work.id})
    (was, total_was), (is_, total_is) = (_points(side[0], question) for side in (before, after))
    told = f"{question} of {change.student} ({work.name}): {was} -> {is_} points, by {change.by}"
    return one_line(f"{told}; the hand-in: {total_was} -> {total_is}")


def _points(entry: Entry, question: str) -> tuple[str, str]:
    """Give the points of a question, and the final points of the hand-in."""
    from autograder.report.words import number  # noqa: PLC0415 - --help stays quick

    grade = entry.grade
    (points,) = (one.points for one in grade.questions if one.id == question)
    final = str(number(entry.final_points)) if grade.status == "graded" else "no score"
    return str(number(points)), final
