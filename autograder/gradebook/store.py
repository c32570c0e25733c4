"""All SQL of the gradebook: a class whose methods are its statements, run in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, CursorResult, Row, Select, delete, func, insert, select, update

from autograder.gradebook.engine import READING, open_engine, upgrade
from autograder.gradebook.faults import explained
from autograder.gradebook.place import Place
from autograder.gradebook.schema import (
    PROPOSED,
    REPLACED,
    STANDS,
    adjustments,
    check_grades,
    claims,
    files,
    grades,
    question_grades,
    runs,
    students,
    submissions,
)

__all__ = ["Sql", "Store"]

_Rows = Sequence[Row[Any]]  # of the columns that the statement names
_Values = Mapping[str, object]
_AT_ONCE = 500


class Store:
    """A gradebook's database.

    Args:
        place: Where it is.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._engine = open_engine(place)

    @classmethod
    def open(cls, place: Place, *, create: bool) -> Self:
        """Connect, and bring the tables up to date.

        Args:
            place: Where the gradebook is.
            create: Whether to make it where there is none.

        Raises:
            GradebookRefused: There is no gradebook, or none that can be used.
            GradebookFault: The database failed.
        """
        store = cls(place)
        try:
            upgrade(store._engine, place, create=create)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close every connection; the next transaction makes a new one."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Sql]:
        """Begin a transaction that writes; it is kept as a whole or not at all.

        Raises:
            GradebookRefused: The database cannot be used as it is.
            GradebookFault: It failed.
        """
        with explained(self.place), self._engine.begin() as connection:
            yield Sql(connection)

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        """Begin a transaction that reads, and sees nothing of what others write meanwhile.

        Raises:
            GradebookRefused: The database cannot be used as it is.
            GradebookFault: It failed.
        """
        with explained(self.place), self._engine.connect() as connection:
            options: dict[str, Any] = {READING: True}
            if self.place.file is None:
                options["isolation_level"] = "REPEATABLE READ"
            with connection.execution_options(**options).begin():
                yield Sql(connection)


class Sql:
    """The statements of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _rows(self, statement: Select[Any]) -> _Rows:
        return self._connection.execute(statement).all()

    def _insert(self, statement: Any, values: Iterable[_Values]) -> None:
        rows = list(values)
        if rows:
            self._connection.execute(statement, rows)

    def students(self) -> _Rows:
        """Select everybody, by id."""
        return self._rows(select(students).order_by(students.c.id))

    def put_students(self, values: Sequence[_Values]) -> None:
        """Write students in the place of those with the same ids."""
        for begin in range(0, len(values), _AT_ONCE):
            part = values[begin : begin + _AT_ONCE]
            ids = [value["id"] for value in part]
            self._connection.execute(delete(students).where(students.c.id.in_(ids)))
            self._insert(insert(students), part)

    def file(self, digest: str) -> Row[Any] | None:
        """Select a hand-in's ending and content."""
        return self._connection.execute(select(files).where(files.c.digest == digest)).first()

    def put_file(self, digest: str, ending: str, content: bytes) -> None:
        """Keep a hand-in, once."""
        there = select(files.c.digest).where(files.c.digest == digest)
        if self._connection.execute(there).first() is None:
            values = {"digest": digest, "ending": ending, "content": content}
            self._connection.execute(insert(files), values)

    def work_like(self, assignment: str, names: Sequence[str], owners: Sequence[str]) -> _Rows:
        """Select the hand-ins that have one of some names, or one of some owners, oldest first."""
        alike = submissions.c.name.in_(names) | submissions.c.owner.in_(owners)
        mine = submissions.c.assignment == assignment
        return self._rows(select(submissions).where(mine & alike).order_by(submissions.c.id))

    def add_submission(self, values: _Values) -> int:
        """Write a hand-in."""
        result = self._connection.execute(insert(submissions), values)
        return _new_id(result)

    def change_submission(self, submission_id: int, values: _Values) -> None:
        """Write what became known of a hand-in."""
        mine = submissions.c.id == submission_id
        self._connection.execute(update(submissions).where(mine).values(**values))

    def submission(self, submission_id: int) -> Row[Any] | None:
        """Select a hand-in."""
        mine = submissions.c.id == submission_id
        return self._connection.execute(select(submissions).where(mine)).first()

    def work(self, assignment: str) -> _Rows:
        """Select every hand-in with what its standing grade was made with, if it has one."""
        columns = (grades.c.id.label("grade_id"), grades.c.suite, grades.c.task, grades.c.status)
        stands = (grades.c.submission_id == submissions.c.id) & (grades.c.state == STANDS)
        return self._rows(
            select(submissions, *columns)
            .select_from(submissions.outerjoin(grades, stands))
            .where(submissions.c.assignment == assignment)
            .order_by(submissions.c.owner, submissions.c.attempt)
        )

    def standing(self, assignment: str) -> Iterator[Row[Any]]:
        """Select hand-ins with their standing grades whole: of each owner the last hand-in."""
        stands = (grades.c.submission_id == submissions.c.id) & (grades.c.state == STANDS)
        last = (
            select(submissions.c.owner, func.max(submissions.c.attempt).label("attempt"))
            .where(submissions.c.assignment == assignment)
            .group_by(submissions.c.owner)
            .subquery()
        )
        same = (last.c.owner == submissions.c.owner) & (last.c.attempt == submissions.c.attempt)
        statement = (
            select(submissions, grades.c.suite, grades.c.graded_at, grades.c.document)
            .select_from(submissions.join(last, same).join(grades, stands))
            .where(submissions.c.assignment == assignment)
            .order_by(submissions.c.student, submissions.c.name)
            .execution_options(yield_per=_AT_ONCE)
        )
        return iter(self._connection.execute(statement))

    def history(self, submission_id: int) -> _Rows:
        """Select every grade that a hand-in ever had, oldest first."""
        mine = grades.c.submission_id == submission_id
        return self._rows(select(grades).where(mine).order_by(grades.c.id))

    def newest_grade(self, assignment: str) -> Row[Any] | None:
        """Select the grade of an assignment that was written last."""
        mine = (submissions.c.assignment == assignment) & (grades.c.state == STANDS)
        statement = select(grades).select_from(grades.join(submissions)).where(mine)
        return self._connection.execute(statement.order_by(grades.c.id.desc()).limit(1)).first()

    def proposed(self, assignment: str) -> _Rows:
        """Select the grades that are proposed, oldest first, with their hand-ins' names."""
        columns = (submissions.c.name, submissions.c.student)
        mine = (submissions.c.assignment == assignment) & (grades.c.state == PROPOSED)
        joined = grades.join(submissions)
        statement = select(grades, *columns).select_from(joined).where(mine)
        return self._rows(statement.order_by(grades.c.id))

    def add_grade(
        self, values: _Values, questions: Iterable[_Values], checks: Iterable[_Values]
    ) -> int:
        """Write a grade with its questions and with the checks that did not pass."""
        result = self._connection.execute(insert(grades), values)
        grade_id = _new_id(result)
        mine = {"grade_id": grade_id}
        self._insert(insert(question_grades), ({**one, **mine} for one in questions))
        self._insert(insert(check_grades), ({**one, **mine} for one in checks))
        return grade_id

    def replace_standing(self, submission_id: int) -> None:
        """Let no grade of a hand-in stand; it stays in the history."""
        mine = (grades.c.submission_id == submission_id) & (grades.c.state == STANDS)
        self._connection.execute(update(grades).where(mine).values(state=REPLACED))

    def set_state(self, grade_id: int, state: str, why: str) -> None:
        """Say whether a grade stands, and why."""
        mine = grades.c.id == grade_id
        self._connection.execute(update(grades).where(mine).values(state=state, why=why))

    def adjustments(self, assignment: str) -> _Rows:
        """Select what persons set, oldest first."""
        joined = adjustments.join(submissions)
        mine = submissions.c.assignment == assignment
        statement = select(adjustments).select_from(joined).where(mine)
        return self._rows(statement.order_by(adjustments.c.id))

    def add_adjustment(self, values: _Values) -> None:
        """Write what a person set."""
        self._connection.execute(insert(adjustments), values)

    def add_run(self, values: _Values) -> int:
        """Write that a run began."""
        result = self._connection.execute(insert(runs), values)
        return _new_id(result)

    def beat(self, run_id: int) -> None:
        """Write that a run lives."""
        mine = runs.c.id == run_id
        self._connection.execute(update(runs).where(mine).values(beat=runs.c.beat + 1))

    def claims(self, assignment: str) -> _Rows:
        """Select who has which hand-in."""
        joined = claims.join(runs).join(submissions)
        mine = submissions.c.assignment == assignment
        return self._rows(select(claims.c.submission_id, runs).select_from(joined).where(mine))

    def claim(self, submission_ids: Sequence[int], run_id: int) -> None:
        """Write that a run has hand-ins, whoever had them before."""
        for begin in range(0, len(submission_ids), _AT_ONCE):
            part = submission_ids[begin : begin + _AT_ONCE]
            self._connection.execute(delete(claims).where(claims.c.submission_id.in_(part)))
            self._insert(insert(claims), ({"submission_id": id_, "run_id": run_id} for id_ in part))

    def release(self, run_id: int, submission_id: int | None = None) -> bool:
        """Delete a run's claim on a hand-in, or all of its claims; tell if there was one."""
        mine = claims.c.run_id == run_id
        if submission_id is not None:
            mine &= claims.c.submission_id == submission_id
        return bool(self._connection.execute(delete(claims).where(mine)).rowcount)


def _new_id(result: CursorResult[Any]) -> int:
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])
