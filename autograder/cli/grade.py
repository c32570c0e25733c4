"""`autograder grade`: hand-ins to grades."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.output import advance, progress_bar, require_writable
from autograder.threads import hold_to_one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograder.arrivals import Arrival
    from autograder.config import Course
    from autograder.gpus import Mask
    from autograder.job import Job
    from autograder.records import ClassResult, Grade

__all__ = ["grade"]

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
    allow_cpu: Annotated[
        bool,
        typer.Option("--allow-cpu", help="Train the reduced task where a GPU is asked for."),
    ] = False,
) -> None:
    """Grade files, notebooks, zips, or folders of them.

    A folder's direct children are the submissions. The table goes to standard output, progress
    and messages to standard error. The exit status is 0 if everything was graded, 1 if something
    was left ungraded, 2 for a mistake in the course or on the command line, 3 for our own.
    """
    require_writable(json_file, report)
    strict = isolation is Confinement.STRICT
    result, errata = _run(assignment, paths, workers, submitted, strict=strict, allow_cpu=allow_cpu)
    _write(result, json_file, report, errata)
    if any(one.status != "graded" for one in result.grades):
        raise typer.Exit(1)


def _run(
    assignment: str,
    paths: list[Path],
    workers: int,
    submitted: Path | None,
    *,
    strict: bool,
    allow_cpu: bool,
) -> tuple[ClassResult, str]:
    """Grade; give the result, and the text of the course's errata."""
    # One thread in the arithmetic, here as in the workers: speed is compared between the two.
    hold_to_one_thread()
    from autograder.arrivals import read_arrivals  # noqa: PLC0415
    from autograder.executor.local import LocalExecutor  # noqa: PLC0415 - see above, and --help
    from autograder.grade import Isolation, grade_class  # noqa: PLC0415
    from autograder.job import open_job  # noqa: PLC0415

    job = open_job(assignment)
    arrivals = {} if submitted is None else read_arrivals(submitted)
    limits = job.course.limits_of(job.parts.id)
    allowed = limits.submission_wall_seconds + limits.import_wall_seconds
    masks = _masks(job, workers, allow_cpu=allow_cpu)
    local = LocalExecutor(len(masks), task_seconds=60 + 3 * allowed)
    with progress_bar() as bar:
        task = bar.add_task(assignment, total=None)

        done = count()  # the first call comes before any grade

        def show(total: int, _: Grade | None) -> None:
            advance(bar, task, total, next(done))

        sandbox = Isolation(strict=strict)
        result = grade_class(job, paths, local, sandbox, show, arrivals, masks=masks)
    if submitted is not None and job.parts.policy.due is None:
        message = f"{submitted}: grading.yml has no due time for {assignment}: no lateness applied"
        print(message, file=sys.stderr)
    elif submitted is not None:
        _tell_unknown_times(result, arrivals, submitted)
    return result, _errata_text(job.course)


def _masks(job: Job, workers: int, *, allow_cpu: bool) -> Sequence[Mask]:
    """Decide what each grading process trains on; say it where that is not what was asked for."""
    from autograder.job import masks_for  # noqa: PLC0415 - --help stays quick

    resources = job.parts.policy.resources
    wanted = workers or max(1, len(os.sched_getaffinity(0)) // resources.cpus)
    masks = masks_for(job, wanted, allow_cpu=allow_cpu)
    if resources.gpus and not masks[0].count:
        print("no GPU is used: the reduced task is trained on the CPU", file=sys.stderr)
    elif workers > len(masks):
        told = f"{len(masks)} grading processes instead of {workers}: each has GPUs of its own"
        print(told, file=sys.stderr)
    return masks


def _errata_text(course: Course) -> str:
    """Read the course's errata; empty if it keeps none."""
    from autograder.catalog import find_course  # noqa: PLC0415 - --help stays quick

    name = course.course.errata
    return "" if name is None else (find_course() / name).read_text(encoding="utf-8")


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


def _write(result: ClassResult, json_file: str, report: Path | None, errata: str) -> None:
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
        write_report(result, report, errata=errata)
        print(f"pages: {report / 'index.html'}", file=sys.stderr)
