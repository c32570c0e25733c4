"""Numbers for messages: counts and magnitudes for everyone, values for public checks."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

import numpy as np

from autograder.compare.kinds import printable
from autograder.compare.places import place
from autograder.compare.relation import Array, Mask

__all__ = ["array_lines", "count_line", "magnitude", "scalar_lines", "written"]

_ENTRIES = 60
_TEXT_LENGTH = 200
_MOST_BITS = 512


def count_line(different: Mask) -> str:
    """Count the entries that do not agree: `mismatched: 2 of 96 (2.1 %)`."""
    count, size = int(different.sum()), different.size
    return f"mismatched: {count} of {size} ({100 * count / size:.1f} %)"


def magnitude(number: float) -> str:
    """Write the power of ten that is nearest to a positive number.

    No more of it is shown: whoever answers with zeros would read the expected values from
    the difference.
    """
    return f"{10.0 ** min(round(math.log10(number)), 308):g}"


def scalar_lines(actual: object, expected: object) -> tuple[str, ...]:
    """Write an expected and a received scalar or text."""
    return (f"expected: {written(expected)}", f"received: {written(actual)}")


def written(value: object) -> str:
    """Write a scalar or text of unknown origin on one line of bounded length."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"an integer of {value.bit_length()} bits"  # its digits would take for ever
    if isinstance(value, str):
        return printable(repr(str(value)), _TEXT_LENGTH)
    return printable(value, _TEXT_LENGTH)


def array_lines(
    actual: Array, expected: Array, different: Mask, axes: Sequence[str] | None
) -> tuple[str, ...]:
    """Write the first entry that differs, and both arrays around it.

    Args:
        actual: Of the shape of `expected`.
        expected: The reference.
        different: The entries that do not agree; at least one.
        axes: A name for each axis.

    Returns:
        Lines; no more than about 60 entries of each array.
    """
    first = [int(i) for i in np.unravel_index(int(np.argmax(different)), different.shape)]
    window = _window(expected.shape, first)
    region = "" if all(part == slice(None) for part in window) else _region(window)
    at = tuple(first)
    received, wanted = written(actual[at]), written(expected[at])
    return (
        f"first difference at {place(first, axes)}: expected {wanted}, received {received}",
        f"expected{region}:",
        *_rows(expected[window]),
        f"received{region}:",
        *_rows(actual[window]),
    )


def _window(shape: tuple[int, ...], first: Sequence[int]) -> tuple[slice, ...]:
    """Choose whole trailing axes, part of the axis before them, one index of all others."""
    room = _ENTRIES
    parts: list[slice] = []
    for length, index in zip(reversed(shape), reversed(first), strict=True):
        if length <= room:
            parts.append(slice(None))
        else:
            start = min(max(index - room // 2, 0), length - room)
            parts.append(slice(start, start + room))
        room //= min(length, room)
    return tuple(reversed(parts))


def _region(window: Sequence[slice]) -> str:
    parts = (":" if part == slice(None) else f"{part.start}:{part.stop}" for part in window)
    return f"[{', '.join(parts)}]"


def _rows(array: Array) -> list[str]:
    text = np.array2string(
        array, precision=8, max_line_width=88, separator=", ", threshold=sys.maxsize
    )
    return [f"  {printable(line, _TEXT_LENGTH)}" for line in text.split("\n") if line.strip()]
