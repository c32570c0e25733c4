"""Grades again what a changed suite affects; nothing stands before somebody says so."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from autograder.executor import NEVER_STARTED, Executor, Task, Work
from autograder.gradebook import Entry
from autograder.gradebook.book import Gradebook
from autograder.gradebook.past import Facts, KeptHandIn, Proposal
from autograder.gradebook.processes import this_process
from autograder.intake.names import natural_key
from autograder.job import Job
from autograder.records import Grade, Status
from autograder.regrade.differences import changed_questions, held_questions
from autograder.regrade.records import Left, Move, Regraded

__all__ = ["affected", "apply", "regrade"]

_LOT: Final = 500
_LONGEST_NAME_BYTES: Final = 200
_WHY: Final = "the suite changed"
_GONE: Final = "its bytes are not in the gradebook; hand it to `autograder grade` again"
_FULL: Final = "it was trained in full, and this machine would train the reduced task"

_Progress = Callable[[int, Grade | None], None]


def affected(
    book: Gradebook, assignment: str, suite: str
) -> tuple[list[KeptHandIn], dict[int, Proposal]]:
    """List the hand-ins that count and were graded by another suite; drop what is out of date.

    A proposal is out of date if it was made by another suite than that of now, or for a hand-in
    that is not affected any more.

    Args:
        book: The gradebook.
        assignment: The assignment's id.
        suite: The digest of the suite as it is now.

    Returns:
        The hand-ins; and by the number of a hand-in the grade that this suite gave it before.
    """
    works = book.outdated(assignment, suite)
    proposals = book.proposals(assignment)
    usable = _usable(works, proposals, suite)
    old = [one for one in proposals if usable.get(one.submission_id) is not one]
    if old:
        book.drop(old, "out of date before it was applied")
    return works, usable


def _usable(
    works: Sequence[KeptHandIn], proposals: Sequence[Proposal], suite: str
) -> dict[int, Proposal]:
    """Choose for each hand-in the newest proposal of this suite that came after its grade."""
    stands = {one.id: one.grade_id or 0 for one in works}
    return {
        one.submission_id: one
        for one in proposals
        if one.past.facts.suite == suite
        and one.submission_id in stands
        and one.past.id > stands[one.submission_id]
    }


def regrade(
    book: Gradebook, job: Job, executor: Executor, how: Work, *, progress: _Progress
) -> Regraded:
    """Grade what the suite of now has not graded, propose the new grades, and compare.

    What an earlier call proposed is not graded again, save where that would leave a hand-in
    ungraded that has a score.

    Args:
        book: The gradebook.
        job: The assignment.
        executor: How the work is spread; its processes must see this machine's files.
        how: What it takes to grade a hand-in; its tasks are not looked at.
        progress: Called with the number of hand-ins to grade and each grade, first with None.

    Raises:
        AutograderError: Nothing can be graded, or the database failed; what was proposed is kept.
    """
    id_ = job.parts.id
    works, done = _begin(book, id_, job.suite_digest)
    grading = _Grading(book, job, executor, how)
    todo = [one for one in works if one.id not in done and not grading.leaves(one)]
    progress(len(todo), None)
    for grade in grading.grade(todo):
        progress(len(todo), grade)
    return _compared(book, job, works, grading, from_before=len(done))


def _begin(book: Gradebook, assignment: str, suite: str) -> tuple[list[KeptHandIn], set[int]]:
    """List what is affected, and the numbers of what need not be graded any more."""
    works, before = affected(book, assignment, suite)
    again = [before[one.id] for one in works if _is_lost(one, before.get(one.id))]
    if again:
        book.drop(again, "it left the hand-in without a score; tried again")
    return works, before.keys() - {one.submission_id for one in again}


def _compared(
    book: Gradebook, job: Job, works: Sequence[KeptHandIn], grading: _Grading, *, from_before: int
) -> Regraded:
    """Part the hand-ins into those that move and those whose grades stay, with the reason."""
    proposals = {one.submission_id: one for one in book.proposals(job.parts.id)}
    reasons = grading.reasons | {
        one.id: f"it would have no score any more: {proposals[one.id].past.grade.reason}"
        for one in works
        if _is_lost(one, proposals.get(one.id))
    }
    able = {
        one.id: proposals[one.id] for one in works if one.id in proposals and one.id not in reasons
    }
    moves = _moves(book, job.parts.id, able)
    left = (Left(one.student, one.name, reasons[one.id]) for one in works if one.id in reasons)
    return Regraded(
        assignment=job.parts.id,
        title=job.parts.policy.title,
        suite=job.suite_digest,
        graded_now=grading.proposed,
        from_before=from_before,
        moves=tuple(sorted(moves, key=lambda one: (-abs(one.change), natural_key(one.who)))),
        left=tuple(sorted(left, key=lambda one: natural_key(one.who))),
        proposals=tuple(able.values()),
    )


def apply(book: Gradebook, found: Regraded, reason: str) -> Regraded:
    """Let the grades behind the moves stand, all or none; those before stay in the history.

    Args:
        book: The gradebook.
        found: From `regrade`.
        reason: For the history.
    """
    book.accept(found.proposals, f"regraded: {reason}")
    return dataclasses.replace(found, applied=True)


class _Grading:
    """Grades hand-ins as the gradebook keeps them, and proposes each grade as it is done.

    Attributes:
        proposed: How many grades were proposed.
        reasons: Number of a hand-in to why it has no new grade.
    """

    def __init__(self, book: Gradebook, job: Job, executor: Executor, how: Work) -> None:
        self._book = book
        self._job = job
        self._executor = executor
        self._how = how
        self.proposed = 0
        self.reasons: dict[int, str] = {}

    def leaves(self, work: KeptHandIn) -> bool:
        """Tell whether a hand-in must not be graded here, and note why."""
        if (work.task, self._how.training) != ("full", "reduced"):
            return False
        self.reasons[work.id] = _FULL
        return True

    def grade(self, works: Sequence[KeptHandIn]) -> Iterator[Grade]:
        """Grade hand-ins, lot by lot."""
        for begin in range(0, len(works), _LOT):
            with TemporaryDirectory(prefix="regrade-") as folder:
                tasks = self._unpack(works[begin : begin + _LOT], Path(folder))
                if tasks:
                    yield from self._grade(tasks)

    def _unpack(
        self, works: Sequence[KeptHandIn], folder: Path
    ) -> dict[str, tuple[KeptHandIn, Task]]:
        """Write hand-ins as they were; give the tasks by name."""
        tasks = {}
        for one in works:
            kept = self._book.content(one.digest)
            if kept is None:
                self.reasons[one.id] = _GONE
                continue
            ending, content = kept
            path = folder / str(one.id) / _file_name(one, ending)
            path.parent.mkdir()
            path.write_bytes(content)
            name = f"{one.name} ({one.id})"  # names of two students' hand-ins may be alike
            tasks[name] = one, Task(path, name, self._job.parts.id)
        return tasks

    def _grade(self, tasks: Mapping[str, tuple[KeptHandIn, Task]]) -> Iterator[Grade]:
        work = dataclasses.replace(self._how, tasks=tuple(task for _, task in tasks.values()))
        # Connections of SQLite must not be open in two processes by way of a fork.
        self._book.store.close()
        grades = self._executor.run_all([work])
        try:
            for task, grade in grades:
                yield self._keep(tasks[task.name][0], grade)
        finally:
            # If recording fails, nobody waits for the grades that are being made.
            if isinstance(grades, Generator):
                grades.close()

    def _keep(self, work: KeptHandIn, grade: Grade) -> Grade:
        named = dataclasses.replace(grade, submission=work.name)
        if grade.reason.startswith(NEVER_STARTED):
            self.reasons[work.id] = grade.reason
        else:
            self._book.propose(work.id, named, self._facts(), _WHY)
            self.proposed += 1
        return named

    def _facts(self) -> Facts:
        return Facts(
            suite=self._job.suite_digest,
            task=self._how.training,
            isolation=self._executor.isolation,
            training=self._executor.trainings.get(self._job.parts.id, {}),
            machine=this_process().host,
        )


def _file_name(work: KeptHandIn, ending: str) -> str:
    """Name the file as it was named, for the messages that quote it."""
    name = f"{work.path.stem}{ending}"
    return name if len(name.encode()) <= _LONGEST_NAME_BYTES else f"hand-in{ending}"


def _is_lost(work: KeptHandIn, proposal: Proposal | None) -> bool:
    """Tell whether a hand-in that has a score would have none any more."""
    if proposal is None or work.status != Status.GRADED:
        return False
    return proposal.past.grade.status is not Status.GRADED


def _moves(book: Gradebook, assignment: str, proposals: Mapping[int, Proposal]) -> Iterator[Move]:
    grades = {id_: one.past.grade for id_, one in proposals.items()}
    for id_, old, new in book.compare(assignment, grades):
        held = {}
        if old.adjustments:
            stands = next(one.grade for one in book.history(id_) if one.state == "stands")
            held = held_questions(old.adjustments, stands, grades[id_])
        yield Move(
            old.student,
            old.submission,
            old.attempt,
            _final_points(old),
            _final_points(new),
            changed_questions(old.grade, new.grade, held),
            new.grade.reason,
        )


def _final_points(entry: Entry) -> float | None:
    return entry.final_points if entry.grade.status is Status.GRADED else None
