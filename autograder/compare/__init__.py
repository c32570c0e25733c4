"""Comparison of an answer with the expected one: agreement, or a mismatch that explains itself."""

from autograder.compare.agreement import assert_agrees
from autograder.compare.mismatch import Mismatch
from autograder.compare.tolerance import (
    DEFAULT_TOLERANCES,
    Tolerance,
    tolerance_for,
    use_tolerances,
)

__all__ = [
    "DEFAULT_TOLERANCES",
    "Mismatch",
    "Tolerance",
    "assert_agrees",
    "tolerance_for",
    "use_tolerances",
]
