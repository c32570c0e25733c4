"""A zip file, looked at in memory and never unpacked to disk."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from functools import partial

from autograder.errors import StudentFault
from autograder.intake.members import (
    ENTRIES_PER_FILE,
    KIB,
    IntakeLimits,
    Member,
    check_members,
    size_text,
)
from autograder.intake.names import cleaned_path, is_junk, quoted

__all__ = ["archive_members"]

_PACK_AGAIN = "Pack your files as an ordinary zip, and hand in again."
_ENTRY_SIGNATURE = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SMALL_BYTES = 1024
"""Packed sizes below count as this: a short file of blank lines is no bomb."""

_FIELD_HEAD = struct.Struct("<HH")
_LINK_FIELDS = {0x000D: 12, 0x756E: 14}
"""Extra fields of Unix packers -> the length beyond which they hold the target of a link."""

_BROKEN = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What `zipfile` raises on damaged input, by experience rather than by its documentation."""


def archive_members(data: bytes, path: str, limits: IntakeLimits) -> list[Member]:
    """List the files of a zip, junk left out.

    Args:
        data: The zip's content.
        path: What messages call it.
        limits: What it may hold.

    Raises:
        StudentFault: It is broken, or something in it is not acceptable.
    """
    entries_allowed = limits.files * ENTRIES_PER_FILE
    if data.count(_ENTRY_SIGNATURE) > entries_allowed:
        raise StudentFault(
            f"{quoted(path)} has more than {entries_allowed} entries; at most {limits.files} "
            "files are accepted. Leave out everything but your own Python files."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise StudentFault(_not_a_zip(data, path)) from error
    members = []
    for info in archive.infolist():
        cleaned_path(info.orig_filename)
        inside = cleaned_path(info.filename)
        if not inside or info.filename.endswith("/") or is_junk(inside):
            continue
        _check_entry(info, inside, limits)
        members.append(Member(inside, info.file_size, partial(_read, archive, info)))
    members.sort(key=lambda member: member.path)
    check_members(members, limits)
    return members


def _check_entry(info: zipfile.ZipInfo, path: str, limits: IntakeLimits) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or _is_hard_link(info.extra):
        raise StudentFault(
            f"{quoted(path)} in the zip is a link or a special file; only ordinary files are "
            f"accepted. Put the file itself in its place. {_PACK_AGAIN}"
        )
    if info.flag_bits & _ENCRYPTED:
        raise StudentFault(
            f"{quoted(path)} in the zip is encrypted; zips without a password are expected. "
            f"{_PACK_AGAIN}"
        )
    if info.compress_type not in _METHODS:
        raise StudentFault(
            f"{quoted(path)} in the zip is packed with method {info.compress_type}; the ordinary "
            f"ones are 0 (stored) and 8 (deflate). {_PACK_AGAIN}"
        )
    if info.file_size > limits.archive_ratio * max(info.compress_size, _SMALL_BYTES):
        raise StudentFault(
            f"{quoted(path)} in the zip unpacks from {size_text(info.compress_size)} to "
            f"{size_text(info.file_size)}; more than {limits.archive_ratio} times is not "
            "accepted. Leave that file out, and hand in again."
        )


def _is_hard_link(extra: bytes) -> bool:
    at = 0
    while len(extra) - at >= _FIELD_HEAD.size:
        tag, length = _FIELD_HEAD.unpack_from(extra, at)
        if length > _LINK_FIELDS.get(tag, length):
            return True
        at += _FIELD_HEAD.size + length
    return False


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit_bytes: int) -> bytes:
    """Unpack an entry in memory, whatever its header declares stopping after the limit."""
    content = bytearray()
    try:
        with archive.open(info) as entry:
            while len(content) <= limit_bytes:
                piece = entry.read(min(64 * KIB, limit_bytes + 1 - len(content)))
                if not piece:
                    break
                content += piece
    except _BROKEN as error:
        raise StudentFault(
            f"{quoted(info.filename)} in the zip is damaged or was changed after packing. "
            f"{_PACK_AGAIN}"
        ) from error
    return bytes(content)


def _not_a_zip(data: bytes, path: str) -> str:
    starts = {b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7z archive", b"\x1f\x8b": "a gzip file"}
    found = next((kind for start, kind in starts.items() if data.startswith(start)), "")
    if not found and data[257:262] == b"ustar":
        found = "a tar archive"
    what = f"is {found} with the name of a zip" if found else "is not a zip, or a broken one"
    return f"{quoted(path)} {what}. {_PACK_AGAIN}"
