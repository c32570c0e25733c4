"""Derivatives by differences: an oracle that knows nothing of a solution's formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

__all__ = ["centred_difference"]

_Array: TypeAlias = np.ndarray[Any, Any]


def centred_difference(
    function: Callable[[_Array], float], x: _Array, step: float = 1e-5
) -> _Array:
    """Differentiate a function of an array numerically, entry by entry.

    Each entry is moved by `step` times its size (at least `step`) to both sides. The error is of
    the order of step**2 for the formula and of eps / step for rounding, 1e-10 and 1e-11 here,
    relative to the function's values. Keep clear of kinks: the mean of two slopes is no slope.

    Args:
        function: Takes an array like `x`, returns a number.
        x: Where; any shape; float64 is used whatever its dtype.
        step: Relative width of half the difference.

    Returns:
        float64, the shape of `x`: d function / d x.
    """
    point = np.array(x, dtype=np.float64)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        kept = point[index]
        width = step * max(1.0, float(abs(kept)))
        point[index] = kept + width
        above = function(point.copy())
        point[index] = kept - width
        below = function(point.copy())
        point[index] = kept
        gradient[index] = (above - below) / (2 * width)
    return gradient
