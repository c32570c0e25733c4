"""How far an answer may be from the expected one, for each precision."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

__all__ = ["DEFAULT_TOLERANCES", "Tolerance", "tolerance_for", "use_tolerances"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """An allowance: |actual - expected| <= atol * max|expected| + rtol * |expected|.

    Attributes:
        rtol: Relative to each expected entry, 0 or more.
        atol: Relative to the largest finite entry of the expected array, 0 or more.
    """

    rtol: float
    atol: float

    def __post_init__(self) -> None:
        """Refuse what would let every answer pass, or none.

        Raises:
            ValueError: A tolerance is negative, infinite or not a number.
        """
        for name, value in (("rtol", self.rtol), ("atol", self.atol)):
            if not (math.isfinite(value) and value >= 0):
                message = f"{name}: expected a finite number of 0 or more, received {value!r}"
                raise ValueError(message)


DEFAULT_TOLERANCES: Mapping[str, Tolerance] = MappingProxyType(
    {"float64": Tolerance(1e-9, 1e-10), "float32": Tolerance(1e-4, 1e-5)}
)
_HALF = Tolerance(1e-2, 1e-3)
_PRECISION_OF_TYPECODE = MappingProxyType(
    {"e": "float16", "f": "float32", "F": "float32"}  # all others have 53 bits or more
)
_current: ContextVar[Mapping[str, Tolerance]] = ContextVar(
    "tolerances",
    default=DEFAULT_TOLERANCES,
)


@contextmanager
def use_tolerances(tolerances: Mapping[str, Tolerance]) -> Iterator[None]:
    """Hold the given tolerances in force within a `with` block of this context.

    Args:
        tolerances: A tolerance for `float64` and one for `float32`.

    Raises:
        ValueError: A precision is missing, or there is one that is unknown.
    """
    if set(tolerances) != set(DEFAULT_TOLERANCES):
        message = f"tolerances: expected float32 and float64, received {sorted(tolerances)}"
        raise ValueError(message)
    token = _current.set(MappingProxyType(dict(tolerances)))
    try:
        yield
    finally:
        _current.reset(token)


def tolerance_for(dtype: np.dtype[Any]) -> Tolerance:
    """Look up the tolerance in force for an array's dtype.

    Args:
        dtype: Of the expected array. Complex numbers count as their parts do, `longdouble` as
            `float64`; `float16` has a tolerance of its own. The dtypes that are compared
            exactly are not asked for.

    Returns:
        The tolerance of the current `use_tolerances` block, or the default one.
    """
    precision = _PRECISION_OF_TYPECODE.get(dtype.char, "float64")
    return _HALF if precision == "float16" else _current.get()[precision]
