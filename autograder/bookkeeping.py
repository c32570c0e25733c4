"""Grades a class into a gradebook: only what is missing or changed, each as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Final

from autograder.arrivals import Arrival
from autograder.executor import NEVER_STARTED, Executor, Task, Work
from autograder.gradebook.book import Gradebook
from autograder.gradebook.handins import HandIn
from autograder.gradebook.past import Facts, KeptHandIn
from autograder.gradebook.run import Run
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

_Progress = Callable[[int, Grade | None], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run is asked to do.

    Attributes:
        arrivals: As for `grade_class`.
        retry: Whether hand-ins that were left ungraded are graded again.
        lots: Whether the run takes a part at a time, so that another one finds some that are free.
    """

    arrivals: Mapping[str, Arrival] = field(default_factory=dict)
    retry: bool = False
    lots: bool = True


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
    jobs: Mapping[str, Job],
    works: Sequence[Work],
    executor: Executor,
    wishes: Wishes,
    *,
    progress: _Progress,
    tell: Callable[[str], None],
) -> list[Outcome]:
    """Grade the hand-ins that the gradebook has no grade of, and give the classes as they are then.

    A grade is missing where content, suite or training differ from those of the grade that stands.
    A hand-in that another run has is left to it; if that run dies, it is graded here.

    Args:
        book: The gradebook.
        jobs: Assignment to what it takes to grade it.
        works: Of each assignment all hand-ins, graded before or not.
        executor: How the work is spread.
        wishes: How to grade.
        progress: Called with the number of hand-ins to grade and each grade, first with None.
        tell: Called with what the instructor should know meanwhile.

    Returns:
        An outcome for each of the works, in their order.

    Raises:
        AutograderError: Nothing can be graded, or the database failed; what was recorded is kept.
    """
    with ExitStack() as runs:
        gradings = {}
        for work in works:
            job = jobs[work.assignment]
            hand_ins, remarks = _hand_ins(book, work.tasks, wishes.arrivals)
            ids = book.register(job.parts.id, hand_ins, job.course.intake)
            run = runs.enter_context(Run(book, job.parts.id))
            gradings[job.parts.id] = _Grading(
                book, job, work, wishes, run, ids=ids, remarks=remarks
            )
        total = sum(len(one.missing()) for one in gradings.values())
        progress(total, None)
        told = False
        while any(one.missing() for one in gradings.values()):
            lots = [lot for one in gradings.values() if (lot := one.claim()).tasks]
            if not lots:
                told = told or any(_tell_waiting(one, tell) for one in gradings.values())
                time.sleep(_WAIT_SECONDS)
            for task, grade in _graded(executor, lots):
                one = gradings[task.assignment]
                one.keep(task, grade, executor)
                progress(total, grade)
    return [one.outcome(executor) for one in gradings.values()]


def _graded(executor: Executor, lots: Sequence[Work]) -> Iterator[tuple[Task, Grade]]:
    """Yield what an executor grades; if recording fails, nobody waits for what it has in hand."""
    grades = executor.run_all(lots)
    try:
        yield from grades
    finally:
        if isinstance(grades, Generator):
            grades.close()


class _Grading:
    """Grades lots of one run on one assignment, and records them.

    Attributes:
        run: The run, whose claims it makes.
    """

    def __init__(
        self,
        book: Gradebook,
        job: Job,
        work: Work,
        wishes: Wishes,
        run: Run,
        *,
        ids: Mapping[str, int],
        remarks: tuple[str, ...],
    ) -> None:
        self._book = book
        self._job = job
        self._work = work
        self._wishes = wishes
        self.run = run
        self._ids = ids
        self._tasks = {ids[task.name]: task for task in work.tasks}
        self._remarks = remarks
        self._done: set[int] = set()
        self._recorded = 0
        # The grade of what could not be graded at all, by name; it is not recorded.
        self._lost: dict[str, Grade] = {}

    def missing(self) -> list[int]:
        """List the hand-ins of this run that have no grade that will do, in their order."""
        past = {one.id: one for one in self._book.work(self._job.parts.id)}
        return [
            id_ for id_ in self._tasks if id_ not in self._done and not self._will_do(past[id_])
        ]

    def _will_do(self, past: KeptHandIn) -> bool:
        if past.grade_id is None or past.suite != self._job.suite_digest:
            return False
        if self._wishes.retry and past.status != Status.GRADED:
            return False
        # What was trained in full is not replaced by a reduced training.
        return past.task in (self._work.training, "full")

    def claim(self) -> Work:
        """Take hand-ins that are missing and that nobody else has."""
        missing = self.missing()
        most = _LOT[self._job.parts.policy.runtime] if self._wishes.lots else len(missing)
        taken = set(self.run.claim(missing, most)) if missing else set()
        # What another run graded and gave back just before is this one's now, but not missing.
        lot = [id_ for id_ in self.missing() if id_ in taken] if taken else []
        return replace(self._work, tasks=tuple(self._tasks[id_] for id_ in lot))

    def keep(self, task: Task, grade: Grade, executor: Executor) -> None:
        """Record a grade."""
        submission_id = self._ids[task.name]
        self._done.add(submission_id)
        if grade.reason.startswith(NEVER_STARTED):
            self._lost[task.name] = grade
            return
        facts = Facts(
            suite=self._job.suite_digest,
            task=self._work.training,
            isolation=executor.isolation,
            training=executor.trainings.get(self._job.parts.id, {}),
            machine=self.run.host,
        )
        if self._book.record(self.run.id, submission_id, grade, facts):
            self._recorded += 1
        else:
            self._done.remove(submission_id)

    def outcome(self, executor: Executor) -> Outcome:
        """Give the class as it stands in the gradebook."""
        earlier = _attempt_remarks(self._book, self._job, self._tasks)
        result, older = _class(self._book, self._job, executor, self._lost)
        return Outcome(result, self._recorded, (*self._remarks, *earlier, *older))


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
    book: Gradebook, tasks: Sequence[Task], arrivals: Mapping[str, Arrival]
) -> tuple[list[HandIn], tuple[str, ...]]:
    """Find out whose the hand-ins are; and say whose the roster lacks."""
    directory = Directory(students.values()) if (students := book.students()) else None
    hand_ins, unknown = [], []
    for task in tasks:
        name = task.name
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
        hand_ins.append(HandIn(name, task.path, student, submitted))
    if not unknown:
        return hand_ins, ()
    return hand_ins, (f"{_names(unknown)}: the roster has nobody of that name or address",)


def _student(directory: Directory, told: str) -> Student | None:
    return directory.find(id=told) or directory.find(email=told)


def _tell_waiting(grading: _Grading, tell: Callable[[str], None]) -> bool:
    """Say for whom this run waits; tell if there is anybody."""
    missing = set(grading.missing())
    holders = {holder for id_, holder in grading.run.others().items() if id_ in missing}
    if holders:
        who = ", ".join(sorted(f"process {one.pid} on {one.host}" for one in holders))
        count = f"{len(missing)} hand-in{'s' if len(missing) != 1 else ''}"
        tell(f"waiting for {count} that another run has in hand: {who}")
    return bool(holders)


def _attempt_remarks(book: Gradebook, job: Job, by_id: Mapping[int, Task]) -> tuple[str, ...]:
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
