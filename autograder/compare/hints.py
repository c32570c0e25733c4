"""The registry of hints, each found by testing it, the most specific first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from autograder.compare import arithmetic, arrangement, shapes
from autograder.compare.case import LARGE, Case
from autograder.compare.relation import Array

__all__ = ["SHAPE_HINTS", "VALUE_HINTS", "ShapeHint", "ValueHint", "shape_hint", "value_hint"]


@dataclass(frozen=True, slots=True)
class ValueHint:
    """One explanation of values that differ.

    Attributes:
        name: Unique, for tests and tables.
        find: Returns what to tell the student, or nothing where the explanation does not fit.
        costly: Whether it copies or sorts so much that it is left out for large arrays.
    """

    name: str
    find: Callable[[Case], str]
    costly: bool = False


@dataclass(frozen=True, slots=True)
class ShapeHint:
    """One explanation of shapes that differ.

    Attributes:
        name: Unique, for tests and tables.
        find: Takes the received and the expected array and the axis names, or None.
    """

    name: str
    find: Callable[[Array, Array, tuple[str, ...] | None], str]


VALUE_HINTS = (
    ValueHint("constant everywhere", arithmetic.constant_everywhere),
    ValueHint("off by one", arithmetic.off_by_one),
    ValueHint("sign flipped", arithmetic.sign_flipped),
    ValueHint("named factor", arithmetic.named_factor),
    ValueHint("permuted axes", arrangement.permuted_axes),
    ValueHint("permuted channels", arrangement.permuted_channels, costly=True),
    ValueHint("reversed axes", arrangement.reversed_axes),
    ValueHint("shifted by one", arrangement.shifted_by_one, costly=True),
    ValueHint("memory order", arrangement.memory_order, costly=True),
    ValueHint("complement", arithmetic.complement),
    ValueHint("clipped", arithmetic.clipped),
    ValueHint("integer wraparound", arithmetic.integer_wraparound, costly=True),
    ValueHint("rounded", arithmetic.rounded, costly=True),
    ValueHint("function of the expected", arithmetic.function_of_expected, costly=True),
    ValueHint("constant offset", arithmetic.constant_offset),
    ValueHint("constant factor", arithmetic.constant_factor),
    ValueHint("low precision", arithmetic.low_precision),
    ValueHint("wrong axis", arithmetic.wrong_axis, costly=True),
    ValueHint("one index differs", arrangement.one_index_differs),
    ValueHint("only the border differs", arrangement.only_border_differs),
    ValueHint("offset per channel", arithmetic.offset_per_channel),
    ValueHint("sign partly flipped", arithmetic.sign_partly_flipped),
    ValueHint("another order", arrangement.another_order, costly=True),
)

SHAPE_HINTS = (
    ShapeHint("empty", shapes.empty),
    ShapeHint("batch axis missing", shapes.batch_axis_missing),
    ShapeHint("axis of length 1", shapes.length_one_axis),
    ShapeHint("axes permuted", shapes.axes_permuted),
    ShapeHint("off by one", shapes.off_by_one_length),
    ShapeHint("broadcast against itself", shapes.broadcast_against_itself),
    ShapeHint("reshape missing", shapes.reshape_missing),
)


def value_hint(case: Case) -> str:
    """Return the first explanation that fits the values, or an empty string."""
    large = case.expected.size > LARGE
    with np.errstate(all="ignore"):
        for hint in VALUE_HINTS:
            found = "" if large and hint.costly else hint.find(case)
            if found:
                return found
    return ""


def shape_hint(actual: Array, expected: Array, axes: tuple[str, ...] | None) -> str:
    """Return the first explanation that fits the shapes, or an empty string."""
    for hint in SHAPE_HINTS:
        found = hint.find(actual, expected, axes)
        if found:
            return found
    return ""
