"""Numbers as lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Self

from autograder.figures.bounds import (
    LARGEST,
    FigureError,
    drawable,
    require_count,
    require_texts,
    short,
)

__all__ = ["Curve", "Curves"]

_MOST_SERIES: Final = 4
_MOST_POINTS: Final = 200
_NAMED_PLACES: Final = 8


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
    """Numbers over steps that are counted from 1, or over inputs, such as the loss of each epoch.

    Attributes:
        title: What is shown.
        x_label: The name of a step, such as `epoch`.
        y_label: What the numbers are.
        series: 1 to 4 lines of 1 to 200 numbers.
        best: Which number is the best one; without a meaning where there are inputs.
        inputs: Where the numbers belong, ascending and one for each; empty for steps.
    """

    kind: ClassVar[str] = "curves"

    title: str
    x_label: str
    y_label: str
    series: tuple[Curve, ...]
    best: Literal["lowest", "highest"] = "lowest"
    inputs: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        require_texts(self.title, self.x_label, self.y_label, *(one.name for one in self.series))
        require_count("series of curves", len(self.series), 1, _MOST_SERIES)
        for one in self.series:
            require_count(f"points of {one.name!r}", len(one.values), 1, _MOST_POINTS)
            if self.inputs:
                count = len(self.inputs)
                require_count(f"points of {one.name!r}", len(one.values), count, count)
        if not all(abs(one) <= LARGEST for one in self.inputs):
            raise FigureError(f"inputs of {self.title!r}: expected finite numbers")

    @classmethod
    def of(
        cls,
        title: str,
        x_label: str,
        y_label: str,
        series: Mapping[str, Iterable[float]],
        *,
        best: Literal["lowest", "highest"] = "lowest",
        inputs: Iterable[float] = (),
    ) -> Self:
        """Make the record from numbers, NaN and infinite ones among them.

        Args:
            title: As the attribute.
            x_label: As the attribute.
            y_label: As the attribute.
            series: A line's name to its numbers.
            best: As the attribute.
            inputs: As the attribute.

        Raises:
            FigureError: More than can be shown, or a text that is empty or too long.
        """
        lines = (Curve(name, tuple(map(drawable, numbers))) for name, numbers in series.items())
        return cls(title, x_label, y_label, tuple(lines), best, tuple(map(float, inputs)))

    @property
    def alt(self) -> str:
        """The last and the best value of each line, and where there is none.

        Over inputs, the numbers themselves.
        """
        if self.inputs:
            return f"{self.title}: {'; '.join(self._places())}."
        return f"{self.title}: {'; '.join(self._words(one) for one in self.series)}."

    def _places(self) -> list[str]:
        """Say what the lines are where each of them has a number, up to eight times."""
        words = [
            f"{self.x_label} {short(place)}, "
            + ", ".join(
                f"{one.name} {short(value)}"
                for one, value in zip(self.series, values, strict=True)
                if value is not None
            )
            for place, *values in zip(
                self.inputs, *(one.values for one in self.series), strict=True
            )
            if None not in values
        ]
        rest = len(words) - _NAMED_PLACES
        if rest > 0:
            words[_NAMED_PLACES:] = [f"and {rest} more"]
        return words or ["no number that can be drawn beside another"]

    def _words(self, one: Curve) -> str:
        numbers = [value for value in one.values if value is not None]
        missing = len(one.values) - len(numbers)
        parts = []
        if one.values[-1] is not None:
            parts.append(f"last {short(one.values[-1])}")
        if numbers:
            best = min(numbers) if self.best == "lowest" else max(numbers)
            place = one.values.index(best) + 1
            parts.append(f"{self.best} {short(best)} at {self.x_label} {place}")
        if missing:
            first = one.values.index(None) + 1
            parts.append(
                f"nothing to draw in {missing} of {len(one.values)} "
                f"(NaN, infinite or too large), first at {self.x_label} {first}"
            )
        return f"{one.name} {', '.join(parts)}"
