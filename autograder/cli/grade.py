"""`autograder grade`: hand-ins to grades."""

from __future__ import annotations

import os
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.progress import Progress, TaskID

    from autograder.arrivals import Arrival
    from autograder.records import ClassResult, Grade

__all__ = ["grade"]

_REFRESH_SECONDS = 0.1
_NAMED = 3


class Confinement(StrEnum):
    """What to do where a machine cannot isolate student code."""

    STRICT = "strict"
    BEST_EFFORT = "best-effort"


def grade(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as activations.")],
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
    workers: Annotated[
        int, typer.Option(min=0, help="Grading processes; 0 takes one for each processor.")
    ] = 0,
    isolation: Annotated[
        Confinement,
        typer.Option(help="Refuse to grade, or grade all the same, where the sandbox has gaps."),
    ] = Confinement.STRICT,
) -> None:
    """Grade files, notebooks, zips, or folders of them.

    A folder's direct children are the submissions. The table goes to standard output, progress
    and messages to standard error. The exit status is 0 if everything was graded, 1 if something
    was left ungraded, 2 for a mistake in the course or on the command line, 3 for our own.
    """
    _require_writable(json_file, report)
    strict = isolation is Confinement.STRICT
    result = _run(assignment, paths, workers, submitted, strict=strict)
    _write(result, json_file, report)
    if any(one.status != "graded" for one in result.grades):
        raise typer.Exit(1)


def _require_writable(json_file: str, report: Path | None) -> None:
    """Refuse places that results cannot be written to before anything is graded.

    Raises:
        BadParameter: A folder is missing, or something else is in its place.
    """
    if json_file not in ("", "-"):
        path = Path(json_file)
        if path.is_dir() or not os.access(path.parent, os.W_OK):
            message = f"{path} cannot be written: expected a file in a folder that is there"
            raise typer.BadParameter(message, param_hint="--json")
    if report is not None:
        existing = next(
            folder for folder in (report, *report.absolute().parents) if folder.exists()
        )
        if not existing.is_dir() or not os.access(existing, os.W_OK):
            message = f"{report} cannot be written: {existing} is no folder that you may write to"
            raise typer.BadParameter(message, param_hint="--report")


def _run(
    assignment: str, paths: list[Path], workers: int, submitted: Path | None, *, strict: bool
) -> ClassResult:
    # One thread in the arithmetic, here as in the workers: speed is compared between the two.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from autograder.arrivals import read_arrivals  # noqa: PLC0415
    from autograder.executor.local import LocalExecutor  # noqa: PLC0415 - see above, and --help
    from autograder.grade import Isolation, grade_class, open_job  # noqa: PLC0415

    job = open_job(assignment)
    arrivals = {} if submitted is None else read_arrivals(submitted)
    allowed = job.course.limits.submission_wall_seconds + job.course.limits.import_wall_seconds
    local = LocalExecutor(workers or len(os.sched_getaffinity(0)), task_seconds=60 + 3 * allowed)
    with _progress() as bar:
        task = bar.add_task(assignment, total=None)

        def advance(total: int, done: Grade | None) -> None:
            _advance(bar, task, total, done)

        result = grade_class(job, paths, local, Isolation(strict=strict), advance, arrivals)
    if submitted is not None and job.parts.policy.due is None:
        message = f"{submitted}: grading.yml has no due time for {assignment}: no lateness applied"
        print(message, file=sys.stderr)
    elif submitted is not None:
        _tell_unknown_times(result, arrivals, submitted)
    return result


def _tell_unknown_times(
    result: ClassResult, arrivals: Mapping[str, Arrival], submitted: Path
) -> None:
    """Say which hand-ins are taken as in time because nothing tells when they came."""
    graded = [grade.submission for grade in result.grades if grade.status == "graded"]
    names = [name for name in graded if name not in arrivals]
    if names:
        rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        told = f"{', '.join(names[:_NAMED])}{rest}"
        print(f"{submitted}: no line for {told}: no lateness applied to them", file=sys.stderr)


def _progress() -> Progress:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    # Without a thread of its own: grading processes are forked while it shows.
    console = Console(stderr=True)
    hidden = not console.is_terminal
    return Progress(*columns, console=console, auto_refresh=False, transient=True, disable=hidden)


def _advance(bar: Progress, task: TaskID, total: int, done: Grade | None) -> None:
    bar.update(task, total=total, advance=0 if done is None else 1)
    shown = bar.tasks[0].fields.get("shown", 0.0)
    if time.monotonic() - shown > _REFRESH_SECONDS:
        bar.update(task, shown=time.monotonic())
        bar.refresh()


def _write(result: ClassResult, json_file: str, report: Path | None) -> None:
    from rich.console import Console  # noqa: PLC0415

    from autograder.report.as_json import dumps  # noqa: PLC0415
    from autograder.report.console import print_class  # noqa: PLC0415
    from autograder.report.html import write_report  # noqa: PLC0415

    if json_file == "-":
        sys.stdout.write(dumps(result))
    else:
        print_class(result, Console())
        if json_file:
            from autograder.report.files import write_atomically  # noqa: PLC0415

            write_atomically(Path(json_file), dumps(result))
    if report is not None:
        write_report(result, report)
        print(f"pages: {report / 'index.html'}", file=sys.stderr)
