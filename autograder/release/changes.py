"""What a new build would change in a release that is there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from autograder.archive import unzip

__all__ = ["Change", "Kind", "changes"]


class Kind(StrEnum):
    """How a file differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One file that a new build would change.

    Attributes:
        kind: How it differs.
        path: Inside the release; of a file in a zip, the zip's path, `!` and the path in it.
    """

    kind: Kind
    path: str

    def __str__(self) -> str:
        """Write the change in one line."""
        return f"{self.kind:<8} {self.path}"


def changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Change]:
    """Compare a release with a new build of it, also inside the zips.

    Args:
        old: Path to content of what is there.
        new: Path to content of what a build makes.

    Yields:
        A change for every file, by path.
    """
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            yield Change(Kind.ADDED, path)
        elif path not in new:
            yield Change(Kind.REMOVED, path)
        elif old[path] != new[path]:
            yield Change(Kind.CHANGED, path)
            yield from _inside(path, old[path], new[path])


def _inside(path: str, old: bytes, new: bytes) -> Iterator[Change]:
    if not path.endswith((".zip", ".whl")):
        return
    try:
        before, after = unzip(old), unzip(new)
    except zipfile.BadZipFile:
        return  # cut off or no zip at all: that it changed is all that can be said
    for change in changes(before, after):
        yield Change(change.kind, f"{path}!{change.path}")
