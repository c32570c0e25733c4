"""A Canvas download: one zip, with the student and the attachment in each file's name.

`leeann_LATE_77_901_activations-1.py` is the file 901 of the user 77, handed in late. The name is
the student's sortable name in small letters with everything but letters and digits taken out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError
from autograder.imports.bulk import Entry, class_entries
from autograder.imports.matching import run_together
from autograder.imports.records import Export, HandIn, Person, Request
from autograder.intake.members import Member
from autograder.intake.names import listed, printable
from autograder.tables import Table

__all__ = ["read_canvas"]

_OWNER: Final = re.compile(r"_(?=(\d+|anon_[A-Za-z0-9]+)_(?:(\d+)_(?=.)|(?:text|link)\.html$))")
"""Where a user's id can stand in a name: every place, for names of students hold digits too."""
_AGAIN: Final = r"^({assignment}(?:-handin)?)-\d+(\.(?:py|ipynb|zip))$"


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a file's name.

    Attributes:
        name: The student's, run together.
        user: Canvas' number of the student.
        late: Whether Canvas calls the hand-in late.
        file: What the student called the file; empty for text and links.
    """

    name: str
    user: str
    late: bool
    file: str


def read_canvas(request: Request) -> Export:
    """Read a zip of hand-ins that Canvas made.

    Args:
        request: `source` is the zip; `table` an export of Canvas' gradebook, which tells whose
            number is whose.

    Raises:
        InstructorError: The zip or the table cannot be used.
    """
    users = {} if request.table is None else _users(request.table)
    by_owner: dict[tuple[str, str], list[tuple[_Reading, Entry]]] = {}
    strays = []
    for entry in class_entries(request.source, request.limits, request.opened):
        readings = _readings(entry.path)
        if users:
            readings = [one for one in readings if _agrees(one, users)] or readings[:1]
        if len(readings) > 1 and users:
            strays.append(f"{entry.path}: its name can be read as that of two students")
        elif not readings:
            strays.append(entry.fault or f"{entry.path}: expected name_number_number_file")
        else:
            first = readings[0]
            by_owner.setdefault((first.user, first.name), []).append((first, entry))
    hand_ins = [_hand_in(found, users, request.assignment) for found in by_owner.values()]
    hand_ins.sort(key=lambda hand_in: hand_in.source)
    if not hand_ins:
        raise InstructorError(f"{request.source}: no file of it is named as Canvas names them")
    return Export(tuple(hand_ins), _notes(by_owner), tuple(strays))


def _notes(by_owner: Mapping[tuple[str, str], list[tuple[_Reading, Entry]]]) -> tuple[str, ...]:
    late = [f"{name}_{user}" for (user, name), found in by_owner.items() if found[0][0].late]
    note = "Canvas' zip tells no times: submitted.csv is empty, and no lateness is applied"
    return (f"{note}; Canvas calls late: {listed(late)}",) if late else (note,)


def _hand_in(
    found: Sequence[tuple[_Reading, Entry]], users: Mapping[str, Person], assignment: str
) -> HandIn:
    first = found[0][0]
    person = Person(first.user, run_together=first.name)
    if users and first.user not in users:
        person = Person(first.user, doubt=f"the gradebook has no number {first.user}")
    elif users:
        person = users[first.user]
        if run_together(person.name) != run_together(first.name):
            doubt = f"the gradebook calls the number {first.user} {printable(person.name)}"
            person = Person(first.user, doubt=doubt)
    source = "_".join(filter(None, (first.name, first.user)))
    fault = next((entry.fault for _, entry in found if entry.fault), "")
    members = tuple(
        replace(entry.member, path=reading.file)
        for reading, entry in found
        if entry.member is not None and reading.file
    )
    if not members and not fault:
        fault = "a text or a link was handed in, no file"
    return HandIn(source, (person,), () if fault else _renamed(members, assignment), fault=fault)


def _renamed(members: tuple[Member, ...], assignment: str) -> tuple[Member, ...]:
    """Take off the numbers that Canvas puts behind names of files handed in again."""
    pattern = re.compile(_AGAIN.format(assignment=re.escape(assignment)))
    paths = [pattern.sub(r"\1\2", one.path) if assignment else one.path for one in members]
    return tuple(
        replace(member, path=path) if paths.count(path) == 1 else member
        for member, path in zip(members, paths, strict=True)
    )


def _readings(path: str) -> list[_Reading]:
    if "/" in path:
        return []
    readings = []
    for match in _OWNER.finditer(f"_{path}"):
        user, number = match.groups()
        before = f"_{path}"[1 : match.start()]
        name, _, mark = before.rpartition("_")
        late = mark == "LATE"
        file = f"_{path}"[match.end() + len(user) + len(number) + 2 :] if number else ""
        readings.append(_Reading(name if late else before, user, late, file))
    return readings


def _agrees(reading: _Reading, users: Mapping[str, Person]) -> bool:
    known = users.get(reading.user)
    return known is not None and run_together(known.name) == run_together(reading.name)


def _users(path: Path) -> dict[str, Person]:
    """Read whose number is whose from an export of Canvas' gradebook.

    Raises:
        InstructorError: The file cannot be used.
    """
    optional = ("sis user id", "sis login id")
    table = Table(path, "Canvas' gradebook", ("student", "id"), optional, option="--table")
    users: dict[str, Person] = {}
    for row in table.rows():
        user, name = row.cells["id"], row.cells["student"]
        ids = tuple(filter(None, (row.cells.get(column, "") for column in optional)))
        if user in users:
            table.note(row.line, "id", "expected each number once", user, mend="remove one")
        elif user:  # the lines below the header that hold no student have no number
            email = next((one for one in ids if "@" in one), "")
            users[user] = Person(user, tuple(i for i in ids if i != email), email, name)
    table.require_sound()
    return users
