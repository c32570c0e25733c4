"""A Moodle download: one zip with a folder, or a prefix of names, for each participant.

`Ann Lee_1234_assignsubmission_file_/activations.py` is a file of the participant 1234; the grading
worksheet calls her `Participant 1234` and tells her address, and when she handed in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from autograder.errors import InstructorError
from autograder.imports.bulk import Entry, class_entries
from autograder.imports.instants import local_time
from autograder.imports.matching import run_together
from autograder.imports.records import Export, HandIn, Person, Request
from autograder.intake.names import listed, natural_key, printable
from autograder.tables import Table

__all__ = ["read_moodle"]

_OWNER: Final = re.compile(
    r"(?P<name>[^/]*?)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)"
    r"(?:_?/(?P<inside>.+)|_(?P<flat>[^/]+))"
)
_TIME: Final = "last modified (submission)"
_NO_TIME: Final = frozenset({"", "-"})


@dataclass(frozen=True, slots=True)
class _Participant:
    """A line of the grading worksheet.

    Attributes:
        person: Who it is.
        time: When something was handed in, as Moodle writes it.
    """

    person: Person
    time: str = ""


def read_moodle(request: Request) -> Export:
    """Read a zip of hand-ins that Moodle made.

    Args:
        request: `source` is the zip; `table` the grading worksheet.

    Raises:
        InstructorError: The zip or the worksheet cannot be used.
    """
    participants = {} if request.table is None else _participants(request.table)
    by_number: dict[str, list[tuple[re.Match[str], Entry]]] = {}
    strays = []
    for entry in class_entries(request.source, request.limits, request.opened):
        match = _OWNER.fullmatch(entry.path)
        if match is None:
            strays.append(entry.fault or f"{entry.path}: expected Name_1234_assignsubmission_file_")
        else:
            by_number.setdefault(match["number"], []).append((match, entry))
    numbers = sorted(by_number, key=natural_key)
    hand_ins = tuple(_hand_in(by_number[one], participants, request.zone) for one in numbers)
    if not hand_ins:
        raise InstructorError(f"{request.source}: nothing in it is named as Moodle names hand-ins")
    return Export(hand_ins, _notes(hand_ins, participants, request), tuple(strays))


def _hand_in(
    found: list[tuple[re.Match[str], Entry]],
    participants: Mapping[str, _Participant],
    zone: ZoneInfo,
) -> HandIn:
    match = found[0][0]
    name, number = match["name"], match["number"]
    known = participants.get(number)
    person = Person(number, name=name)
    if participants:
        person = _checked(name, number, known)
    submitted: datetime | None = None if known is None else local_time(known.time, zone)
    files = [(m["inside"] or m["flat"], entry) for m, entry in found if m["kind"] == "file"]
    fault = next((entry.fault for _, entry in found if entry.fault), "")
    if len({m["name"] for m, _ in found}) > 1:
        fault = "its files are those of two names with one number"
    if not files and not fault:
        fault = "a text was handed in, no file"
    members = tuple(replace(entry.member, path=path) for path, entry in files if entry.member)
    return HandIn(f"{name}_{number}", (person,), () if fault else members, submitted, fault)


def _checked(name: str, number: str, known: _Participant | None) -> Person:
    """Take a participant of the worksheet only if the name is the same: groups have numbers too."""
    if known is None:
        return Person(number, doubt=f"the worksheet has no Participant {number}")
    if run_together(known.person.name) != run_together(name):
        called = printable(known.person.name) or "without a name"
        return Person(number, doubt=f"the worksheet calls Participant {number} {called}")
    return known.person


def _notes(
    hand_ins: tuple[HandIn, ...], participants: Mapping[str, _Participant], request: Request
) -> tuple[str, ...]:
    if request.table is None:
        note = "Moodle's zip tells no times: give the grading worksheet with --table to have them"
        return (note,)
    zone = f"times of the worksheet are taken as {request.zone.key}, to the minute: grading.yml"
    timeless = [one.source for one in hand_ins if one.submitted is None and not one.fault]
    if not timeless:
        return (zone,)
    shown = next((one.time for one in participants.values() if one.time not in _NO_TIME), "none")
    unread = (
        f"no time can be read for {listed(timeless)}: expected such as `Tuesday, 20 October 2026, "
        f"11:59 PM`; the worksheet writes `{shown}`; download it with Moodle set to English"
    )
    return (zone, unread)


def _participants(path: Path) -> dict[str, _Participant]:
    """Read the grading worksheet: number to participant.

    Raises:
        InstructorError: The file cannot be used.
    """
    optional = ("full name", "id number", "username", "email address", _TIME)
    table = Table(path, "the grading worksheet", ("identifier",), optional, option="--table")
    participants: dict[str, _Participant] = {}
    for row in table.rows():
        cells, match = row.cells, re.search(r"\d+$", row.cells["identifier"])
        if match is None:
            rule, found = "expected such as Participant 1234", cells["identifier"]
            table.note(row.line, "identifier", rule, found, mend="download the worksheet anew")
        elif match[0] in participants:
            table.note(row.line, "identifier", "expected each number once", match[0])
        else:
            ids = tuple(filter(None, (cells.get(one, "") for one in ("id number", "username"))))
            email, name = cells.get("email address", ""), cells.get("full name", "")
            person = Person(match[0], ids, email, name)
            participants[match[0]] = _Participant(person, cells.get(_TIME, ""))
    table.require_sound()
    return participants
