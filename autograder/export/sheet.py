r"""A platform's CSV file, of which some cells change and every other byte stays.

The standard library's reader forgets how a cell was quoted and how a line ended, and its writer
decides both anew. So cells are found here by their places in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError

__all__ = ["Cell", "Row", "Sheet", "read_sheet"]

_BOM: Final = "\ufeff"
_DELIMITERS: Final = (",", ";", "\t")
_LINE_END: Final = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        start: Where its text begins, its opening quote included.
        end: Where it ends.
        value: What it says, without quotes.
        quoted: Whether it stands in quotes.
    """

    start: int
    end: int
    value: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        line: On which line of the file it begins, counted from 1.
        cells: From left to right.
    """

    line: int
    cells: tuple[Cell, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """What the cells say, without spaces around it."""
        return tuple(cell.value.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file and where its cells are.

    Attributes:
        path: Of the file, for messages.
        text: All of it, a byte order mark included.
        delimiter: Between cells.
        rows: The header first; rows without any text are left out.
    """

    path: Path
    text: str
    delimiter: str
    rows: tuple[Row, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The headings."""
        return self.rows[0].values

    def with_cells(self, changes: Mapping[tuple[int, int], str]) -> str:
        """Write the file with other text in some cells.

        Args:
            changes: Index of the row and of the cell to the new text.

        Returns:
            The whole text. A cell that was quoted stays quoted; another one is quoted if its new
            text needs it.
        """
        pieces = []
        done = 0
        for (row, column), value in sorted(changes.items()):
            cell = self.rows[row].cells[column]
            pieces += [self.text[done : cell.start], self._written(value, quoted=cell.quoted)]
            done = cell.end
        return "".join([*pieces, self.text[done:]])

    def _written(self, value: str, *, quoted: bool) -> str:
        if quoted or any(mark in value for mark in (self.delimiter, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value


def read_sheet(path: Path, needed: Sequence[Sequence[str]]) -> Sheet:
    """Read a CSV file whose cells are separated by commas, semicolons or tabs.

    Args:
        path: Of the file.
        needed: Headings that tell the right separator: of each group one must be there.

    Returns:
        The sheet; every row has as many cells as the header, or is as the platform left it.

    Raises:
        InstructorError: The file cannot be read, is not UTF-8, is not CSV, or lacks a heading.
    """
    text = _text(path)
    for delimiter in _DELIMITERS:
        header = _header(text, delimiter)
        if all(header.intersection(group) for group in needed):
            try:
                return Sheet(path, text, delimiter, tuple(_rows(text, delimiter)))
            except ValueError as error:
                message = f"{path}:{error}; export the file anew and do not edit it"
                raise InstructorError(message) from error
    wanted = ", ".join(" or ".join(group) for group in needed)
    first = _LINE_END.split(text.removeprefix(_BOM), maxsplit=1)[0]
    found = f"its first line is {first[:200]!r}" if first else "it is empty"
    message = f"{path}: expected a header with the columns {wanted}; {found}"
    raise InstructorError(f"{message}; export the file anew, or name a column with --column")


def _header(text: str, delimiter: str) -> set[str]:
    """Read the headings; none where the first row is no CSV with this separator."""
    try:
        first = next(_rows(text, delimiter), None)
    except ValueError:
        first = None
    return set() if first is None else set(first.values)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        message = f"{path}: expected a file that can be read: {error.strerror}; look at --update"
        raise InstructorError(message) from error
    except UnicodeDecodeError as error:
        mend = "export it anew; a spreadsheet must save it as CSV UTF-8"
        message = f"{path}: expected UTF-8; byte {error.start} is not; {mend}"
        raise InstructorError(message) from error


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Find the rows that hold any text.

    Raises:
        ValueError: A quote is not closed, or text follows a closing quote; with the line.
    """
    # Possessive, so that a quote that is never closed takes linear time.
    token = re.compile(
        rf'(?:(?P<quoted>"(?:[^"]|"")*+")|(?P<plain>(?!")[^{delimiter}\r\n]*+))'
        rf"(?P<after>{delimiter}|\r\n|\r|\n|\Z)"
    )
    place = len(_BOM) if text.startswith(_BOM) else 0
    line = first_line = 1
    cells: list[Cell] = []
    while place < len(text) or cells:
        found = token.match(text, place)
        if found is None:
            message = f"{line}: expected CSV; a quote is not closed, or text follows a closed one"
            raise ValueError(message)
        cells.append(_cell(found))
        line += len(_LINE_END.findall(found[0]))
        place = found.end()
        if found["after"] != delimiter:
            if any(cell.value.strip() for cell in cells):
                yield Row(first_line, tuple(cells))
            cells = []
            first_line = line


def _cell(found: re.Match[str]) -> Cell:
    if found["quoted"] is None:
        return Cell(found.start("plain"), found.end("plain"), found["plain"], quoted=False)
    value = found["quoted"][1:-1].replace('""', '"')
    return Cell(found.start("quoted"), found.end("quoted"), value, quoted=True)
