"""`autograder grade`: hand-ins to grades."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.grading import ALL, Options, grade_classes, refuse_together, tell
from autograder.cli.options import AllowCpu, Confinement, Isolation, Roster, Spread, Workers
from autograder.cli.output import Reading, further_reading, require_writable

if TYPE_CHECKING:
    from autograder.records import ClassResult

__all__ = ["grade"]


def grade(  # noqa: PLR0913 - each is an option
    assignment: Annotated[
        str,
        typer.Argument(help="The assignment's id; or all, for folders with a folder for each."),
    ],
    paths: Annotated[
        list[Path],
        typer.Argument(help="Hand-ins (.py, .ipynb, .zip, a folder) or folders full of them."),
    ],
    *,
    json_file: Annotated[
        str, typer.Option("--json", metavar="FILE", help="Write the grades; - is standard output.")
    ] = "",
    report: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a page a submission and one a class.")
    ] = None,
    submitted: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="When each came: CSV submission,submitted[,student]."),
    ] = None,
    workers: Workers = 0,
    isolation: Isolation = Confinement.STRICT,
    allow_cpu: AllowCpu = False,
    gradebook: Annotated[
        str,
        typer.Option(metavar="URL", help="Record each grade in this file or database, and go on."),
    ] = "",
    roster: Roster = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Grade again what the gradebook has as ungraded.")
    ] = False,
    executor: Annotated[
        Spread, typer.Option(help="Grade in processes of this machine, or on a Ray cluster.")
    ] = Spread.LOCAL,
    ray_address: Annotated[
        str,
        typer.Option(
            metavar="HOST:PORT", help="The cluster's head; by default Ray is started here."
        ),
    ] = "",
) -> None:
    """Grade files, notebooks, zips, or folders of them.

    A folder's direct children are the submissions. `all` takes folders whose children are named
    for assignments; --json and --report are then folders of a file or folder for each. With a
    gradebook, only what is missing or changed is graded, and the whole class is shown. The table
    goes to standard output, progress and messages to standard error. The exit status is 0 if
    everything was graded, 1 if something was left ungraded, 2 for a mistake in the course or on
    the command line, 3 for our own.
    """
    several = assignment == ALL
    options = Options(
        workers=workers,
        strict=isolation is Confinement.STRICT,
        allow_cpu=allow_cpu,
        submitted=submitted,
        gradebook=gradebook,
        roster=roster,
        retry=retry,
        executor=executor,
        ray_address=ray_address,
    )
    refuse_together(assignment, options)
    if several and json_file == "-":
        message = "several assignments have a file each: expected a folder"
        raise typer.BadParameter(message, param_hint="--json")
    require_writable("" if several else json_file, report)
    if several and json_file:
        require_writable("", Path(json_file), "--json")
        Path(json_file).mkdir(parents=True, exist_ok=True)
    results = grade_classes(assignment, paths, options)
    reading = Reading() if report is None else further_reading()
    for result in results:
        if several:
            file = str(Path(json_file) / f"{result.assignment}.json") if json_file else ""
            _write(result, file, report and report / result.assignment, reading)
        else:
            _write(result, json_file, report, reading)
    if any(one.status != "graded" for result in results for one in result.grades):
        raise typer.Exit(1)


def _write(result: ClassResult, json_file: str, report: Path | None, reading: Reading) -> None:
    from rich.console import Console  # noqa: PLC0415 - --help stays quick

    from autograder.report.as_json import dumps  # noqa: PLC0415
    from autograder.report.console import print_class  # noqa: PLC0415

    if json_file == "-":
        sys.stdout.write(dumps(result))
    else:
        print_class(result, Console())
        if json_file:
            from autograder.report.files import write_atomically  # noqa: PLC0415

            write_atomically(Path(json_file), dumps(result))
    if report is not None:
        from autograder.report.html import write_report  # noqa: PLC0415

        write_report(result, report, errata=reading.errata, lessons=reading.lessons)
        tell(f"pages: {report / 'index.html'}")
