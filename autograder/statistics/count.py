"""Grades -> statistics: pure functions of the records."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import StatisticsError, correlation, fmean, median
from typing import Final

from autograder.records import ClassResult, Grade, QuestionGrade, Verdict
from autograder.report.summary import graded, hardest_checks, questions_of, recognised_mistakes
from autograder.statistics.records import (
    ClassStatistics,
    Correlation,
    QuestionStatistics,
    Spread,
    Times,
)

__all__ = ["LEAST_FOR_CORRELATION", "LEAST_FOR_SPREAD", "class_statistics", "discrimination"]

LEAST_FOR_SPREAD: Final = 5
LEAST_FOR_CORRELATION: Final = 30
_BINS: Final = 10
_Z_95: Final = 1.96  # of the standard normal distribution: 95 % lie within
_NEARLY_ONE: Final = 1 - 1e-12


def class_statistics(result: ClassResult) -> ClassStatistics:
    """Count what there is to count for a class.

    Args:
        result: The grades of one assignment.
    """
    grades = graded(result)
    return ClassStatistics(
        assignment=result.assignment,
        title=result.title,
        suite=result.suite,
        max_points=result.max_points,
        graded=len(grades),
        ungraded=len(result.grades) - len(grades),
        spread=_spread([_share(grade.points, grade.max_points) for grade in grades]),
        questions=tuple(_question(asked, grades) for asked in questions_of(grades)),
        mistakes=recognised_mistakes(result),
        hardest=hardest_checks(result),
        times=_times(result.grades),
    )


def discrimination(points: Sequence[float], rest: Sequence[float]) -> Correlation | None:
    """Correlate the points of a question with those of the rest of the assignment.

    This is the corrected item-total correlation: the question's own points are not in the total,
    where they would correlate with themselves (S. Henrysson, Correction of item-total correlations
    in item analysis, Psychometrika 28, 1963, 211-218). The interval is Fisher's:
    tanh(artanh r -+ 1.96 / sqrt(n - 3)).

    Args:
        points: Of the question, one a hand-in; 4 or more.
        rest: Of the other core questions, in the same order.

    Returns:
        None where all hand-ins are alike in one of the two.
    """
    try:
        value = correlation(points, rest)
    except StatisticsError:
        return None
    middle = math.atanh(max(-_NEARLY_ONE, min(_NEARLY_ONE, value)))
    reach = _Z_95 / math.sqrt(len(points) - 3)
    return Correlation(value, math.tanh(middle - reach), math.tanh(middle + reach))


def _question(asked: QuestionGrade, grades: Sequence[Grade]) -> QuestionStatistics:
    found: list[QuestionGrade] = []
    rest: list[float] = []
    for grade in grades:
        own = next((one for one in grade.questions if one.id == asked.id), None)
        if own is not None:
            found.append(own)
            others = (one for one in grade.questions if one.id != asked.id and not one.stretch)
            rest.append(math.fsum(one.points for one in others))
    told, untold = _discrimination([one.points for one in found], rest)
    return QuestionStatistics(
        id=asked.id,
        title=asked.title,
        max_points=asked.max_points,
        stretch=asked.stretch,
        graded=len(found),
        full=sum(one.points >= one.max_points for one in found),
        not_attempted=sum(one.verdict is Verdict.NOT_ATTEMPTED for one in found),
        spread=_spread([_share(one.points, one.max_points) for one in found]),
        discrimination=told,
        untold=untold,
    )


def _discrimination(points: list[float], rest: list[float]) -> tuple[Correlation | None, str]:
    if len(points) < LEAST_FOR_CORRELATION:
        return None, "too few hand-ins"
    told = discrimination(points, rest)
    return told, "" if told is not None else "all earned the same"


def _spread(shares: list[float]) -> Spread | None:
    if len(shares) < LEAST_FOR_SPREAD:
        return None
    counts = [0] * _BINS
    for share in shares:
        # A share of 0.3 can be 0.29999999999999999 of it.
        counts[min(_BINS - 1, max(0, math.floor(share * _BINS + 1e-9)))] += 1
    return Spread(fmean(shares), median(shares), tuple(counts))


def _share(points: float, whole: float) -> float:
    return points / whole if whole else 0.0


def _times(grades: Sequence[Grade]) -> Times | None:
    if not grades:
        return None
    ordered = sorted(grades, key=lambda grade: grade.seconds)
    slow = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return Times(
        median=median(grade.seconds for grade in ordered),
        slow=slow.seconds,
        longest=ordered[-1].seconds,
        longest_name=ordered[-1].submission,
        total=math.fsum(grade.seconds for grade in ordered),
    )
