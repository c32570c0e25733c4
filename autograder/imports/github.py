"""A folder of clones from GitHub Classroom: a repository for each student."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError, StudentFault
from autograder.imports.instants import offset_time
from autograder.imports.records import Export, HandIn, Person, Request
from autograder.intake.folder import folder_members
from autograder.intake.names import listed, natural_key, printable
from autograder.lateness import read_instant
from autograder.tables import Table

__all__ = ["read_github"]

_GIT_SECONDS: Final = 60
_SUFFIX: Final = "-submissions"
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SETTINGS: Final = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "protocol.allow=never",
)
"""What a clone's own configuration must not decide: each of these can start a program."""


_OPTIONAL: Final = (
    "roster_identifier",
    "identifier",
    "student_repository_name",
    "submission_timestamp",
)


@dataclass(frozen=True, slots=True)
class _Line:
    """What GitHub Classroom tells of a student.

    Attributes:
        user: The name at GitHub.
        identifier: What the student is called in the classroom's roster.
        submitted: The time as it is written; empty if it is not told.
    """

    user: str
    identifier: str
    submitted: str = ""


_Lines = Mapping[str, list[_Line]]


def read_github(request: Request) -> Export:
    """Read a folder of clones, without executing anything of them.

    Args:
        request: `source` is the folder; `table` is Classroom's grades.csv or
            classroom_roster.csv.

    Raises:
        InstructorError: The folder holds no clones, or the table cannot be used.
    """
    if not request.source.is_dir():
        raise InstructorError(f"{request.source}: expected a folder of clones")
    by_repository, by_user = _classroom(request.table)
    clones, strays = _clones(request.source)
    hand_ins = []
    committed = []
    for clone in clones:
        lines = by_repository.get(clone.name.casefold())
        if lines is None:
            user = _user(clone.name, request)
            lines = by_user.get(user.casefold(), [_Line(user, "")])
        told = filter(None, (offset_time(line.submitted) for line in lines))
        submitted = max(told, default=None)
        if submitted is None:
            submitted = _last_commit(clone)
            committed += [clone.name] if submitted else []
        hand_ins.append(_hand_in(clone, lines, submitted, request))
    return Export(tuple(hand_ins), _notes(hand_ins, committed), tuple(strays))


def _notes(hand_ins: list[HandIn], committed: list[str]) -> tuple[str, ...]:
    timeless = [one.source for one in hand_ins if one.submitted is None]
    unknown = f"no time is known for {listed(timeless)}: no lateness is applied"
    dates = (
        "a clone does not know when it was pushed: the date of the last commit is taken, which "
        f"its author can set to anything, for {listed(committed)}; give Classroom's grades.csv "
        "with --table to have the time of the push"
    )
    return (*((dates,) if committed else ()), *((unknown,) if timeless else ()))


def _clones(source: Path) -> tuple[list[Path], list[str]]:
    """Part the folder's children into clones and what is none.

    Raises:
        InstructorError: There is no clone among them.
    """
    clones, strays = [], []
    for child in sorted(source.iterdir(), key=lambda path: natural_key(path.name)):
        if child.name.startswith((".", "__")) or stat.S_ISREG(os.lstat(child).st_mode):
            continue
        # A `.git` that is a file or a link leads to a repository elsewhere.
        if all(_is_folder(place) for place in (child, child / ".git")):
            clones.append(child)
        else:
            strays.append(f"{printable(child.name)}: expected a clone, a folder that holds .git")
    if not clones:
        message = f"{source}: expected a folder of clones; no folder in it holds .git"
        raise InstructorError(message)
    return clones, strays


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _hand_in(
    clone: Path, lines: Iterable[_Line], submitted: datetime | None, request: Request
) -> HandIn:
    people = tuple(_person(line, clone.name) for line in lines)
    shown = printable(clone.name)
    try:
        members = folder_members(clone, request.limits)
    except StudentFault as fault:
        return HandIn(shown, people, (), submitted, str(fault))
    return HandIn(shown, people, tuple(members), submitted)


def _person(line: _Line, repository: str) -> Person:
    if not line.user and not line.identifier:
        doubt = f"it is not known where in {printable(repository)} the student's name begins"
        return Person(repository, doubt=doubt)
    email = line.identifier if "@" in line.identifier else ""
    ids = tuple(filter(None, (line.identifier, line.user)))
    return Person(line.user or repository, ids, email, line.identifier)


def _user(repository: str, request: Request) -> str:
    """Take the assignment's part off a repository's name; empty where it is not known."""
    folder = request.source.resolve().name
    slugs = [folder.removesuffix(_SUFFIX)] if folder.endswith(_SUFFIX) else []
    if request.assignment:
        slugs += [request.assignment, request.assignment.replace("_", "-")]
    for slug in slugs:
        if repository.casefold().startswith(f"{slug}-".casefold()):
            return repository[len(slug) + 1 :]
    return ""


def _last_commit(clone: Path) -> datetime | None:
    """Give the later of the two dates of the commit that is checked out; None without one."""
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    command = ["git", "--no-pager", "--no-optional-locks", *settings]
    command += [f"--git-dir={clone / '.git'}", "rev-list", "--max-count=1", "--format=%at %ct"]
    try:
        ran = subprocess.run(
            [*command, "HEAD", "--"],
            cwd=clone,
            env={"PATH": os.environ.get("PATH", os.defpath), **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=True,
        )
        seconds = re.findall(rb"^(\d+) (\d+)$", ran.stdout, re.MULTILINE)
        latest = max(int(number) for number in seconds[-1])
        return read_instant(datetime.fromtimestamp(latest, UTC).isoformat())
    except FileNotFoundError:
        raise InstructorError("git is needed to read the dates of clones: install it") from None
    except (subprocess.SubprocessError, IndexError, ValueError, OverflowError, OSError):
        return None


def _classroom(path: Path | None) -> tuple[_Lines, _Lines]:
    """Read what Classroom tells, by repository and by user, all in small letters.

    Raises:
        InstructorError: The file cannot be used.
    """
    by_repository: dict[str, list[_Line]] = {}
    by_user: dict[str, list[_Line]] = {}
    if path is None:
        return by_repository, by_user
    needed = ("github_username",)
    table = Table(path, "GitHub Classroom's table", needed, _OPTIONAL, option="--table")
    for row in table.rows():
        cells = row.cells
        user = cells["github_username"]
        identifier = cells.get("roster_identifier") or cells.get("identifier", "")
        line = _Line(user, identifier, cells.get("submission_timestamp", ""))
        repository = cells.get("student_repository_name", "").casefold()
        if user and user.casefold() in by_user:
            rule = "expected each student once"
            table.note(row.line, "github_username", rule, user, mend="remove one of the two")
        elif user:
            by_user[user.casefold()] = [line]
        if repository:  # that of a group comes once for each member
            by_repository.setdefault(repository, []).append(line)
    table.require_sound()
    return by_repository, by_user
