"""A Gradescope export: a folder for each hand-in, and submission_metadata.yml."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import yaml

from autograder.errors import InstructorError, StudentFault
from autograder.imports.instants import offset_time
from autograder.imports.records import Export, HandIn, Person, Request
from autograder.intake import printable
from autograder.intake.folder import folder_members
from autograder.intake.names import natural_key

__all__ = ["METADATA", "read_gradescope"]

METADATA: Final = "submission_metadata.yml"
_MOST_BYTES: Final = 512 << 20  # it holds the output of every test of every hand-in
_DEEPEST: Final = 1000
_LONGEST_ANCHORED: Final = 1000
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_FOLDER: Final = re.compile(r"\w[\w-]*", re.ASCII)
_Path = tuple[str, ...]


def read_gradescope(request: Request) -> Export:
    """Read a folder that Gradescope exported; earlier hand-ins are no part of it.

    Args:
        request: `source` is the folder of `submission_metadata.yml`.

    Raises:
        InstructorError: There is no such file, or it cannot be used.
    """
    if request.table is not None:
        raise InstructorError(f"{request.table}: {METADATA} says all; leave out --table")
    told = _metadata(request.source / METADATA)
    folders = sorted({path[0] for path in told}, key=natural_key)
    hand_ins = [_hand_in(folder, told, request) for folder in folders]
    found = sorted(path.name for path in request.source.iterdir() if path.is_dir())
    strays = tuple(
        f"{printable(name)}: {METADATA} does not name this folder"
        for name in found
        if name not in folders and not name.startswith((".", "__"))
    )
    timeless = sum(hand_in.submitted is None for hand_in in hand_ins)
    note = f"{METADATA} tells no time with its offset for {timeless} hand-ins"
    return Export(tuple(hand_ins), (note,) if timeless else (), strays)


def _hand_in(folder: str, told: dict[_Path, str], request: Request) -> HandIn:
    people = tuple(_people(folder, told))
    created = (folder, ":created_at")
    # A time with a zone of Rails is written as an object, its time in UTC below `utc`.
    submitted = offset_time(told.get(created, told.get((*created, "utc"), "")))
    shown = printable(folder)
    place = request.source / folder
    if not _FOLDER.fullmatch(folder):
        return HandIn(shown, people, (), submitted, "that is no name of a folder of an export")
    try:
        if not stat.S_ISDIR(os.lstat(place).st_mode):
            return HandIn(shown, people, (), submitted, "expected a folder; it is something else")
        members = folder_members(place, request.limits)
    except FileNotFoundError:
        return HandIn(shown, people, (), submitted, "the export has no such folder")
    except StudentFault as fault:
        return HandIn(shown, people, (), submitted, str(fault))
    return HandIn(shown, people, tuple(members), submitted)


def _people(folder: str, told: dict[_Path, str]) -> Iterator[Person]:
    place = (folder, ":submitters")
    found = {path[2] for path in told if path[:2] == place and len(path) == 4}
    rows = sorted(found, key=natural_key)  # places in a list, if the file is what it should be
    for row in rows:
        sid, email, name = (told.get((*place, row, key), "") for key in (":sid", ":email", ":name"))
        yield Person(sid or email or f"{folder}-{row}", (sid,) if sid else (), email, name)


def _metadata(path: Path) -> dict[_Path, str]:
    """Read what the file says of who handed in what, and when: path of keys to text.

    Raises:
        InstructorError: The file cannot be used.
    """
    told: dict[_Path, str] = {}
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InstructorError(f"{path}: expected at most {_MOST_BYTES >> 20} MiB")
        with path.open(encoding="utf-8") as file:
            for keys, text in _scalars(file):
                if len(keys) < 2 or keys[1] not in (":created_at", ":submitters"):
                    continue
                if keys in told:
                    raise InstructorError(f"{path}: {printable('.'.join(keys))} is there twice")
                told[keys] = text
    except OSError as error:
        message = f"{path}: expected the file of a Gradescope export: {error.strerror}"
        raise InstructorError(message) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise InstructorError(
            f"{path}: expected YAML in UTF-8: {printable(reason, 300)}"
        ) from error
    if not told:
        raise InstructorError(f"{path}: expected :submitters and :created_at of hand-ins")
    return told


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read.

    Attributes:
        mapping: Whether it is a mapping.
        key: Of the value that comes next: a key or a number; None where a key comes next.
    """

    mapping: bool
    key: str | None

    def go_on(self) -> None:
        """Expect what comes after a value."""
        self.key = None if self.mapping or self.key is None else str(int(self.key) + 1)


def _scalars(file: TextIO) -> Iterator[tuple[_Path, str]]:
    """Yield every value that is text or a number, as text, with the keys that lead to it.

    The file is read as a stream of events: no object is made of it whatever its tags say, and of
    aliases those of single values alone are followed.

    Raises:
        InstructorError: It is nested deeper than an export can be, or has keys that are no text.
    """
    opened: list[_Open] = []
    anchored: dict[str, str] = {}
    for event in yaml.parse(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
            if opened:
                opened[-1].go_on()
        elif isinstance(event, yaml.NodeEvent):
            text = _text(event, anchored)
            if opened and opened[-1].key is None:
                if text is None:
                    raise InstructorError(f"{file.name}: expected keys that are text")
                opened[-1].key = text
            elif isinstance(event, yaml.CollectionStartEvent):
                if len(opened) == _DEEPEST:
                    raise InstructorError(f"{file.name}: nested deeper than an export can be")
                mapping = isinstance(event, yaml.MappingStartEvent)
                opened.append(_Open(mapping, None if mapping else "0"))
            elif opened:
                yield tuple(one.key or "" for one in opened), text or ""
                opened[-1].go_on()


def _text(event: yaml.NodeEvent, anchored: dict[str, str]) -> str | None:
    """Give what a single value says; None for a collection."""
    if isinstance(event, yaml.AliasEvent):
        return anchored.get(event.anchor or "")
    if not isinstance(event, yaml.ScalarEvent):
        return None
    text = "" if event.implicit[0] and event.value in _NULLS else str(event.value)
    if event.anchor is not None:
        anchored[event.anchor] = text[:_LONGEST_ANCHORED]
    return text
