"""Hints about shape: how the received shape came from the expected one."""

from __future__ import annotations

import itertools
import math

import numpy as np

from autograder.compare.arrangement import describe_order
from autograder.compare.places import axis_names
from autograder.compare.relation import Array, agrees
from autograder.compare.tolerance import Tolerance

__all__ = [
    "axes_permuted",
    "batch_axis_missing",
    "broadcast_against_itself",
    "empty",
    "length_one_axis",
    "off_by_one_length",
    "reshape_missing",
]

_EXACTNESS = Tolerance(1e-4, 1e-5)
_MOST_AXES = 6
Axes = tuple[str, ...] | None


def empty(actual: Array, expected: Array, _axes: Axes) -> str:
    """Test for an array without entries."""
    if actual.size or not expected.size:
        return ""
    return "the array is empty: look at the size it is made with, or at a slice or a mask"


def batch_axis_missing(actual: Array, expected: Array, axes: Axes) -> str:
    """Test for a missing first axis of an array of three or more axes, or of one named N."""
    batch = axes[0].upper() == "N" if axes else expected.ndim >= 3
    if not batch or actual.shape != expected.shape[1:]:
        return ""
    return "the first axis, the batch, is missing: was it dropped, or only one entry treated?"


def length_one_axis(actual: Array, expected: Array, _axes: Axes) -> str:
    """Test for axes of length 1 that are missing or too many."""
    if [n for n in actual.shape if n != 1] != [n for n in expected.shape if n != 1]:
        return ""
    if actual.ndim == expected.ndim:
        return "the axis of length 1 is in another place: look at `keepdims=` and `newaxis`"
    found = "one too many" if actual.ndim > expected.ndim else "missing"
    return f"an axis of length 1 is {found}: look at `keepdims=`, `squeeze` and `newaxis`"


def axes_permuted(actual: Array, expected: Array, axes: Axes) -> str:
    """Test for the expected lengths in another order; the values tell which if they agree."""
    if sorted(actual.shape) != sorted(expected.shape) or expected.ndim > _MOST_AXES:
        return ""
    fitting = [
        order
        for order in itertools.permutations(range(expected.ndim))
        if tuple(expected.shape[i] for i in order) == actual.shape
    ]
    exact = [order for order in fitting if _equal(actual, expected.transpose(order))]
    if len(fitting) == 1 or exact:
        return describe_order((exact or fitting)[0], axes)
    return "axes permuted: look at the transpose or the index order"


def off_by_one_length(actual: Array, expected: Array, axes: Axes) -> str:
    """Test for lengths that are one too large or one too small."""
    if actual.ndim != expected.ndim:
        return ""
    steps = [got - want for got, want in zip(actual.shape, expected.shape, strict=True)]
    if not any(steps) or any(abs(step) > 1 for step in steps):
        return ""
    names = axis_names(axes, expected.ndim)
    if axes is None and expected.ndim == 2:
        names = ("row", "column")
    missing = " and one ".join(name for name, step in zip(names, steps, strict=True) if step < 0)
    extra = " and one ".join(name for name, step in zip(names, steps, strict=True) if step > 0)
    found = [f"one {text} {end}" for text, end in ((missing, "short"), (extra, "too many")) if text]
    return f"{', '.join(found)}: off by one in the formula of the size, or in a range"


def reshape_missing(actual: Array, expected: Array, _axes: Axes) -> str:
    """Test for the expected number of entries in another shape."""
    if actual.size != expected.size or not expected.size:
        return ""
    if _equal(actual.reshape(expected.shape), expected):
        return "the values are right: only a reshape is missing"
    return "the number of entries is right: is a reshape missing?"


def broadcast_against_itself(actual: Array, expected: Array, _axes: Axes) -> str:
    """Test for (n, n) where (n,) or (n, 1) is expected."""
    if actual.ndim != 2 or expected.size < 2 or expected.ndim not in {1, 2}:
        return ""
    if actual.shape != (expected.size, expected.size) or math.prod(expected.shape[1:]) != 1:
        return ""
    return "every entry was paired with every other one: (n, 1) and (n,) broadcast to (n, n)"


def _equal(actual: Array, expected: Array) -> bool:
    # Constant arrays look the same whatever happened to their axes.
    if actual.dtype.kind != expected.dtype.kind or actual.dtype.kind not in "fciub":
        return False
    if np.unique(expected).size < 3:
        return False
    return agrees(actual, expected, _EXACTNESS)
