"""`autograder regrade`: after a change of suite, solution or policy, who moves and why?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.grading import Options, on_this_machine, shown, tell
from autograder.cli.options import AllowCpu, Confinement, GradebookUrl, Isolation, Workers
from autograder.cli.output import require_writable
from autograder.threads import hold_to_one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.config import Course
    from autograder.gradebook.book import Gradebook
    from autograder.regrade.records import Regraded

__all__ = ["regrade"]


def regrade(
    assignments: Annotated[
        list[str] | None, typer.Argument(metavar="[ASSIGNMENT]...", help="All, if none is named.")
    ] = None,
    *,
    gradebook: GradebookUrl = "",
    apply: Annotated[
        bool, typer.Option("--apply/--dry-run", help="Let the new grades stand, or only show them.")
    ] = False,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; it is kept in the history. --apply needs it.")
    ] = "",
    json_file: Annotated[
        str, typer.Option("--json", metavar="FILE", help="Write it all; - is standard output.")
    ] = "",
    workers: Workers = 0,
    isolation: Isolation = Confinement.STRICT,
    allow_cpu: AllowCpu = False,
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
    options = Options(workers, isolation is Confinement.STRICT, allow_cpu)
    found = _regrade(assignments or [], gradebook, reason, options)
    _write(found, json_file)
    if any(one.left for one in found):
        raise typer.Exit(1)


def _regrade(named: Sequence[str], gradebook: str, reason: str, options: Options) -> list[Regraded]:
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
    book: Gradebook, folder: Path, course: Course, assignment: str, options: Options
) -> Regraded | None:
    """Regrade an assignment; None where nothing is affected, and then nothing is collected."""
    from autograder.catalog import locate, suite_digest  # noqa: PLC0415 - --help stays quick
    from autograder.job import open_job  # noqa: PLC0415
    from autograder.regrade.run import affected, regrade  # noqa: PLC0415

    digest = suite_digest(locate(folder, course, assignment))
    if not book.outdated(assignment, digest):
        affected(book, assignment, digest)  # a suite that went back leaves proposals behind
        tell(f"{assignment}: every grade that stands was made by the suite as it is; nothing to do")
        return None
    jobs = {assignment: open_job(assignment, folder)}
    executor, (how,) = on_this_machine(jobs, {assignment: ()}, options)
    try:
        with shown(jobs, executor) as show:
            found = regrade(book, jobs[assignment], executor, how, progress=show)
    except KeyboardInterrupt:
        tell(f"\nautograder: what was graded is kept in {book}; the same command goes on")
        raise
    tell(f"{assignment}: graded now: {found.graded_now}, from before: {found.from_before}")
    return found


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
            tell(f"{one.assignment}: the new grades stand; those before are in the history")
        elif one.proposals:
            again = f"autograder regrade {one.assignment} --apply --reason TEXT"
            tell(f"{one.assignment}: nothing stands yet; to let it stand: {again}")
