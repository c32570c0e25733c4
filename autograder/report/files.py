"""Names of pages, and writing them so that a reader never meets half of one."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

__all__ = ["page_names", "write_atomically"]

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 80
_TAKEN: Final = frozenset(
    # The pages of the class, and the names that Windows keeps for itself.
    {"index", "errata", "statistics", "similarity", "con", "prn", "aux", "nul"}
    | {f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)}
)


def page_names(submissions: Iterable[str]) -> tuple[str, ...]:
    """Name a page for each submission: ASCII letters, digits, dot, dash and underscore only.

    Args:
        submissions: Names that students chose, in the order of the report.

    Returns:
        One file name each, without a path separator, a leading dot or a leading dash. Names that
        are equal but for the case of letters get a suffix: some file systems ignore the case.
    """
    taken = set(_TAKEN)
    names = []
    for submission in submissions:
        stem = _safe(submission)
        name, count = stem, 1
        while name.lower() in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(name.lower())
        names.append(f"{name}.html")
    return tuple(names)


def write_atomically(path: Path, content: str | bytes) -> None:
    r"""Write beside the path, then put it in place in one step.

    Args:
        path: Where to; a file that is there is replaced, and a link is replaced, not followed.
        content: What to write: bytes as they are; text as UTF-8, its lines ending in `\n` on
            every system.

    Raises:
        OSError: The folder cannot be written, or the path is a folder. Nothing is left behind.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _safe(name: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", ascii_only).strip(".-")[:_LONGEST].rstrip(".-") or "submission"
