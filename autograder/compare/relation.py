"""The relation between two arrays of one shape: agreeing or not, entry by entry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.compare.tolerance import Tolerance

__all__ = ["Array", "Mask", "agrees", "allowance", "disagreement", "scale_of"]

# The element type is known at run time only: that is what is being compared.
Array = NDArray[Any]
Mask = NDArray[np.bool_]


def agrees(actual: Array, expected: Array, tolerance: Tolerance) -> bool:
    """Tell whether all entries agree; the fast form of `not disagreement(...).any()`.

    Args:
        actual: Of the shape and the kind of dtype of `expected`.
        expected: The reference.
        tolerance: For real and complex numbers; all others must be equal.

    Returns:
        True also for two empty arrays.
    """
    if expected.dtype.kind not in "fc":
        return bool((actual == expected).all())
    if not expected.size:
        return True
    with np.errstate(all="ignore"):
        actual, expected = _widened(actual), _widened(expected)
        error, size = np.abs(actual - expected), np.abs(expected)
        scale = size.item(size.argmax())  # NaN if there is one; half the time of max()
        limit = (tolerance.atol + tolerance.rtol) * scale
        if not math.isfinite(limit):  # NaN or infinity is expected somewhere, or nearly so
            return not disagreement(actual, expected, tolerance).any()
        if error.item(error.argmax()) <= tolerance.atol * scale:  # most right answers end here
            return True
        return bool((error <= tolerance.atol * scale + tolerance.rtol * size).all())


def disagreement(actual: Array, expected: Array, tolerance: Tolerance) -> Mask:
    """Mark the entries that do not agree.

    NaN agrees with NaN only, an infinity with itself only.

    Args:
        actual: Of the shape and the kind of dtype of `expected`.
        expected: The reference.
        tolerance: For real and complex numbers; all others must be equal.

    Returns:
        A mask of the same shape.
    """
    if expected.dtype.kind not in "fc":
        return np.asarray(actual != expected)
    with np.errstate(all="ignore"):
        actual, expected = _widened(actual), _widened(expected)
        near = np.abs(actual - expected) <= allowance(expected, tolerance)
        same = _identical(actual.real, expected.real) & _identical(actual.imag, expected.imag)
        return np.asarray(~np.where(np.isfinite(expected), near, same))


def allowance(expected: Array, tolerance: Tolerance) -> Array:
    """Compute how far each entry may be off; 0 where that would not be a finite number."""
    with np.errstate(all="ignore"):
        expected = _widened(expected)
        allowed = tolerance.atol * scale_of(expected) + tolerance.rtol * np.abs(expected)
        return np.where(np.isfinite(allowed), allowed, 0.0)


def scale_of(expected: Array) -> float:
    """Return the largest absolute value of the finite entries; 0 if there are none."""
    return float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0))


def _widened(array: Array) -> Array:
    # float16 and float32 would round the allowance itself, and lose tiny ones altogether.
    code = array.dtype.char
    if code == "d":
        return array
    if code in "ef":
        return array.astype(np.float64)
    return array.astype(np.complex128) if code == "F" else array


def _identical(actual: Array, expected: Array) -> Mask:
    return np.asarray((actual == expected) | (np.isnan(actual) & np.isnan(expected)))
