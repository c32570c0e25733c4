"""Columns of a platform's file: found by their headings, or as `--column` names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.errors import InstructorError, nearest_name
from autograder.export.sheet import Row, Sheet

__all__ = ["find_column", "require_complete", "require_known", "the_column"]


def require_known(columns: Mapping[str, str], known: Sequence[str]) -> None:
    """Refuse a `--column` that names nothing.

    Args:
        columns: What a column is for, to its heading.
        known: What columns can be for.

    Raises:
        InstructorError: One is for something else.
    """
    for name in columns:
        if name not in known:
            nearest = nearest_name(name, known)
            meant = f"; did you mean {nearest}?" if nearest else ""
            message = f"--column {name!r}: expected one of {', '.join(known)} before the ={meant}"
            raise InstructorError(message)


def find_column(sheet: Sheet, headings: Sequence[str]) -> int | None:
    """Find a column by any of its headings; None if it is not there.

    Raises:
        InstructorError: Several columns have such a heading.
    """
    found = [index for index, heading in enumerate(sheet.header) if heading in headings]
    if len(found) > 1:
        message = f"{sheet.path}: expected one column {' or '.join(headings)}; found {len(found)}"
        raise InstructorError(message)
    return found[0] if found else None


def the_column(sheet: Sheet, heading: str) -> int:
    """Find a column that must be there.

    Raises:
        InstructorError: No column has the heading, or several have it.
    """
    found = find_column(sheet, [heading])
    if found is None:
        nearest = nearest_name(heading, sheet.header)
        meant = f"did you mean {nearest}?" if nearest else f"it has {', '.join(sheet.header)}"
        raise InstructorError(f"{sheet.path}: expected a column {heading!r}; {meant}")
    return found


def require_complete(sheet: Sheet, row: Row) -> None:
    """Refuse a row in which a grade could land in another column's cell.

    Raises:
        InstructorError: The row has more or fewer cells than the header.
    """
    if len(row.cells) != len(sheet.header):
        message = (
            f"{sheet.path}:{row.line}: expected {len(sheet.header)} cells, as in the header; "
            f"found {len(row.cells)}; export the file anew and do not edit it"
        )
        raise InstructorError(message)
