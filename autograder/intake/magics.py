"""Notebook magics: code that only IPython understands, taken out of a cell and named."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

__all__ = ["LeftOut", "PlainCell", "without_magics"]

_BODY_KEPT = frozenset({"%%time", "%%timeit", "%%capture"})
_HELP = re.compile(r"%{0,2}[^\W\d][\w.\[\]]*\?{1,2}\s*$")
_ASSIGNED = re.compile(r"[^=\"'#(){}!%?]+=\s*[!%]")
_TOKEN = re.compile(
    r"""
    (?P<comment>\#.*)
    | (?P<triple>\"{3}|'{3})
    | (?P<string>"(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'?)
    | (?P<opening>[(\[{])
    | (?P<closing>[)\]}])
    """,
    re.VERBOSE,
)
_TRIPLE_END = {
    '"""': re.compile(r'(?:[^\\]|\\.)*?"""'),
    "'''": re.compile(r"(?:[^\\]|\\.)*?'''"),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of a cell that is not Python.

    Attributes:
        line: Within the cell, counted from 1.
        text: The line, as the student wrote it.
    """

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class PlainCell:
    """A cell as Python.

    Attributes:
        text: With as many lines as the cell had; None if the whole cell is for another program.
        left_out: What was taken out.
    """

    text: str | None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the syntax a line starts.

    Attributes:
        quote: The triple quote of the string that it starts in, or empty.
        depth: How many brackets are open.
        continued: Whether the line before ended in a backslash.
    """

    quote: str = ""
    depth: int = 0
    continued: bool = False

    @property
    def starts_a_statement(self) -> bool:
        """Tell whether a magic could stand here; elsewhere `%` is the operator."""
        return not (self.quote or self.depth or self.continued)


def without_magics(text: str) -> PlainCell:
    """Take the magics out of a cell, keeping the number of every other line.

    A cell that is Python already is returned as it is. Otherwise a line magic becomes a comment
    line (or `pass`, where a block might need it). What is still not Python afterwards stays, so
    that its `SyntaxError` is told with the student's own line.

    Args:
        text: The cell's source; its lines end in a line feed.
    """
    if not any(character in text for character in "%!?"):
        return PlainCell(text)
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    left_out = []
    if lines[first].startswith("%%"):
        left_out.append(LeftOut(first + 1, lines[first].strip()))
        if lines[first].split()[0] not in _BODY_KEPT:
            return PlainCell(None, tuple(left_out))
        lines[first] = "#"
    left_out += _replace_line_magics(lines)
    if not left_out or _is_python(text):
        return PlainCell(text)
    return PlainCell("\n".join(lines), tuple(left_out))


def _replace_line_magics(lines: list[str]) -> list[LeftOut]:
    left_out: list[LeftOut] = []
    place = _Place()
    in_magic = False
    for index, line in enumerate(lines):
        if in_magic or (place.starts_a_statement and _is_magic(line.lstrip())):
            if not in_magic:
                left_out.append(LeftOut(index + 1, line.strip()))
            in_magic = line.endswith("\\")
            indent = line[: len(line) - len(line.lstrip())]
            lines[index] = f"{indent}pass" if indent else "#"
        else:
            place = _after(line, place)
    return left_out


def _is_magic(line: str) -> bool:
    return (
        line.startswith(("%", "!", "?"))
        or _HELP.match(line) is not None
        or _ASSIGNED.match(line) is not None
    )


def _after(line: str, place: _Place) -> _Place:
    """Follow strings, brackets and continuations through a line of Python."""
    quote, depth, position = place.quote, place.depth, 0
    while True:
        if quote:
            end = _TRIPLE_END[quote].match(line, position)
            if end is None:
                return _Place(quote, depth)
            quote, position = "", end.end()
        token = _TOKEN.search(line, position)
        if token is None or token.lastgroup == "comment":
            return _Place("", depth, continued=token is None and line.endswith("\\"))
        position = token.end()
        if token.lastgroup == "triple":
            quote = token.group()
        elif token.lastgroup == "opening":
            depth += 1
        elif token.lastgroup == "closing":
            depth = max(0, depth - 1)


def _is_python(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
