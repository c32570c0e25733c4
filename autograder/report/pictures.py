"""Where the ink of a picture goes: curves as paths, counts as shades, pixels as PNG."""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

from autograder.figures import Curve, Curves, Heat, Images, Matrix

__all__ = [
    "Cell",
    "Chart",
    "Grid",
    "Line",
    "Tick",
    "Tile",
    "chart",
    "grid",
    "png",
    "shades",
    "tiles",
]

# As wide as a phone shows without making the letters smaller.
WIDTH: Final = 360
HEIGHT: Final = 230
LEFT: Final = 60
RIGHT: Final = WIDTH - 16
TOP: Final = 16
BOTTOM: Final = HEIGHT - 48
_STEPS_UP: Final = 4
_MOST_COLUMNS: Final = 8
# So many points are marked one by one; a point between two gaps is seen in any case.
_MOST_MARKED: Final = 30
_SHADES: Final = 4
# So many columns leave room for a number in each place.
_MOST_WRITTEN: Final = 7
_EDGE: Final = 28
_LARGEST_CELL: Final = 46
_BRIEF: Final = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside an axis.

    Attributes:
        at: Its place, in the units of the drawing.
        label: The number.
    """

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A curve in the units of the drawing.

    Attributes:
        name: What it is of.
        path: What SVG calls the path's `d`; a gap begins a new part.
        points: Those that are marked.
    """

    name: str
    path: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves within a frame.

    Attributes:
        width: Of the drawing.
        height: Of the drawing.
        left: Of the frame.
        right: Of the frame.
        top: Of the frame.
        bottom: Of the frame.
        lines: In the order of the record.
        rows: Ticks of the upright axis, from below.
        columns: Ticks of the other one.
    """

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    lines: tuple[Line, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A place of a heat map.

    Attributes:
        x: Left side of what is drawn.
        y: Its top.
        size: Its side: the whole cell where a number is written, else the larger the farther off.
        level: 0 where nothing is off, to 4.
        label: The distance; empty where nothing is off or there is no room.
    """

    x: float
    y: float
    size: float
    level: int
    label: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A heat map within its frame.

    Attributes:
        width: Of the drawing.
        height: Of the drawing.
        edge: Where the frame begins, from the left and from above.
        step: The side of a cell.
        cells: Row by row.
        rows: Numbers of rows.
        columns: Numbers of columns.
    """

    width: float
    height: float
    edge: int
    step: float
    cells: tuple[Cell, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One image.

    Attributes:
        source: Its PNG as a data URI.
        caption: What stands below it; may be empty.
        words: What stands for it where no image is shown.
    """

    source: str
    caption: str
    words: str


def chart(figure: Curves) -> Chart:
    """Lay curves out."""
    count = max(len(one.values) for one in figure.series)
    levels = _levels(chain.from_iterable(one.values for one in figure.series))
    stops = _levels(figure.inputs) if figure.inputs else [0.5, count + 0.5]
    steps = figure.inputs or range(1, count + 1)

    def across(step: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (step - stops[0]) / (stops[-1] - stops[0]), 1)

    def up(value: float) -> float:
        share = (value - levels[0]) / (levels[-1] - levels[0])
        return round(BOTTOM - (BOTTOM - TOP) * share, 1)

    def line(one: Curve) -> Line:
        places = [
            None if value is None else (across(step), up(value))
            for step, value in zip(steps, one.values, strict=False)
        ]
        marked = _alone(places) if count > _MOST_MARKED else [place for place in places if place]
        return Line(one.name, " ".join(_moves(places)), tuple(marked))

    every = math.ceil(count / _MOST_COLUMNS)
    columns = stops if figure.inputs else range(every, count + 1, every)
    return Chart(
        WIDTH,
        HEIGHT,
        LEFT,
        RIGHT,
        TOP,
        BOTTOM,
        tuple(line(one) for one in figure.series),
        tuple(Tick(up(level), f"{level:.6g}") for level in levels),
        tuple(Tick(across(step), f"{step:.6g}") for step in columns),
    )


def _levels(numbers: Iterable[float | None]) -> list[float]:
    """Choose round numbers, the lowest below every value and the highest above."""
    values = [value for value in numbers if value is not None]
    lowest, highest = min(values, default=0.0), max(values, default=1.0)
    if highest - lowest <= 1e-9 * max(abs(lowest), abs(highest), 1e-9):
        room = abs(lowest) / 10 or 0.5
        lowest, highest = lowest - room, highest + room
    rough = (highest - lowest) / _STEPS_UP
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * 0.999)
    first, last = math.floor(lowest / step + 1e-6), math.ceil(highest / step - 1e-6)
    return [number * step for number in range(first, last + 1)]


def _moves(places: list[tuple[float, float] | None]) -> Iterator[str]:
    for before, place in pairwise([None, *places]):
        if place is not None:
            yield f"{'M' if before is None else 'L'}{place[0]:g} {place[1]:g}"


def _alone(places: list[tuple[float, float] | None]) -> list[tuple[float, float]]:
    """Find the points with a gap on either side: a path of one point draws nothing."""
    padded = [None, *places, None]
    return [
        place
        for before, place, after in zip(padded, places, padded[2:], strict=False)
        if place is not None and before is None and after is None
    ]


def shades(figure: Matrix) -> tuple[tuple[int, ...], ...]:
    """Give each count a shade from 0, for none, to 4.

    The steps are those of the logarithm: beside a thousand right answers a dozen of one confusion
    are still to be seen.
    """
    most = math.log1p(max(chain.from_iterable(figure.counts))) or 1.0
    return tuple(
        tuple(math.ceil(_SHADES * math.log1p(count) / most) for count in row)
        for row in figure.counts
    )


def grid(figure: Heat) -> Grid:
    """Lay a heat map out: the number itself where there is room, else a square that grows."""
    height, width = len(figure.distances), len(figure.distances[0])
    step = min(_LARGEST_CELL, round((WIDTH - 2 * _EDGE) / width, 1))
    written = width <= _MOST_WRITTEN
    largest = max((one for one in chain(*figure.distances) if one), default=1.0)

    def cell(row: int, column: int, distance: float | None) -> Cell:
        level = _SHADES if distance is None else math.ceil(_SHADES * distance / largest)
        label = ""
        if written and distance != 0:
            label = "?" if distance is None else _brief(distance)
        size = step if written else round(step * level / _SHADES, 1)
        rest = (step - size) / 2
        x, y = (round(_EDGE + step * at + rest, 1) for at in (column, row))
        return Cell(x, y, size, level, label)

    def ticks(count: int) -> tuple[Tick, ...]:
        every = 1 if count <= _MOST_COLUMNS else 5
        places = range(0, count, every)
        return tuple(Tick(round(_EDGE + step * (at + 0.5), 1), str(at)) for at in places)

    return Grid(
        round(2 * _EDGE + step * width, 1),
        round(2 * _EDGE + step * height, 1),
        _EDGE,
        step,
        tuple(
            cell(row, column, distance)
            for row, line in enumerate(figure.distances)
            for column, distance in enumerate(line)
        ),
        ticks(height),
        ticks(width),
    )


def _brief(distance: float) -> str:
    """Write a number in at most five characters, but for the widest exponents."""
    text = f"{distance:.3g}"
    return text if len(text) <= _BRIEF else f"{distance:.0e}"


def tiles(figure: Images) -> tuple[Tile, ...]:
    """Give each image as PNG, with its words."""
    _, height, width = figure.shape
    captions = figure.captions or ("",) * figure.shape[0]
    return tuple(
        Tile(
            f"data:image/png;base64,{b64encode(png(pixels, width, height)).decode()}",
            caption,
            caption or f"image {number}",
        )
        for number, (pixels, caption) in enumerate(
            zip(figure.each(), captions, strict=True), start=1
        )
    )


def png(pixels: bytes, width: int, height: int) -> bytes:
    """Write a grey image as PNG (https://www.w3.org/TR/png-3/): header, pixels, end.

    Args:
        pixels: A byte each, 0 black to 255 white, row by row.
        width: Of a row.
        height: How many rows.
    """
    # Each row begins with the number of its filter; 0 is none.
    rows = b"".join(b"\0" + pixels[at * width : (at + 1) * width] for at in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)  # 8 bits, grey
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
