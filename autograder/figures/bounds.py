"""What a figure may hold: an error for more than that, and the checks that raise it."""

from __future__ import annotations

from typing import Final

__all__ = [
    "LARGEST",
    "LONGEST_SIDE",
    "FigureError",
    "drawable",
    "require_count",
    "require_texts",
    "short",
]

LONGEST_SIDE: Final = 32
# Beyond it a scale between two numbers may have no finite length.
LARGEST: Final = 1e100
_LONGEST_TEXT: Final = 120


class FigureError(ValueError):
    """A suite shows what is no figure, or one figure too many: the suite is to be mended."""


def require_texts(*texts: object) -> None:
    """Hold that all texts have 1 to 120 characters.

    Raises:
        FigureError: One has not, or is no text.
    """
    for text in texts:
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_TEXT:
            raise FigureError(
                f"a figure's texts: expected 1 to {_LONGEST_TEXT} characters, received {text!r}"
            )


def require_count(what: str, found: int, least: int, most: int) -> None:
    """Hold that a number is within bounds, both included.

    Raises:
        FigureError: It is not; `what` says what was counted.
    """
    if not least <= found <= most:
        asked = str(most) if least == most else f"{least} to {most}"
        raise FigureError(f"{what}: expected {asked}, received {found}")


def drawable(number: float) -> float | None:
    """Give the number as Python's own float, or nothing where it has no place on a scale.

    Raises:
        FigureError: It is no real number.
    """
    try:
        value = float(number)
    except (TypeError, ValueError, OverflowError) as error:
        raise FigureError(f"a figure's numbers: {error}") from error
    return value if abs(value) <= LARGEST else None  # false of NaN too


def short(value: float) -> str:
    """Write a number with three digits."""
    return f"{value:.3g}"
