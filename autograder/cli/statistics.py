"""`autograder statistics`: how did a class do, question by question?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.options import GradebookUrl
from autograder.cli.output import require_writable

if TYPE_CHECKING:
    from autograder.records import ClassResult
    from autograder.statistics.records import ClassStatistics

__all__ = ["statistics"]


def statistics(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as activations.")],
    *,
    gradebook: GradebookUrl = "",
    from_file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="What grade --json wrote.")
    ] = None,
    json_file: Annotated[
        str, typer.Option("--json", metavar="FILE", help="Write numbers; - is standard output.")
    ] = "",
    report: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the page statistics.html.")
    ] = None,
) -> None:
    """Count how a class did: points, difficulty, discrimination, known mistakes, hardest checks.

    The grades come from the gradebook, or from a file that `grade --json` wrote. What a class is
    too small for is not told. The exit status is 0, or 2 for a mistake in the course or on the
    command line, 3 for a fault of our own.
    """
    if gradebook and from_file is not None:
        raise typer.BadParameter("give one of --from and --gradebook, not both")
    require_writable(json_file, report)
    from autograder.statistics.count import class_statistics  # noqa: PLC0415 - --help stays quick

    _write(class_statistics(_grades(assignment, gradebook, from_file)), json_file, report)


def _grades(assignment: str, gradebook: str, from_file: Path | None) -> ClassResult:
    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.statistics.entries import read_class  # noqa: PLC0415
    from autograder.statistics.reading import read_results  # noqa: PLC0415

    course_dir = find_course()
    policy = load_course(course_dir / COURSE_FILE).assignment(assignment)
    if from_file is not None:
        return read_results(from_file, assignment, policy)
    return read_class(gradebook, course_dir, assignment, policy)[1]


def _write(found: ClassStatistics, json_file: str, report: Path | None) -> None:
    from rich.console import Console  # noqa: PLC0415

    from autograder.report.files import write_atomically  # noqa: PLC0415
    from autograder.statistics.as_json import dumps  # noqa: PLC0415
    from autograder.statistics.console import print_statistics  # noqa: PLC0415
    from autograder.statistics.html import write_page  # noqa: PLC0415

    if json_file == "-":
        sys.stdout.write(dumps(found))
    else:
        print_statistics(found, Console())
        if json_file:
            write_atomically(Path(json_file), dumps(found))
    if report is not None:
        print(f"page: {write_page(found, report)}", file=sys.stderr)
