"""When hand-ins came: a table that the instructor exports -> points in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.lateness import read_instant
from autograder.tables import Row, Table

__all__ = ["Arrival", "read_arrivals"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a hand-in came, and whose it is.

    Attributes:
        submitted: When it came, aware.
        students: Ids and addresses of mail by which `grading.yml` may know those who handed in.
        granted: An extension that was granted elsewhere, aware; None if there is none.
    """

    submitted: datetime
    students: tuple[str, ...] = ()
    granted: datetime | None = None


def read_arrivals(path: Path) -> dict[str, Arrival]:
    """Read a table of hand-ins: CSV with the columns submission, submitted and perhaps student.

    Args:
        path: Of the file, in UTF-8. `submission` is a hand-in's name as results show it (the
            file's or folder's, without its ending), `submitted` ISO 8601 with its offset,
            `student` the id or address of mail; without it the hand-in's name is taken for it.

    Returns:
        Hand-in's name to its arrival. A table may name hand-ins that are not graded now.

    Raises:
        InstructorError: The file cannot be used; with every bad line of it.
    """
    needed = ("submission", "submitted")
    table = Table(path, "the table of hand-ins", needed, ("student",), option="--submitted")
    arrivals: dict[str, Arrival] = {}
    lines: dict[str, int] = {}
    for row in table.rows():
        name = row.cells["submission"]
        arrival = _arrival(table, row, lines)
        if arrival is not None:
            arrivals[name] = arrival
            lines[name] = row.line
    table.require_sound()
    return arrivals


def _arrival(table: Table, row: Row, lines: dict[str, int]) -> Arrival | None:
    name = row.cells["submission"]
    if not name:
        mend = "write the file's or folder's name without its ending"
        table.note(row.line, "submission", "expected a hand-in's name", mend=mend)
        return None
    if name in lines:
        rule, found = "expected each hand-in once", f"{name}, which is on line {lines[name]} too"
        table.note(row.line, "submission", rule, found, mend="remove one of the two")
        return None
    try:
        submitted = read_instant(row.cells["submitted"])
    except ValueError as error:
        found = row.cells["submitted"] or "nothing"
        mend = "export the times with their offset"
        table.note(row.line, "submitted", str(error), found, mend=mend)
        return None
    student = row.cells.get("student", "")
    return Arrival(submitted, (student or name,))
