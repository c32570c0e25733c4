"""A zip with the hand-ins of a class -> its entries, each acceptable or with what is wrong.

`autograder.intake.archive` refuses a whole zip for one bad entry, which is right for one hand-in.
Here one student's bad file must not keep the others' from being read.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final

from autograder.errors import InstructorError, StudentFault
from autograder.intake import IntakeLimits, printable
from autograder.intake.members import KIB, Member, size_text
from autograder.intake.names import cleaned_path, is_junk, quoted

__all__ = ["Entry", "class_entries"]

_MOST_ENTRIES: Final = 200_000
"""5,000 hand-ins of 40 files."""
_ENTRY_SIGNATURE: Final = b"PK\x01\x02"
_LOCAL_HEAD: Final = 30  # bytes before the name and the data of an entry
_PIECE: Final = 1 << 20
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_SHOWN: Final = 200
_LONGEST_NAME: Final = 4096  # characters: no system makes a longer one, and a zip holds 65,535
_BROKEN: Final = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a zip.

    Attributes:
        path: With forward slashes; only to be looked at where the entry has a fault.
        member: The file; None where it is not acceptable.
        fault: What is wrong with it; empty where nothing is.
    """

    path: str
    member: Member | None
    fault: str = ""


def class_entries(path: Path, limits: IntakeLimits, opened: ExitStack) -> list[Entry]:
    """List the files of a zip that another system made of a whole class.

    Args:
        path: Of the zip; it stays where it is and is read piece by piece.
        limits: How large one hand-in may be.
        opened: Keeps the zip open while its entries are read.

    Returns:
        Every file but junk, by path.

    Raises:
        InstructorError: It is no zip, or not one that such a system makes.
    """
    if path.is_dir():
        raise InstructorError(f"{path}: expected the zip as it was downloaded; this is a folder")
    try:
        file = opened.enter_context(path.open("rb"))
        _require_few_entries(file, path)
        archive = opened.enter_context(_open(file))
    except _BROKEN as error:
        reason = getattr(error, "strerror", None) or error
        raise InstructorError(f"{path}: expected a zip that can be read: {reason}") from error
    places = sorted((info.header_offset, info.compress_size) for info in archive.infolist())
    if any(start + _LOCAL_HEAD + size > after for (start, size), (after, _) in pairwise(places)):
        raise InstructorError(f"{path}: entries of this zip overlap: it was made to do harm")
    return sorted(_entries(archive, limits), key=lambda entry: entry.path)


def _require_few_entries(file: BinaryIO, path: Path) -> None:
    count, end = 0, b""
    while piece := file.read(_PIECE):
        count += (end + piece).count(_ENTRY_SIGNATURE)
        end = piece[-len(_ENTRY_SIGNATURE) + 1 :]
        if count > _MOST_ENTRIES:
            raise InstructorError(f"{path}: more than {_MOST_ENTRIES} entries are not read")
    file.seek(0)


def _open(file: BinaryIO) -> zipfile.ZipFile:
    """Open a zip; names whose encoding it does not tell are mostly UTF-8 all the same."""
    try:
        return zipfile.ZipFile(file, metadata_encoding="utf-8")
    except UnicodeDecodeError:
        file.seek(0)
        return zipfile.ZipFile(file)


def _entries(archive: zipfile.ZipFile, limits: IntakeLimits) -> Iterator[Entry]:
    for info in archive.infolist():
        if info.filename.endswith("/"):
            continue
        if len(info.filename) > _LONGEST_NAME:
            shown = printable(info.filename, _SHOWN)
            fault = f"{quoted(shown)} has a name of more than {_LONGEST_NAME} characters"
            yield Entry(shown, None, fault)
            continue
        try:
            cleaned_path(info.orig_filename)
            inside = cleaned_path(info.filename)
        except StudentFault as fault:
            yield Entry(printable(info.filename, _SHOWN), None, str(fault))
            continue
        if not inside or is_junk(inside):
            continue
        wrong = _fault(info, limits)
        if wrong:
            yield Entry(inside, None, f"{quoted(inside)} {wrong}")
        else:
            yield Entry(inside, Member(inside, info.file_size, partial(_read, archive, info)))


def _fault(info: zipfile.ZipInfo, limits: IntakeLimits) -> str:
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is a link or a special file; ordinary files are expected"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted; files without a password are expected"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is packed with method {info.compress_type}; 0 or 8 is expected"
    if info.file_size > limits.archive_ratio * max(info.compress_size, KIB):
        sizes = f"from {size_text(info.compress_size)} to {size_text(info.file_size)}"
        return f"unpacks {sizes}; at most {limits.archive_ratio} times is accepted"
    return ""


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit_bytes: int) -> bytes:
    """Unpack an entry in memory, whatever its header declares stopping after the limit."""
    try:
        with archive.open(info) as entry:
            return entry.read(limit_bytes + 1)
    except _BROKEN as error:
        message = f"{quoted(info.filename)} is damaged in the zip; download it anew"
        raise StudentFault(message) from error
