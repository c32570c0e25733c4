"""When hand-ins came: a table that the instructor exports -> points in time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError, Problem, nearest_name
from autograder.lateness import read_instant

__all__ = ["Arrival", "read_arrivals"]

_NEEDED: Final = ("submission", "submitted")
_KNOWN: Final = (*_NEEDED, "student")


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
    problems: list[Problem] = []
    arrivals: dict[str, Arrival] = {}
    lines: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in _rows(path, csv.reader(file, strict=True), problems):
                arrival = _arrival(path, line, row, lines)
                if isinstance(arrival, Problem):
                    problems.append(arrival)
                else:
                    arrivals[row["submission"]] = arrival
                    lines[row["submission"]] = line
    except OSError as error:
        rule = f"expected a file that can be read: {error.strerror}"
        problems.append(Problem(str(path), 0, "", "", rule, mend="look at --submitted"))
    except (UnicodeDecodeError, csv.Error) as error:
        rule = f"expected CSV in UTF-8: {error}"
        problems.append(Problem(str(path), 0, "", "", rule, mend="export it as CSV in UTF-8"))
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        heading = f"the table of hand-ins cannot be used: {count}"
        raise InstructorError("\n".join([heading, *(f"  {problem}" for problem in problems)]))
    return arrivals


def _rows(
    path: Path, table: Iterable[list[str]], problems: list[Problem]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row that has as many cells as the header, with its line; note the others."""
    header: list[str] = []
    for cells in table:
        line = getattr(table, "line_num", 0)
        row = [cell.strip() for cell in cells]
        if not any(row):
            continue
        if not header:
            header = [name.lower() for name in row]
            problems += _header_problems(path, line, header)
            if problems:
                return
        elif len(row) != len(header):
            rule = f"expected {len(header)} cells, as in the header"
            mend = "put a cell that holds a comma in quotes"
            problems.append(Problem(str(path), line, "", str(len(row)), rule, mend=mend))
        else:
            yield line, dict(zip(header, row, strict=True))
    if not header:
        rule, mend = "expected a table; the file is empty", f"begin with {','.join(_KNOWN)}"
        problems.append(Problem(str(path), 0, "", "", rule, mend=mend))


def _header_problems(path: Path, line: int, header: list[str]) -> Iterator[Problem]:
    for name in _NEEDED:
        if name not in header:
            nearest = nearest_name(name, set(header) - set(_KNOWN))
            rule = f"expected a column {name}"
            mend = f"rename {nearest}" if nearest else f"begin with {','.join(_KNOWN)}"
            yield Problem(str(path), line, "", ", ".join(header), rule, mend=mend)
    for name in _KNOWN:
        if header.count(name) > 1:
            rule = f"expected one column {name}"
            yield Problem(str(path), line, "", str(header.count(name)), rule, mend="remove one")


def _arrival(
    path: Path, line: int, row: dict[str, str], lines: dict[str, int]
) -> Arrival | Problem:
    name = row["submission"]
    if not name:
        mend = "write the file's or folder's name without its ending"
        return Problem(str(path), line, "submission", "", "expected a hand-in's name", mend=mend)
    if name in lines:
        rule, found = "expected each hand-in once", f"{name}, which is on line {lines[name]} too"
        return Problem(str(path), line, "submission", found, rule, mend="remove one of the two")
    try:
        submitted = read_instant(row["submitted"])
    except ValueError as error:
        found = row["submitted"] or "nothing"
        mend = "export the times with their offset"
        return Problem(str(path), line, "submitted", found, str(error), mend=mend)
    student = row.get("student", "")
    return Arrival(submitted, (student or name,))
