"""Files of a release -> a folder; a failed write leaves the old release in place."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from autograder.archive import Member
from autograder.errors import InstructorError
from autograder.folders import replacement
from autograder.release.manifest import GIT_IGNORE, MANIFEST

__all__ = ["read_release", "require_replaceable", "write_release"]

_FOLDER: Final = 0o755


def require_replaceable(out: Path, assignment_ids: set[str]) -> None:
    """Refuse a folder whose replacement would lose something that a release does not make again.

    Args:
        out: Where the release goes.
        assignment_ids: What the new release holds.

    Raises:
        InstructorError: The folder holds other files, or a release of other assignments too.
    """
    if not out.exists():
        return
    held = _assignments_in(out)
    lost = sorted(held - assignment_ids)
    if lost:
        raise InstructorError(
            f"{out}: it holds a release of {', '.join(lost)} too, which would be lost; "
            "name all assignments, or write to another folder"
        )
    known = {GIT_IGNORE, MANIFEST}
    known |= {name for one in held for name in (one, f"{one}.zip", f"{one}-autograder.zip")}
    foreign = sorted(path.name for path in out.iterdir() if path.name not in known)
    if foreign:
        raise InstructorError(
            f"{out}: expected a new folder, an empty one or an earlier release; it holds "
            f"{', '.join(foreign[:3])}, which would be lost; write to another folder"
        )


def _assignments_in(out: Path) -> set[str]:
    """Return the ids that a release's manifest names; none where there is no manifest."""
    try:
        page = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        return set(page["assignments"])
    except (FileNotFoundError, NotADirectoryError):
        if out.is_dir():
            return set()
        raise InstructorError(f"{out}: expected a folder for the release; this is a file") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InstructorError(
            f"{out / MANIFEST}: expected the manifest of a release; write to another folder"
        ) from error


def read_release(out: Path) -> dict[str, bytes]:
    """Read every file of a release folder: path inside it to content; empty without the folder."""
    paths = sorted(path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}


def write_release(files: Mapping[str, Member], out: Path) -> None:
    """Write a release beside the folder, then put it in place of the old one.

    Args:
        files: Path inside the release to the file.
        out: The folder; it is replaced as a whole.

    Raises:
        InstructorError: The place cannot be written; the old release is still there.
    """
    try:
        with replacement(out) as draft:
            _write_files(files, draft)
    except OSError as error:
        raise InstructorError(
            f"{out}: the release cannot be written ({error.strerror}); what was there is unchanged"
        ) from error


def _write_files(files: Mapping[str, Member], folder: Path) -> None:
    """Write files with their own permissions, whatever the umask says."""
    folder.mkdir(mode=0o700)
    for path, member in sorted(files.items()):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(member.content)
        target.chmod(member.mode)
    for place in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        place.chmod(_FOLDER)
