"""Numbers over a class: autograder.statistics.count."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.statistics.count import (
    LEAST_FOR_CORRELATION,
    LEAST_FOR_SPREAD,
    _spread,
    class_statistics,
    discrimination,
)

WORTH = {"T1.1": 20.0, "T1.2": 80.0, "T1.3": 10.0}  # the last one is a bonus


def question(name, points, *, attempted=True, misconception="", failed=()):
    verdict = Verdict.PASSED if points == WORTH[name] else Verdict.FAILED
    checks = tuple(CheckOutcome(claim, name, "values", Verdict.FAILED, claim) for claim in failed)
    return QuestionGrade(
        name,
        f"Title of {name}",
        ("f",),
        points,
        WORTH[name],
        name == "T1.3",
        verdict if attempted else Verdict.NOT_ATTEMPTED,
        (),
        checks,
        misconception=misconception,
        advice="Look at the sign." if misconception else "",
    )


def grade(name, *points, seconds=1.0, status=Status.GRADED):
    questions = tuple(map(question, WORTH, points))
    core = sum(points[:2])
    return Grade(name, "ab", status, core, 100, points[2], questions, seconds=seconds)


def class_of(*grades):
    return ClassResult("toy", "Toys", 100, "sha256:ab", grades=grades)


def large(seed=0, count=40):
    """Make a class whose questions go together, more or less."""
    rng = np.random.default_rng(seed)
    able = rng.uniform(size=count)
    columns = [
        np.round(worth * np.clip(able + rng.normal(0, 0.2, size=count), 0, 1), 2).tolist()
        for worth in WORTH.values()
    ]
    return [grade(f"s{at}", *points) for at, points in enumerate(zip(*columns, strict=True))]


def test_discrimination_is_the_correlation_with_all_other_core_questions():
    """The question's own points and those of bonus questions are not in the total."""
    grades = large()
    found = class_statistics(class_of(*grades))
    points = np.array([[one.points for one in grade.questions] for grade in grades])
    expected = [
        np.corrcoef(points[:, 0], points[:, 1])[0, 1],
        np.corrcoef(points[:, 1], points[:, 0])[0, 1],
        np.corrcoef(points[:, 2], points[:, 0] + points[:, 1])[0, 1],
    ]
    received = [one.discrimination.value for one in found.questions]
    assert received == pytest.approx(expected)


def test_discrimination_interval_is_that_of_scipy():
    """Fisher's 95 % interval, as SciPy gives it."""
    rng = np.random.default_rng(1)
    points = rng.normal(size=35)
    rest = points + rng.normal(size=35)
    told = discrimination(points.tolist(), rest.tolist())
    expected = stats.pearsonr(points, rest).confidence_interval(0.95)
    assert (told.low, told.high) == pytest.approx(tuple(expected), abs=1e-4)


def test_discrimination_of_points_that_go_together_exactly_is_one():
    """Rounding leads to no number beyond 1 and to no error."""
    told = discrimination([float(at) for at in range(30)], [2.0 * at for at in range(30)])
    assert told.value == pytest.approx(1)
    assert told.low == pytest.approx(1)


def test_discrimination_of_a_question_that_all_solved_is_not_told():
    """Where nobody differs there is nothing to tell apart, and the reason is said."""
    grades = [grade(f"s{at}", 20, float(at), 0) for at in range(LEAST_FOR_CORRELATION)]
    found = class_statistics(class_of(*grades)).questions
    assert [one.discrimination for one in found] == [None] * 3
    assert {one.untold for one in found} == {"all earned the same"}


def test_discrimination_of_a_small_class_is_not_told():
    """A correlation of too few hand-ins is noise, and the reason is said."""
    for count in (LEAST_FOR_CORRELATION - 1, LEAST_FOR_CORRELATION):
        found = class_statistics(class_of(*large(count=count))).questions[0]
        assert (found.discrimination is None) == (count < LEAST_FOR_CORRELATION)
        assert found.untold == ("too few hand-ins" if found.discrimination is None else "")


def test_spread_of_a_few_hand_ins_is_not_told():
    """A mean of four hand-ins says nothing about a question."""
    grades = [grade(f"s{at}", 20, 40, 0) for at in range(LEAST_FOR_SPREAD)]
    assert class_statistics(class_of(*grades)).spread is not None
    few = class_statistics(class_of(*grades[1:]))
    assert few.spread is None
    assert [one.spread for one in few.questions] == [None] * 3
    assert few.questions[0].full == 4


def test_spread_counts_shares_in_tenths():
    """0 is in the first tenth, all points in the last, 0.3 in the fourth whatever the rounding."""
    shares = [0.0, 0.099, 0.1, 0.3, 0.7, 0.999, 1.0]
    grades = [grade(f"s{at}", 20 * share, 80 * share, 0) for at, share in enumerate(shares)]
    found = class_statistics(class_of(*grades))
    expected = (2, 1, 0, 1, 0, 0, 0, 1, 0, 2)
    assert found.questions[0].spread.counts == found.questions[1].spread.counts == expected
    assert found.spread.counts == expected
    assert _spread([2.4 / 12] * 5).counts[2] == 5  # 1.9999999999999998 tenths, as Python has it
    assert found.spread.mean == pytest.approx(np.mean(shares))
    assert found.spread.median == pytest.approx(0.3)


def test_class_statistics_of_ungraded_hand_ins_only_counts_them():
    """A hand-in that waits for somebody to look is no zero."""
    waiting = grade("late", 0, 0, 0, status=Status.UNGRADED)
    grades = [grade(f"s{at}", 20, 80, 10) for at in range(5)]
    found = class_statistics(class_of(*grades, waiting))
    assert (found.graded, found.ungraded) == (5, 1)
    assert found.spread.mean == 1
    assert [one.graded for one in found.questions] == [5] * 3


def test_class_statistics_count_attempts_mistakes_and_failures():
    """Not attempted, known mistakes and failed claims are counted by hand-in."""
    wrong = question("T1.1", 5, misconception="sign", failed=["It is odd."])
    left = question("T1.2", 0, attempted=False)
    grades = [
        Grade(f"s{at}", "ab", Status.GRADED, 5, 100, 0, (wrong, left), seconds=1) for at in range(3)
    ]
    found = class_statistics(class_of(*grades, grade("s4", 20, 80, 10)))
    assert [one.not_attempted for one in found.questions] == [0, 3, 0]
    assert [one.graded for one in found.questions] == [4, 4, 1]
    assert [(one.id, one.count) for one in found.mistakes] == [("sign", 3)]
    assert [(one.claim, one.failures) for one in found.hardest] == [("It is odd.", 3)]


def test_class_statistics_of_times_name_the_slowest():
    """Median, the time that 95 of 100 stay below, and whose took longest."""
    grades = [grade(f"s{at}", 0, 0, 0, seconds=float(at)) for at in range(1, 101)]
    times = class_statistics(class_of(*grades)).times
    assert (times.median, times.slow, times.longest, times.total) == (50.5, 95, 100, 5050)
    assert times.longest_name == "s100"


def test_class_statistics_of_nobody_are_empty():
    """An empty class is no division by zero."""
    found = class_statistics(class_of())
    assert (found.graded, found.spread, found.times, found.questions) == (0, None, None, ())
