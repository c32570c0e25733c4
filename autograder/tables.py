"""A CSV file with a header -> rows with their lines; what is wrong with it is told at once."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import InstructorError, Problem, nearest_name

__all__ = ["Row", "Table"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes:
        line: Where it ends in the file, counted from 1.
        cells: Column to text without spaces around it; every column of the header is there.
    """

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    """A CSV file in UTF-8 that is being read, and what was found wrong with it so far.

    Attributes:
        path: Of the file.
        what: What messages call it, such as `the roster`.
        needed: Columns that must be there.
        optional: Columns that may be there.
        only_known: Whether other columns are refused; otherwise they are passed over.
        option: The option that named the file, such as `--roster`; empty if none did.
        problems: What is wrong with it.
    """

    path: Path
    what: str
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    only_known: bool = False
    option: str = ""
    problems: list[Problem] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Yield each row that has as many cells as the header; note the others."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                yield from self._rows(csv.reader(file, strict=True))
        except OSError as error:
            rule = f"expected a file that can be read: {error.strerror}"
            self.note(0, "", rule, mend=f"look at {self.option}" if self.option else "")
        except (UnicodeDecodeError, csv.Error) as error:
            rule = f"expected CSV in UTF-8: {error}"
            self.note(0, "", rule, mend="export it as CSV in UTF-8")

    def note(self, line: int, column: str, rule: str, found: str = "", *, mend: str = "") -> None:
        """Note one thing that is wrong.

        Args:
            line: Counted from 1; 0 for the file as a whole.
            column: Empty if it is no column's.
            rule: What was expected.
            found: What was there; empty if nothing was.
            mend: What to do.
        """
        self.problems.append(Problem(str(self.path), line, column, found, rule, mend=mend))

    def require_sound(self) -> None:
        """Refuse a table with which something is wrong, telling all of it.

        Raises:
            InstructorError: There are problems.
        """
        if self.problems:
            count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
            heading = f"{self.what} cannot be used: {count}"
            raise InstructorError("\n".join([heading, *(f"  {one}" for one in self.problems)]))

    def _rows(self, lines: Iterable[list[str]]) -> Iterator[Row]:
        header: list[str] = []
        for cells in lines:
            line = getattr(lines, "line_num", 0)
            row = [cell.strip() for cell in cells]
            if not any(row):
                continue
            if not header:
                header = [name.lower() for name in row]
                self._check_header(line, header)
                if self.problems:
                    return
            elif len(row) != len(header):
                rule = f"expected {len(header)} cells, as in the header"
                mend = "put a cell that holds a comma in quotes"
                self.note(line, "", rule, str(len(row)), mend=mend)
            else:
                yield Row(line, dict(zip(header, row, strict=True)))
        if not header:
            rule = "expected a table; the file is empty"
            self.note(0, "", rule, mend=f"begin with {self._first_line}")

    def _check_header(self, line: int, header: list[str]) -> None:
        known = (*self.needed, *self.optional)
        for name in self.needed:
            if name not in header:
                nearest = nearest_name(name, set(header) - set(known))
                mend = f"rename {nearest}" if nearest else f"begin with {self._first_line}"
                self.note(line, "", f"expected a column {name}", ", ".join(header), mend=mend)
        for name in known:
            if header.count(name) > 1:
                rule = f"expected one column {name}"
                self.note(line, "", rule, str(header.count(name)), mend="remove one")
        for name in header if self.only_known else ():
            if name not in known:
                nearest = nearest_name(name, set(known) - set(header))
                mend = f"did you mean {nearest}?" if nearest else "remove the column"
                rule = f"expected the columns {self._first_line} alone"
                self.note(line, "", rule, name or "a column without a name", mend=mend)

    @property
    def _first_line(self) -> str:
        return ",".join((*self.needed, *self.optional))
