"""Grades into a Canvas gradebook export: the columns that are named, and nothing else.

A column belongs to an assignment of Canvas by the number in its heading, `Activations (4711)`. A
heading without such a number would make Canvas create an assignment, so none is ever written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError
from autograder.export.cells import has_decimal_commas
from autograder.export.columns import require_complete, require_known, the_column
from autograder.export.filling import Filling, read_maximum
from autograder.export.matching import Candidate, match_rows
from autograder.export.records import ClassGrades, Exported
from autograder.export.sheet import Row, Sheet, read_sheet
from autograder.roster import Student

__all__ = ["export_canvas"]

_KEYS: Final = ("SIS User ID", "SIS Login ID", "Integration ID")
_KEY_OPTION: Final = "id"
_POSSIBLE: Final = "Points Possible"
_NOT_A_STUDENT: Final = re.compile(r"(?:Muted|Manual Posting.*)?", re.IGNORECASE | re.DOTALL)
_NUMBERED: Final = re.compile(r"(?P<title>.+?)\s*\(\d+\)", re.DOTALL)
_KEPT: Final = {
    "EX": "Canvas has the student excused (EX)",
    "N/A": "Canvas has not assigned it to the student (N/A)",
}


@dataclass(frozen=True, slots=True)
class _Export:
    """A Canvas export.

    Attributes:
        sheet: All of it.
        possible: The row that holds what each assignment is worth.
        students: Index and row of each student.
    """

    sheet: Sheet
    possible: Row
    students: tuple[tuple[int, Row], ...]


def export_canvas(
    path: Path,
    classes: Sequence[ClassGrades],
    students: Mapping[str, Student],
    columns: Mapping[str, str],
) -> Exported:
    """Put grades into the assignment columns of a Canvas gradebook export.

    Args:
        path: The file that Canvas exported.
        classes: The grades of each assignment.
        students: The roster.
        columns: Assignment's id to its heading in the file, where the titles differ; under `id`
            the heading of a further column with the roster's ids.

    Returns:
        The file, in which only grade cells differ.

    Raises:
        InstructorError: The file is no Canvas export, or lacks a column that is needed.
    """
    require_known(columns, [*(grades.assignment for grades in classes), _KEY_OPTION])
    export = _read(path)
    sheet = export.sheet
    keys = _key_columns(sheet, columns.get(_KEY_OPTION))
    candidates = [
        Candidate(index, row.line, row.values[0], tuple(row.values[key] for key in keys))
        for index, row in export.students
    ]
    comma = has_decimal_commas(export.possible.values, sheet.delimiter)
    filling = Filling(sheet, match_rows(candidates, students), comma, _refuse)
    for grades in classes:
        column = _column_of(sheet, grades, columns.get(grades.assignment))
        maximum = read_maximum(sheet, export.possible, column)
        filling.put_grades(grades, column, maximum, bonus=True)
    return filling.exported()


def _read(path: Path) -> _Export:
    sheet = read_sheet(path, [("Student", "LastName"), ("ID",), ("Section",)])
    possible = None
    students = []
    for index, row in enumerate(sheet.rows[1:], start=1):
        if _POSSIBLE in row.values[0]:
            possible = row
        elif not all(_NOT_A_STUDENT.fullmatch(value) for value in row.values):
            require_complete(sheet, row)
            students.append((index, row))
    if possible is None:
        message = f"{path}: expected a row {_POSSIBLE}; export the whole gradebook anew"
        raise InstructorError(message)
    return _Export(sheet, possible, tuple(students))


def _key_columns(sheet: Sheet, named: str | None) -> list[int]:
    """Find the columns that say whose a row is."""
    found = [index for index, heading in enumerate(sheet.header) if heading in _KEYS]
    if named is not None:
        found.append(the_column(sheet, named))
    if not found:
        message = (
            f"{sheet.path}: expected a column {' or '.join(_KEYS[:2])} to match with the roster; "
            f"found {', '.join(sheet.header[:6])}; name one with --column 'id=HEADING'"
        )
        raise InstructorError(message)
    return found


def _column_of(sheet: Sheet, grades: ClassGrades, named: str | None) -> int:
    """Find an assignment's column.

    Raises:
        InstructorError: There is none, or several, or it is no assignment's.
    """
    if named is not None:
        index = the_column(sheet, named)
        if not _NUMBERED.fullmatch(sheet.header[index]):
            message = (
                f"{sheet.path}: {sheet.header[index]}: expected a heading with Canvas's number, "
                "such as Activations (4711); without it Canvas would create a new assignment"
            )
            raise InstructorError(message)
        return index
    numbered = {
        heading: _folded(found["title"])
        for heading in sheet.header
        if (found := _NUMBERED.fullmatch(heading))
    }
    wanted = {_folded(grades.title), _folded(grades.assignment)}
    matching = [heading for heading, title in numbered.items() if title in wanted]
    if len(matching) == 1:
        return the_column(sheet, matching[0])
    told = ", ".join(matching or numbered) or "none"
    message = (
        f"{sheet.path}: expected one column of the assignment {grades.title!r} "
        f"({grades.assignment}); found {told}; "
        f"name it with --column '{grades.assignment}=HEADING'"
    )
    raise InstructorError(message)


def _refuse(row: Row, column: int) -> str:
    return _KEPT.get(row.values[column].upper(), "")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
