"""Rows of a platform's file -> the students they are, by id and address of mail alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.report.text import one_line
from autograder.report.words import counted
from autograder.roster import Directory, Student

__all__ = ["Candidate", "Matches", "match_rows"]

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that is some student's.

    Attributes:
        row: Its index in the sheet.
        line: Its line in the file.
        shown: What a message calls it.
        keys: Ids, logins and addresses that it holds.
    """

    row: int
    line: int
    shown: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Which row is whose.

    Attributes:
        rows: Student's id to the index of the one row that is certain.
        doubtful: Student's id to why none of the rows that name the student is taken.
        notes: Sentences about rows that are nobody's.
    """

    rows: Mapping[str, int]
    doubtful: Mapping[str, str]
    notes: tuple[str, ...]


def match_rows(candidates: Iterable[Candidate], students: Mapping[str, Student]) -> Matches:
    """Match rows and students; what is not certain is told, never guessed. Names do not count.

    Args:
        candidates: The rows.
        students: The roster.
    """
    directory = Directory(students.values())
    rows: dict[str, list[Candidate]] = {}
    doubtful: dict[str, str] = {}
    strangers = []
    for candidate in candidates:
        known = {found.id for key in candidate.keys if (found := _find(directory, key))}
        if not known:
            strangers.append(f"line {candidate.line} ({one_line(candidate.shown)})")
        elif len(known) == 1:
            rows.setdefault(known.pop(), []).append(candidate)
        else:
            both = " and ".join(sorted(known))
            reason = f"line {candidate.line} has an id or address of {both} at once"
            doubtful |= dict.fromkeys(known, reason)
    for student, claimed in rows.items():
        if len(claimed) > 1:
            lines = ", ".join(str(one.line) for one in claimed)
            doubtful[student] = f"lines {lines} all have the student's id or address"
    certain = {one: found[0].row for one, found in rows.items() if one not in doubtful}
    return Matches(certain, doubtful, _notes(strangers))


def _find(directory: Directory, key: str) -> Student | None:
    return directory.find(id=key, email=key)


def _notes(strangers: list[str]) -> tuple[str, ...]:
    if not strangers:
        return ()
    rest = f" and {len(strangers) - _SHOWN} more" if len(strangers) > _SHOWN else ""
    told = f"{', '.join(strangers[:_SHOWN])}{rest}"
    count = counted(len(strangers), "row")
    return (f"{count} left as found, with no id or address of the roster: {told}",)
