"""Which hand-ins are new, which are known, and in which order a student's attempts came."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from autograder.gradebook.handins import HandIn, Packed
from autograder.gradebook.rows import instant, storable, written
from autograder.gradebook.standing import in_order
from autograder.gradebook.store import Sql

__all__ = ["register"]


@dataclass(slots=True)
class _Attempt:
    """A row of `submissions`, as it is and as it becomes."""

    id: int
    name: str
    student: str
    digest: str
    submitted: datetime | None
    attempt: int

    @property
    def owner(self) -> str:
        return self.student or self.name


def register(
    sql: Sql, assignment: str, hand_ins: Sequence[tuple[HandIn, Packed]], now: str
) -> dict[str, int]:
    """Write down the hand-ins that are new, and what became known of the others.

    Args:
        sql: A transaction that writes.
        assignment: The assignment's id.
        hand_ins: With their content; those that are new become attempts in this order.
        now: The time to write beside them.

    Returns:
        Name to the id of the submission.
    """
    names = [one.name for one, _ in hand_ins]
    owners = [one.student or one.name for one, _ in hand_ins]
    rows = [_attempt(row) for row in sql.work_like(assignment, names, owners)]
    found: dict[str, int] = {}
    touched: set[str] = set()
    for one, packed in hand_ins:
        known = _find(rows, one, packed)
        if known is None:
            known = _add(sql, assignment, one, packed, now)
            rows.append(known)
        elif not _learn(sql, known, one):
            found[one.name] = known.id
            continue
        found[one.name] = known.id
        touched |= {known.owner, one.name}
    for owner in touched:
        _number(sql, [row for row in rows if row.owner == owner])
    return found


def _attempt(row: Row[Any]) -> _Attempt:
    return _Attempt(row.id, row.name, row.student, row.digest, instant(row.submitted), row.attempt)


def _find(rows: Sequence[_Attempt], one: HandIn, packed: Packed) -> _Attempt | None:
    """Find the row of a hand-in: the same name, content and student, and the same time if told.

    The time of a student's last attempt may change, for a table of times can be corrected; the
    same content at another time before or after other attempts is an attempt of its own.
    """
    same = [
        row
        for row in rows
        if (row.name, row.digest) == (one.name, packed.digest)
        and (row.student == one.student or not row.student or not one.student)
    ]
    for row in same:
        if None in (one.submitted, row.submitted) or row.submitted == one.submitted:
            return row
    last = max(
        (row for row in rows if row.owner == (one.student or one.name)),
        key=lambda row: row.attempt,
        default=None,
    )
    return last if last in same else None


def _add(sql: Sql, assignment: str, one: HandIn, packed: Packed, now: str) -> _Attempt:
    if packed.content is not None:
        sql.put_file(packed.digest, storable(packed.ending), zlib.compress(packed.content))
    attempt = _Attempt(0, one.name, one.student, packed.digest, one.submitted, 0)
    attempt.id = sql.add_submission(
        {
            "assignment": assignment,
            "owner": attempt.owner,
            "student": one.student,
            "name": one.name,
            "digest": packed.digest,
            "attempt": 0,
            "submitted": None if one.submitted is None else written(one.submitted),
            "registered": now,
            "path": os.fsencode(one.path).decode("utf-8", "replace"),
        }
    )
    return attempt


def _learn(sql: Sql, known: _Attempt, one: HandIn) -> bool:
    """Write whose a hand-in is and when it came, where that is told now; tell if it was news."""
    student = one.student or known.student
    submitted = one.submitted or known.submitted
    if (student, submitted) == (known.student, known.submitted):
        return False
    known.student, known.submitted = student, submitted
    time = None if submitted is None else written(submitted)
    values = {"student": student, "owner": known.owner, "submitted": time}
    sql.change_submission(known.id, values)
    return True


def _number(sql: Sql, attempts: Sequence[_Attempt]) -> None:
    """Number the attempts of one owner, who may have got one more or one less."""
    for number, attempt in enumerate(in_order(attempts), start=1):
        if attempt.attempt != number:
            attempt.attempt = number
            sql.change_submission(attempt.id, {"attempt": number})
