"""Grades a class into a gradebook: only what is missing or changed, each as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from autograder.arrivals import Arrival
from autograder.errors import InstructorError
from autograder.executor import Executor, Task
from autograder.gpus import Mask
from autograder.grade import Isolation, open_bench
from autograder.gradebook.book import Gradebook
from autograder.gradebook.handins import HandIn
from autograder.gradebook.past import Facts, Work
from autograder.gradebook.run import Run
from autograder.intake import find_submissions, submission_names
from autograder.intake.names import natural_key
from autograder.job import Job
from autograder.records import ClassResult, Grade, Status
from autograder.roster import Directory, Student

__all__ = ["Outcome", "Wishes", "arrivals_of", "grade_into"]

# So many hand-ins are taken at a time: a second machine that comes later finds some that are free.
# New benches are opened for each lot, so that a lot has to take a while.
_LOT: Final = {"numpy": 500, "keras": 16}
_WAIT_SECONDS: Final = 1.0
_NAMED: Final = 3
# How the reason begins where no process could be started: the hand-in was not even looked at.
_NEVER_STARTED: Final = "no grading process"

_Progress = Callable[[int, Grade | None], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run is asked to do.

    Attributes:
        isolation: What the sandbox must give.
        masks: As for `grade_class`.
        arrivals: As for `grade_class`.
        task: What is trained: `full` or `reduced`; empty for an assignment that trains nothing.
        retry: Whether hand-ins that were left ungraded are graded again.
    """

    isolation: Isolation
    masks: Sequence[Mask] = ()
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)
    task: str = ""
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run with a gradebook found.

    Attributes:
        result: The whole class: the grades that stand, whenever they were made.
        graded_now: How many of them this run made.
        remarks: Sentences for the instructor.
    """

    result: ClassResult
    graded_now: int
    remarks: tuple[str, ...]


def grade_into(
    book: Gradebook,
    job: Job,
    paths: Sequence[Path],
    executor: Executor,
    wishes: Wishes,
    *,
    progress: _Progress,
    tell: Callable[[str], None],
) -> Outcome:
    """Grade the hand-ins that the gradebook has no grade of, and give the class as it stands then.

    A grade is missing where content, suite or training differ from those of the grade that stands.
    A hand-in that another run has is left to it; if that run dies, it is graded here.

    Args:
        book: The gradebook.
        job: The assignment.
        paths: As for `grade_class`.
        executor: How the work is spread.
        wishes: How to grade.
        progress: Called with the number of hand-ins to grade and each grade, first with None.
        tell: Called with what the instructor should know meanwhile.

    Raises:
        AutograderError: Nothing can be graded, or the database failed; what was recorded is kept.
    """
    hand_ins, remarks = _hand_ins(book, paths, wishes.arrivals)
    ids = book.register(job.parts.id, hand_ins, job.course.intake)
    by_id = {ids[one.name]: one for one in hand_ins}
    with Run(book, job.parts.id) as run:
        grading = _Grading(book, job, executor, wishes, run, by_id)
        missing = grading.missing()
        total = len(missing)
        progress(total, None)
        waiting = False
        while missing:
            taken = run.claim(missing, _LOT[job.parts.policy.runtime])
            # What another run graded and gave back just before is its own now, but not missing.
            missing = grading.missing()
            mine = set(taken)
            for grade in grading.grade([id_ for id_ in missing if id_ in mine]):
                progress(total, grade)
            if not taken and missing:
                waiting = waiting or _tell_waiting(run, missing, tell)
                time.sleep(_WAIT_SECONDS)
            missing = grading.missing()
    remarks += _attempt_remarks(book, job, by_id)
    result, older = _class(book, job, executor, grading.lost)
    return Outcome(result, grading.recorded, (*remarks, *older))


class _Grading:
    """Grades lots of one run and records them.

    Attributes:
        recorded: How many grades were recorded.
        lost: Name to the grade of what could not be graded at all, and is not recorded.
    """

    def __init__(
        self,
        book: Gradebook,
        job: Job,
        executor: Executor,
        wishes: Wishes,
        run: Run,
        hand_ins: Mapping[int, HandIn],
    ) -> None:
        self._book = book
        self._job = job
        self._executor = executor
        self._wishes = wishes
        self._run = run
        self._hand_ins = hand_ins
        self._done: set[int] = set()
        self.recorded = 0
        self.lost: dict[str, Grade] = {}

    def missing(self) -> list[int]:
        """List the hand-ins of this run that have no grade that will do, in their order."""
        work = {one.id: one for one in self._book.work(self._job.parts.id)}
        return [
            id_ for id_ in self._hand_ins if id_ not in self._done and not self._will_do(work[id_])
        ]

    def _will_do(self, work: Work) -> bool:
        if work.grade_id is None or work.suite != self._job.suite_digest:
            return False
        if self._wishes.retry and work.status != Status.GRADED:
            return False
        # What was trained in full is not replaced by a reduced training.
        return work.task in (self._wishes.task, "full")

    def grade(self, lot: Sequence[int]) -> Iterator[Grade]:
        """Grade hand-ins that this run has, and record each as it is done."""
        if not lot:
            return
        found = [self._hand_ins[id_] for id_ in lot]
        id_of = dict(zip((one.name for one in found), lot, strict=True))
        tasks = [Task(one.path, one.name, self._job.parts.id) for one in found]
        opener = partial(open_bench, self._job, self._wishes.isolation, self._wishes.masks)
        grades = self._executor.run(tasks, opener)
        try:
            for grade in grades:
                self._keep(id_of[grade.submission], grade)
                yield grade
        finally:
            # If recording fails, nobody waits for the grades that are being made.
            if isinstance(grades, Generator):
                grades.close()

    def _keep(self, submission_id: int, grade: Grade) -> None:
        if grade.reason.startswith(_NEVER_STARTED):
            self.lost[grade.submission] = grade
            self._done.add(submission_id)
            return
        facts = Facts(
            suite=self._job.suite_digest,
            task=self._wishes.task,
            isolation=self._executor.isolation,
            training=self._executor.trainings.get(self._job.parts.id, {}),
            machine=self._run.host,
        )
        if self._book.record(self._run.id, submission_id, grade, facts):
            self._done.add(submission_id)
            self.recorded += 1


def arrivals_of(
    assignment: str, arrivals: Mapping[str, Arrival], students: Mapping[str, Student]
) -> dict[str, Arrival]:
    """Add to the times of hand-ins what a roster knows: all names of a student, and extensions.

    Args:
        assignment: The assignment's id.
        arrivals: Hand-in's name to when it came.
        students: The roster.
    """
    directory = Directory(students.values())
    found = dict(arrivals)
    for name, arrival in arrivals.items():
        student = _student(directory, arrival.students[0])
        if student is not None:
            names = (student.id, student.email, *arrival.students)
            granted = student.extensions.get(assignment)
            found[name] = Arrival(arrival.submitted, tuple(filter(None, names)), granted)
    return found


def _hand_ins(
    book: Gradebook, paths: Sequence[Path], arrivals: Mapping[str, Arrival]
) -> tuple[list[HandIn], tuple[str, ...]]:
    """Find what is to be graded, and whose it is; and say whose hand-ins the roster lacks."""
    found = find_submissions(paths)
    if not found:
        places = ", ".join(map(str, paths))
        raise InstructorError(f"{places}: there is no hand-in to grade; a folder must hold some")
    directory = Directory(students.values()) if (students := book.students()) else None
    hand_ins, unknown = [], []
    for path, name in zip(found, submission_names(found), strict=True):
        arrival = arrivals.get(name)
        told = arrival.students[0] if arrival is not None else name
        if directory is None:
            student = told if told != name else ""
        else:
            known = _student(directory, told)
            student = "" if known is None else known.id
            if known is None:
                unknown.append(name)
        submitted = None if arrival is None else arrival.submitted
        hand_ins.append(HandIn(name, path, student, submitted))
    if not unknown:
        return hand_ins, ()
    return hand_ins, (f"{_names(unknown)}: the roster has nobody of that name or address",)


def _student(directory: Directory, told: str) -> Student | None:
    return directory.find(id=told) or directory.find(email=told)


def _tell_waiting(run: Run, missing: Collection[int], tell: Callable[[str], None]) -> bool:
    """Say for whom this run waits; tell if there is anybody."""
    wanted = set(missing)
    holders = {holder for id_, holder in run.others().items() if id_ in wanted}
    if holders:
        who = ", ".join(sorted(f"process {one.pid} on {one.host}" for one in holders))
        count = f"{len(missing)} hand-in{'s' if len(missing) != 1 else ''}"
        tell(f"waiting for {count} that another run has in hand: {who}")
    return bool(holders)


def _attempt_remarks(book: Gradebook, job: Job, by_id: Mapping[int, HandIn]) -> tuple[str, ...]:
    earlier = [one.name for one in book.work(job.parts.id) if one.id in by_id and not one.counts]
    if not earlier:
        return ()
    return (f"{_names(earlier)}: not the student's last hand-in, which is the one that counts",)


def _class(
    book: Gradebook, job: Job, executor: Executor, lost: Mapping[str, Grade]
) -> tuple[ClassResult, tuple[str, ...]]:
    """Give the class as it stands in the gradebook, and say which grades want a look."""
    entries = book.entries(job.parts.id)
    grades = [one.grade for one in entries if one.submission not in lost]
    grades = sorted([*grades, *lost.values()], key=lambda grade: natural_key(grade.submission))
    before = book.circumstances(job.parts.id)
    policy = job.parts.policy
    result = ClassResult(
        assignment=job.parts.id,
        title=policy.title,
        max_points=policy.max_points,
        suite=job.suite_digest,
        isolation=dict(executor.isolation or before[0]),
        training=dict(executor.trainings.get(job.parts.id) or before[1]),
        grades=tuple(grades),
    )
    older = [one.submission for one in entries if one.suite != job.suite_digest]
    ungraded = [one.submission for one in entries if one.grade.status is not Status.GRADED]
    remarks = {
        "graded with an earlier suite, and not among these paths": older,
        "ungraded; once the reason is mended, --retry grades it again": ungraded,
    }
    return result, tuple(f"{_names(names)}: {said}" for said, names in remarks.items() if names)


def _names(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
