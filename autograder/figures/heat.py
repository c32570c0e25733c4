"""How far an answer is off, place by place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar, Self

from autograder.figures.bounds import (
    LARGEST,
    LONGEST_SIDE,
    FigureError,
    drawable,
    require_count,
    require_texts,
    short,
)

__all__ = ["Heat"]


@dataclass(frozen=True, slots=True)
class Heat:
    """How far an answer is off, place by place.

    Attributes:
        title: What is shown.
        row_label: The name of a row, such as `h`; rows and columns are counted from 0.
        column_label: The name of a column, such as `w`.
        distances: At most 32 rows of 32: 0 where the answer is right, None where the distance is no
            number, as between NaN and 1.
    """

    kind: ClassVar[str] = "heat"

    title: str
    row_label: str
    column_label: str
    distances: tuple[tuple[float | None, ...], ...]

    def __post_init__(self) -> None:
        require_texts(self.title, self.row_label, self.column_label)
        require_count("rows", len(self.distances), 1, LONGEST_SIDE)
        width = len(self.distances[0])
        for row in self.distances:
            require_count("places of a row", len(row), 1, LONGEST_SIDE)
            require_count("places of a row", len(row), width, width)
        if any(one is not None and not 0 <= one <= LARGEST for one in chain(*self.distances)):
            raise FigureError(f"distances of {self.title!r}: expected numbers from 0 on")

    @classmethod
    def of(
        cls, title: str, row_label: str, column_label: str, distances: Iterable[Iterable[float]]
    ) -> Self:
        """Make the record from an array of real numbers, NaN and infinite ones among them.

        Args:
            title: As the attribute.
            row_label: As the attribute.
            column_label: As the attribute.
            distances: Shape (H, W).

        Raises:
            FigureError: More than can be shown, rows of different lengths, or a negative number.
        """
        rows = tuple(tuple(map(drawable, row)) for row in distances)
        return cls(title, row_label, column_label, rows)

    @property
    def alt(self) -> str:
        """How many places are off, where they are, and the largest distance."""
        places = {
            (row, column): distance
            for row, line in enumerate(self.distances)
            for column, distance in enumerate(line)
            if distance != 0
        }
        size = len(self.distances) * len(self.distances[0])
        words = f"{self.title}: {len(places)} of {size} places are off"
        if not places:
            return f"{words}."
        words += f", in {self._span(places)}"
        known = {place: one for place, one in places.items() if one is not None}
        if known:
            row, column = max(known, key=known.__getitem__)
            largest = short(known[row, column])
            words += f"; the largest distance is {largest} at "
            words += f"{self.row_label} {row}, {self.column_label} {column}"
        if len(known) < len(places):
            words += f"; {len(places) - len(known)} without a distance (NaN, infinite or too large)"
        return f"{words}."

    def _span(self, places: Iterable[tuple[int, int]]) -> str:
        """Name the rows and the columns between which all the places lie."""
        rows, columns = (sorted(set(along)) for along in zip(*places, strict=True))
        return " and ".join(
            f"{label} {found[0]}" + (f" to {found[-1]}" if len(found) > 1 else "")
            for label, found in ((self.row_label, rows), (self.column_label, columns))
        )
