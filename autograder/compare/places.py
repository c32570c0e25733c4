"""Names for axes, and for places in an array."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["axis_names", "place", "spatial_axes"]


def axis_names(axes: Sequence[str] | None, ndim: int) -> tuple[str, ...]:
    """Name every axis: as the suite does, or rows and columns, or by number."""
    if axes is not None:
        return tuple(axes)
    return ("rows", "columns") if ndim == 2 else tuple(f"axis {i}" for i in range(ndim))


def place(index: Sequence[int], axes: Sequence[str] | None) -> str:
    """Write an index: `(n=1, h=2)` with axis names, `[1, 2]` without."""
    if axes is None:
        return f"[{', '.join(str(i) for i in index)}]"
    pairs = zip(axes, index, strict=True)
    return f"({', '.join(f'{axis.lower()}={i}' for axis, i in pairs)})"


def spatial_axes(axes: Sequence[str] | None, ndim: int) -> tuple[int, int] | None:
    """Find the axes of an image's height and width.

    Returns:
        The axes named H and W; without names, those of (H, W), (H, W, C) or (N, H, W, C);
        None if there are none.
    """
    if axes is not None:
        names = [axis.upper() for axis in axes]
        return (names.index("H"), names.index("W")) if {"H", "W"} <= set(names) else None
    return {2: (0, 1), 3: (0, 1), 4: (1, 2)}.get(ndim)
