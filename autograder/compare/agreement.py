"""The comparison that suites use: it passes in silence, or raises what explains itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.compare.case import make_case
from autograder.compare.dtypes import dtype_hint, less_precise, same_kind
from autograder.compare.explanation import explain
from autograder.compare.hints import shape_hint, value_hint
from autograder.compare.kinds import Kind, kind_hint, kind_of, name_of, printable
from autograder.compare.mismatch import Mismatch
from autograder.compare.relation import Array, agrees
from autograder.compare.summary import scalar_lines, written
from autograder.compare.tolerance import Tolerance, tolerance_for

__all__ = ["assert_agrees"]

_FLOAT64 = np.dtype(np.float64)


@dataclass(frozen=True, slots=True)
class _Rules:
    """The arguments of `assert_agrees`, and where in the answer the comparison is."""

    rtol: float | None
    atol: float | None
    axes: tuple[str, ...] | None
    check_dtype: bool
    where: str = ""

    def inside(self, step: str) -> _Rules:
        """Return the rules for a part of the answer."""
        return _Rules(self.rtol, self.atol, self.axes, self.check_dtype, self.where + step)

    def tolerance(self, dtype: np.dtype[Any]) -> Tolerance:
        """Choose what is given, and the tolerance in force for what is not."""
        usual = tolerance_for(dtype)
        if self.rtol is None and self.atol is None:
            return usual
        rtol = usual.rtol if self.rtol is None else self.rtol
        return Tolerance(rtol, usual.atol if self.atol is None else self.atol)

    def axes_of(self, array: Array) -> tuple[str, ...] | None:
        """Return the axis names if they are this array's: parts may have other axes."""
        return self.axes if self.axes and len(self.axes) == array.ndim else None

    def headline(self, text: str) -> str:
        """Say in which part of the answer something was found."""
        return f"{text} in result{self.where}" if self.where else text


def assert_agrees(
    actual: object,
    expected: object,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    axes: Sequence[str] | None = None,
    check_dtype: bool = True,
    alternatives: Mapping[str, Callable[[], object]] | None = None,
) -> None:
    """Check kind, structure, shape, dtype, finiteness and values, and stop at the first.

    Real and complex numbers agree where |actual - expected| <= atol * max|expected| +
    rtol * |expected|, with max over the finite entries of the array; NaN and infinities must be
    where they are expected. Where only zeros are expected, nothing but zeros agrees. All else is
    compared exactly; nothing is broadcast; True is not 1.

    Args:
        actual: The answer: a number, bool, str, None, array, or a tuple, list or dict of these.
        expected: The reference. Python floats, NumPy floats and 0-d arrays are one kind; so are
            Python's and NumPy's integers.
        rtol: Stands in for the tolerance in force, see `use_tolerances`.
        atol: Likewise; always relative to max|expected|, also when it is given here.
        axes: A name for each axis, such as `"NHWC"`, for messages.
        check_dtype: Whether dtypes must be equal. If not, real must be real, integers integers,
            and the less precise of both dtypes chooses the tolerance.
        alternatives: What known mistakes would answer, by the hint that names the mistake, such
            as `{"the kernel is flipped": lambda: correlate2d(image, kernel[::-1, ::-1])}`. They
            are computed only when the answer is wrong; the first that agrees gives the hint.

    Raises:
        Mismatch: They do not agree.
        TypeError: The expected answer is no plain data: a mistake of the suite.
        ValueError: `axes` does not name each axis of the expected array, or a tolerance is
            negative or not finite.
    """
    __tracebackhide__ = True
    if axes is not None and type(expected) is np.ndarray and len(axes) != expected.ndim:
        message = f"axes={axes!r} names {len(axes)} axes, the expected array has {expected.ndim}"
        raise ValueError(message)
    rules = _Rules(rtol, atol, None if axes is None else tuple(axes), check_dtype)
    mismatch = _find(actual, expected, rules)
    if mismatch is not None:
        hint = _known_mistake(actual, alternatives or {}, rules)
        raise mismatch.with_hint(hint) if hint else mismatch


def _known_mistake(
    actual: object, alternatives: Mapping[str, Callable[[], object]], rules: _Rules
) -> str:
    return next((hint for hint, make in alternatives.items() if _agree(actual, make, rules)), "")


def _agree(actual: object, make: Callable[[], object], rules: _Rules) -> bool:
    try:
        return _find(actual, make(), rules) is None
    except (ValueError, IndexError):  # a mistake that is none for these shapes
        return False


def _find(actual: Any, expected: Any, rules: _Rules) -> Mismatch | None:  # Any: kinds tell
    kind = kind_of(expected)
    if kind is Kind.OTHER:
        message = f"the expected answer is a {name_of(expected)}: it cannot be compared"
        raise TypeError(message)
    if kind_of(actual) is not kind:
        return _wrong_kind(actual, expected, rules)
    if kind is Kind.ARRAY:
        return _find_in_array(actual, expected, rules)
    if kind is Kind.FLOAT or kind is Kind.COMPLEX:
        return _find_in_number(actual, expected, rules)
    if kind is Kind.DICT:
        return _find_in_dict(actual, expected, rules)
    if kind is Kind.TUPLE or kind is Kind.LIST:
        return _find_in_sequence(actual, expected, rules)
    return _find_in_exact(actual, expected, rules)


def _wrong_kind(actual: object, expected: object, rules: _Rules) -> Mismatch:
    kind = kind_of(expected)
    wanted = name_of(expected) if kind is Kind.ARRAY else str(kind)
    if kind is Kind.ARRAY and kind_of(actual) is not Kind.ARRAY:
        wanted = str(kind)
    fact = f"expected {wanted}, received {name_of(actual)}"
    return Mismatch(rules.headline("kind differs"), (fact,), kind_hint(actual, expected))


def _find_in_sequence(
    actual: Sequence[object], expected: Sequence[object], rules: _Rules
) -> Mismatch | None:
    if len(actual) != len(expected):
        fact = f"expected {len(expected)} items, received {len(actual)}"
        return Mismatch(rules.headline("structure differs"), (fact,))
    for i, (received, wanted) in enumerate(zip(actual, expected, strict=True)):
        mismatch = _find(received, wanted, rules.inside(f"[{i}]"))
        if mismatch is not None:
            return mismatch
    return None


def _find_in_dict(
    actual: dict[object, object], expected: dict[object, object], rules: _Rules
) -> Mismatch | None:
    # Pairs with the type: True and 1 are equal as keys. A key of an odd type is never looked up.
    received, wanted = _typed_keys(actual), _typed_keys(expected)
    if len(wanted) != len(expected):
        message = "the expected answer has a key that is no text, number, bool or None"
        raise TypeError(message)
    if set(received) != set(wanted) or len(received) != len(actual):
        return _wrong_keys(actual, expected, rules)
    for typed, key in wanted.items():
        step = f"[{printable(written(key))}]"
        mismatch = _find(actual[received[typed]], expected[key], rules.inside(step))
        if mismatch is not None:
            return mismatch
    return None


def _typed_keys(mapping: dict[object, object]) -> dict[tuple[Kind, object], object]:
    plain = {Kind.TEXT, Kind.INT, Kind.BOOL, Kind.NONE, Kind.FLOAT}
    return {(kind_of(key), key): key for key in mapping if kind_of(key) in plain}


def _wrong_keys(
    actual: dict[object, object], expected: dict[object, object], rules: _Rules
) -> Mismatch:
    received, wanted = _typed_keys(actual), _typed_keys(expected)
    missing = [written(key) for typed, key in wanted.items() if typed not in received]
    unknown = [written(key) for typed, key in received.items() if typed not in wanted]
    kinds = {kind for kind, _ in received}
    unknown += [name_of(key) for key in actual if kind_of(key) not in kinds]
    facts = tuple(
        f"{text}: {printable(', '.join(keys))}"
        for text, keys in (("missing keys", missing), ("unknown keys", unknown))
        if keys
    )
    return Mismatch(rules.headline("structure differs"), facts)


def _find_in_exact(actual: Any, expected: Any, rules: _Rules) -> Mismatch | None:  # Any: one kind
    if isinstance(expected, np.ndarray | np.generic):
        expected = expected.item()
    if isinstance(actual, np.ndarray | np.generic):
        actual = actual.item()
    if actual == expected:
        return None
    hint = ""
    if isinstance(expected, str):
        if "".join(actual.split()).casefold() == "".join(expected.split()).casefold():
            hint = "only capitals or spaces differ"
    elif type(expected) is int and max(abs(actual), abs(expected)) < 2**53:
        different = np.array(True)  # noqa: FBT003 - an array of no axes
        numbers = np.array(actual), np.array(expected)
        hint = value_hint(make_case(*numbers, different, Tolerance(0, 0)))
    return Mismatch(rules.headline("values differ"), (), hint, scalar_lines(actual, expected))


def _find_in_number(actual: Any, expected: Any, rules: _Rules) -> Mismatch | None:  # Any: one kind
    received, wanted = getattr(actual, "dtype", None), getattr(expected, "dtype", None)
    if received is not None and wanted is not None:
        if rules.check_dtype and received != wanted:
            return _wrong_dtype(received, wanted, rules)
        wanted = less_precise(received, wanted)
    tolerance = rules.tolerance(_FLOAT64 if wanted is None else wanted)
    if isinstance(actual, float) and isinstance(expected, float):  # Python's and float64: fast
        size = abs(float(expected))
        if (
            abs(float(actual) - float(expected))
            <= (tolerance.rtol + tolerance.atol) * size
            < math.inf
        ):
            return None
    if agrees(np.asarray(actual), np.asarray(expected), tolerance):
        return None
    return _explain(np.asarray(actual), np.asarray(expected), tolerance, rules)


def _find_in_array(actual: Array, expected: Array, rules: _Rules) -> Mismatch | None:
    if actual.shape != expected.shape:
        fact = f"expected {expected.shape}, received {actual.shape}"
        hint = shape_hint(actual, expected, rules.axes_of(expected))
        return Mismatch(rules.headline("shape differs"), (fact,), hint)
    wanted = expected.dtype
    if actual.dtype != wanted:
        # Texts of another length have another dtype; that is no matter.
        exact = rules.check_dtype and wanted.kind != "U"
        if exact or not same_kind(actual.dtype, wanted):
            return _wrong_dtype(actual.dtype, wanted, rules)
        wanted = less_precise(actual.dtype, wanted)
    tolerance = rules.tolerance(wanted)
    if agrees(actual, expected, tolerance):
        return None
    return _explain(actual, expected, tolerance, rules)


def _wrong_dtype(received: np.dtype[Any], wanted: np.dtype[Any], rules: _Rules) -> Mismatch:
    fact = f"expected {wanted}, received {received}"
    return Mismatch(rules.headline("dtype differs"), (fact,), dtype_hint(received, wanted))


def _explain(actual: Array, expected: Array, tolerance: Tolerance, rules: _Rules) -> Mismatch:
    found = explain(actual, expected, tolerance, rules.axes_of(expected))
    headline = rules.headline(found.headline)
    return Mismatch(headline, found.lines, found.hint, found.public_lines, found.compared)
