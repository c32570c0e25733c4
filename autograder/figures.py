"""Pictures as data: what a suite shows a student beside a verdict, and what there is to see in it.

A record holds plain numbers and bytes, so it travels between processes, into the JSON and onto the
pages. Its `alt` says in words what the picture shows; it is made of the numbers, so the two agree.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import index
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self

if TYPE_CHECKING:
    import numpy as np  # every command imports this module, and few need NumPy

__all__ = [
    "MOST_FIGURES",
    "Curve",
    "Curves",
    "Figure",
    "FigureError",
    "Images",
    "Matrix",
]

MOST_FIGURES: Final = 6
_MOST_SERIES: Final = 4
_MOST_POINTS: Final = 200
_MOST_LABELS: Final = 20
_MOST_IMAGES: Final = 64
_LONGEST_SIDE: Final = 32
_LONGEST_TEXT: Final = 120
# Beyond it a scale between two numbers may have no finite length.
_LARGEST: Final = 1e100
_NAMED_CONFUSIONS: Final = 3
_NAMED_CAPTIONS: Final = 10


class FigureError(ValueError):
    """A suite shows what is no figure, or one figure too many: the suite is to be mended."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a picture.

    Attributes:
        name: What it belongs to.
        values: One number a step; None where it cannot be drawn: NaN, infinite or huge.
    """

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """Numbers over steps that are counted from 1, such as the loss of each epoch.

    Attributes:
        title: What is shown.
        x_label: The name of a step, such as `epoch`.
        y_label: What the numbers are.
        series: 1 to 4 lines of 1 to 200 numbers.
        best: Which number is the best one.
    """

    kind: ClassVar[str] = "curves"

    title: str
    x_label: str
    y_label: str
    series: tuple[Curve, ...]
    best: Literal["lowest", "highest"] = "lowest"

    def __post_init__(self) -> None:
        _require_texts(self.title, self.x_label, self.y_label, *(one.name for one in self.series))
        _require_count("series of curves", len(self.series), 1, _MOST_SERIES)
        for one in self.series:
            _require_count(f"points of {one.name!r}", len(one.values), 1, _MOST_POINTS)

    @classmethod
    def of(
        cls,
        title: str,
        x_label: str,
        y_label: str,
        series: Mapping[str, Iterable[float]],
        *,
        best: Literal["lowest", "highest"] = "lowest",
    ) -> Self:
        """Make the record from numbers, NaN and infinite ones among them.

        Args:
            title: As the attribute.
            x_label: As the attribute.
            y_label: As the attribute.
            series: A line's name to its numbers.
            best: As the attribute.

        Raises:
            FigureError: More than can be shown, or a text that is empty or too long.
        """
        lines = (Curve(name, tuple(map(_drawable, numbers))) for name, numbers in series.items())
        return cls(title, x_label, y_label, tuple(lines), best)

    @property
    def alt(self) -> str:
        """The last and the best value of each line, and where there is none."""
        return f"{self.title}: {'; '.join(self._words(one) for one in self.series)}."

    def _words(self, one: Curve) -> str:
        numbers = [value for value in one.values if value is not None]
        missing = len(one.values) - len(numbers)
        parts = []
        if one.values[-1] is not None:
            parts.append(f"last {_short(one.values[-1])}")
        if numbers:
            best = min(numbers) if self.best == "lowest" else max(numbers)
            place = one.values.index(best) + 1
            parts.append(f"{self.best} {_short(best)} at {self.x_label} {place}")
        if missing:
            first = one.values.index(None) + 1
            parts.append(
                f"nothing to draw in {missing} of {len(one.values)} "
                f"(NaN, infinite or too large), first at {self.x_label} {first}"
            )
        return f"{one.name} {', '.join(parts)}"


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
        _require_texts(self.title, self.row_label, self.column_label, *self.labels)
        _require_count("classes", len(self.labels), 1, _MOST_LABELS)
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


@dataclass(frozen=True, slots=True)
class Images:
    """Small grey images, each with a caption or all without.

    Attributes:
        title: What is shown.
        shape: Number, height and width: at most 64 images of 32 by 32 pixels.
        pixels: A byte each, 0 black to 255 white, row by row and image after image.
        captions: One an image, or none.
        note: How to read them, as a sentence; may be empty.
    """

    kind: ClassVar[str] = "images"

    title: str
    shape: tuple[int, int, int]
    pixels: bytes
    captions: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        _require_texts(self.title, *self.captions, *filter(None, [self.note]))
        number, *sides = self.shape
        _require_count("images", number, 1, _MOST_IMAGES)
        for side in sides:
            _require_count("pixels of a side", side, 1, _LONGEST_SIDE)
        if len(self.pixels) != math.prod(self.shape):
            raise FigureError(f"{self.title!r}: {len(self.pixels)} bytes are not {self.shape}")
        if self.captions:
            _require_count("captions", len(self.captions), number, number)

    @classmethod
    def of(
        cls,
        title: str,
        images: np.ndarray[Any, Any],
        captions: Sequence[str] = (),
        note: str = "",
    ) -> Self:
        """Make the record from an array.

        Args:
            title: As the attribute.
            images: uint8, shape (N, H, W).
            captions: As the attribute.
            note: As the attribute.

        Raises:
            FigureError: More than can be shown, another dtype or shape, or captions that do not go
                with the images.
        """
        if str(images.dtype) != "uint8" or len(images.shape) != 3:
            raise FigureError(
                f"{title!r}: expected uint8 of shape (N, H, W), "
                f"received {images.dtype} of shape {tuple(images.shape)}"
            )
        number, height, width = map(int, images.shape)
        return cls(title, (number, height, width), images.tobytes(), tuple(captions), note)

    @property
    def alt(self) -> str:
        """How many images there are, and what the captions say of them."""
        number, height, width = self.shape
        words = f"{self.title}: {number} image{'s' if number != 1 else ''}"
        words += f" of {height} by {width} pixels"
        told = Counter(self.captions).most_common()
        if told:
            named = [f"{name} ({count} times)" if count > 1 else name for name, count in told]
            rest = len(told) - _NAMED_CAPTIONS
            if rest > 0:
                named[_NAMED_CAPTIONS:] = [f"and {rest} more"]
            words += f": {'; '.join(named)}"
        return f"{words}. {self.note}".strip()

    def each(self) -> tuple[bytes, ...]:
        """Cut the pixels into images."""
        number, height, width = self.shape
        size = height * width
        return tuple(self.pixels[at * size : (at + 1) * size] for at in range(number))


Figure = Curves | Matrix | Images


def _require_texts(*texts: object) -> None:
    for text in texts:
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_TEXT:
            raise FigureError(
                f"a figure's texts: expected 1 to {_LONGEST_TEXT} characters, received {text!r}"
            )


def _require_count(what: str, found: int, least: int, most: int) -> None:
    if not least <= found <= most:
        asked = str(most) if least == most else f"{least} to {most}"
        raise FigureError(f"{what}: expected {asked}, received {found}")


def _drawable(number: float) -> float | None:
    """Give the number as Python's own float, or nothing where it has no place on a scale."""
    try:
        value = float(number)
    except (TypeError, ValueError, OverflowError) as error:
        raise FigureError(f"a curve's numbers: {error}") from error
    return value if abs(value) <= _LARGEST else None  # false of NaN too


def _short(value: float) -> str:
    return f"{value:.3g}"
