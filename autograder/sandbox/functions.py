"""The functions that a check may hand to student code: a fixed table of NumPy's, known by name.

A test writes `student.numerical_gradient(np.prod, x)`. What crosses is the name `numpy.prod`; the
worker looks it up in its own table, so no code travels. `functools.partial` of such a function
crosses as the name and the arguments that are already there, so that a suite can draw a function
for each submission: `partial(np.vdot, weights)`, `partial(np.polyval, coefficients)`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import numpy as np

__all__ = ["FUNCTIONS", "FUNCTION_TYPES", "describe_function", "function_name"]

# Pure functions of one array with one number as the answer, the last argument being the array.
FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "numpy.linalg.det": np.linalg.det,
    "numpy.linalg.norm": np.linalg.norm,
    "numpy.polyval": np.polyval,
    "numpy.prod": np.prod,
    "numpy.sum": np.sum,
    "numpy.var": np.var,
    "numpy.vdot": np.vdot,
}
_NAMES: Final = {function: name for name, function in FUNCTIONS.items()}
FUNCTION_TYPES: Final = frozenset(type(function) for function in FUNCTIONS.values())


def function_name(value: object) -> str | None:
    """Return a function's name in the table; None for anything else."""
    # By exact type first: what else may come here need not even have a hash.
    return _NAMES.get(value) if type(value) in FUNCTION_TYPES else None  # type: ignore[call-overload]


def describe_function(value: object) -> str | None:
    """Say which function a call was given; None where it is none that crosses.

    The arguments of a partial function are data, so they are left out.
    """
    if type(value) is functools.partial:
        inner = function_name(value.func)
        return f"partial({inner}, ...)" if inner else None
    return function_name(value)
