"""`autograder grade`: hand-ins to grades."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.live import epochs_behind
from autograder.cli.output import advance, progress_bar, require_writable
from autograder.threads import hold_to_one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.progress import Progress

    from autograder.arrivals import Arrival
    from autograder.config import Course
    from autograder.executor.local import LocalExecutor
    from autograder.gpus import Mask
    from autograder.gradebook.book import Gradebook
    from autograder.job import Job
    from autograder.records import ClassResult, Grade
    from autograder.roster import Student

__all__ = ["grade"]

_NAMED = 3


class Confinement(StrEnum):
    """What to do where a machine cannot isolate student code."""

    STRICT = "strict"
    BEST_EFFORT = "best-effort"


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line says of how to grade."""

    workers: int
    strict: bool
    allow_cpu: bool
    submitted: Path | None
    gradebook: str
    roster: Path | None
    retry: bool


def grade(  # noqa: PLR0913 - each is an option
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
    gradebook: Annotated[
        str,
        typer.Option(metavar="URL", help="Record each grade in this file or database, and go on."),
    ] = "",
    roster: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Students: CSV id,name,email,section,extension."),
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Grade again what the gradebook has as ungraded.")
    ] = False,
) -> None:
    """Grade files, notebooks, zips, or folders of them.

    A folder's direct children are the submissions. With a gradebook, only what is missing or
    changed is graded, and the whole class is shown. The table goes to standard output, progress
    and messages to standard error. The exit status is 0 if everything was graded, 1 if something
    was left ungraded, 2 for a mistake in the course or on the command line, 3 for our own.
    """
    require_writable(json_file, report)
    if retry and not gradebook:
        raise typer.BadParameter(
            "there is nothing to go on from without --gradebook", param_hint="--retry"
        )
    strict = isolation is Confinement.STRICT
    options = _Options(workers, strict, allow_cpu, submitted, gradebook, roster, retry)
    result, errata = _run(assignment, paths, options)
    _write(result, json_file, report, errata)
    if any(one.status != "graded" for one in result.grades):
        raise typer.Exit(1)


def _run(assignment: str, paths: list[Path], options: _Options) -> tuple[ClassResult, str]:
    """Grade; give the result, and the text of the course's errata."""
    # One thread in the arithmetic, here as in the workers: speed is compared between the two.
    hold_to_one_thread()
    from autograder.arrivals import read_arrivals  # noqa: PLC0415
    from autograder.executor.local import LocalExecutor  # noqa: PLC0415 - see above, and --help
    from autograder.job import open_job  # noqa: PLC0415
    from autograder.roster import read_roster  # noqa: PLC0415

    job = open_job(assignment)
    submitted = options.submitted
    arrivals = {} if submitted is None else read_arrivals(submitted)
    students = {} if options.roster is None else read_roster(options.roster)
    limits = job.course.limits_of(job.parts.id)
    allowed = limits.submission_wall_seconds + limits.import_wall_seconds
    masks = _masks(job, options.workers, allow_cpu=options.allow_cpu)
    local = LocalExecutor(len(masks), task_seconds=60 + 3 * allowed)
    grading = _Grading(job, paths, local, masks, options, arrivals, students)
    result = grading.record() if options.gradebook else grading.grade()
    if submitted is not None and job.parts.policy.due is None:
        message = f"{submitted}: grading.yml has no due time for {assignment}: no lateness applied"
        print(message, file=sys.stderr)
    elif submitted is not None:
        _tell_unknown_times(result, arrivals, submitted)
    return result, _errata_text(job.course)


@dataclass(frozen=True, slots=True)
class _Grading:
    """All that the two ways to grade need: with a gradebook, and without."""

    job: Job
    paths: list[Path]
    executor: LocalExecutor
    masks: Sequence[Mask]
    options: _Options
    arrivals: Mapping[str, Arrival]
    students: Mapping[str, Student]

    def grade(self) -> ClassResult:
        """Grade everything."""
        from autograder.bookkeeping import arrivals_of  # noqa: PLC0415 - --help stays quick
        from autograder.grade import Isolation, grade_class  # noqa: PLC0415

        arrivals = arrivals_of(self.job.parts.id, self.arrivals, self.students)
        sandbox = Isolation(strict=self.options.strict)
        with _shown(self.job, self.executor) as show:
            return grade_class(
                self.job, self.paths, self.executor, sandbox, show, arrivals, masks=self.masks
            )

    def record(self) -> ClassResult:
        """Grade what the gradebook lacks, and give the class as it stands there."""
        from autograder.catalog import find_course  # noqa: PLC0415 - --help stays quick
        from autograder.gradebook import open_gradebook  # noqa: PLC0415

        with open_gradebook(self.options.gradebook, find_course(), create=True) as book:
            if self.students:
                book.add_students(self.students.values())
            try:
                return self._record_in(book)
            except KeyboardInterrupt:
                told = f"every grade so far is in {book}; the same command goes on from there"
                print(f"\nautograder: {told}", file=sys.stderr)
                raise

    def _record_in(self, book: Gradebook) -> ClassResult:
        from autograder.bookkeeping import Wishes, grade_into  # noqa: PLC0415 - --help stays quick
        from autograder.grade import Isolation  # noqa: PLC0415

        task = ""
        if self.job.parts.policy.runtime == "keras":
            task = "full" if self.masks[0].count else "reduced"
        wishes = Wishes(
            Isolation(strict=self.options.strict),
            self.masks,
            self.arrivals,
            task=task,
            retry=self.options.retry,
        )
        with _shown(self.job, self.executor) as show:
            outcome = grade_into(
                book, self.job, self.paths, self.executor, wishes, progress=show, tell=_tell
            )
        for remark in outcome.remarks:
            _tell(remark)
        now, before = outcome.graded_now, len(outcome.result.grades) - outcome.graded_now
        _tell(f"graded now: {now}, from the gradebook: {before}")
        return outcome.result


def _tell(message: str) -> None:
    print(message, file=sys.stderr)


@contextmanager
def _shown(job: Job, executor: LocalExecutor) -> Iterator[Callable[[int, Grade | None], None]]:
    """Show a bar with rate and time left; give what moves it on."""
    with progress_bar() as bar:
        task = bar.add_task(job.parts.id, total=None)
        if not bar.disable:
            _add_rate(bar)
            if job.parts.policy.runtime == "keras":
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
