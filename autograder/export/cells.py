"""Cells of a table: text that no spreadsheet takes for a formula, and numbers with their comma."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

__all__ = ["has_decimal_commas", "neutral", "number_text", "points_text", "read_number"]

# What begins a formula, the full-width forms too; spaces and line ends may stand before it. After a
# separator it begins one as well: a spreadsheet may be set to split cells where this file does not.
_SIGNS: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_FORMULA: Final = re.compile(rf"\A(?=[ \t\r\n]*{_SIGNS}|[\t\r\n])|(?<=[;,|\"\t\r\n])(?= *{_SIGNS})")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")
_HUNDREDTHS: Final = Decimal("0.01")


def neutral(text: str) -> str:
    """Make text that spreadsheets show as it is: an apostrophe goes before what begins a formula.

    Args:
        text: Anything, such as a name or a hand-in's name. A number must not come here.
    """
    return _FORMULA.sub("'", text)


def number_text(value: Decimal, *, comma: bool) -> str:
    """Write a number with two decimals, as Canvas and Moodle do.

    Args:
        value: 0 or more.
        comma: Whether the file has decimal commas.
    """
    text = str(value.quantize(_HUNDREDTHS, rounding=ROUND_HALF_UP))
    return text.replace(".", ",") if comma else text


def points_text(points: float) -> str:
    """Write points with at most two decimals and a point: `80` or `87.5`."""
    text = number_text(Decimal(str(points)), comma=False)
    return text.rstrip("0").rstrip(".")


def has_decimal_commas(values: Iterable[str], delimiter: str) -> bool:
    """Tell how a file writes numbers.

    Args:
        values: What some of its cells say.
        delimiter: Between its cells; asked where no number has decimals.
    """
    marks = {
        mark for value in values if read_number(value) is not None for mark in ".," if mark in value
    }
    return marks == {","} or (not marks and delimiter == ";")


def read_number(text: str) -> Decimal | None:
    """Read a cell's number, with a decimal point or comma; None if it is none.

    A number with both, or with a sign or a unit, is none: what it means depends on the locale.
    """
    found = text.strip()
    return Decimal(found.replace(",", ".")) if _NUMBER.fullmatch(found) else None
