"""Texts -> files of the course: all of them, or none."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograder.errors import InstructorError

__all__ = ["write_all"]


def write_all(new: Mapping[Path, str], changed: Path, text: str) -> None:
    r"""Write new files, then put a changed one in its place in one step; on failure, take all back.

    Args:
        new: Path to text, whose lines end in `\n`; none of them is there yet.
        changed: A file that is there.
        text: What it is to hold, line ends included.

    Raises:
        InstructorError: A place cannot be written; the course is as it was.
    """
    draft = changed.with_name(f".{changed.name}.{secrets.token_hex(8)}.tmp")
    made: list[Path] = [draft]
    try:
        for path, content in new.items():
            _make_folders(path.parent, made)
            made.append(path)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(content)
        draft.write_bytes(text.encode())
        shutil.copymode(changed, draft)
        draft.replace(changed)
    except BaseException as error:
        _take_back(made)
        if isinstance(error, OSError):
            raise InstructorError(
                f"{error.filename}: expected a place that can be written: {error.strerror}; the "
                "course is as it was; look at the permissions and at what lies there"
            ) from error
        raise


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it, and note the new ones."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        made.append(place)
        place.mkdir()


def _take_back(made: list[Path]) -> None:
    """Remove what was made, the latest first; a folder only if nothing else is in it by now."""
    for path in reversed(made):
        with suppress(OSError):
            os.rmdir(path) if path.is_dir() else path.unlink()  # noqa: PTH106 - one of the two
