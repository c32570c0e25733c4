"""`autograder regrade`: after a change of suite, solution or policy, who moves and why?"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.grade import Confinement
from autograder.cli.output import advance, progress_bar, require_writable
from autograder.threads import hold_to_one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.config import Course
    from autograder.gradebook.book import Gradebook
    from autograder.records import Grade
    from autograder.regrade.records import Regraded

__all__ = ["regrade"]


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line says of how to grade."""

    workers: int
    strict: bool
    allow_cpu: bool


def regrade(
    assignments: Annotated[
        list[str] | None, typer.Argument(metavar="[ASSIGNMENT]...", help="All, if none is named.")
    ] = None,
    *,
    gradebook: Annotated[
        str, typer.Option(metavar="URL", help="A file or URL; by default gradebook.sqlite.")
    ] = "",
    apply: Annotated[
        bool, typer.Option("--apply/--dry-run", help="Let the new grades stand, or only show them.")
    ] = False,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; it is kept in the history. --apply needs it.")
    ] = "",
    json_file: Annotated[
        str, typer.Option("--json", metavar="FILE", help="Write it all; - is standard output.")
    ] = "",
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
    """Grade again what a change of suite, solution or policy affects, and show who moves and why.

    The hand-ins are taken from the gradebook. Nothing stands before --apply; what was graded for
    an earlier look is not graded again. The exit status is 0, 1 if a hand-in had to keep its
    earlier grade, 2 for a mistake in the course or on the command line, 3 for a fault of our own.
    """
    require_writable(json_file, None)
    if apply and not reason.strip():
        message = "expected why the grades change; the history keeps it"
        raise typer.BadParameter(message, param_hint="--reason")
    if reason and not apply:
        message = "nothing changes without --apply, so there is nothing to give a reason for"
        raise typer.BadParameter(message, param_hint="--reason")
    # One thread in the arithmetic, here as in the workers: speed is compared between the two.
    hold_to_one_thread()
    options = _Options(workers, isolation is Confinement.STRICT, allow_cpu)
    found = _regrade(assignments or [], gradebook, reason, options)
    _write(found, json_file)
    if any(one.left for one in found):
        raise typer.Exit(1)


def _regrade(
    named: Sequence[str], gradebook: str, reason: str, options: _Options
) -> list[Regraded]:
    """Regrade one assignment after the other; with a reason, let each result stand."""
    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.gradebook import open_gradebook  # noqa: PLC0415
    from autograder.regrade.run import apply  # noqa: PLC0415

    folder = find_course()
    course = load_course(folder / COURSE_FILE)
    wanted = list(dict.fromkeys(named)) or list(course.order)
    for one in wanted:
        course.assignment(one)
    done = []
    with open_gradebook(gradebook, folder) as book:
        for one in wanted:
            found = _regrade_one(book, folder, course, one, options)
            if found is None:
                continue
            done.append(apply(book, found, reason) if reason else found)
    return done


def _regrade_one(
    book: Gradebook, folder: Path, course: Course, assignment: str, options: _Options
) -> Regraded | None:
    """Regrade an assignment; None where nothing is affected, and then nothing is collected."""
    from autograder.catalog import locate, suite_digest  # noqa: PLC0415 - --help stays quick
    from autograder.executor.local import LocalExecutor  # noqa: PLC0415
    from autograder.grade import Isolation  # noqa: PLC0415
    from autograder.job import masks_for, open_job  # noqa: PLC0415
    from autograder.regrade.run import Terms, affected, regrade  # noqa: PLC0415

    digest = suite_digest(locate(folder, course, assignment))
    if not book.outdated(assignment, digest):
        affected(book, assignment, digest)  # a suite that went back leaves proposals behind
        _tell(
            f"{assignment}: every grade that stands was made by the suite as it is; nothing to do"
        )
        return None
    job = open_job(assignment, folder)
    resources = job.parts.policy.resources
    wanted = options.workers or max(1, len(os.sched_getaffinity(0)) // resources.cpus)
    masks = masks_for(job, wanted, allow_cpu=options.allow_cpu)
    task = ""
    if job.parts.policy.runtime == "keras":
        task = "full" if masks[0].count else "reduced"
    limits = course.limits_of(assignment)
    allowed = limits.submission_wall_seconds + limits.import_wall_seconds
    executor = LocalExecutor(len(masks), task_seconds=60 + 3 * allowed)
    terms = Terms(Isolation(strict=options.strict), masks, task)
    try:
        with _shown(assignment) as show:
            found = regrade(book, job, executor, terms, progress=show)
    except KeyboardInterrupt:
        _tell(f"\nautograder: what was graded is kept in {book}; the same command goes on")
        raise
    _tell(f"{assignment}: graded now: {found.graded_now}, from before: {found.from_before}")
    return found


@contextmanager
def _shown(assignment: str) -> Iterator[Callable[[int, Grade | None], None]]:
    """Show a bar; give what moves it on."""
    with progress_bar() as bar:
        task = bar.add_task(assignment, total=None)
        done = count()  # the first call comes before any grade

        def show(total: int, _: Grade | None) -> None:
            advance(bar, task, total, next(done))

        yield show


def _write(found: Sequence[Regraded], json_file: str) -> None:
    from rich.console import Console  # noqa: PLC0415 - --help stays quick

    from autograder.regrade.as_json import dumps_regrades  # noqa: PLC0415
    from autograder.regrade.console import print_regrade  # noqa: PLC0415
    from autograder.report.files import write_atomically  # noqa: PLC0415

    if json_file == "-":
        sys.stdout.write(dumps_regrades(found))
    else:
        for one in found:
            print_regrade(one, Console())
        if json_file:
            write_atomically(Path(json_file), dumps_regrades(found))
    for one in found:
        if one.applied:
            _tell(f"{one.assignment}: the new grades stand; those before are in the history")
        elif one.proposals:
            again = f"autograder regrade {one.assignment} --apply --reason TEXT"
            _tell(f"{one.assignment}: nothing stands yet; to let it stand: {again}")


def _tell(message: str) -> None:
    print(message, file=sys.stderr)
