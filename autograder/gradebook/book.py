"""The gradebook as the rest of the project sees it: hand-ins and grades in, entries out."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Row

from autograder.catalog import COURSE_FILE
from autograder.config import Course, IntakeLimits, load_course
from autograder.errors import InstructorError
from autograder.gradebook import rows
from autograder.gradebook.handins import HandIn, pack
from autograder.gradebook.past import Decision, Facts, KeptHandIn, Past, Proposal
from autograder.gradebook.place import Place
from autograder.gradebook.records import Entry
from autograder.gradebook.registry import register
from autograder.gradebook.schema import DROPPED, PROPOSED, STANDS
from autograder.gradebook.standing import check_adjustment
from autograder.gradebook.store import Sql, Store
from autograder.records import Grade
from autograder.roster import Student

__all__ = ["Gradebook"]

_AT_ONCE = 200


class Gradebook:
    """Every hand-in and every grade of a course; a context manager that closes it.

    Args:
        store: Its database.
        course_dir: As for `open_gradebook`.
        clock: Gives the time, in UTC, that is written beside what happens.

    Attributes:
        store: Its database.
    """

    def __init__(
        self,
        store: Store,
        course_dir: Path | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store = store
        self._course_dir = course_dir
        self._clock = clock

    @classmethod
    def open(cls, place: Place, course_dir: Path | None, *, create: bool = False) -> Self:
        """Open a gradebook, or begin one.

        Args:
            place: Where it is.
            course_dir: As for `open_gradebook`.
            create: Whether to begin one where there is none.

        Raises:
            GradebookRefused: There is no gradebook, or none that can be used.
            GradebookFault: The database failed.
        """
        return cls(Store.open(place, create=create), course_dir)

    def __enter__(self) -> Self:
        """Return the gradebook."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.store.close()

    def __str__(self) -> str:
        """Write where it is."""
        return str(self.store.place)

    def students(self) -> dict[str, Student]:
        """Give everybody of the rosters so far, by id."""
        with self.store.reading() as sql:
            return {row.id: rows.student(row) for row in sql.students()}

    def add_students(self, students: Iterable[Student]) -> None:
        """Take a roster over: who is in it is written anew, and who is not stays as it was."""
        values = [rows.student_values(student) for student in students]
        with self.store.writing() as sql:
            sql.put_students(values)

    def register(
        self, assignment: str, hand_ins: Sequence[HandIn], limits: IntakeLimits
    ) -> dict[str, int]:
        """Write down what was handed in, each once, and keep a copy of it.

        Args:
            assignment: The assignment's id.
            hand_ins: Those of one run; names are unique.
            limits: How much is accepted.

        Returns:
            Name to the id of the submission.
        """
        found: dict[str, int] = {}
        for begin in range(0, len(hand_ins), _AT_ONCE):
            part = hand_ins[begin : begin + _AT_ONCE]
            packed = [(one, pack(one.path, limits)) for one in part]
            with self.store.writing() as sql:
                found |= register(sql, assignment, packed, self._now())
        return found

    def work(self, assignment: str) -> list[KeptHandIn]:
        """List every hand-in of an assignment, and by what its standing grade was made."""
        with self.store.reading() as sql:
            found = sql.work(assignment)
        last = {row.owner: row.attempt for row in found}  # they come in the order of attempts
        return [
            KeptHandIn(
                id=row.id,
                name=row.name,
                student=row.student,
                digest=row.digest,
                attempt=row.attempt,
                counts=row.attempt == last[row.owner],
                path=Path(row.path),
                grade_id=row.grade_id,
                suite=row.suite or "",
                task=row.task or "",
                status=row.status or "",
            )
            for row in found
        ]

    def outdated(self, assignment: str, suite: str) -> list[KeptHandIn]:
        """List the hand-ins that count and whose standing grade was made by another suite."""
        return [
            one
            for one in self.work(assignment)
            if one.counts and one.grade_id is not None and one.suite != suite
        ]

    def content(self, digest: str) -> tuple[str, bytes] | None:
        """Give a hand-in as it was: its file's ending and bytes.

        Args:
            digest: `KeptHandIn.digest`.

        Returns:
            None for what was no ordinary file, or too large to be accepted.
        """
        with self.store.reading() as sql:
            row = sql.file(digest)
        return None if row is None else (row.ending, zlib.decompress(row.content))

    def record(self, run_id: int, submission_id: int, grade: Grade, facts: Facts) -> bool:
        """Write a grade that stands from now on, in one transaction.

        Args:
            run_id: Of the run that claimed the hand-in.
            submission_id: The hand-in's.
            grade: Without adjustments and lateness.
            facts: How it was made.

        Returns:
            False if the claim is another's by now; then nothing is written.
        """
        with self.store.writing() as sql:
            if not sql.release(run_id, submission_id):
                return False
            before = [row for row in sql.history(submission_id) if row.state == STANDS]
            why = _why(before[0], facts) if before else ""
            sql.replace_standing(submission_id)
            self._add(sql, submission_id, grade, facts, STANDS, why)
        return True

    def propose(self, submission_id: int, grade: Grade, facts: Facts, why: str) -> int:
        """Write a grade that stands only once `accept` says so; give its id.

        Args:
            submission_id: The hand-in's.
            grade: Without adjustments and lateness.
            facts: How it was made.
            why: What it was made for, such as `the suite changed`.
        """
        with self.store.writing() as sql:
            return self._add(sql, submission_id, grade, facts, PROPOSED, why)

    def proposals(self, assignment: str) -> list[Proposal]:
        """List the grades that are proposed and neither accepted nor dropped."""
        with self.store.reading() as sql:
            return [
                Proposal(row.submission_id, row.name, row.student, rows.past(row))
                for row in sql.proposed(assignment)
            ]

    def accept(self, proposals: Iterable[Proposal], why: str) -> None:
        """Let proposed grades stand, all or none; those before them stay in the history.

        Args:
            proposals: At most one a hand-in.
            why: For the history.
        """
        with self.store.writing() as sql:
            for one in proposals:
                sql.replace_standing(one.submission_id)
                sql.set_state(one.past.id, STANDS, why)

    def drop(self, proposals: Iterable[Proposal], why: str) -> None:
        """Let proposed grades never stand; they stay in the history with the reason."""
        with self.store.writing() as sql:
            for one in proposals:
                sql.set_state(one.past.id, DROPPED, why)

    def history(self, submission_id: int) -> list[Past]:
        """List every grade that a hand-in had, oldest first."""
        with self.store.reading() as sql:
            return [rows.past(row) for row in sql.history(submission_id)]

    def adjust(
        self, submission_id: int, question: str, points: float | None, *, by: str, reason: str
    ) -> None:
        """Set the points of one question of a hand-in, whatever the suite says now or later.

        Args:
            submission_id: The hand-in's.
            question: The question's id; it must be in the standing grade.
            points: What it earns, 0 to what it is worth; None takes back what was set before.
            by: Who decides.
            reason: Why.

        Raises:
            InstructorError: The hand-in has no such question, the points are out of its range,
                or name or reason is empty.
        """
        if not by.strip() or not reason.strip():
            raise InstructorError("an adjustment: expected who makes it and why; one is empty")
        with self.store.writing() as sql:
            stands = [row for row in sql.history(submission_id) if row.state == STANDS]
            check_adjustment([rows.grade_of(row) for row in stands], question, points)
            values = {"submission_id": submission_id, "question": question, "points": points}
            told = {"by": rows.storable(by), "reason": rows.storable(reason)}
            sql.add_adjustment({**values, **told, "made_at": self._now()})

    def decisions(self, assignment: str) -> dict[int, list[Decision]]:
        """List what persons ever decided about each hand-in, oldest first."""
        found: dict[int, list[Decision]] = {}
        with self.store.reading() as sql:
            for row in sql.adjustments(assignment):
                found.setdefault(row.submission_id, []).append(rows.decision(row))
        return found

    def entries(self, assignment: str, *, only: Collection[int] | None = None) -> list[Entry]:
        """Give the grades that stand, by student and hand-in: of each student the last attempt.

        Adjustments are applied, and lateness by the course's policy and the rosters' extensions
        as they are now.

        Args:
            assignment: The assignment's id.
            only: Numbers of the hand-ins that are wanted; None for all.

        Raises:
            InstructorError: The course's policy cannot be read.
        """
        course = self._course()
        students = self.students()
        with self.store.reading() as sql:
            made = rows.adjustments_by_hand_in(sql.adjustments(assignment))
            return [
                rows.entry(row, made.get(row.id, ()), course, students)
                for row in sql.standing(assignment)
                if only is None or row.id in only
            ]

    def compare(
        self, assignment: str, instead: Mapping[int, Grade]
    ) -> Iterator[tuple[int, Entry, Entry]]:
        """Give what stands of some hand-ins, beside what would stand with other grades.

        Args:
            assignment: The assignment's id.
            instead: Number of a hand-in to its other grade.

        Raises:
            InstructorError: The course's policy cannot be read.
        """
        course = self._course()
        students = self.students()
        with self.store.reading() as sql:
            made = rows.adjustments_by_hand_in(sql.adjustments(assignment))
            for row in sql.standing(assignment):
                if row.id in instead:
                    mine = made.get(row.id, ())
                    stands = rows.entry(row, mine, course, students)
                    yield row.id, stands, rows.entry(row, mine, course, students, instead[row.id])

    def circumstances(self, assignment: str) -> tuple[dict[str, str], dict[str, str]]:
        """Give isolation and training of the newest grade; empty where there is none."""
        with self.store.reading() as sql:
            row = sql.newest_grade(assignment)
        return ({}, {}) if row is None else (json.loads(row.isolation), json.loads(row.training))

    def _course(self) -> Course | None:
        return None if self._course_dir is None else load_course(self._course_dir / COURSE_FILE)

    def _now(self) -> str:
        return self._clock().isoformat()

    def _add(
        self, sql: Sql, submission_id: int, grade: Grade, facts: Facts, state: str, why: str
    ) -> int:
        decided = {"submission_id": submission_id, "state": state, "why": why}
        values = {**rows.grade_values(grade, facts), **decided, "graded_at": self._now()}
        return sql.add_grade(values, rows.question_values(grade), rows.check_values(grade))


def _why(before: Row[Any], facts: Facts) -> str:
    """Say why a grade comes after another one."""
    if before.suite != facts.suite:
        return "the suite changed"
    if before.task != facts.task:
        return f"trained on the {facts.task} task instead of the {before.task} one"
    return "graded again because it was asked for"
