"""Bytes of a Python file -> its text, decoded once and alike for every way of handing it in."""

from __future__ import annotations

import codecs
import re

from autograder.errors import StudentFault
from autograder.intake.names import printable, quoted

__all__ = ["decode_source", "unified_newlines"]

_CODING = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"[ \t\f]*(?:#.*)?\r?$")
_CODING_SEARCH_BYTES = 4096
_SAVE_AS_UTF8 = "Save the file as UTF-8 in your editor, and hand in again."


def decode_source(data: bytes, path: str) -> str:
    """Decode a Python file as Python would, for the three encodings that are accepted.

    Args:
        data: The file's content.
        path: What messages call the file.

    Returns:
        The text with a line feed at the line ends, and without a byte order mark.

    Raises:
        StudentFault: The encoding is another one, or bytes do not belong to it.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise StudentFault(
            f"{quoted(path)} is encoded as UTF-16; Python expects UTF-8. {_SAVE_AS_UTF8}"
        )
    if b"\0" in data:
        line = _line_number(data, data.index(b"\0"))
        raise StudentFault(
            f"{quoted(path)} holds a NUL byte in line {line}, so it is not a Python text file. "
            f"{_SAVE_AS_UTF8}"
        )
    encoding = "utf-8"
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
    else:
        encoding = _declared_encoding(data, path)
    try:
        return unified_newlines(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise StudentFault(
            f"{quoted(path)} holds a byte (0x{data[error.start]:02x}) in line "
            f"{_line_number(data, error.start)} that is not {encoding.upper()}. {_SAVE_AS_UTF8}"
        ) from error


def unified_newlines(text: str) -> str:
    """End every line with a line feed, as Python does before it reads source."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _declared_encoding(data: bytes, path: str) -> str:
    declared = _coding_line(data)
    if declared is None:
        return "utf-8"
    encoding = _known_encoding(declared.lower().replace("_", "-"))
    if encoding is None:
        raise StudentFault(
            f"{quoted(path)} says that its encoding is `{printable(declared, 40)}`; UTF-8, "
            f"Latin-1 and ASCII are accepted. Delete that line. {_SAVE_AS_UTF8}"
        )
    return encoding


def _coding_line(data: bytes) -> str | None:
    """Find the name in a coding comment of the first two lines (PEP 263)."""
    for line in re.split(rb"\r\n|\r|\n", data[:_CODING_SEARCH_BYTES], maxsplit=2)[:2]:
        match = _CODING.match(line)
        if match:
            return match.group(1).decode("ascii", "replace")
        if not _BLANK_OR_COMMENT.match(line):
            return None
    return None


def _known_encoding(name: str) -> str | None:
    """Resolve the usual spellings; the codec registry knows far more than may be used here."""
    if name == "utf8" or f"{name}-".startswith("utf-8-"):
        return "utf-8"
    if name in {"latin1", "l1", "iso8859-1"}:
        return "latin-1"
    if f"{name}-".startswith(("latin-1-", "iso-8859-1-", "iso-latin-1-")):
        return "latin-1"
    return "ascii" if name in {"ascii", "us-ascii"} else None


def _line_number(data: bytes, offset: int) -> int:
    before = data[:offset]
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
