"""Tests of the report: its words in the hidden and the public form, and what never leaks."""

from __future__ import annotations

import pickle
import re
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograder.compare import Mismatch, assert_agrees
from autograder.compare.kinds import name_of, printable
from autograder.compare.summary import magnitude

IMAGES = np.random.default_rng(7).normal(size=(2, 3, 4, 4))


def mismatch_of(actual: object, expected: object, **options: Any) -> Mismatch:
    """Return the mismatch that the comparison raises."""
    with pytest.raises(Mismatch) as caught:
        assert_agrees(actual, expected, **options)
    return caught.value


def test_text_values_differ_names_count_worst_place_and_hint() -> None:
    """The report on values reads as the style guide shows."""
    actual = IMAGES.copy()
    actual[:, :, -1, 1:] += 0.1
    actual[1, 2, 3, 3] += 0.02
    assert mismatch_of(actual, IMAGES, axes="NHWC").hidden_text() == (
        "values differ\n"
        "  mismatched: 18 of 96 (18.8 %)\n"
        "  worst absolute: about 0.1 at (n=1, h=2, w=3, c=3), allowed about 1e-09\n"
        "  hint: only the right border differs: look at the padding"
    )


def test_text_without_axis_names_has_plain_indices() -> None:
    """Without names an index is a list of numbers."""
    actual = np.array([1.0, 2.0, 3.5, 4.0])
    assert mismatch_of(actual, np.array([1.0, 2.0, 3.0, 5.0])).hidden_text() == (
        "values differ\n"
        "  mismatched: 2 of 4 (50.0 %)\n"
        "  worst absolute: about 1 at [3], allowed about 1e-08"
    )


def test_text_just_beyond_the_allowance_says_so() -> None:
    """A small excess is not told as if it were the allowance itself."""
    text = str(mismatch_of(np.array([1.0, 2.0 + 6e-9]), np.array([1.0, 2.0])))
    assert "worst absolute: less than ten times what is allowed at [1], allowed about 1e-09" in text


def test_text_nothing_allowed_is_written_as_zero() -> None:
    """Where no difference is allowed, the report says 0."""
    assert "allowed 0" in str(mismatch_of(np.array([1e-9, 0.0]), np.zeros(2)))


def test_text_integers_have_a_count_and_a_place_but_no_difference() -> None:
    """The difference of whole numbers would be an answer."""
    mismatch = mismatch_of(np.array([4, 7, 1]), np.array([4, 2, 9]))
    assert mismatch.hidden_text() == (
        "values differ\n  mismatched: 2 of 3 (66.7 %)\n  first at [1]"
    )


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1.25, 2.75),
        (np.array(1.25), np.array(2.75)),
        (np.array([1.25]), np.array([2.75])),
        (5, 12),
        (False, True),
        ("same", "valid"),
    ],
)
def test_text_hidden_form_of_a_single_value_gives_nothing_but_that_it_differs(
    actual: object, expected: object
) -> None:
    """From the difference to a single answer, the answer would follow."""
    assert mismatch_of(actual, expected).hidden_text() == "values differ"


def test_text_public_form_of_a_scalar_has_both_values() -> None:
    """A public check shows what is expected and what was received."""
    assert mismatch_of(np.float32(0.1), np.float32(0.7)).public_text() == (
        "values differ\n  expected: 0.7\n  received: 0.1"
    )
    assert (
        "expected: 'valid'\n  received: 'sa\\nme'" in mismatch_of("sa\nme", "valid").public_text()
    )


def test_text_public_form_of_a_small_array_is_whole() -> None:
    """Up to about 60 entries are shown, with the first difference in full."""
    actual = np.array([[1.0, 2.0], [3.0, 4.25]])
    expected = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert mismatch_of(actual, expected).public_text() == (
        "values differ\n"
        "  mismatched: 1 of 4 (25.0 %)\n"
        "  worst absolute: about 0.1 at [1, 1], allowed about 1e-08\n"
        "  first difference at [1, 1]: expected 4.0, received 4.25\n"
        "  expected:\n"
        "    [[1., 2.],\n"
        "     [3., 4.]]\n"
        "  received:\n"
        "    [[1.  , 2.  ],\n"
        "     [3.  , 4.25]]"
    )


def test_text_public_form_of_a_large_array_is_a_window_on_the_first_difference() -> None:
    """Of a large array, whole rows around the first difference are shown."""
    expected = np.arange(4000.0).reshape(4, 100, 10)
    actual = expected.copy()
    actual[2, 50, 3:] += 1
    text = mismatch_of(actual, expected).public_text()
    assert "expected[2:3, 47:53, :]:" in text
    assert "2503." in text
    assert text.count(".") < 200


def test_text_public_form_of_a_long_line_is_a_window() -> None:
    """Of a long line, 60 entries around the first difference are shown."""
    expected = np.arange(500)
    text = mismatch_of(np.where(expected < 300, expected, 0), expected).public_text()
    assert "expected[270:330]:" in text
    assert mismatch_of(expected + (expected == 499), expected).public_text().count("[440:500]") == 2
    assert mismatch_of(expected + (expected == 0), expected).public_text().count("[0:60]") == 2


def test_text_shape_dtype_kind_and_structure() -> None:
    """Each earlier stage tells what was expected and what was received."""
    assert mismatch_of(IMAGES.transpose(0, 3, 2, 1), IMAGES, axes="NHWC").hidden_text() == (
        "shape differs\n"
        "  expected (2, 3, 4, 4), received (2, 4, 4, 3)\n"
        "  hint: axes H and C are swapped: look at the transpose or the index order"
    )
    assert mismatch_of(np.ones(2), np.ones(2, "f4")).lines == (
        "expected float32, received float64",
    )
    assert mismatch_of((np.ma.array([1.0]),), (np.ones(1),)).hidden_text() == (
        "kind differs in result[0]\n"
        "  expected numpy.ndarray, received numpy.ma.MaskedArray\n"
        "  hint: return a plain array"
    )
    assert mismatch_of((1,), (1, 2)).lines == ("expected 2 items, received 1",)
    keys = mismatch_of({"m": 1, 2: 3}, {"m": 1, "v": 2})
    assert keys.lines == ("missing keys: 'v'", "unknown keys: 2")


def test_text_finiteness_counts_each_kind() -> None:
    """NaN and infinities are counted, and the first of each is located."""
    actual = np.array([np.nan, np.inf, 1.0, np.nan, -np.inf])
    expected = np.array([1.0, 1.0, np.inf, 2.0, np.inf])
    assert mismatch_of(actual, expected).lines == (
        "NaN that is not expected: 2 of 5, first at [0]",
        "infinity that is not expected: 1 of 5, first at [1]",
        "infinity of the wrong sign: 1 of 5, first at [4]",
        "finite where it must not be: 1 of 5, first at [2]",
    )
    assert mismatch_of(np.nan, 1.0).lines == ("NaN that is not expected",)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.1, "0.1"), (0.25, "0.1"), (0.4, "1"), (4e-7, "1e-06"), (1e308, "1e+308")],
)
def test_magnitude_is_a_power_of_ten(number: float, text: str) -> None:
    """Of a difference nothing but the nearest power of ten is told."""
    assert magnitude(number) == text


def test_text_of_an_opaque_object_is_tame() -> None:
    """A type name from the other side is cut and has no control characters."""

    class Opaque:
        __opaque_type__ = True
        type_name = "x\x1b[31m\n" * 50

    text = name_of(Opaque())
    assert len(text) <= 80
    assert text.isprintable()
    assert printable("a\u202eb\n") == "a?b?"


def test_text_of_a_huge_integer_is_short() -> None:
    """An integer too long to be written, as a value or as a key, is told by its length."""
    huge = 10**5000
    assert "received: an integer of 16610 bits" in mismatch_of(huge, 3).public_text()
    assert mismatch_of({huge: 1}, {}).lines == ("unknown keys: an integer of 16610 bits",)


def test_mismatch_is_an_assertion_error_whose_text_is_the_hidden_one() -> None:
    """A careless print of the exception shows nothing that is to be hidden."""
    mismatch = Mismatch("values differ", ("mismatched: 1 of 2",), "look", ("expected: 17.5",))
    assert isinstance(mismatch, AssertionError)
    assert str(mismatch) == "values differ\n  mismatched: 1 of 2\n  hint: look"
    assert mismatch.public_text() == f"{mismatch}\n  expected: 17.5"


def test_mismatch_survives_pickling_with_all_its_parts() -> None:
    """A mismatch can go from one process of ours to another."""
    mismatch = Mismatch("values differ", ("a",), "b", ("c",))
    copy = pickle.loads(pickle.dumps(mismatch))
    assert copy.public_text() == mismatch.public_text()


# No number here has a short form that a count, an index or a power of ten could have by chance.
LONG = (
    st.floats(0.1, 1e6).map(lambda x: x + 0.012345678).flatmap(lambda x: st.sampled_from([x, -x]))
)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, max_side=4)


@settings(max_examples=100, deadline=None)
@given(st.data(), SHAPES, st.sampled_from(["f4", "f8"]))
def test_hidden_text_of_any_two_arrays_holds_no_value(
    data: st.DataObject, shape: tuple[int, ...], dtype: str
) -> None:
    """No number of the expected or the received array is in the hidden text, in any precision."""
    actual = data.draw(hnp.arrays("f8", shape, elements=LONG)).astype(dtype)
    expected = data.draw(hnp.arrays("f8", shape, elements=LONG)).astype(dtype)
    assume(not np.allclose(actual, expected))
    assert_holds_none(mismatch_of(actual, expected), [*actual.flat, *expected.flat])


@settings(max_examples=100, deadline=None)
@given(hnp.arrays("f8", SHAPES, elements=LONG), st.sampled_from([0.0, 1.0, -1.0, 1e9]))
def test_hidden_text_of_a_constant_answer_does_not_tell_the_expected_values(
    expected: np.ndarray[Any, Any], constant: float
) -> None:
    """Whoever answers with zeros does not read the largest expected entry from the difference."""
    mismatch = mismatch_of(np.full(expected.shape, constant), expected)
    assert_holds_none(mismatch, list(expected.flat))
    text = mismatch.hidden_text()
    for number in re.findall(r"(?:about|allowed) (\S+?)(?: |,|$)", text):
        if re.fullmatch(r"[0-9.e+-]+", number):
            assert float(number) == 0 or np.log10(float(number)) % 1 == pytest.approx(0, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(LONG, LONG)
def test_hidden_text_of_any_two_scalars_has_no_digit(actual: float, expected: float) -> None:
    """Nothing numeric is told about a scalar, but the names of usual factors."""
    assume(not np.isclose(actual, expected))
    for received, wanted in ((actual, expected), (int(actual), int(expected))):
        if received != wanted:
            text = mismatch_of(received, wanted).hidden_text()
            assert not re.search(r"\d", re.sub(r"factor 1/2|factor 2|at a 1|extra 1/2", "", text))


def assert_holds_none(mismatch: Mismatch, numbers: list[Any]) -> None:
    """Check that no number is in the hidden text with three digits or more."""
    text = mismatch.hidden_text()
    for number in numbers:
        for form in (f"{number}", repr(number), f"{abs(number):.3g}", f"{abs(number):.4g}"):
            digits = re.sub(r"e.*|\D", "", form).strip("0")
            if len(digits) >= 3:
                assert form not in text
