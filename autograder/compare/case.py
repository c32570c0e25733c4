"""One disagreement as the hints see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.compare.places import axis_names
from autograder.compare.relation import Array, Mask, agrees, scale_of
from autograder.compare.tolerance import Tolerance

__all__ = ["LARGE", "Case", "make_case"]

LARGE = 200_000  # entries; beyond this, hints that copy or sort are not tried
_LOOSEST = 1e-3  # a check that allows more must not make a hint fit by chance
_TIGHTEST = 1e-12  # rounding of the arithmetic that a hint does itself


@dataclass(frozen=True)
class Case:
    """Two numeric arrays of one shape that differ in value, and what was found out so far.

    Attributes:
        actual: float64 or complex128; 0 where NaN or infinity is expected and received.
        expected: As `actual`.
        different: The entries that do not agree.
        tolerance: How exactly a hint must fit.
        axes: The axis names that the suite gave, or None.
        precision: The expected array's own dtype, such as `float32`.
    """

    actual: Array
    expected: Array
    different: Mask
    tolerance: Tolerance
    axes: tuple[str, ...] | None
    precision: str

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.expected.ndim

    @property
    def names(self) -> tuple[str, ...]:
        """A name for every axis."""
        return axis_names(self.axes, self.ndim)

    @cached_property
    def scale(self) -> float:
        """The largest absolute expected entry."""
        return scale_of(self.expected)

    @cached_property
    def real(self) -> bool:
        """Whether the numbers are real."""
        return self.expected.dtype.kind == "f"

    @cached_property
    def distinct(self) -> int:
        """How many distinct numbers are expected, counted in at most `LARGE` entries."""
        return int(np.unique(self.expected.ravel()[:LARGE]).size)

    @cached_property
    def rich(self) -> bool:
        """Whether there is enough variety for a rearrangement or a formula to be no accident."""
        return self.distinct >= 3

    @cached_property
    def rearranged(self) -> bool:
        """Whether the received numbers may be the expected ones in any other order.

        One sort spares all the orders that there are; large arrays are not sorted.
        """
        if self.expected.size > LARGE or not self.real:
            return True
        error = np.abs(np.sort(self.actual, axis=None) - np.sort(self.expected, axis=None))
        share = 2 * (self.tolerance.rtol + self.tolerance.atol)
        return bool(error.max() <= share * max(self.scale, self._received_scale))

    def matches(self, candidate: Array) -> bool:
        """Tell whether the received array is the candidate, made from the expected one."""
        if candidate.shape != self.actual.shape or not self._varies:
            return False
        spot, scale = self._spot, self._received_scale
        return self.close(self.actual[spot], candidate[spot], scale) and self.close(
            self.actual, candidate
        )

    def close(self, received: Array, wanted: Array, scale: float | None = None) -> bool:
        """Tell whether two finite arrays of one shape agree as exactly as a hint must.

        Args:
            received: Part of `actual`, or made from it.
            wanted: Part of `expected`, or made from it.
            scale: Stands in for max|wanted| where `wanted` is only a part.
        """
        if scale is None:
            return bool(np.isfinite(wanted).all()) and agrees(received, wanted, self.tolerance)
        allowed = self.tolerance.atol * scale + self.tolerance.rtol * np.abs(wanted)
        return bool((np.abs(received - wanted) <= allowed).all())

    @cached_property
    def _varies(self) -> bool:
        # What is constant within the tolerance equals every formula that is nearly constant.
        if self.distinct == 1:
            return True
        spread = float(np.abs(self.actual - self.actual.flat[0]).max())
        return spread > 100 * (self.tolerance.rtol + self.tolerance.atol) * scale_of(self.actual)

    @cached_property
    def _received_scale(self) -> float:
        # A candidate that matches is no larger than this: the spot check drops no true one.
        return 1.01 * scale_of(self.actual)

    @cached_property
    def _spot(self) -> tuple[Array, ...]:
        # A few entries spread over the array: a false candidate is dropped without a full pass.
        flat = np.linspace(0, self.actual.size - 1, 16).astype(np.intp)
        return np.unravel_index(flat, self.actual.shape) if self.ndim else ()


def make_case(
    actual: Array,
    expected: Array,
    different: Mask,
    tolerance: Tolerance,
    axes: Sequence[str] | None = None,
) -> Case:
    """Prepare two arrays for the hints.

    Args:
        actual: A numeric array of the shape of `expected`, NaN and infinities where it has them.
        expected: The reference; not empty.
        different: The entries that do not agree; at least one.
        tolerance: Of the comparison.
        axes: A name for each axis.
    """
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    finite = np.isfinite(expected) & np.isfinite(actual)
    exactness = Tolerance(
        *(min(max(value, _TIGHTEST), _LOOSEST) for value in (tolerance.rtol, tolerance.atol))
    )
    return Case(
        actual=np.where(finite, actual, 0).astype(wide),
        expected=np.where(finite, expected, 0).astype(wide),
        different=different,
        tolerance=exactness,
        axes=None if axes is None else tuple(axes),
        precision=expected.dtype.name,
    )
