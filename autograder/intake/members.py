"""The files inside a package, a zip or a folder, before it is known which of them count."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from autograder.errors import StudentFault
from autograder.intake.names import listed, quoted

__all__ = [
    "ENTRIES_PER_FILE",
    "KIB",
    "UNREADABLE_ARCHIVES",
    "IntakeLimits",
    "Member",
    "check_depth",
    "check_members",
    "size_text",
]

KIB = 1024
ENTRIES_PER_FILE = 20
"""How many entries, junk and folders included, a package may have for each file allowed."""

UNREADABLE_ARCHIVES = frozenset(
    {".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".lz"}
)
_NESTED_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".tgz", ".tbz", ".tbz2", ".txz"})
_PATH_BYTES = 200
_FOLDERS_DEEP = 8


class IntakeLimits(Protocol):
    """What a hand-in may hold at most; `grading.yml` has the numbers under `intake`."""

    @property
    def files(self) -> int:
        """Files in a zip or folder, without the junk of systems and tools."""

    @property
    def file_kib(self) -> int:
        """Size of one Python file, or of the code in a notebook, in KiB."""

    @property
    def total_kib(self) -> int:
        """Size of a zip, of a notebook with its outputs, and of all that is taken, in KiB."""

    @property
    def archive_ratio(self) -> float:
        """How many times its packed size an entry of a zip may unpack to."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a package, not read yet.

    Attributes:
        path: Relative to the package's top, with forward slashes.
        size: In bytes, as the package declares it.
        read: Gives the content, at most the asked number of bytes and one more; a student's
            fault in the content is raised as a `StudentFault`.
    """

    path: str
    size: int
    read: Callable[[int], bytes]

    def load(self, limit_bytes: int) -> bytes:
        """Read the content.

        Args:
            limit_bytes: The most that is accepted.

        Raises:
            StudentFault: There is more, or it cannot be read.
        """
        if self.size > limit_bytes:
            raise StudentFault(_too_large(self.path, size_text(self.size), limit_bytes))
        content = self.read(limit_bytes)
        if len(content) > limit_bytes:
            raise StudentFault(_too_large(self.path, "larger than declared", limit_bytes))
        return content


def check_members(members: Sequence[Member], limits: IntakeLimits) -> None:
    """Refuse a package whose files are too many, or named so that they cannot be told apart.

    Args:
        members: Every file but the junk.
        limits: Only `files` is looked at.

    Raises:
        StudentFault: With the first thing that is wrong.
    """
    if not members:
        raise StudentFault(
            "The hand-in holds no files. Pack your Python file or notebook, and hand in again."
        )
    if len(members) > limits.files:
        raise StudentFault(
            f"The hand-in holds {len(members)} files; at most {limits.files} are accepted. "
            "Leave out everything but your own Python files."
        )
    seen: set[str] = set()
    for member in members:
        _check_path(member.path)
        folded = unicodedata.normalize("NFC", member.path).casefold()
        if folded in seen:
            raise StudentFault(
                f"The hand-in holds {quoted(member.path)} twice, or two names that differ only "
                "in capitals. Keep one of them, and hand in again."
            )
        seen.add(folded)
    nested = [
        member.path
        for member in members
        if _ending(member.path) in _NESTED_ARCHIVES
        # What was packed from a folder earlier still lies in it.
        and (len(members) == 1 or not member.path.endswith("-handin.zip"))
    ]
    if nested:
        raise StudentFault(
            f"The hand-in holds another archive: {listed(nested)}. Archives inside a hand-in are "
            "not opened: put the Python files themselves into it, or leave the archive out."
        )


def check_depth(path: str) -> None:
    """Refuse a file or folder that lies in too many others.

    Raises:
        StudentFault: It does.
    """
    if path.count("/") > _FOLDERS_DEEP:
        raise StudentFault(
            f"{quoted(path)} lies {path.count('/')} folders deep; at most {_FOLDERS_DEEP} are "
            "accepted. Move your files to the top, and hand in again."
        )


def size_text(size_bytes: int) -> str:
    """Show a size with a unit that fits."""
    if size_bytes < KIB:
        return f"{size_bytes} bytes"
    if size_bytes < KIB * KIB:
        return f"{size_bytes / KIB:.4g} KiB"
    return f"{size_bytes / KIB / KIB:,.1f} MiB"


def _check_path(path: str) -> None:
    if len(path.encode()) > _PATH_BYTES:
        raise StudentFault(
            f"The name {quoted(path)} is {len(path.encode())} bytes long; at most {_PATH_BYTES} "
            "are accepted. Rename the file and hand in again."
        )
    check_depth(path)


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _too_large(path: str, found: str, limit_bytes: int) -> str:
    hint = (
        "Clear its outputs (Kernel > Restart & Clear Output), save it"
        if _ending(path) == ".ipynb"
        else "Leave out data and whatever is not your own code"
    )
    return (
        f"{quoted(path)} is too large: {found}; at most {size_text(limit_bytes)} are accepted. "
        f"{hint}, and hand in again."
    )
