"""Paths from the command line -> hand-ins, read one at a time."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path

from autograder.errors import InstructorError, StudentFault
from autograder.intake.archive import archive_members
from autograder.intake.folder import check_regular, folder_members, read_regular
from autograder.intake.members import KIB, UNREADABLE_ARCHIVES, IntakeLimits, Member
from autograder.intake.names import natural_key, printable, quoted
from autograder.intake.package import Contents, read_main, read_package
from autograder.intake.record import NOTHING_EXPECTED, Expected, note_on_functions
from autograder.records import Refusal, Submission

__all__ = ["find_submissions", "read_submission", "submission_names"]

_NAME_CHARACTERS = 80


def find_submissions(paths: Sequence[Path]) -> list[Path]:
    """List the hand-ins that are meant by files and folders.

    Args:
        paths: A file is one hand-in; a folder's direct children are hand-ins, save those whose
            names start with `.` or `__`.

    Returns:
        Each hand-in once, by name in natural order: `student-2` before `student-10`.

    Raises:
        InstructorError: A path does not exist, or a folder cannot be listed.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if not os.path.lexists(path):
            message = f"{path}: no such file or folder; expected a hand-in or a folder of them"
            raise InstructorError(message)
        for submission in _children(path) if path.is_dir() else [path]:
            found.setdefault(os.path.abspath(submission), submission)  # noqa: PTH100 - resolve() would follow links
    return sorted(found.values(), key=lambda path: (natural_key(path.name), str(path)))


def submission_names(paths: Sequence[Path]) -> list[str]:
    """Name each hand-in so that no two have the same name.

    A name is the file's name without its ending, or the folder's name. Those that would be alike
    keep their ending; if that is not enough, the names of the folders around them come before,
    joined with `-`; and if that is not enough either, a number comes behind.

    Args:
        paths: What `find_submissions` returned.

    Returns:
        A name for each path, in the same order.
    """
    levels = [0] * len(paths)
    names = [_name(path, 0) for path in paths]
    for _ in range(max((len(path.parts) for path in paths), default=0) + 1):
        counts = Counter(names)
        levels = [level + (counts[name] > 1) for level, name in zip(levels, names, strict=True)]
        names = [_name(path, level) for path, level in zip(paths, levels, strict=True)]
    taken: set[str] = set()
    for index, name in enumerate(names):
        numbered = (f"{name}-{number}" for number in count(2))
        names[index] = name if name not in taken else next(n for n in numbered if n not in taken)
        taken.add(names[index])
    return names


def read_submission(
    path: Path,
    assignment: str,
    limits: IntakeLimits,
    *,
    name: str | None = None,
    expected: Expected = NOTHING_EXPECTED,
) -> Submission | Refusal:
    """Read a hand-in without executing any of it.

    Args:
        path: A `.py` module, a notebook, a zip, or a folder.
        assignment: The assignment's id, which is the name of the module that is graded.
        limits: How much is accepted.
        name: What results call it; by default the file's name without its ending.
        expected: What the hand-in of another assignment, or of an old release, is told by.

    Returns:
        The submission, or the refusal with its reason.
    """
    name = _name(path, 0) if name is None else name
    try:
        contents = _contents(path, assignment, limits, expected)
    except StudentFault as fault:
        return Refusal(name, str(fault))
    sources = (*contents.units, *contents.helpers)
    notes = (*note_on_functions(sources, path.name, assignment, expected), *contents.notes)
    return Submission(name, _digest(contents), contents.units, contents.helpers, notes)


def _contents(path: Path, assignment: str, limits: IntakeLimits, expected: Expected) -> Contents:
    try:
        status = os.lstat(path)
    except OSError as error:
        message = f"{quoted(path.name)} cannot be read ({error.strerror})."
        raise StudentFault(message) from error
    if stat.S_ISDIR(status.st_mode):
        return read_package(folder_members(path, limits), assignment, limits, expected)
    check_regular(status, path.name)
    ending = path.suffix.lower()
    if ending in {".py", ".ipynb"}:
        member = Member(path.name, status.st_size, partial(read_regular, path, path.name))
        return read_main(member, assignment, limits)
    if ending == ".zip":
        data = read_regular(path, path.name, limits.total_kib * KIB)
        members = archive_members(data, path.name, limits)
        return read_package(members, assignment, limits, expected)
    raise StudentFault(_wrong_ending(path.name, ending, assignment))


def _wrong_ending(name: str, ending: str, assignment: str) -> str:
    if ending in UNREADABLE_ARCHIVES:
        return (
            f"{quoted(name)} is an archive of a kind that is not opened. Hand in a zip, "
            f"or `{assignment}.py` itself."
        )
    return (
        f"{quoted(name)} is not a hand-in: a `.py` module, an `.ipynb` notebook, a `.zip` or a "
        f"folder is expected. Hand in `{assignment}.py`."
    )


def _children(folder: Path) -> list[Path]:
    try:
        return [child for child in folder.iterdir() if not child.name.startswith((".", "__"))]
    except OSError as error:
        message = f"{folder}: cannot be listed ({error.strerror}); check its permissions"
        raise InstructorError(message) from error


def _name(path: Path, level: int) -> str:
    """Name a hand-in: at level 0 without its ending, else by that many last parts of its path."""
    if level == 0:
        base = path.name if path.is_dir() else path.stem
    else:
        base = "-".join(path.parts[-level:]).replace(os.sep, "")
    return printable(base, _NAME_CHARACTERS) or "unnamed"


def _digest(contents: Contents) -> str:
    """Hash what is executed, each piece after its length so that none can pass for two."""
    digest = hashlib.sha256()
    for kind, sources in (("unit", contents.units), ("helper", contents.helpers)):
        for source in sources:
            for piece in (kind, source.path, source.text):
                data = piece.encode()
                digest.update(len(data).to_bytes(8))
                digest.update(data)
    return digest.hexdigest()
