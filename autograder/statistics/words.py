"""What the reports say about the numbers, in one place."""

from __future__ import annotations

from typing import Final

from autograder.report.words import counted, percent
from autograder.statistics.count import LEAST_FOR_CORRELATION, LEAST_FOR_SPREAD
from autograder.statistics.records import ClassStatistics, Correlation, Spread, Times

__all__ = [
    "DIFFICULTY",
    "DISCRIMINATION",
    "correlation_words",
    "small_class",
    "spread_words",
    "times_short",
    "times_words",
]

DIFFICULTY: Final = (
    "The mean is the share of the points that a hand-in earned on average: the lower, the harder. "
    "What was not attempted counts as nothing earned."
)
DISCRIMINATION: Final = (
    "Discrimination is the correlation of a question's points with those of the other core "
    "questions (corrected item-total correlation). Above 0.2 a question tells strong from weak; "
    "near 0 it does not; below 0 those who do well elsewhere do worse here: look at it."
)


def small_class(found: ClassStatistics) -> str:
    """Say what a class is too small for; empty if it is large enough for everything."""
    if found.graded < LEAST_FOR_SPREAD:
        return (
            f"{counted(found.graded, 'graded hand-in')} are too few for means and distributions: "
            f"{LEAST_FOR_SPREAD} are needed."
        ).replace("hand-in are", "hand-in is")
    if found.graded < LEAST_FOR_CORRELATION:
        return (
            f"{found.graded} graded hand-ins are too few to tell discrimination: "
            f"{LEAST_FOR_CORRELATION} are needed."
        )
    return ""


def spread_words(spread: Spread, of: str) -> str:
    """Say what a picture of a spread shows.

    Args:
        spread: What is drawn.
        of: What it is the spread of.
    """
    steps = "; ".join(
        f"{10 * step} to {10 * step + 10} %: {count}"
        for step, count in enumerate(spread.counts)
        if count
    )
    return (
        f"{of}: mean {percent(spread.mean, 1)}, median {percent(spread.median, 1)}. "
        f"Hand-ins by the share that they earned: {steps}."
    )


def correlation_words(told: Correlation) -> str:
    """Write a correlation with its interval."""
    return f"{told.value:.2f} ({told.low:.2f} to {told.high:.2f})"


def times_short(times: Times) -> str:
    """Say how long grading took, in a few words."""
    return f"median {times.median:.2f} s, 95 % within {times.slow:.2f} s"


def times_words(times: Times) -> str:
    """Say how long grading took."""
    return (
        f"Grading a hand-in took {times_short(times)}; the longest, {times.longest_name}, "
        f"{times.longest:.2f} s; all together {times.total:.1f} s of wall time."
    )
