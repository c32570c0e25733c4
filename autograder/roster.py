"""Who takes the course: a roster -> students, and which of them a name or an address means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from autograder.lateness import read_instant
from autograder.tables import Row, Table

__all__ = ["Directory", "Student", "can_name_a_hand_in", "match", "read_roster"]

_OPTIONAL: Final = ("name", "email", "section", "extension")
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST_ID: Final = 80
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Student:
    """One line of the roster.

    Attributes:
        id: The school's id of the student, which names hand-ins and grades.
        name: Empty if it is not told.
        email: Empty if it is not told.
        section: Empty if it is not told.
        extensions: Assignment's id to the student's own due time, aware.
    """

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    extensions: Mapping[str, datetime] = field(default_factory=dict)


class Directory:
    """Finds students by what other systems know of them, and never guesses.

    Args:
        students: Those of the roster.
    """

    def __init__(self, students: Iterable[Student]) -> None:
        self._by_id: dict[str, Student] = {}
        self._by_email: dict[str, Student] = {}
        self._by_name: dict[str, list[Student]] = {}
        for student in students:
            self._by_id[student.id] = student
            if student.email:
                self._by_email[_folded(student.email)] = student
            if student.name:
                self._by_name.setdefault(_name_key(student.name), []).append(student)

    def find(self, *, id: str = "", email: str = "", name: str = "") -> Student | None:  # noqa: A002 - the roster's column
        """Find the one student who is meant.

        Args:
            id: Compared exactly.
            email: Compared without regard to capitals.
            name: Looked at only if neither of the others is known; compared without regard to
                capitals, spacing and the order `Family, Given`.

        Returns:
            None if nobody is known by these, if the name is that of several, or if the id is one
            student's and the address another's.
        """
        by_id = self._by_id.get(id.strip()) if id.strip() else None
        by_email = self._by_email.get(_folded(email)) if email.strip() else None
        if by_id is not None and by_email is not None:
            return by_id if by_id is by_email else None
        if by_id is not None or by_email is not None:
            return by_id or by_email
        namesakes = self._by_name.get(_name_key(name), []) if name.strip() else []
        return namesakes[0] if len(namesakes) == 1 else None


def match(
    students: Mapping[str, Student],
    *,
    id: str = "",  # noqa: A002 - the roster's column
    email: str = "",
    name: str = "",
) -> Student | None:
    """Find the one student who is meant; to find many, make a `Directory` once.

    Args:
        students: What `read_roster` returned.
        id: As for `Directory.find`.
        email: As for `Directory.find`.
        name: As for `Directory.find`.

    Returns:
        None if nobody, or nobody for certain, is meant.
    """
    return Directory(students.values()).find(id=id, email=email, name=name)


def read_roster(path: Path) -> dict[str, Student]:
    """Read the roster: CSV with the columns id, name, email, section, extension.

    Args:
        path: Of the file, in UTF-8. `id` is needed, the other columns may be missing.
            `extension` holds due times as `activations 2026-10-27T23:59:00+02:00; loss ...`.

    Returns:
        Id to student, in the order of the file.

    Raises:
        InstructorError: The file cannot be used; with every bad line of it.
    """
    table = Table(path, "the roster", ("id",), _OPTIONAL, only_known=True, option="--roster")
    students: dict[str, Student] = {}
    lines: dict[tuple[str, str], int] = {}
    for row in table.rows():
        _check_unique(table, row, "id", lines)
        _check_id(table, row)
        _check_unique(table, row, "email", lines)
        _check_email(table, row)
        cells = row.cells
        students[cells["id"]] = Student(
            cells["id"],
            cells.get("name", ""),
            cells.get("email", ""),
            cells.get("section", ""),
            _extensions(table, row),
        )
    table.require_sound()
    return students


def can_name_a_hand_in(text: str) -> bool:
    """Tell whether a text can be a folder's name, a hand-in's name and a cell of a table.

    `grade` passes over names that begin with a dot or with two underscores, and a spreadsheet
    takes what begins with one of `= + - @` for a formula.

    Args:
        text: Such as a student's id.
    """
    return (
        text.isprintable()
        and 0 < len(text) <= _LONGEST_ID
        and text == text.strip()
        and not text.startswith((".", "-", "__", "=", "+", "@"))
        and not re.search(r"[/\\:]", text)
    )


def _check_unique(table: Table, row: Row, column: str, lines: dict[tuple[str, str], int]) -> None:
    """Note an id or address that an earlier line has too, perhaps with other capitals."""
    value = row.cells.get(column, "")
    if not value:
        return
    line = lines.setdefault((column, _folded(value)), row.line)
    if line != row.line:
        rule, found = f"expected each {column} once", f"{value}, which is on line {line} too"
        table.note(row.line, column, rule, found, mend="remove one of the two")


def _check_id(table: Table, row: Row) -> None:
    found = row.cells["id"]
    if not found:
        table.note(row.line, "id", "expected the student's id", mend="every student needs one")
    elif not can_name_a_hand_in(found):
        rule = (
            f"expected an id that can name a folder: up to {_LONGEST_ID} characters, none of "
            r"/ \ :, and none of . - __ = + @ at its start"
        )
        table.note(row.line, "id", rule, ascii(found), mend="write another id")


def _check_email(table: Table, row: Row) -> None:
    found = row.cells.get("email", "")
    if found and not (_ADDRESS.fullmatch(found) and found.isprintable()):
        rule = "expected one address such as student@example.org"
        table.note(row.line, "email", rule, ascii(found), mend="mend it, or leave it empty")


def _extensions(table: Table, row: Row) -> dict[str, datetime]:
    extensions: dict[str, datetime] = {}
    mend = "write such as activations 2026-10-27T23:59:00+02:00; loss 2026-11-03T23:59:00+01:00"
    for part in filter(None, map(str.strip, row.cells.get("extension", "").split(";"))):
        assignment, _, time = part.partition(" ")
        if not _ASSIGNMENT.fullmatch(assignment):
            rule = "expected an assignment's id and a time"
            table.note(row.line, "extension", rule, ascii(part), mend=mend)
        elif assignment in extensions:
            rule = "expected one time for each assignment"
            table.note(row.line, "extension", rule, f"{assignment} twice", mend="remove one")
        else:
            try:
                extensions[assignment] = read_instant(time)
            except ValueError as error:
                table.note(row.line, "extension", str(error), ascii(part), mend=mend)
    return extensions


def _name_key(name: str) -> str:
    """Write a name so that spellings of one name are equal: `Lee, Ann` as `ann lee`."""
    family, comma, given = _folded(name).partition(",")
    return " ".join(f"{given} {family}".split() if comma else family.split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
