"""Tests of `assert_agrees`: what agrees, what does not, and at which stage it is told."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograder.compare import Mismatch, Tolerance, assert_agrees, use_tolerances


def mismatch_of(actual: object, expected: object, **options: Any) -> Mismatch:
    """Return the mismatch that the comparison raises."""
    with pytest.raises(Mismatch) as caught:
        assert_agrees(actual, expected, **options)
    return caught.value


class AlwaysEqual:
    """An object that says yes to every comparison."""

    __array_priority__ = 1e9
    shape = (3,)
    dtype = np.dtype(np.float64)
    ndim = 1
    size = 3

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __sub__(self, other: object) -> float:
        return 0.0

    __rsub__ = __sub__


class EqualArray(np.ndarray):
    """An array that says yes to every comparison and whose differences are 0."""

    def __eq__(self, other: object) -> Any:
        return np.ones(self.shape, dtype=bool)

    def __array_ufunc__(self, *args: Any, **kwargs: Any) -> Any:
        return np.zeros(self.shape)

    def __array_function__(self, *args: Any, **kwargs: Any) -> Any:
        return True

    __hash__ = None


class EqualText(str):
    """A text that says yes to every comparison."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("")


class One(IntEnum):
    """An integer that is no plain integer."""

    ONE = 1


class Pair(NamedTuple):
    """A tuple that is no plain tuple."""

    first: int
    second: int


class Opaque:
    """The stand-in for what did not leave the sandbox."""

    __opaque_type__ = True

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name


THREE = np.array([0.25, 0.5, 0.75])


@pytest.mark.parametrize(
    ("actual", "expected", "headline"),
    [
        pytest.param(0.5, np.full(3, 0.5), "kind differs", id="scalar-that-broadcasts"),
        pytest.param(np.array(0.5), np.full(3, 0.5), "kind differs", id="0d-that-broadcasts"),
        pytest.param(np.array([0.5]), np.full(3, 0.5), "shape differs", id="(1,)-that-broadcasts"),
        pytest.param(np.ones((3, 1)), np.ones((3, 3)), "shape differs", id="column"),
        pytest.param(np.ones(0), THREE, "shape differs", id="empty"),
        pytest.param(np.ones((0, 3)), np.ones((2, 3)), "shape differs", id="empty-that-broadcasts"),
        pytest.param(np.ones((0, 3)), np.ones((0, 4)), "shape differs", id="other-empty-shape"),
        pytest.param([], THREE, "kind differs", id="empty-list"),
        pytest.param(
            np.ma.array(THREE + 1, mask=True), THREE, "kind differs", id="fully-masked"
        ),
        pytest.param(np.ma.masked, 0.5, "kind differs", id="masked-constant"),
        pytest.param(np.full(3, np.nan), THREE, "finiteness differs", id="nan-everywhere"),
        pytest.param(float("nan"), 0.5, "finiteness differs", id="nan-scalar"),
        pytest.param(THREE, np.array([0.25, np.nan, 0.75]), "finiteness differs", id="nan-missing"),
        pytest.param(0.5, float("nan"), "finiteness differs", id="finite-for-nan"),
        pytest.param(np.array([np.inf]), np.array([-np.inf]), "finiteness differs", id="-inf"),
        pytest.param(np.inf, -np.inf, "finiteness differs", id="-inf-scalar"),
        pytest.param(np.array([np.nan]), np.array([np.inf]), "finiteness differs", id="nan/inf"),
        pytest.param(np.full(3, np.inf), THREE, "finiteness differs", id="inf-everywhere"),
        pytest.param(True, 1, "kind differs", id="true-for-1"),
        pytest.param(1, True, "kind differs", id="1-for-true"),
        pytest.param(True, 1.0, "kind differs", id="true-for-1.0"),
        pytest.param(np.True_, 1, "kind differs", id="numpy-true-for-1"),
        pytest.param(np.array([True]), np.array([1]), "dtype differs", id="bool-array-for-int"),
        pytest.param(AlwaysEqual(), THREE, "kind differs", id="always-equal-object"),
        pytest.param(AlwaysEqual(), 3, "kind differs", id="always-equal-for-int"),
        pytest.param(THREE.view(EqualArray), THREE, "kind differs", id="array-subclass"),
        pytest.param(np.ones(3).view(EqualArray), THREE, "kind differs", id="always-equal-array"),
        pytest.param(np.ones(3).view(np.recarray), np.ones(3), "kind differs", id="recarray"),
        pytest.param(EqualText("x"), "valid", "kind differs", id="text-subclass"),
        pytest.param(One.ONE, 1, "kind differs", id="int-subclass"),
        pytest.param(Pair(1, 2), (1, 2), "kind differs", id="named-tuple"),
        pytest.param(THREE.astype(object), THREE, "kind differs", id="object-array"),
        pytest.param(
            np.array([AlwaysEqual()] * 3, dtype=object), THREE, "kind differs", id="object-equal"
        ),
        pytest.param(np.zeros(3, "f8,f8"), THREE, "kind differs", id="structured"),
        pytest.param(np.zeros(3, "M8[s]"), THREE, "kind differs", id="dates"),
        pytest.param(Opaque("numpy.ma.MaskedArray"), THREE, "kind differs", id="opaque"),
        pytest.param(None, THREE, "kind differs", id="none"),
        pytest.param(THREE.tolist(), THREE, "kind differs", id="list-for-array"),
        pytest.param((THREE,), THREE, "kind differs", id="tuple-for-array"),
        pytest.param(THREE, (THREE,), "kind differs", id="array-for-tuple"),
        pytest.param([1, 2], (1, 2), "kind differs", id="list-for-tuple"),
        pytest.param(1.0, 1, "kind differs", id="float-for-int"),
        pytest.param(1, 1.0, "kind differs", id="int-for-float"),
        pytest.param("1", 1, "kind differs", id="text-for-int"),
        pytest.param(b"same", "same", "kind differs", id="bytes-for-text"),
        pytest.param(np.array([1.0]), 1.0, "kind differs", id="(1,)-for-scalar"),
        pytest.param(1 + 0j, 1.0, "kind differs", id="complex-for-float"),
        pytest.param((1,), (1, 2), "structure differs", id="short-tuple"),
        pytest.param((1, 2, 3), (1, 2), "structure differs", id="long-tuple"),
        pytest.param({"a": 1}, {"a": 1, "b": 2}, "structure differs", id="missing-key"),
        pytest.param({"a": 1, "b": 2}, {"a": 1}, "structure differs", id="unknown-key"),
        pytest.param({True: 1}, {1: 1}, "structure differs", id="true-as-key"),
        pytest.param({"a": 1, ("b",): 2}, {"a": 1}, "structure differs", id="odd-key"),
        pytest.param({AlwaysEqual(): 1}, {"a": 1}, "structure differs", id="always-equal-key"),
        pytest.param(THREE.astype("f4"), THREE, "dtype differs", id="float32-for-float64"),
        pytest.param(THREE, THREE.astype("f4"), "dtype differs", id="float64-for-float32"),
        pytest.param(np.float64(1), np.float32(1), "dtype differs", id="float64-scalar"),
        pytest.param(np.arange(3.0), np.arange(3), "dtype differs", id="float-array-for-int"),
        pytest.param(np.arange(3), np.arange(3.0), "dtype differs", id="int-array-for-float"),
        pytest.param(np.arange(3, dtype="i4"), np.arange(3), "dtype differs", id="int32-for-int64"),
        pytest.param(THREE + 1e-8, THREE, "values differ", id="values"),
        pytest.param(2**60 + 1, 2**60, "values differ", id="large-int"),
        pytest.param(np.array([2**60 + 1]), np.array([2**60]), "values differ", id="int-array"),
        pytest.param(np.array([True, False]), np.array([True, True]), "values differ", id="bools"),
        pytest.param(False, True, "values differ", id="bool"),
        pytest.param("same", "valid", "values differ", id="text"),
        pytest.param(np.array(["a", "b"]), np.array(["a", "c"]), "values differ", id="texts"),
        pytest.param(1 + 1j, 1 + 2j, "values differ", id="complex"),
        pytest.param(np.array([complex(1, np.nan)]), np.array([1 + 1j]), "finiteness differs",
                     id="complex-nan"),
        pytest.param(np.array([complex(1, np.inf)]), np.array([complex(1, -np.inf)]),
                     "finiteness differs", id="complex-inf-sign"),
        pytest.param(np.array([complex(1, np.inf)]), np.array([complex(2, np.inf)]),
                     "values differ", id="complex-finite-part"),
        pytest.param(-1e308, 1e308, "values differ", id="difference-overflows"),
        pytest.param(np.array([-1.7e308]), np.array([1.7e308]), "values differ", id="overflow"),
        pytest.param(1e-300, 0.0, "values differ", id="tiny-for-zero"),
        pytest.param(np.full(3, 1e-300), np.zeros(3), "values differ", id="tiny-for-zeros"),
    ],
)  # fmt: skip
def test_assert_agrees_what_must_not_pass_fails_at_its_stage(
    actual: object, expected: object, headline: str
) -> None:
    """Nothing that only looks equal passes, and the first stage that fails is the one told."""
    assert mismatch_of(actual, expected).headline == headline


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        pytest.param(THREE + 1e-12, THREE, id="rounding"),
        pytest.param(THREE.astype("f4") * np.float32(1 + 1e-5), THREE.astype("f4"), id="float32"),
        pytest.param(THREE.astype("f2"), THREE.astype("f2"), id="float16"),
        pytest.param(np.array([np.nan, np.inf, 1.0]), np.array([np.nan, np.inf, 1.0]), id="nan"),
        pytest.param(float("nan"), np.float64("nan"), id="nan-scalar"),
        pytest.param(-np.inf, np.array(-np.inf), id="inf-scalar"),
        pytest.param(np.array([-0.0]), np.array([0.0]), id="minus-zero"),
        pytest.param(np.ones((0, 3)), np.ones((0, 3)), id="empty"),
        pytest.param(0.5, np.float64(0.5), id="float-for-float64"),
        pytest.param(0.1, np.float32(0.1), id="float-for-float32"),
        pytest.param(np.float32(0.5), 0.5, id="float32-for-float"),
        pytest.param(np.array(0.5), 0.5, id="0d-for-float"),
        pytest.param(np.float64(0.5), np.array(0.5), id="scalar-for-0d"),
        pytest.param(np.int32(3), 3, id="int32-for-int"),
        pytest.param(3, np.uint8(3), id="int-for-uint8"),
        pytest.param(np.array(3), 3, id="0d-int"),
        pytest.param(2**100, 2**100, id="huge-int"),
        pytest.param(np.True_, True, id="numpy-bool"),
        pytest.param(np.array(False), False, id="0d-bool"),
        pytest.param("valid", "valid", id="text"),
        pytest.param(np.array(["a", "bc"]), np.array(["a", "bc"], dtype="U9"), id="texts"),
        pytest.param(None, None, id="none"),
        pytest.param((1, [0.5, None], {"a": THREE}), (1, [0.5, None], {"a": THREE}), id="nested"),
        pytest.param({"b": 1, "a": 2}, {"a": 2, "b": 1}, id="order-of-keys"),
        pytest.param(np.array([1 + 2j]), np.array([1 + 2j + 1e-12]), id="complex"),
        pytest.param(np.array([1 + 2j], "F"), np.array([1 + 2j + 1e-6], "F"), id="complex64"),
        pytest.param(np.longdouble(1), np.longdouble(1), id="longdouble"),
        pytest.param(np.array([complex(1, np.inf)]), np.array([complex(1, np.inf)]), id="c-inf"),
        pytest.param(np.arange(6).reshape(2, 3, order="F"), np.arange(6).reshape(2, 3, order="F"),
                     id="memory-order"),
    ],
)  # fmt: skip
def test_assert_agrees_right_answers_pass(actual: object, expected: object) -> None:
    """An answer of the right kind within the tolerance passes in silence."""
    assert_agrees(actual, expected)


def test_assert_agrees_small_entry_is_measured_by_the_largest() -> None:
    """The absolute allowance is a share of the largest expected entry."""
    expected = np.array([1000.0, 0.0])
    assert_agrees(expected + np.array([0, 5e-8]), expected)
    assert mismatch_of(expected + np.array([0, 2e-7]), expected).headline == "values differ"


def test_assert_agrees_infinity_does_not_widen_the_scale() -> None:
    """An expected infinity leaves the allowance of the finite entries alone."""
    expected = np.array([np.inf, 1.0, np.nan])
    assert_agrees(expected + np.array([0, 1e-10, 0]), expected)
    assert mismatch_of(expected + np.array([0, 1e-6, 0]), expected).headline == "values differ"


def test_assert_agrees_explicit_tolerances_override() -> None:
    """A given rtol or atol stands in for the one in force, the other one stays."""
    assert_agrees(1.05, 1.0, rtol=0.1)
    assert_agrees(np.array([10.0, 0.5]), np.array([10.0, 0.0]), atol=0.1)
    assert mismatch_of(THREE + 1e-12, THREE, rtol=0, atol=0).headline == "values differ"
    assert mismatch_of(np.array([1.0, 1e-11]), np.array([1.0, 0.0]), atol=0.0).lines
    with use_tolerances({"float64": Tolerance(0.1, 0.0), "float32": Tolerance(0.1, 0.0)}):
        assert_agrees(1.05, 1.0)
        assert mismatch_of(1.05, 1.0, rtol=0.01).headline == "values differ"


def test_assert_agrees_without_dtype_check_still_wants_the_same_kind() -> None:
    """Without the dtype check, precision may differ, but integers are not real numbers."""
    assert_agrees(THREE.astype("f4") * np.float32(1.00001), THREE, check_dtype=False)
    assert_agrees(np.arange(3, dtype="u1"), np.arange(3), check_dtype=False)
    assert_agrees(np.float64(0.1), np.float32(0.1), check_dtype=False)
    assert mismatch_of(np.arange(3), np.arange(3.0), check_dtype=False).headline == "dtype differs"
    assert mismatch_of(np.ones(2, bool), np.ones(2, int), check_dtype=False).lines


def test_assert_agrees_part_of_a_structure_is_named() -> None:
    """A difference deep in the answer says where it is."""
    mismatch = mismatch_of([0, {"b": (1, 2.0)}], [0, {"b": (1, 3.5)}])
    assert mismatch.headline == "values differ in result[1]['b'][1]"


def test_assert_agrees_axes_name_only_arrays_that_have_them() -> None:
    """In a tuple, axis names go to the arrays of as many axes."""
    images, bias = np.arange(24.0).reshape(1, 2, 3, 4), np.arange(4.0)
    assert "(n=0, h=0, w=0, c=1)" in str(
        mismatch_of((images * [1, 5, 1, 1], bias), (images, bias), axes="NHWC")
    ).replace("h=1, w=2", "h=0, w=0")
    assert "[3]" in str(mismatch_of((images, bias * [1, 1, 1, 5]), (images, bias), axes="NHWC"))


@pytest.mark.parametrize("expected", [object(), THREE.astype(object), b"x", {("a",): 1}, {1, 2}])
def test_assert_agrees_expected_that_is_no_plain_data_is_a_mistake_of_the_suite(
    expected: object,
) -> None:
    """A suite that expects the impossible is told so, whatever the answer."""
    with pytest.raises(TypeError, match="the expected answer"):
        assert_agrees(expected, expected)


def test_assert_agrees_wrong_number_of_axis_names_is_a_mistake_of_the_suite() -> None:
    """Axis names must fit the expected array, also where the answer is right."""
    with pytest.raises(ValueError, match="names 4 axes, the expected array has 1"):
        assert_agrees(THREE, THREE, axes="NHWC")


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_tolerance_that_accepts_everything_is_refused(wrong: float) -> None:
    """A tolerance is a finite number of 0 or more."""
    with pytest.raises(ValueError, match="rtol: expected a finite number"):
        assert_agrees(1.0, 2.0, rtol=wrong)


def test_assert_agrees_leaves_both_arrays_alone() -> None:
    """Neither the answer nor the reference is written to, also where they differ."""
    actual, expected = THREE + np.array([0, 1, np.nan]), THREE.copy()
    before = actual.tobytes(), expected.tobytes()
    mismatch_of(actual, expected)
    mismatch_of(expected * 2, expected)
    assert (actual.tobytes(), expected.tobytes()) == before
