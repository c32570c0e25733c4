"""Files and folders on disk, read without following links and without ever waiting."""

from __future__ import annotations

import os
import stat
from functools import partial, reduce
from operator import or_
from pathlib import Path

from autograder.errors import StudentFault
from autograder.intake.members import (
    ENTRIES_PER_FILE,
    IntakeLimits,
    Member,
    check_depth,
    check_members,
)
from autograder.intake.names import cleaned_path, is_junk, quoted

__all__ = ["check_regular", "folder_members", "read_regular"]

_OPEN_FLAGS = reduce(
    or_,
    # A link, a pipe or a terminal must neither lead elsewhere nor block; not every system has all.
    (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY")),
    os.O_RDONLY | getattr(os, "O_BINARY", 0),
)


def read_regular(path: Path, shown: str, limit_bytes: int) -> bytes:
    """Read an ordinary file.

    Args:
        path: The file.
        shown: What messages call it.
        limit_bytes: The most that is accepted; decided by the file's size before it is read.

    Raises:
        StudentFault: It is something else, larger, or cannot be read.
    """
    try:
        check_regular(os.lstat(path), shown)
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
            status = os.fstat(file.fileno())
            check_regular(status, shown)
            return Member(shown, status.st_size, lambda limit: file.read(limit + 1)).load(
                limit_bytes
            )
    except OSError as error:
        raise _unreadable(shown, error) from error


def check_regular(status: os.stat_result, shown: str) -> None:
    """Refuse links, pipes, sockets and devices.

    Args:
        status: Of the entry itself, links not followed.
        shown: What messages call it.

    Raises:
        StudentFault: It is not an ordinary file.
    """
    if not stat.S_ISREG(status.st_mode):
        raise StudentFault(
            f"{quoted(shown)} is {_kind(status.st_mode)}; only ordinary files are accepted. "
            "Put the file itself in its place, and hand in again."
        )


def folder_members(folder: Path, limits: IntakeLimits) -> list[Member]:
    """List the files of a folder that is one hand-in, junk left out.

    Args:
        folder: The folder; links in it are refused, not followed.
        limits: What it may hold.

    Raises:
        StudentFault: Something in it is not acceptable.
    """
    members: list[Member] = []
    waiting = [""]
    entries_left = limits.files * ENTRIES_PER_FILE
    while waiting:
        inside = waiting.pop()
        try:
            with os.scandir(folder / inside) as entries:
                for entry in entries:
                    entries_left -= 1
                    if entries_left < 0:
                        raise StudentFault(_too_many_entries(limits))
                    _sort_in(entry, inside, members, waiting)
        except OSError as error:
            raise _unreadable(inside or folder.name, error) from error
    members.sort(key=lambda member: member.path)
    check_members(members, limits)
    return members


def _sort_in(
    entry: os.DirEntry[str], inside: str, members: list[Member], waiting: list[str]
) -> None:
    """Put an entry with the files, or with the folders to look into, or with neither."""
    path = cleaned_path(f"{inside}/{entry.name}".lstrip("/"))
    if is_junk(path):
        return
    status = entry.stat(follow_symlinks=False)
    if stat.S_ISDIR(status.st_mode):
        check_depth(path)
        waiting.append(path)
        return
    check_regular(status, path)
    if status.st_nlink > 1:
        raise StudentFault(
            f"{quoted(path)} is a hard link: the same file has another name elsewhere. "
            "Put a copy in its place, and hand in again."
        )
    members.append(Member(path, status.st_size, partial(read_regular, Path(entry.path), path)))


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFDIR: "a folder",
    }
    return kinds.get(stat.S_IFMT(mode), "a special file")


def _unreadable(shown: str, error: OSError) -> StudentFault:
    return StudentFault(
        f"{quoted(shown)} cannot be read ({error.strerror}). Check that the file exists and may "
        "be read, or hand in again."
    )


def _too_many_entries(limits: IntakeLimits) -> str:
    return (
        f"The folder has more than {limits.files * ENTRIES_PER_FILE} entries; at most "
        f"{limits.files} files are accepted. Leave out everything but your own Python files."
    )
