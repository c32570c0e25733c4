"""The picture of a public check's mismatch: autograder.suite.difference, and when it is shown."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from autograder.compare import Mismatch, Tolerance, assert_agrees
from autograder.figures import Curves, Figure, Heat
from autograder.records import Verdict
from autograder.suite.difference import picture_of
from autograder.suite.fixtures import SpeedBudget
from autograder.suite.run import run_suite
from autograder.suite.student import Call

TOLERANCES = {"float64": Tolerance(1e-9, 1e-10), "float32": Tolerance(1e-5, 1e-6)}
REFERENCE = ModuleType("reference")
REFERENCE.sigmoid = lambda x: 1 / (1 + np.exp(-x))  # type: ignore[attr-defined]
REFERENCE.power = lambda x, exponent: x**exponent  # type: ignore[attr-defined]
REFERENCE.softmax = lambda x: np.exp(x) / np.exp(x).sum()  # type: ignore[attr-defined]
REFERENCE.conv = lambda x: x  # type: ignore[attr-defined]
POINTS = np.array([3.0, -2.0, 0.0])


def picture(received: object, expected: object, call: Call) -> Figure | None:
    """Compare, and draw what differs."""
    with pytest.raises(Mismatch) as caught:
        assert_agrees(received, expected)
    return picture_of(caught.value, [call], REFERENCE)


def test_function_of_one_number_becomes_a_curve_with_points() -> None:
    """What is expected is drawn all along, what was received at the inputs; NaN is a gap."""
    expected = REFERENCE.sigmoid(POINTS)
    received = np.where(POINTS == 0, np.nan, 1 - expected)
    drawn = picture(received, expected, Call("sigmoid", (POINTS,), {}))
    assert isinstance(drawn, Curves)
    assert list(drawn.inputs) == sorted(drawn.inputs)
    assert (drawn.inputs[0], drawn.inputs[-1]) == (-2.0, 3.0)
    curve, points = (one.values for one in drawn.series)
    assert curve == pytest.approx(tuple(REFERENCE.sigmoid(np.array(drawn.inputs))), rel=5e-3)
    assert all(value == float(f"{value:.3g}") for value in curve if value is not None)
    there = {x: y for x, y in zip(drawn.inputs, points, strict=True) if y is not None}
    assert there == pytest.approx({-2.0: received[1], 3.0: received[0]})


@pytest.mark.parametrize(("extra", "keywords"), [((2,), {}), ((), {"exponent": 2})])
def test_settings_of_a_function_of_one_number_are_passed_on(
    extra: tuple[int, ...], keywords: dict[str, int]
) -> None:
    """A second argument that is no array does not hide that the first is one of numbers."""
    call = Call("power", (POINTS, *extra), keywords)
    assert isinstance(picture(POINTS, POINTS**2, call), Curves)


def test_function_of_a_whole_vector_is_no_curve() -> None:
    """Softmax answers in the shape of its input, and yet is no function of each number."""
    expected = REFERENCE.softmax(POINTS)
    assert picture(expected + 1, expected, Call("softmax", (POINTS,), {})) is None


def test_inputs_that_occur_twice_are_one_point() -> None:
    """Each received number has a gap on either side, so that it is seen as a point."""
    twice = np.array([-1.0, 0.0, 0.0, 1.0])
    drawn = picture(twice, REFERENCE.sigmoid(twice), Call("sigmoid", (twice,), {}))
    assert isinstance(drawn, Curves)
    assert len(set(drawn.inputs)) == len(drawn.inputs)
    assert [y for y in drawn.series[1].values if y is not None] == [-1, 0, 1]


def test_two_points_are_no_curve() -> None:
    """Two numbers are read sooner than drawn."""
    two = np.array([1.0, 2.0])
    assert picture(two, REFERENCE.sigmoid(two), Call("sigmoid", (two,), {})) is None


def test_images_become_a_heat_map_of_the_worst_image_and_channel() -> None:
    """What is within the tolerance counts as right, and the title says which plane it is."""
    expected = np.ones((2, 3, 4, 5))
    received = expected + 1e-13
    received[0, 0, 0, 0] = 2
    received[1, 2, 3, 4] = 9
    drawn = picture(received, expected, Call("conv", (np.ones((1, 2)),), {}))
    assert isinstance(drawn, Heat)
    assert drawn.title == "conv: how far the answer is off at n=1, c=4"
    assert np.count_nonzero(drawn.distances) == 1
    assert drawn.distances[2][3] == 8


def test_plane_with_nan_is_the_worst_one() -> None:
    """A missing number is farther off than any number."""
    received = np.zeros((1, 2, 2, 2))
    received[0, 0, 0, 0] = 5
    received[0, 1, 1, 1] = np.nan
    drawn = picture(received, np.ones((1, 2, 2, 2)), Call("conv", (), {}))
    assert isinstance(drawn, Heat)
    assert drawn.title.endswith("n=0, c=1")
    assert drawn.distances[1][1] is None


def test_unsigned_integers_do_not_wrap_around() -> None:
    """0 instead of 1 is off by 1 in uint8 too."""
    zeros = np.zeros((3, 3), np.uint8)
    drawn = picture(zeros, zeros + np.uint8(1), Call("conv", (), {}))
    assert isinstance(drawn, Heat)
    assert drawn.distances == ((1.0,) * 3,) * 3


@pytest.mark.parametrize("shape", [(9,), (2, 3), (1, 9), (1, 33, 3, 1), (3, 3, 3)])
def test_other_shapes_have_no_picture(shape: tuple[int, ...]) -> None:
    """Vectors, what is small, what is thin, and what is too large."""
    assert picture(np.zeros(shape), np.ones(shape), Call("conv", (), {})) is None


@pytest.mark.parametrize(("received", "expected"), [(1.0, 2.0), ("a", "b"), (np.ones(3), 1.0)])
def test_what_is_no_array_has_no_picture(received: object, expected: object) -> None:
    """Numbers, texts and answers of another kind are told in words."""
    assert picture(received, expected, Call("conv", (), {})) is None


DOUBLE = """\
@pytest.mark.question("T1.1")
def test_double_of_three():
    \"\"\"double([1, 2, 3]) is [2, 4, 6].\"\"\"
    assert_agrees(toy.double(np.array([1.0, 2.0, 3.0])), np.array([2.0, 4.0, 6.0]))
"""
HIDDEN = """\
@pytest.mark.group("values")
def test_hidden(student, reference):
    \"\"\"Claim.\"\"\"
    x = np.array([1.0, 2.0, 3.0])
    assert_agrees(student.double(x), reference.double(x))
"""


def test_mismatch_is_drawn_for_public_checks_alone(tiny_course, right) -> None:
    """The student has the inputs and the answers of a public check, and of no other."""
    tiny_course.set_public(DOUBLE)
    tiny_course.set_hidden(HIDDEN)
    outcomes = run_suite(
        tiny_course.collect(),
        right(double=lambda x: x + 1),
        seed_key=b"key",
        tolerances=TOLERANCES,
        speed=SpeedBudget(ratio=20, floor_seconds=0.02),
    )
    failed = [one for one in outcomes if one.verdict is Verdict.FAILED]
    assert sorted(one.public for one in failed) == [False, True]
    for one in failed:
        assert [type(figure) for figure in one.figures] == [Curves] * one.public
