"""Tests of the tolerances in force."""

from __future__ import annotations

import contextvars
from contextlib import suppress
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from autograder.compare import DEFAULT_TOLERANCES, Tolerance, tolerance_for, use_tolerances

OTHER = {"float64": Tolerance(0.1, 0.2), "float32": Tolerance(0.3, 0.4)}


@pytest.mark.parametrize(
    ("dtype", "precision"),
    [("f8", "float64"), ("c16", "float64"), ("g", "float64"), ("f4", "float32"), ("c8", "float32")],
)
def test_tolerance_for_dtype_follows_its_precision(dtype: str, precision: str) -> None:
    """Complex numbers have the tolerance of their parts, long doubles that of float64."""
    assert tolerance_for(np.dtype(dtype)) == DEFAULT_TOLERANCES[precision]


def test_use_tolerances_nested_blocks_restore_what_was_before() -> None:
    """Leaving a block, also by an exception, brings back the tolerances of the outer one."""
    double = np.dtype("f8")
    with use_tolerances(OTHER):
        with suppress(KeyError), use_tolerances(DEFAULT_TOLERANCES):
            assert tolerance_for(double) == DEFAULT_TOLERANCES["float64"]
            raise KeyError
        assert tolerance_for(double) == OTHER["float64"]
        assert tolerance_for(np.dtype("f4")) == OTHER["float32"]
    assert tolerance_for(double) == DEFAULT_TOLERANCES["float64"]


def test_use_tolerances_other_context_is_not_touched() -> None:
    """What one context has in force is not seen by a context made before."""
    outside = contextvars.copy_context()
    with use_tolerances(OTHER):
        assert outside.run(tolerance_for, np.dtype("f8")) == DEFAULT_TOLERANCES["float64"]


def test_use_tolerances_later_change_of_the_mapping_has_no_effect() -> None:
    """The block holds a copy of what it was given."""
    given = dict(OTHER)
    with use_tolerances(given):
        given["float64"] = Tolerance(9, 9)
        assert tolerance_for(np.dtype("f8")) == OTHER["float64"]


@pytest.mark.parametrize("names", [(), ("float64",), ("float64", "float32", "float16")])
def test_use_tolerances_wrong_precisions_are_refused(names: tuple[str, ...]) -> None:
    """Exactly float32 and float64 have a tolerance."""
    with (
        pytest.raises(ValueError, match="expected float32 and float64"),
        use_tolerances(dict.fromkeys(names, Tolerance(0, 0))),
    ):
        pass


def test_tolerance_is_frozen() -> None:
    """A tolerance cannot be changed after it was made."""
    with pytest.raises(FrozenInstanceError):
        OTHER["float64"].rtol = 1.0  # type: ignore[misc]
