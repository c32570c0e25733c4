"""The pairs as pages without script: a list, and a page a pair with the code side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.report.environment import page_environment
from autograder.report.files import page_names, write_atomically
from autograder.report.words import counted, percent
from autograder.similarity import words
from autograder.similarity.records import Comparison, Pair, Side

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Line", "marked_lines", "write_pages"]

INDEX: Final = "similarity.html"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of code.

    Attributes:
        number: Counted from 1.
        pieces: Its text, cut where a passage begins or ends, each with whether it is shared.
    """

    number: int
    pieces: tuple[tuple[str, bool], ...]

    @property
    def shared(self) -> bool:
        """Tell whether a part of it, more than blanks, is shared."""
        return any(shared and text.strip() for text, shared in self.pieces)


def write_pages(found: Comparison, folder: Path) -> Path:
    """Write the list `similarity.html` and a page for each pair; equal records, equal bytes.

    Args:
        found: What came out.
        folder: Where to; it is made if it is not there. Pages of an earlier run stay.

    Returns:
        The path of the list.

    Raises:
        OSError: The folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = page_names(
        f"pair {pair.left.document.name} and {pair.right.document.name}" for pair in found.pairs
    )
    template = _environment().get_template("similarity_pair.html.j2")
    for pair, name in zip(found.pairs, names, strict=True):
        sides = [(side, marked_lines(side)) for side in (pair.left, pair.right)]
        write_atomically(folder / name, template.render(found=found, pair=pair, sides=sides))
    links: list[tuple[Pair, str]] = list(zip(found.pairs, names, strict=True))
    index = folder / INDEX
    page = _environment().get_template("similarity.html.j2").render(found=found, links=links)
    write_atomically(index, page)
    return index


def marked_lines(side: Side) -> tuple[Line, ...]:
    """Cut a hand-in's code into lines, and tell in each what is shared."""
    lines: list[list[tuple[str, bool]]] = [[]]
    for text, shared in _pieces(side):
        first, *others = text.split("\n")
        lines[-1].append((first, shared))
        lines += [[(other, shared)] for other in others]
    return tuple(
        Line(number, tuple(piece for piece in pieces if piece[0]))
        for number, pieces in enumerate(lines, start=1)
    )


def _pieces(side: Side) -> Iterator[tuple[str, bool]]:
    """Cut the text where passages begin and end."""
    at = 0
    for start, end in side.passages:
        yield side.document.text[at:start], False
        yield side.document.text[max(at, start) : end], True
        at = max(at, end)
    yield side.document.text[at:], False


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return page_environment(counted=counted, percent=percent, words=words)
