"""A folder written as a whole: what is there is the old one or the new one, never half of one."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replacement"]


@contextmanager
def replacement(folder: Path) -> Iterator[Path]:
    """Give the place to write a folder to, which takes the other's place in the end.

    Args:
        folder: What is replaced, or made; it need not exist.

    Yields:
        A path beside it where nothing is yet; a folder must be made there. If anything is raised
        inside, it is removed and the old folder stays.

    Raises:
        OSError: The new folder cannot be put in place; the old one is there.
    """
    mark = secrets.token_hex(8)
    draft, old = (folder.with_name(f".{folder.name}.{mark}.{kind}") for kind in ("new", "old"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        if folder.exists():
            folder.rename(old)
        try:
            draft.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
