"""Tests of the hints: each fits its mistake, and not its near miss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.compare import Mismatch, assert_agrees, hints, tolerance_for
from autograder.compare.case import LARGE, Case, make_case
from autograder.compare.hints import SHAPE_HINTS, VALUE_HINTS
from autograder.compare.relation import disagreement

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(20240)
IMAGES = RNG.normal(size=(2, 5, 5, 3))
SQUARE = RNG.normal(size=(4, 4))
TABLE = RNG.normal(size=(5, 3))
LINE = RNG.normal(size=7)
PROBABILITIES = np.exp(TABLE) / np.exp(TABLE).sum(axis=1, keepdims=True)
COUNTS = np.array([3.0, 300.0, 77.0, 512.0, 260.0])


def hint_of(actual: object, expected: object, **options: Any) -> str:
    """Return the hint of the mismatch, which there must be."""
    with pytest.raises(Mismatch) as caught:
        assert_agrees(actual, expected, **options)
    return caught.value.hint


def at(array: Array, index: Any, value: float | Array) -> Array:
    """Return a copy with `value` added at an index."""
    changed = array.copy()
    changed[index] += value
    return changed


def border(array: Array, *, bottom: bool = True) -> Array:
    """Return a copy of images with all four borders wrong, or all but the bottom one."""
    wrong = array + 0.5
    wrong[:, 1 : (-1 if bottom else None), 1:-1] = array[:, 1 : (-1 if bottom else None), 1:-1]
    return wrong


# name of the hint, the mistake, the expected array, a piece of the text
POSITIVE: list[tuple[str, Array, Array, str]] = [
    ("constant everywhere", np.zeros(7), LINE, "every entry is 0"),
    ("constant everywhere", np.full(7, LINE.mean()), LINE, "every entry is the same"),
    ("sign flipped", -IMAGES, IMAGES, "the sign is flipped everywhere"),
    ("named factor", IMAGES * 0.5, IMAGES, "factor 1/2, or 1/N"),
    ("named factor", LINE * 2, LINE, "factor 2: is a mean or a division missing"),
    ("named factor", TABLE * 5, TABLE, "factor N (the length of the first axis)"),
    ("named factor", TABLE / 5, TABLE, "factor 1/N (N is the length of the first axis)"),
    ("named factor", TABLE * 3, TABLE, "factor C (the length of the last axis)"),
    ("named factor", TABLE / 15, TABLE, "factor 1/S (S is the number of entries)"),
    ("named factor", LINE / np.log(2), LINE, "logarithms to base e and 2"),
    ("permuted axes", SQUARE.T, SQUARE, "rows and columns are swapped"),
    ("permuted axes", IMAGES.transpose(0, 2, 1, 3), IMAGES, "axes 1 and 2 are swapped"),
    ("permuted axes", IMAGES[0, :3, :3].transpose(2, 0, 1), IMAGES[0, :3, :3], "(2, 0, 1)"),
    ("permuted channels", IMAGES[..., ::-1], IMAGES, "(reversed: RGB and BGR?)"),
    ("permuted channels", IMAGES[..., [1, 0, 2]], IMAGES, "the channels are in another order:"),
    ("permuted channels", TABLE[:, [1, 2, 0]], TABLE, "the columns are in another order"),
    ("reversed axes", IMAGES[:, ::-1, ::-1], IMAGES, "turned by 180 degrees"),
    ("reversed axes", IMAGES[:, ::-1], IMAGES, "reversed along axis 1"),
    ("reversed axes", LINE[::-1], LINE, "the order is reversed"),
    ("shifted by one", np.roll(IMAGES, 1, axis=2), IMAGES, "along axis 2 (too late)"),
    ("shifted by one", np.append(LINE[1:], 0.0), LINE, "shifted by one place:"),
    ("shifted by one", np.roll(IMAGES, (1, 1), axis=(1, 2)), IMAGES, "axis 1 (too late) and"),
    ("memory order", TABLE.ravel(order="F").reshape(5, 3), TABLE, "laid out in another order"),
    ("memory order", TABLE.T.reshape(5, 3), TABLE, "laid out in another order"),
    ("complement", 1 - PROBABILITIES, PROBABILITIES, "1 minus the expected"),
    ("clipped", np.maximum(LINE, 0), LINE, "negative entries are cut to 0"),
    ("clipped", LINE, np.maximum(LINE, 0), "negative entries are kept"),
    ("clipped", np.abs(LINE), LINE, "negative entries have become positive"),
    ("clipped", np.clip(np.append(LINE, 0.3), 0, 1), np.append(LINE, 0.3), "cut to 0..1"),
    ("integer wraparound", COUNTS % 256, COUNTS, "wrapped around at 256"),
    ("integer wraparound", COUNTS.astype("i2").astype("i1") * 1.0, COUNTS, "wrapped around"),
    ("rounded", np.trunc(LINE * 9), LINE * 9, "fractions are cut off"),
    ("rounded", np.floor(LINE * 9), LINE * 9, "fractions are cut off"),
    ("rounded", np.rint(LINE * 9), LINE * 9, "fractions are rounded away"),
    ("function of the expected", np.exp(LINE), LINE, "the exponential of the expected"),
    ("function of the expected", np.log(PROBABILITIES), PROBABILITIES, "the logarithm of"),
    ("function of the expected", np.sqrt(PROBABILITIES), PROBABILITIES, "the square root of"),
    ("function of the expected", np.square(LINE), LINE, "the square of the expected"),
    ("function of the expected", 1 / LINE, LINE, "1 over the expected"),
    ("constant offset", LINE + 0.3, LINE, "the same number is added to every entry"),
    ("constant factor", LINE * 0.3, LINE, "off by the same factor"),
    ("low precision", LINE.astype("f4").astype("f8"), LINE, "rounded to float32"),
    ("low precision", LINE * (1 + 1e-6 * RNG.random(7)), LINE, "agrees to about six digits"),
    (
        "wrong axis", np.exp(TABLE) / np.exp(TABLE).sum(axis=0), PROBABILITIES,
        "adds up to 1 along axis 0 instead of axis 1",
    ),
    (
        "wrong axis", np.exp(TABLE) / np.exp(TABLE).sum(), PROBABILITIES,
        "all entries together add up to 1",
    ),
    (
        "wrong axis", TABLE - np.log(np.exp(TABLE).sum(axis=0)), np.log(PROBABILITIES),
        "adds up to 1 along axis 0 instead of axis 1",
    ),
    ("one index differs", at(IMAGES, 1, IMAGES[1] ** 2), IMAGES, "only index 0 of the first"),
    ("one index differs", at(TABLE, 2, TABLE[2] ** 2), TABLE, "only row 2 differs"),
    ("one index differs", at(IMAGES, (..., 1), IMAGES[..., 1] ** 2), IMAGES, "only channel 1"),
    ("only the border differs", border(IMAGES), IMAGES, "only the border differs"),
    ("only the border differs", border(IMAGES, bottom=False), IMAGES, "top and left and right"),
    (
        "only the border differs", at(IMAGES, np.s_[:, :, -1], 0.5), IMAGES,
        "only the right border differs: look at the padding",
    ),
    (
        "only the border differs", at(IMAGES, np.s_[:, -2:], 0.5), IMAGES,
        "only the bottom border differs",
    ),
    (
        "only the border differs", at(at(SQUARE, 0, SQUARE[1]), (..., 0), 0.5), SQUARE,
        "only the first row and first column differs: look at the ends of the loops",
    ),
    ("only the border differs", at(LINE, -1, 0.5), LINE, "only the last entry differs"),
    ("offset per channel", TABLE + np.array([0.1, 0.2, 0.7]), TABLE, "off by a number of its own"),
    ("offset per channel", np.exp(TABLE), PROBABILITIES, "each line along axis 1 is off by a"),
    ("sign partly flipped", LINE * [1, -1, 1, 1, -1, -1, 1], LINE, "some signs are flipped"),
    ("another order", LINE[[3, 1, 0, 2, 6, 4, 5]], LINE, "the right values in another order"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "actual", "expected", "text"), POSITIVE)
def test_value_hint_mistake_is_explained(
    name: str, actual: Array, expected: Array, text: str
) -> None:
    """Each mistake gets the hint that was made for it; no earlier one takes it away."""
    found = [hint.name for hint in VALUE_HINTS if _finds(hint.find, actual, expected)]
    assert found[0] == name
    assert text in hint_of(actual, expected)


def _finds(find: Callable[[Any], str], actual: Array, expected: Array) -> bool:
    tolerance = tolerance_for(expected.dtype)
    different = disagreement(actual, expected, tolerance)
    with np.errstate(all="ignore"):
        return bool(find(make_case(actual, expected, different, tolerance)))


@pytest.mark.parametrize(("name", "actual", "expected", "text"), POSITIVE)
def test_value_hint_near_miss_is_not_explained(
    name: str, actual: Array, expected: Array, text: str
) -> None:
    """One entry that does not fit takes the hint away: a hint is exact or it is not given."""
    middle = tuple(n // 2 for n in actual.shape)
    spoilt = at(actual, middle, 0.01 + 1e-3 * np.abs(actual).max())
    (hint,) = (hint for hint in VALUE_HINTS if hint.name == name)
    if text.startswith(("only index 0", "only row 2", "only channel 1")):
        spoilt = at(actual, (0, 0, 0, 0)[: actual.ndim], 0.01)
    if text == "negative entries are kept":
        spoilt = at(actual, int(np.argmax(actual)), 0.01)
    assert not _finds(hint.find, spoilt, expected)
    assert text not in hint_of(spoilt, expected)


def test_value_hint_every_one_is_shown_by_an_example() -> None:
    """No hint is registered without a mistake that it explains."""
    shown = {name for name, *_ in POSITIVE} | {"off by one"}
    assert shown == {hint.name for hint in VALUE_HINTS}


def test_hint_names_are_unique() -> None:
    """A name stands for one hint."""
    for registry in (VALUE_HINTS, SHAPE_HINTS):
        assert len({hint.name for hint in registry}) == len(registry)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        pytest.param(np.zeros(6), np.arange(6.0), id="zeros"),
        pytest.param(np.full((4, 4), 0.5), SQUARE, id="constant"),
        pytest.param(np.zeros((2, 5, 5, 3)), IMAGES, id="zero-images"),
    ],
)
def test_value_hint_trivial_array_is_called_what_it_is(actual: Array, expected: Array) -> None:
    """A constant array gets no hint but that it is constant, whatever else is true of it."""
    assert hint_of(actual, expected).startswith("every entry is")


def test_value_hint_nearly_constant_arrays_match_no_formula() -> None:
    """Entries that are all 1 within the tolerance are not called 1 minus the expected."""
    tiny = np.array([1e-12, 2e-12, 3e-12, 5e-12])
    assert hint_of(np.array([1.0, 1.0, 1.0, 1.0 + 1e-15]), tiny) == ""


@pytest.mark.parametrize(
    ("actual", "expected", "text"),
    [
        (4, 5, "off by one"),
        (8, 4, "factor 2"),
        (-4, 4, "sign is flipped"),
        (7, 4, ""),
        (2.0, 4.0, "factor 1/2"),
        (-4.0, 4.0, "sign is flipped"),
        (5.0, 4.0, ""),
        (16.0, 4.0, ""),
        ("Monotone", "monotone", "only capitals or spaces differ"),
        ("diverges", "monotone", ""),
        (2**70, 2**71, ""),
    ],
)
def test_value_hint_scalar_gets_only_what_no_number_has_by_accident(
    actual: object, expected: object, text: str
) -> None:
    """One number fits an offset or a factor always, so only the usual ones are told."""
    hint = hint_of(actual, expected)
    assert text in hint if text else hint == ""


def test_value_hint_axis_names_are_used() -> None:
    """Axes are called what the suite calls them."""
    swapped = IMAGES.transpose(0, 2, 1, 3)
    assert "axes H and W are swapped" in hint_of(swapped, IMAGES, axes="NHWC")
    assert "only n=0 is right" in hint_of(at(IMAGES, 1, 1.3 * IMAGES[1] ** 2), IMAGES, axes="NHWC")
    assert "only c=1 differs" in hint_of(at(IMAGES, (..., 1), IMAGES[..., 0]), IMAGES, axes="NHWC")


def test_value_hint_two_wrong_entries_on_the_border_are_no_border() -> None:
    """A border is to blame only if most of it is wrong."""
    wrong = at(at(IMAGES, (0, 0, 0, 0), 0.5), (1, 4, 2, 0), 0.5)
    assert hint_of(wrong, IMAGES) == ""


def test_value_hint_complex_numbers_are_compared_with_what_makes_sense() -> None:
    """Complex arrays have hints too, and none that needs an order."""
    numbers = LINE + 1j * LINE[::-1]
    assert "sign is flipped" in hint_of(-numbers, numbers)
    assert "same factor" in hint_of(numbers * 1j, numbers)


def test_value_hint_float32_fits_with_its_own_tolerance() -> None:
    """A float32 answer gets the same hints as a float64 one."""
    images = IMAGES.astype(np.float32)
    assert "axes 1 and 2 are swapped" in hint_of(images.transpose(0, 2, 1, 3), images)


def test_value_hint_large_array_is_spared_the_costly_searches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What copies or sorts is tried on a small array and not on a large one."""
    tried: list[int] = []

    def find(case: Case) -> str:
        tried.append(case.expected.size)
        return ""

    monkeypatch.setattr(hints, "VALUE_HINTS", (hints.ValueHint("costly", find, costly=True),))
    for size in (LARGE, LARGE + 1):
        hint_of(RNG.normal(size=size), RNG.normal(size=size))
    assert tried == [LARGE]


@pytest.mark.parametrize(
    ("actual", "expected", "axes", "text"),
    [
        (np.ones((2, 0)), np.ones((2, 3)), None, "the array is empty"),
        (np.ones((3, 3, 4)), np.ones((2, 3, 3, 4)), None, "the batch, is missing"),
        (np.ones((3, 3, 4)), np.ones((1, 3, 3, 4)), "NHWC", "the batch, is missing"),
        (np.ones(4), np.ones((2, 4)), "NC", "the batch, is missing"),
        (np.ones((3, 1)), np.ones(3), None, "an axis of length 1 is one too many"),
        (np.ones(3), np.ones((3, 1)), None, "an axis of length 1 is missing"),
        (np.ones((1, 3)), np.ones((3, 1)), None, "in another place"),
        (TABLE.T, TABLE, None, "rows and columns are swapped"),
        (np.ones((2, 4, 3, 3)), np.ones((2, 3, 3, 4)), "NHWC", "axes permuted"),
        (
            IMAGES.transpose(0, 3, 1, 2), IMAGES, "NHWC",
            "the axes come in the order (N, C, H, W)",
        ),
        (IMAGES.transpose(0, 3, 2, 1), IMAGES, "NHWC", "axes H and C are swapped"),
        (np.ones((4, 4)), np.ones((5, 5)), None, "one row and one column short"),
        (np.ones((6, 5)), np.ones((5, 6)) , "HW", "rows and columns"),
        (np.ones((2, 5, 4, 3)), np.ones((2, 4, 4, 3)), "NHWC", "one H too many"),
        (np.ones((2, 5, 3, 3)), np.ones((2, 4, 4, 3)), "NHWC", "one W short, one H too many"),
        (np.ones((3, 3)), np.ones(3), None, "(n, 1) and (n,) broadcast to (n, n)"),
        (TABLE.ravel(), TABLE, None, "the values are right: only a reshape is missing"),
        (np.arange(15.0), TABLE, None, "the number of entries is right"),
    ],
)  # fmt: skip
def test_shape_hint_mistake_is_explained(
    actual: Array, expected: Array, axes: str | None, text: str
) -> None:
    """A shape that came from the expected one by a usual mistake is explained."""
    assert text in hint_of(actual, expected, axes=axes)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.ones((3, 5)), np.ones((7, 5))),
        (np.ones((2, 2, 2)), np.ones((3, 3))),
        (np.ones((4, 4)), np.ones(3)),
        (np.ones((2, 7)), np.ones((5, 2))),
        (np.ones(3), np.ones(0)),
    ],
)
def test_shape_hint_unrelated_shape_gets_none(actual: Array, expected: Array) -> None:
    """A shape that no hint explains gets no hint."""
    assert hint_of(actual, expected) == ""


@pytest.mark.parametrize(
    ("actual", "expected", "text"),
    [
        (np.array([np.nan, 1.0]), np.array([2.0, 1.0]), "does exp overflow?"),
        (np.array([np.nan, np.nan]), np.array([2.0, 1.0]), "everywhere: NaN comes from"),
        (np.array([np.inf, 1.0]), np.array([2.0, 1.0]), "an overflow"),
        (np.array([-np.inf, 1.0]), np.array([np.inf, 1.0]), "the sign before an infinity"),
        (np.array([9.0, 1.0]), np.array([np.inf, 1.0]), "must go through here"),
        (np.nan, 1.0, "does exp overflow?"),
    ],
)
def test_finiteness_hint_mistake_is_explained(actual: object, expected: object, text: str) -> None:
    """NaN and infinities come with where they usually come from."""
    assert text in hint_of(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "text"),
    [
        (None, LINE, "without a `return`"),
        (LINE.tolist(), LINE, "return an array"),
        (np.ma.array(LINE), LINE, "return a plain array"),
        (LINE.astype(object), LINE, "rows of different lengths"),
        (1.0, LINE, "reduced over too many axes"),
        ((LINE, LINE), LINE, "a second value"),
        ("x", LINE, ""),
        (LINE, 1.0, "one number is expected"),
        ([1, 2], (1, 2), "return a tuple"),
        (1.0, 1, "a whole number is expected"),
        (1, 1.0, "a real number is expected"),
        (True, 1, "a comparison gives True or False"),
        (LINE > 0, LINE, "a comparison gives True and False"),
        (LINE, LINE.astype("f4"), "something promoted it"),
        (LINE.astype("f4"), LINE, "precision is lost"),
        (np.arange(7), LINE, "integers lose the fractions"),
        (LINE, np.arange(7), "integers are expected"),
        (LINE + 0j, LINE, ""),
    ],
)
def test_kind_and_dtype_hint_say_what_to_return(
    actual: object, expected: object, text: str
) -> None:
    """A wrong kind or dtype comes with the way to the right one."""
    hint = hint_of(actual, expected)
    assert text in hint if text else hint == ""


def test_alternatives_name_the_known_mistake_that_agrees() -> None:
    """An answer that a known mistake would give is told by the mistake's own hint."""
    actual, expected = np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 4.0])
    known = {
        "the first mistake": lambda: np.array([0.0, 0.0, 0.0]),
        "the second mistake": lambda: np.array([3.0, 1.0, 2.0]),
    }
    with pytest.raises(Mismatch) as raised:
        assert_agrees(actual, expected, alternatives=known)
    assert raised.value.hint == "the second mistake"


def test_alternatives_are_not_computed_for_a_right_answer() -> None:
    """A right answer costs nothing but its own comparison."""

    def fail() -> object:
        raise AssertionError("computed")

    assert_agrees(np.ones(3), np.ones(3), alternatives={"never": fail})


def test_alternatives_that_do_not_fit_the_shapes_are_passed_over() -> None:
    """A known mistake that cannot be made with these inputs is no hint and no error."""

    def impossible() -> object:
        raise ValueError("shapes")

    with pytest.raises(Mismatch) as raised:
        assert_agrees(np.zeros(3), np.ones(3), alternatives={"impossible": impossible})
    assert raised.value.hint != "impossible"


def test_lines_that_are_partly_right_are_no_wrong_divisor() -> None:
    """Lines that are right beside lines that are off by one factor give no hint of a divisor."""
    expected = np.arange(1.0, 13.0).reshape(3, 4)
    actual = expected * np.array([1.0, 30.0, 30.0, 1.0])
    with pytest.raises(Mismatch) as raised:
        assert_agrees(actual, expected)
    assert "factor of its own" not in raised.value.hint
