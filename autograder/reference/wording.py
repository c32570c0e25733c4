"""Docstrings to words, words to Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Final

from autograder.errors import GraderFault

__all__ = ["UndocumentedError", "attribute_words", "cell", "section_words", "summary", "table"]

_ENTRY: Final = re.compile(r"^    (?P<name>\w+): (?P<words>.+(?:\n {6,}.+)*)", re.MULTILINE)
_PYTHON: Final = {"None": "`null`", "True": "`true`", "False": "`false`"}


class UndocumentedError(GraderFault):
    """Something that people use has no words in the code.

    Args:
        what: Each thing, by the name that people use.
        where: Where its words belong.
    """

    def __init__(self, what: Iterable[str], where: str) -> None:
        super().__init__(f"not documented: {', '.join(what)}; {where}")


def summary(doc: str | None) -> str:
    """Give the first paragraph of a docstring as one line; empty without one."""
    return " ".join(inspect.cleandoc(doc or "").partition("\n\n")[0].split())


def section_words(doc: str | None, section: str) -> dict[str, str]:
    """Read a section of a docstring in Google's form, such as `Attributes`.

    Args:
        doc: The docstring.
        section: Its heading, without the colon.

    Returns:
        Name to what is said of it, as one line.
    """
    _, _, below = inspect.cleandoc(doc or "").partition(f"{section}:\n")
    entries = re.split(r"\n(?=\S)", below)[0]
    return {one["name"]: " ".join(one["words"].split()) for one in _ENTRY.finditer(entries)}


def attribute_words(record: type) -> dict[str, str]:
    """Read what the docstring of a record says of its attributes, with YAML's and JSON's words."""
    words = section_words(record.__doc__, "Attributes")
    return {
        name: re.sub(r"\b(None|True|False)\b", lambda found: _PYTHON[found[0]], text)
        for name, text in words.items()
    }


def cell(text: str) -> str:
    """Make text safe for a cell of a table."""
    return text.replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table; the cells hold Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
