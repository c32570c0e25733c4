"""What is handed in -> one digest and one file that the gradebook keeps."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.archive import Member, zip_bytes
from autograder.config import IntakeLimits
from autograder.errors import StudentFault
from autograder.intake.folder import folder_members, read_regular
from autograder.intake.members import KIB

__all__ = ["HandIn", "Packed", "pack"]


@dataclass(frozen=True, slots=True)
class HandIn:
    """One hand-in as a run finds it.

    Attributes:
        name: What results call it.
        path: Where it lies.
        student: The roster's id, or empty.
        submitted: When it came, aware; None if that is not known.
    """

    name: str
    path: Path
    student: str = ""
    submitted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """A hand-in's content.

    Attributes:
        digest: Of kind and bytes: equal digests, equal grades.
        ending: `.py`, `.ipynb` or `.zip`: of the file, or of what a folder is kept as.
        content: None for what is no ordinary file, or too large: only the refusal is kept.
    """

    digest: str
    ending: str
    content: bytes | None


def pack(path: Path, limits: IntakeLimits) -> Packed:
    """Read a hand-in as it is; nothing is unpacked, parsed or executed.

    Args:
        path: A file, or a folder that becomes a zip of what would be read of it.
        limits: How much is accepted.
    """
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            return _pack_folder(path, limits)
        content = read_regular(path, path.name, limits.total_kib * KIB)
    except OSError as error:
        return _packed(path.suffix, None, f"refused: {error.strerror}")
    except StudentFault as fault:
        return _packed(path.suffix, None, f"refused: {fault}")
    return _packed(path.suffix.lower(), content, "file")


def _pack_folder(path: Path, limits: IntakeLimits) -> Packed:
    loaded: dict[str, Member] = {}
    left = limits.total_kib * KIB
    too_large = ""
    for member in folder_members(path, limits):
        try:
            content = member.load(left)
        except StudentFault:
            # Data that nobody asked for is passed over, so the hand-in may be graded all the same.
            too_large += f"{member.path} {member.size}\n"
            continue
        left -= len(content)
        loaded[member.path] = Member(content)
    packed = _packed(".zip", zip_bytes(loaded), f"folder {too_large}")
    return replace(packed, content=None) if too_large else packed


def _packed(ending: str, content: bytes | None, kind: str) -> Packed:
    digest = hashlib.sha256(f"{kind} {ending}\n".encode(errors="replace"))
    digest.update(content or b"")
    return Packed(digest.hexdigest(), ending, content)
