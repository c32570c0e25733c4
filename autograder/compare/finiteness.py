"""NaN and infinities that are not where they are expected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.compare.places import place
from autograder.compare.relation import Array, Mask

__all__ = ["finiteness_facts", "finiteness_hint", "pattern_differs"]


def pattern_differs(actual: Array, expected: Array) -> Mask:
    """Mark the entries that are NaN, infinite or finite where another of these is expected."""
    return np.asarray(
        (np.isnan(actual) != np.isnan(expected))
        | (np.isinf(actual) != np.isinf(expected))
        | _wrong_sign(actual, expected)
    )


def finiteness_facts(actual: Array, expected: Array, axes: Sequence[str] | None) -> tuple[str, ...]:
    """Count each kind of misplaced NaN and infinity.

    Args:
        actual: Floating or complex, any shape.
        expected: Of the same shape.
        axes: A name for each axis.

    Returns:
        A line for each kind that occurs, with the place of the first; without a count for 0-d.
    """
    facts = []
    for text, misplaced in _misplaced(actual, expected):
        count = int(misplaced.sum())
        if count and expected.ndim:
            first = np.unravel_index(int(np.argmax(misplaced)), expected.shape)
            where = place([int(i) for i in first], axes)
            facts.append(f"{text}: {count} of {expected.size}, first at {where}")
        elif count:
            facts.append(text)
    return tuple(facts)


def finiteness_hint(actual: Array, expected: Array) -> str:
    """Say what usually makes the kind of misplaced entry that comes first."""
    for (_, misplaced), hint in zip(_misplaced(actual, expected), _HINTS, strict=True):
        if misplaced.any():
            whole = expected.size > 1 and bool(misplaced.all())
            return f"everywhere: {hint}" if whole else hint
    return ""


_HINTS = (
    "NaN comes from inf/inf, inf-inf, 0*inf, 0/0 or log of a negative number: does exp overflow?",
    "an overflow (exp of a large number?), a division by zero, or log(0)",
    "the sign before an infinity is wrong",
    "NaN or infinity must go through here: was it clipped or replaced?",
)


def _misplaced(actual: Array, expected: Array) -> list[tuple[str, Mask]]:
    return [
        ("NaN that is not expected", np.isnan(actual) & ~np.isnan(expected)),
        ("infinity that is not expected", np.isinf(actual) & ~np.isinf(expected)),
        ("infinity of the wrong sign", _wrong_sign(actual, expected)),
        ("finite where it must not be", np.isfinite(actual) & ~np.isfinite(expected)),
    ]


def _wrong_sign(actual: Array, expected: Array) -> Mask:
    both = np.isinf(actual) & np.isinf(expected)
    if expected.dtype.kind == "c":
        return np.asarray(
            both & (_differs(actual, expected, np.real) | _differs(actual, expected, np.imag))
        )
    return np.asarray(both & (np.signbit(actual) != np.signbit(expected)))


def _differs(actual: Array, expected: Array, part: Callable[[Array], Any]) -> Mask:
    received, wanted = part(actual), part(expected)
    infinite = np.isinf(received) | np.isinf(wanted)
    return np.asarray(infinite & (received != wanted))
