"""Grades submissions: where intake, sandbox, suite and score are joined."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from autograder.arrivals import Arrival
from autograder.errors import AutograderError, SandboxUnavailable
from autograder.executor import Executor, Task, Work
from autograder.gpus import Mask
from autograder.gradebook import standing
from autograder.handins import tasks_in
from autograder.intake import Expected, read_submission
from autograder.job import Job, known_mistakes, masks_for
from autograder.misconceptions import Misconception
from autograder.records import (
    CheckOutcome,
    ClassResult,
    Grade,
    Refusal,
    Status,
    Submission,
    Verdict,
)
from autograder.rulechecks import rule_checks
from autograder.sandbox.demands import meets_demands, refusal
from autograder.sandbox.host import Zygote
from autograder.score import score_submission
from autograder.secret import seed_key
from autograder.suite.device import ask_device, training_words
from autograder.suite.diagnosis import Exchanges
from autograder.suite.run import run_suite
from autograder.suite.session import Session
from autograder.suite.terms import terms_for

__all__ = [
    "GradingBench",
    "Isolation",
    "grade_class",
    "grade_works",
    "open_bench",
    "with_lateness",
]

_TRIES: Final = 2
# What a known mistake can be behind.
_TELLING: Final = frozenset({Verdict.FAILED, Verdict.STUDENT_ERROR})
# How a check ends that a broken GPU kept from its end.
_STOPPED: Final = frozenset({Verdict.STUDENT_ERROR, Verdict.LIMIT_EXCEEDED})
_LOG: Final = logging.getLogger(__name__)  # without a handler it writes to standard error


@dataclass(frozen=True, slots=True)
class Isolation:
    """What the sandbox must give.

    Attributes:
        strict: Refuse to grade unless files and sockets are out of the student code's reach, and
            Landlock is on.
        without: Layers to leave off, for tests of the others.
    """

    strict: bool = True
    without: frozenset[str] = frozenset()


def grade_class(
    job: Job,
    paths: Sequence[Path],
    executor: Executor,
    isolation: Isolation,
    progress: Callable[[int, Grade | None], None],
    arrivals: Mapping[str, Arrival] = MappingProxyType({}),
    *,
    masks: Sequence[Mask] = (),
) -> ClassResult:
    """Grade files, notebooks, zips, or folders of them.

    Args:
        job: The assignment.
        paths: Hand-ins, or folders whose children are.
        executor: How the work is spread.
        isolation: What the sandbox must give.
        progress: Called with the number of hand-ins and each grade as it is done, first with None.
        arrivals: Hand-in's name to when it came; lateness of the others is not known.
        masks: From `masks_for`, one a grading process; without them there must be one process, or
            an assignment that needs no GPU.

    Raises:
        AutograderError: Nothing can be graded at all.
    """
    tasks = tasks_in(job.parts.id, paths)
    progress(len(tasks), None)
    grades = {}
    for grade in executor.run(tasks, partial(open_bench, job, isolation, masks)):
        grades[grade.submission] = grade
        progress(len(tasks), grade)
    training = getattr(executor, "training", {})
    return _class(job, executor, training, [grades[task.name] for task in tasks], arrivals)


def grade_works(
    jobs: Mapping[str, Job],
    works: Sequence[Work],
    executor: Executor,
    progress: Callable[[int, Grade | None], None],
    arrivals: Mapping[str, Arrival] = MappingProxyType({}),
) -> list[ClassResult]:
    """Grade the hand-ins of several assignments in one run.

    Args:
        jobs: Assignment to what it takes to grade it.
        works: From `local_work` or `ray_work`.
        executor: How the work is spread.
        progress: Called with the number of hand-ins and each grade as it is done, first with None.
        arrivals: As for `grade_class`.

    Returns:
        A result for each of the works, in their order.

    Raises:
        AutograderError: Nothing can be graded at all.
    """
    total = sum(len(work.tasks) for work in works)
    progress(total, None)
    grades = {}
    for task, grade in executor.run_all(works):
        grades[task] = grade
        progress(total, grade)
    return [
        _class(
            jobs[work.assignment],
            executor,
            executor.trainings.get(work.assignment, {}),
            [grades[task] for task in work.tasks],
            arrivals,
        )
        for work in works
    ]


def _class(
    job: Job,
    executor: Executor,
    training: Mapping[str, str],
    grades: Sequence[Grade],
    arrivals: Mapping[str, Arrival],
) -> ClassResult:
    policy = job.parts.policy
    return ClassResult(
        assignment=job.parts.id,
        title=policy.title,
        max_points=policy.max_points,
        suite=job.suite_digest,
        isolation=dict(getattr(executor, "isolation", {})),
        training=dict(training),
        grades=tuple(with_lateness(job, grade, arrivals.get(grade.submission)) for grade in grades),
    )


def with_lateness(job: Job, grade: Grade, arrival: Arrival | None) -> Grade:
    """Add to a grade what handing in late costs; the raw points stay as they are.

    Args:
        job: The assignment.
        grade: Of the hand-in; one without a score stays as it is.
        arrival: When it came, and whose it is; None if nothing is known.
    """
    return standing.with_lateness(job.course, job.parts.id, grade, arrival)


@contextmanager
def open_bench(
    job: Job, isolation: Isolation, masks: Sequence[Mask], slot: int
) -> Iterator[GradingBench]:
    """Open the bench of a grading process.

    Args:
        job: The assignment.
        isolation: What the sandbox must give.
        masks: As for `grade_class`.
        slot: The place of the process.

    Raises:
        AutograderError: As `GradingBench`.
    """
    with GradingBench(job, isolation, masks[slot] if masks else None) as bench:
        yield bench


class GradingBench:
    """Grades one submission after the other, with a zygote of its own.

    Each submission runs in a process that is forked for it and killed after it, so it has its GPU,
    and all of the GPU's memory, to itself.

    Args:
        job: The assignment.
        isolation: What the sandbox must give.
        mask: Which GPUs its processes use; by default the machine's first, if the assignment asks
            for one.

    Attributes:
        isolation: Layer name to `on` or `off: reason`.
        training: What is trained on, in words; empty for an assignment that trains nothing.

    Raises:
        InstructorError: The assignment asks for a GPU, and this machine has none.
        GraderFault: The sandbox has gaps, or its processes do not see their GPU.
    """

    def __init__(self, job: Job, isolation: Isolation, mask: Mask | None = None) -> None:
        self._job = job
        self._wanted = isolation
        self._mask = masks_for(job, 1)[0] if mask is None else mask
        self._terms = terms_for(job.course, job.parts.id, self._mask)
        self.training: dict[str, str] = {}
        self._zygote = self._start_zygote()
        self.isolation = self._zygote.isolation

    def __enter__(self) -> Self:
        """Return the bench."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the zygote."""
        self._zygote.close()

    def _start_zygote(self) -> Zygote:
        zygote = self._terms.start_zygote(self._job.parts.reference, self._wanted.without)
        try:
            self._examine(zygote)
        except BaseException:
            zygote.close()
            raise
        return zygote

    def _examine(self, zygote: Zygote) -> None:
        """Hold that workers are confined, and that they compute where they should.

        Raises:
            GraderFault: They are not, or do not.
        """
        if self._wanted.strict and not meets_demands(zygote):
            raise SandboxUnavailable(refusal(zygote))
        if self._terms.models:
            facts = ask_device(zygote, self._terms.limits, self._mask)
            self.training = training_words(facts, self._terms.task)

    def grade(self, task: Task) -> Grade:
        """Grade one hand-in; whatever goes wrong ends in the grade."""
        begin = time.monotonic()
        try:
            grade = self._grade(task)
        except Exception as error:  # noqa: BLE001 - one hand-in must not stop the others
            # Students may see the reason, so the details go to whoever runs the grader.
            _LOG.exception("%s: the grader failed", task.name)
            reason = f"the grader failed ({type(error).__name__}): a person must look"
            grade = self._ungraded(task.name, "", reason)
        return dataclasses.replace(grade, seconds=round(time.monotonic() - begin, 3))

    def _grade(self, task: Task) -> Grade:
        job = self._job
        read = read_submission(
            task.path,
            job.parts.id,
            job.course.intake,
            name=task.name,
            expected=Expected(job.functions),
        )
        if isinstance(read, Refusal):
            return self._ungraded(read.name, "", read.reason)
        reason = ""
        for attempt in range(_TRIES):
            try:
                return self._grade_submission(read)
            except AutograderError as error:
                _LOG.warning("%s, try %d: %s", task.name, attempt + 1, error)
                reason = str(error).partition("\n")[0]
                self._zygote.close()
                self._zygote = self._start_zygote()
        reason = f"{reason} ({_TRIES} times): a person must look"
        return self._ungraded(read.name, read.sha256, reason)

    def _grade_submission(self, submission: Submission) -> Grade:
        job = self._job
        terms = self._terms
        session = Session(self._zygote, submission, job.parts.id, terms.rules, terms.limits)
        exchanges = Exchanges(session.answer)
        with session:
            outcomes = run_suite(
                job.suite,
                exchanges.answer,
                seed_key=seed_key(job.secret, job.parts.id, submission.sha256),
                tolerances=terms.tolerances,
                speed=terms.speed,
                models=terms.models,
                task=terms.task,
            )
            for id_, question in job.parts.policy.questions.items():
                broken = [v for v in session.violations if v.question == id_]
                outcomes += rule_checks(id_, question, broken, terms.rules.allowed_imports)
        if self._mask.count and any(outcome.verdict in _STOPPED for outcome in outcomes):
            # A GPU that failed meanwhile is no fault of the student's.
            ask_device(self._zygote, terms.limits, self._mask)
        score = score_submission(
            job.parts.policy.questions,
            outcomes,
            weights=job.course.score.group_weights,
            critical_cap=job.course.score.critical_cap,
            total_cap=job.course.score.total_cap,
            mistakes=self._recognise(outcomes, exchanges),
        )
        return Grade(
            submission=submission.name,
            sha256=submission.sha256,
            status=score.status,
            points=score.points,
            max_points=job.parts.policy.max_points,
            bonus=score.bonus,
            questions=score.questions,
            reason=score.reason,
            notes=(*submission.notes, *session.failures),
            printed=session.printed,
        )

    def _recognise(
        self, outcomes: Sequence[CheckOutcome], exchanges: Exchanges
    ) -> dict[str, Misconception]:
        """Name the known mistake of each question that failed, where the answers tell it."""
        failed = {outcome.question for outcome in outcomes if outcome.verdict in _TELLING}
        return known_mistakes(self._job, failed, exchanges)

    def _ungraded(self, name: str, digest: str, reason: str) -> Grade:
        maximum = self._job.parts.policy.max_points
        return Grade(name, digest, Status.UNGRADED, 0, maximum, 0, reason=reason)
