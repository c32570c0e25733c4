"""Where the ink of the pictures goes: bars of a distribution, in the units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Bar", "Bars", "bars"]

WIDTH: Final = 480
HEIGHT: Final = 170
LEFT: Final = 16
TOP: Final = 24
BOTTOM: Final = HEIGHT - 44
_GAP: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        x: Its left side.
        y: Its top.
        width: Across.
        height: Up; 0 where nothing is counted.
        middle: Where its labels stand.
        count: What it shows.
    """

    x: float
    y: float
    width: float
    height: float
    middle: float
    count: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A distribution.

    Attributes:
        width: Of the drawing.
        height: Of the drawing.
        bottom: Where the bars stand.
        left: Where the first begins.
        right: Where the last ends.
        bars: From the lowest share to the highest.
    """

    width: int
    height: int
    bottom: int
    left: int
    right: int
    bars: tuple[Bar, ...]


def bars(counts: Sequence[int]) -> Bars:
    """Lay a distribution out; the highest bar reaches the top.

    Args:
        counts: One a bar, at least one.
    """
    step = (WIDTH - 2 * LEFT) / len(counts)
    most = max(counts) or 1
    heights = [round((BOTTOM - TOP) * count / most, 1) for count in counts]
    drawn = (
        Bar(
            round(LEFT + step * at + _GAP / 2, 1),
            round(BOTTOM - height, 1),
            round(step - _GAP, 1),
            height,
            round(LEFT + step * (at + 0.5), 1),
            count,
        )
        for at, (count, height) in enumerate(zip(counts, heights, strict=True))
    )
    return Bars(WIDTH, HEIGHT, BOTTOM, LEFT, WIDTH - LEFT, tuple(drawn))
