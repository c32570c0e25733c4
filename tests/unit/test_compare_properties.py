"""Property-based tests of the comparison."""

from __future__ import annotations

import timeit
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.compare import Mismatch, Tolerance, assert_agrees
from autograder.compare.relation import agrees, disagreement

Array = np.ndarray[Any, Any]
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, max_side=4)
DTYPES = st.sampled_from(["f8", "f4", "f2", "c16", "c8", "i8", "u1", "?", "U3"])
NUMBERS = st.floats(-1e6, 1e6)
ANY_ARRAY = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES))
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | ANY_ARRAY,
    lambda part: (
        st.lists(part, max_size=3)
        | st.tuples(part, part)
        | st.dictionaries(st.text(max_size=3), part, max_size=3)
    ),
    max_leaves=5,
)
quick = settings(max_examples=80, deadline=None)


def passes(actual: object, expected: object, **options: Any) -> bool:
    """Tell whether the comparison passes; any exception but a mismatch is an error."""
    try:
        assert_agrees(actual, expected, **options)
    except Mismatch as mismatch:
        found = mismatch
    else:
        return True
    assert found.headline
    assert found.public_text().startswith(found.hidden_text())
    return False


@quick
@given(TREES)
def test_assert_agrees_anything_agrees_with_itself(tree: object) -> None:
    """Whatever can be expected agrees with itself, NaN, infinities and empty arrays included."""
    assert passes(tree, tree)


@quick
@given(TREES, TREES)
def test_assert_agrees_any_two_things_pass_or_mismatch(first: object, second: object) -> None:
    """No pair of plain data makes the comparison stumble."""
    passes(first, second)


@quick
@given(st.data(), SHAPES, st.sampled_from(["f8", "f4", "i8", "c16"]))
def test_assert_agrees_any_two_arrays_of_one_shape_are_explained(
    data: st.DataObject, shape: tuple[int, ...], dtype: str
) -> None:
    """No two arrays of one shape and dtype make a hint stumble; few distinct numbers, many fits."""
    few = [0, 1, -1, 2, 255, 256, *([] if dtype == "i8" else [0.5, 2.0**-30, 2.0**120])]
    numbers = st.sampled_from(few)
    expected = data.draw(hnp.arrays(dtype, shape, elements=numbers))
    passes(data.draw(hnp.arrays(dtype, shape, elements=numbers)), expected)


@quick
@given(
    hnp.arrays("f8", hnp.array_shapes(max_dims=3, max_side=4), elements=NUMBERS),
    st.floats(1.01, 1e6),
    st.floats(1e-12, 1e-2),
    st.floats(0, 1e-2),
    st.data(),
)
def test_assert_agrees_perturbation_beyond_the_tolerance_never_passes(
    expected: Array, excess: float, rtol: float, atol: float, data: st.DataObject
) -> None:
    """One entry that is off by more than is allowed is enough; by less is not."""
    index = tuple(data.draw(st.integers(0, n - 1)) for n in expected.shape)
    allowed = atol * np.abs(expected).max() + rtol * abs(expected[index]) + 1e-9
    off = expected.copy()
    off[index] += data.draw(st.sampled_from([-1, 1])) * allowed * excess
    assert not passes(off, expected, rtol=rtol, atol=atol)
    near = expected.copy()
    near[index] += 0.9 * (allowed - 1e-9)
    assert passes(near, expected, rtol=rtol + 1e-14, atol=atol)


@quick
@given(hnp.arrays("f8", SHAPES), hnp.arrays("f8", SHAPES), st.floats(0, 1), st.floats(0, 1))
@example(np.array([0.0, 0.0]), np.array([9e307, 0.0]), 1.0, 1.0)  # what is allowed overflows
def test_agrees_is_the_fast_form_of_no_disagreement(
    first: Array, second: Array, rtol: float, atol: float
) -> None:
    """The relation that passes and the mask that explains are one relation."""
    if first.shape == second.shape:
        tolerance = Tolerance(rtol, atol)
        mask = disagreement(first, second, tolerance)
        assert agrees(first, second, tolerance) == (not mask.any())


@quick
@given(hnp.arrays("f8", SHAPES, elements=NUMBERS), st.booleans())
def test_assert_agrees_memory_order_is_no_matter(array: Array, wrong: bool) -> None:
    """Fortran order, strides and reversed views give the verdict and the text of a plain copy."""
    actual = np.array(array + wrong * (1 + np.abs(array)))
    texts = set()
    for layout in (np.array, _fortran, _strided, _backwards):
        try:
            assert_agrees(_as(layout, actual), array)
            assert_agrees(actual, _as(layout, array))
            texts.add("")
        except Mismatch as mismatch:
            texts.add(mismatch.public_text())
    assert len(texts) == 1
    assert (texts == {""}) is not wrong


def _as(layout: Any, array: Array) -> Array:
    copy: Array = layout(array)
    assert copy.shape == array.shape
    return copy


def _fortran(array: Array) -> Array:
    return np.array(array, order="F")


def _strided(array: Array) -> Array:
    wide = np.zeros(tuple(2 * n for n in array.shape))
    every_second: Any = (*(slice(None, None, 2) for _ in array.shape), ...)
    view: Array = wide[every_second]
    view[...] = array
    return view


def _backwards(array: Array) -> Array:
    return np.flip(np.flip(array).copy())


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "?"])
def test_assert_agrees_right_answer_costs_little(dtype: str) -> None:
    """A right answer is passed without a report: well under a millisecond for a small array."""
    array = np.arange(12).reshape(3, 4).astype(dtype)
    copy = array.copy()
    seconds = min(timeit.repeat(lambda: assert_agrees(copy, array), number=200, repeat=5)) / 200
    assert seconds < 200e-6
