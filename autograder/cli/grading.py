"""Behind `autograder grade`: what is graded, by whom, and what is shown meanwhile."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from autograder.cli.live import epochs_behind
from autograder.cli.options import Spread
from autograder.cli.output import advance, progress_bar
from autograder.threads import hold_to_one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.progress import Progress

    from autograder.arrivals import Arrival
    from autograder.bookkeeping import Outcome
    from autograder.executor import Executor, Task, Work
    from autograder.gradebook.book import Gradebook
    from autograder.job import Job
    from autograder.records import ClassResult, Grade
    from autograder.roster import Student

__all__ = [
    "ALL",
    "Options",
    "grade_classes",
    "on_this_machine",
    "refuse_together",
    "shown",
    "tell",
    "tell_devices",
]

ALL: Final = "all"
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says of how to grade."""

    workers: int
    strict: bool
    allow_cpu: bool
    submitted: Path | None = None
    gradebook: str = ""
    roster: Path | None = None
    retry: bool = False
    executor: Spread = Spread.LOCAL
    ray_address: str = ""


@dataclass(frozen=True, slots=True)
class _Grading:
    """All that the two ways to grade need: with a gradebook, and without."""

    jobs: Mapping[str, Job]
    works: Sequence[Work]
    executor: Executor
    options: Options
    arrivals: Mapping[str, Arrival]
    students: Mapping[str, Student]


def grade_classes(assignment: str, paths: list[Path], options: Options) -> list[ClassResult]:
    """Grade the hand-ins of one assignment, or of all.

    Args:
        assignment: Its id, or `all` for folders whose children are named for assignments.
        paths: As for `grade`.
        options: How to grade.

    Raises:
        AutograderError: Nothing can be graded at all.
    """
    # One thread in the arithmetic, here as in the workers: speed is compared between the two.
    hold_to_one_thread()
    from autograder.arrivals import read_arrivals  # noqa: PLC0415 - see above, and --help
    from autograder.handins import tasks_in  # noqa: PLC0415
    from autograder.job import open_job  # noqa: PLC0415
    from autograder.roster import read_roster  # noqa: PLC0415

    places = _folders(paths) if assignment == ALL else {assignment: paths}
    jobs = {id_: open_job(id_) for id_ in places}
    arrivals = {} if options.submitted is None else read_arrivals(options.submitted)
    students = {} if options.roster is None else read_roster(options.roster)
    tasks = {id_: tasks_in(id_, found) for id_, found in places.items()}
    spread = on_this_machine if options.executor is Spread.LOCAL else _on_ray
    executor, works = spread(jobs, tasks, options)
    grading = _Grading(jobs, works, executor, options, arrivals, students)
    results = _record(grading) if options.gradebook else _grade(grading)
    if options.submitted is not None:
        _tell_lateness(jobs[assignment], results[0], arrivals, options.submitted)
    return results


def _folders(paths: list[Path]) -> dict[str, list[Path]]:
    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.handins import assignment_folders  # noqa: PLC0415

    return assignment_folders(paths, load_course(find_course() / COURSE_FILE).order)


def on_this_machine(
    jobs: Mapping[str, Job], tasks: Mapping[str, tuple[Task, ...]], options: Options
) -> tuple[Executor, list[Work]]:
    """Say how hand-ins are graded in processes of this machine, and on what they train.

    Args:
        jobs: Assignment to what it takes to grade it.
        tasks: Assignment to its hand-ins; there may be none yet.
        options: How to grade.

    Returns:
        What spreads the work, and the work of each assignment in the order of `jobs`.

    Raises:
        InstructorError: An assignment asks for a GPU, and this machine has too few.
    """
    from autograder.executor.local import LocalExecutor  # noqa: PLC0415 - --help stays quick
    from autograder.grade import Isolation  # noqa: PLC0415
    from autograder.mixed import local_work  # noqa: PLC0415

    processors = options.workers or len(os.sched_getaffinity(0))
    if options.workers and len(jobs) == 1:
        # Then it is processes that are counted, and each may take several processors.
        (job,) = jobs.values()
        processors *= job.parts.policy.resources.cpus
    sandbox = Isolation(strict=options.strict)
    works = local_work(jobs, tasks, processors, sandbox, allow_cpu=options.allow_cpu)
    for job, work in zip(jobs.values(), works, strict=True):
        tell_devices(job, work, options.workers if len(jobs) == 1 else 0)
    return LocalExecutor(processors), works


def tell_devices(job: Job, work: Work, workers: int) -> None:
    """Say it where training is not on what was asked for.

    Args:
        job: The assignment.
        work: How it is graded.
        workers: How many processes were asked for; 0 if nobody said.
    """
    if job.parts.policy.resources.gpus and not work.needs.gpus:
        tell(f"{job.parts.id}: no GPU is used: the reduced task is trained on the CPU")
    elif workers > work.lanes:
        tell(f"{work.lanes} grading processes instead of {workers}: each has GPUs of its own")


def _on_ray(
    jobs: Mapping[str, Job], tasks: Mapping[str, tuple[Task, ...]], options: Options
) -> tuple[Executor, list[Work]]:
    from autograder.executor.ray import RayExecutor  # noqa: PLC0415 - --help stays quick
    from autograder.grade import Isolation  # noqa: PLC0415
    from autograder.mixed import ray_work  # noqa: PLC0415

    sandbox = Isolation(strict=options.strict)
    works = ray_work(jobs, tasks, options.workers, sandbox, allow_cpu=options.allow_cpu)
    return RayExecutor(options.ray_address, tell), works


def _grade(grading: _Grading) -> list[ClassResult]:
    """Grade everything."""
    from autograder.grade import grade_works  # noqa: PLC0415 - --help stays quick

    arrivals = grading.arrivals
    if grading.options.submitted is not None:
        from autograder.bookkeeping import arrivals_of  # noqa: PLC0415 - imports a database

        (id_,) = grading.jobs
        arrivals = arrivals_of(id_, arrivals, grading.students)
    with shown(grading.jobs, grading.executor) as show:
        return grade_works(grading.jobs, grading.works, grading.executor, show, arrivals)


def _record(grading: _Grading) -> list[ClassResult]:
    """Grade what the gradebook lacks, and give the classes as they stand there."""
    from autograder.catalog import find_course  # noqa: PLC0415 - --help stays quick
    from autograder.gradebook import open_gradebook  # noqa: PLC0415

    with open_gradebook(grading.options.gradebook, find_course(), create=True) as book:
        if grading.students:
            book.add_students(grading.students.values())
        try:
            outcomes = _record_in(book, grading)
        except KeyboardInterrupt:
            so_far = f"every grade so far is in {book}; the same command goes on from there"
            tell(f"\nautograder: {so_far}")
            raise
    for outcome in outcomes:
        prefix = f"{outcome.result.assignment}: " if len(outcomes) > 1 else ""
        now, before = outcome.graded_now, len(outcome.result.grades) - outcome.graded_now
        for remark in (*outcome.remarks, f"graded now: {now}, from the gradebook: {before}"):
            tell(prefix + remark)
    return [outcome.result for outcome in outcomes]


def _record_in(book: Gradebook, grading: _Grading) -> list[Outcome]:
    from autograder.bookkeeping import Wishes, grade_into  # noqa: PLC0415 - --help stays quick

    options = grading.options
    # Ray starts anew for each lot, so there a run takes all that it finds.
    wishes = Wishes(grading.arrivals, retry=options.retry, lots=options.executor is Spread.LOCAL)
    with shown(grading.jobs, grading.executor) as show:
        return grade_into(
            book,
            grading.jobs,
            grading.works,
            grading.executor,
            wishes,
            progress=show,
            tell=tell,
        )


def tell(message: str) -> None:
    """Say something to whoever runs the command: results go to standard output, this does not."""
    print(message, file=sys.stderr)


@contextmanager
def shown(
    jobs: Mapping[str, Job], executor: Executor
) -> Iterator[Callable[[int, Grade | None], None]]:
    """Show a bar with rate and time left, and the epochs of a training on this machine.

    Args:
        jobs: What is graded.
        executor: What spreads the work.

    Yields:
        What moves it on: called with the number of hand-ins and each grade, first with None.
    """
    from autograder.executor.local import LocalExecutor  # noqa: PLC0415 - --help stays quick

    with progress_bar() as bar:
        names = list(jobs)
        title = names[0] if len(names) == 1 else f"{len(names)} assignments"
        task = bar.add_task(title, total=None)
        if not bar.disable:
            _add_rate(bar)
            trains = any(job.parts.policy.runtime == "keras" for job in jobs.values())
            if trains and isinstance(executor, LocalExecutor):
                executor.watch = epochs_behind(bar, task)
        begin = time.monotonic()
        done = count()  # the first call comes before any grade

        def show(total: int, _: Grade | None) -> None:
            graded = next(done)
            a_minute = 60 * graded / max(time.monotonic() - begin, 1e-3)
            rate = f"{a_minute / 60:.0f}/s" if a_minute >= 600 else f"{a_minute:.1f}/min"
            bar.update(task, rate=rate if graded else "")
            advance(bar, task, total, graded)

        yield show


def _add_rate(bar: Progress) -> None:
    from rich.progress import TextColumn  # noqa: PLC0415 - --help stays quick

    *others, left = bar.columns
    bar.columns = (*others, TextColumn("{task.fields[rate]}", markup=False), left)


def _tell_lateness(
    job: Job, result: ClassResult, arrivals: Mapping[str, Arrival], submitted: Path
) -> None:
    """Say which hand-ins are taken as in time because nothing tells when they came."""
    if job.parts.policy.due is None:
        tell(f"{submitted}: grading.yml has no due time for {job.parts.id}: no lateness applied")
        return
    graded = [grade.submission for grade in result.grades if grade.status == "graded"]
    names = [name for name in graded if name not in arrivals]
    if names:
        rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        told = f"{', '.join(names[:_NAMED])}{rest}"
        tell(f"{submitted}: no line for {told}: no lateness applied to them")


def refuse_together(assignment: str, options: Options) -> None:
    """Refuse options that do not go together, before any work is spent.

    Raises:
        BadParameter: They do not.
    """
    if options.retry and not options.gradebook:
        message = "there is nothing to go on from without --gradebook"
        raise typer.BadParameter(message, param_hint="--retry")
    if options.ray_address and options.executor is not Spread.RAY:
        message = "an address is for --executor ray"
        raise typer.BadParameter(message, param_hint="--ray-address")
    if assignment == ALL and options.submitted is not None:
        message = "a table of times is for one assignment: hand-ins of several have equal names"
        raise typer.BadParameter(message, param_hint="--submitted")
