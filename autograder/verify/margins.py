"""Measures how near right answers come to the tolerances that a suite compares with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from autograder.compare import Tolerance, assert_agrees, tolerance_for
from autograder.compare.dtypes import less_precise
from autograder.compare.relation import allowance
from autograder.suite.collect import Check, Suite
from autograder.verify.records import Margin

__all__ = ["MarginRecorder"]

_NAME: Final = "assert_agrees"
_EXACT_KINDS: Final = "biuUSO"


class MarginRecorder:
    """Stands between a suite and `assert_agrees`, and notes what every comparison left over.

    Attributes:
        check: The check that runs now; `margins` go by it.
    """

    def __init__(self) -> None:
        self.check: Check | None = None
        self._found: dict[tuple[str, str], Margin] = {}

    @property
    def margins(self) -> tuple[Margin, ...]:
        """Return for each check and precision the narrowest and the widest that was met."""
        return tuple(self._found.values())

    @contextmanager
    def listening(self, suite: Suite) -> Iterator[None]:
        """Take the comparison's place in the suite's files within the block."""
        scopes = [_globals_of(check) for check in suite.checks]
        scopes = [scope for scope in scopes if scope.get(_NAME) is assert_agrees]
        for scope in scopes:
            scope[_NAME] = self._compare
        try:
            yield
        finally:
            for scope in scopes:
                scope[_NAME] = assert_agrees

    def _compare(self, actual: Any, expected: Any, **options: Any) -> None:
        assert_agrees(actual, expected, **options)
        rtol, atol = options.get("rtol"), options.get("atol")
        for received, wanted in _pairs(actual, expected):
            precision = less_precise(received.dtype, wanted.dtype)
            usual = tolerance_for(precision)
            tolerance = Tolerance(
                usual.rtol if rtol is None else rtol, usual.atol if atol is None else atol
            )
            self._note(precision.name, _share(received, wanted, tolerance), tolerance)

    def _note(self, dtype: str, share: float, tolerance: Tolerance) -> None:
        assert self.check is not None
        check, width = self.check, tolerance.rtol + tolerance.atol
        before = self._found.get((check.id, dtype))
        if before is not None:
            share, width = max(share, before.share), max(width, before.width)
        self._found[check.id, dtype] = Margin(check.question, check.id, dtype, share, width)


def _globals_of(check: Check) -> dict[str, Any]:
    function: Any = check.function  # a method of a class has the function inside
    scope: dict[str, Any] = getattr(function, "__func__", function).__globals__
    return scope


def _pairs(actual: Any, expected: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Iterate over the arrays and numbers that are compared within a tolerance."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            yield from _pairs(actual[key], value)
    elif isinstance(expected, list | tuple):
        for received, wanted in zip(actual, expected, strict=True):
            yield from _pairs(received, wanted)
    elif isinstance(expected, float | complex | np.ndarray | np.generic):
        wanted = np.asarray(expected)
        if wanted.dtype.kind not in _EXACT_KINDS and wanted.size:
            yield np.asarray(actual), wanted


def _share(actual: Any, expected: Any, tolerance: Tolerance) -> float:
    finite = np.isfinite(expected)
    allowed = allowance(expected, tolerance)[finite]
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    error = np.abs(actual[finite].astype(wide) - expected[finite].astype(wide))
    some = allowed > 0
    return float((error[some] / allowed[some]).max(initial=0.0))
