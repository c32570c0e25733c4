"""Counts of what was taken for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from operator import index
from typing import Any, ClassVar, Final, Self

from autograder.figures.bounds import FigureError, require_count, require_texts

__all__ = ["Matrix"]

_MOST_LABELS: Final = 20
_NAMED_CONFUSIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Matrix:
    """How often each class was taken for each: right answers stand on the diagonal.

    Attributes:
        title: What is shown.
        row_label: What the rows are, such as `true digit`.
        column_label: What the columns are, such as `said`.
        labels: The classes, of rows and columns alike; 1 to 20.
        counts: As many rows as labels, of as many whole numbers from 0 on.
    """

    kind: ClassVar[str] = "matrix"

    title: str
    row_label: str
    column_label: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        require_texts(self.title, self.row_label, self.column_label, *self.labels)
        require_count("classes", len(self.labels), 1, _MOST_LABELS)
        lengths = {len(self.counts), *map(len, self.counts)}
        if lengths != {len(self.labels)}:
            raise FigureError(
                f"counts of {self.title!r}: expected {len(self.labels)} rows of as many, "
                f"received lengths {sorted(lengths)}"
            )
        if min(chain.from_iterable(self.counts)) < 0:
            raise FigureError(f"counts of {self.title!r}: expected whole numbers from 0 on")

    @classmethod
    def of(
        cls,
        title: str,
        row_label: str,
        column_label: str,
        labels: Iterable[object],
        counts: Iterable[Iterable[Any]],
    ) -> Self:
        """Make the record from an array of whole numbers, or from lists of them.

        Args:
            title: As the attribute.
            row_label: As the attribute.
            column_label: As the attribute.
            labels: Names of the classes; numbers will do.
            counts: Shape (C, C) with C labels: row true, column answered.

        Raises:
            FigureError: More than can be shown, another shape, or a number that is no count.
        """
        try:
            rows = tuple(tuple(index(count) for count in row) for row in counts)
        except TypeError as error:
            raise FigureError(f"counts of {title!r}: expected whole numbers; {error}") from error
        return cls(title, row_label, column_label, tuple(map(str, labels)), rows)

    @property
    def alt(self) -> str:
        """How many are on the diagonal, and the largest numbers beside it."""
        total = sum(chain.from_iterable(self.counts))
        right = sum(row[place] for place, row in enumerate(self.counts))
        words = f"{self.title}: {right} of {total} are right"
        largest = self._confusions()[:_NAMED_CONFUSIONS]
        if largest:
            named = "; ".join(
                f"{self.row_label} {self.labels[row]}, {self.column_label} {self.labels[column]}: "
                f"{count}"
                for count, row, column in largest
            )
            words += f"; most often confused: {named}"
        return f"{words}."

    def _confusions(self) -> list[tuple[int, int, int]]:
        """List count, row and column beside the diagonal, the largest count first."""
        places = range(len(self.labels))
        found = [
            (self.counts[row][column], row, column)
            for row in places
            for column in places
            if row != column and self.counts[row][column]
        ]
        return sorted(found, key=lambda one: (-one[0], one[1], one[2]))
