"""What the lectures say that is not right: a list of errata, and what points to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from autograder.config.kinds import is_course_path
from autograder.config.source import KeyPath, Source
from autograder.errors import Problem, nearest_name

__all__ = ["errata_problems", "read_errata"]

_ID: Final = re.compile(r"E\d\d")
_CELLS: Final = re.compile(r"(?<!\\)\|")  # a bar that is meant as one has a backslash before it
_FIRST_COLUMN: Final = "id"
_RIGHT_COLUMN: Final = "right is"


def read_errata(text: str) -> dict[str, str]:
    """Find the errata in the tables of a Markdown text.

    Args:
        text: With tables whose first column is `id`, and of which one column is `right is`.

    Returns:
        Id, such as `E03`, to what is right, as Markdown; empty where the table does not say it.
    """
    found: dict[str, str] = {}
    columns: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in _CELLS.split(line.strip())[1:-1]]
        if cells[:1] == [_FIRST_COLUMN]:
            columns = cells
        elif cells and _ID.fullmatch(cells[0]):
            found[cells[0]] = dict(zip(columns, cells, strict=False)).get(_RIGHT_COLUMN, "")
    return found


def errata_problems(source: Source) -> Iterator[Problem]:
    """Look for the file of the errata, and in it for each erratum that a question points to."""
    path: KeyPath = ("course", "errata")
    name = source.mapping("course").get("errata")
    if not isinstance(name, str) or not is_course_path(name):
        return
    file = Path(source.file).parent / name
    if not _is_file(file):
        rule = "expected a file of the course; there is none"
        yield source.problem(path, rule, name, mend="write it, or remove the key")
        return
    try:
        known = read_errata(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        rule = "expected a file that can be read as text in UTF-8"
        yield source.problem(path, rule, name, mend="save it as UTF-8")
        return
    for place, erratum in _used(source):
        if erratum not in known:
            rule = f"expected the id of an erratum of {name}"
            near = nearest_name(erratum, known)
            yield source.problem(place, rule, erratum, nearest=near, mend="" if near else "add it")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:  # the name is longer than any can be
        return False


def _used(source: Source) -> Iterator[tuple[KeyPath, str]]:
    """Yield the errata that the questions point to, each with its key path."""
    for assignment in source.mapping("assignments"):
        questions = ("assignments", assignment, "questions")
        for question in source.mapping(*questions):
            sources = source.mapping(*questions, question).get("sources")
            for index, one in enumerate(sources if isinstance(sources, tuple) else ()):
                if isinstance(one, str) and _ID.fullmatch(one):
                    yield (*questions, question, "sources", index), one
