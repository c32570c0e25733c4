"""The report on values: how many differ, where the worst is, and a hint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.compare.case import make_case
from autograder.compare.finiteness import finiteness_facts, finiteness_hint, pattern_differs
from autograder.compare.hints import value_hint
from autograder.compare.mismatch import Compared, Mismatch
from autograder.compare.places import place
from autograder.compare.relation import Array, Mask, allowance, disagreement
from autograder.compare.summary import array_lines, count_line, magnitude, scalar_lines
from autograder.compare.tolerance import Tolerance

__all__ = ["explain"]


def explain(
    actual: Array, expected: Array, tolerance: Tolerance, axes: tuple[str, ...] | None
) -> Mismatch:
    """Say where and how two arrays differ, and what the mistake looks like.

    Args:
        actual: Of the shape of `expected`, its dtype of the same kind.
        expected: The reference; not empty; 0-d for a scalar.
        tolerance: With which they do not agree.
        axes: A name for each axis, or None.

    Returns:
        What to raise.
    """
    real = expected.dtype.kind in "fc"
    with np.errstate(all="ignore"):
        misplaced = pattern_differs(actual, expected) if real else None
        if misplaced is not None and misplaced.any():
            headline, different = "finiteness differs", misplaced
            lines = finiteness_facts(actual, expected, axes)
            hint = finiteness_hint(actual, expected)
        else:
            headline, different = "values differ", disagreement(actual, expected, tolerance)
            lines = _value_facts(actual, expected, different, tolerance, axes)
            numeric = expected.dtype.kind in "fciu"
            case = make_case(actual, expected, different, tolerance, axes) if numeric else None
            hint = value_hint(case) if case is not None else ""
    shown = (
        array_lines(actual, expected, different, axes)
        if expected.ndim
        else scalar_lines(actual, expected)
    )
    return Mismatch(headline, lines, hint, shown, Compared(actual, expected, different))


def _value_facts(
    actual: Array,
    expected: Array,
    different: Mask,
    tolerance: Tolerance,
    axes: Sequence[str] | None,
) -> tuple[str, ...]:
    if expected.size <= 1:  # the difference would give the answer away
        return ()
    first = _index(different, expected)
    if expected.dtype.kind not in "fc":
        return (count_line(different), f"first at {place(first, axes)}")
    error = np.where(different, np.abs(actual - expected), 0)
    error = np.where(np.isfinite(error), error, np.finfo(error.dtype).max)
    worst = _index(error, expected)
    off = float(error[tuple(worst)])
    allowed = float(allowance(expected, tolerance)[tuple(worst)])
    return (
        count_line(different),
        (
            f"worst absolute: {_how_far(off, allowed)} at {place(worst, axes)}, "
            f"allowed {_about(allowed)}"
        ),
    )


def _how_far(off: float, allowed: float) -> str:
    if allowed > 0 and off < 10 * allowed:
        return "less than ten times what is allowed"
    return _about(off)


def _index(weights: Array, expected: Array) -> list[int]:
    return [int(i) for i in np.unravel_index(int(np.argmax(weights)), expected.shape)]


def _about(number: float) -> str:
    return f"about {magnitude(number)}" if number else "0"
