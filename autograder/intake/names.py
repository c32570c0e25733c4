"""Names that students chose: showing them, and telling the dangerous ones from the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from autograder.errors import StudentFault

__all__ = ["cleaned_path", "is_junk", "listed", "natural_key", "printable", "quoted"]

_JUNK_NAMES = frozenset({"__macosx", "__pycache__", "thumbs.db", "desktop.ini"})
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NAMES_SHOWN = 8


def printable(text: str, limit: int = 80) -> str:
    """Make text from a student fit for one line of a message.

    Line breaks, tabs and other kinds of space become spaces; other control, formatting, private
    and unassigned characters (terminal escapes, direction marks, lone surrogates) are dropped.

    Args:
        text: Any text.
        limit: The most characters to return; a longer text ends in an ellipsis.

    Returns:
        At most `limit` characters, all of which can be encoded as UTF-8.
    """
    shown = "".join(map(_printable_character, text)).strip()
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def quoted(name: str) -> str:
    """Show a name in a sentence."""
    return f"`{printable(name)}`"


def listed(names: Iterable[str]) -> str:
    """Show several names in a sentence, the first few of them if they are many."""
    shown = [quoted(name) for name in names]
    more = len(shown) - _NAMES_SHOWN
    return ", ".join(shown[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def natural_key(name: str) -> tuple[tuple[int, int, str, str], ...]:
    """Give a sort key by which `student-2` comes before `student-10`."""
    return tuple(map(_piece_key, filter(None, re.split(r"([0-9]+)", name))))


def _piece_key(piece: str) -> tuple[int, int, str, str]:
    if not (piece.isascii() and piece.isdecimal()):
        return (1, 0, piece.casefold(), "")
    # By length, then by digits: Python reads no number of thousands of them.
    digits = piece.lstrip("0")
    return (0, len(digits), digits, piece)


def is_junk(path: str) -> bool:
    """Tell whether a path is what systems and tools leave behind, not work of the student.

    An Otter log is not: it is left out like other files that are not source, but told.
    """
    return any(
        (part.startswith(".") and part != ".OTTER_LOG") or part.casefold() in _JUNK_NAMES
        for part in path.split("/")
    )


def cleaned_path(raw: str) -> str:
    """Check a path from inside a hand-in, and drop its empty and `.` parts.

    Args:
        raw: The path as the archive or folder gives it.

    Returns:
        A relative path with forward slashes; empty for the top itself.

    Raises:
        StudentFault: The path could lead out of the hand-in, or break a line of a report.
    """
    fault = _path_fault(raw)
    if fault:
        raise StudentFault(
            f"The name {quoted(raw)} inside the hand-in {fault}; plain relative names such as "
            f"`plots/axes.py` are expected. Rename the file and pack the hand-in again."
        )
    return "/".join(part for part in raw.split("/") if part not in {"", "."})


def _path_fault(raw: str) -> str:
    if any(unicodedata.category(character) in _CONTROL_CATEGORIES for character in raw):
        return "holds a line break or another character that cannot be shown"
    if raw.startswith("/"):
        return "is an absolute path"
    if _DRIVE.match(raw):
        return "starts with a drive letter"
    if "\\" in raw:
        return "holds a backslash"
    if ".." in raw.split("/"):
        return "leads out of the hand-in with `..`"
    return ""


def _printable_character(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character).startswith("C") else character
