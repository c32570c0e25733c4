"""What is counted for a class: plain records."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.report.summary import HardCheck, Mistake

__all__ = ["ClassStatistics", "Correlation", "QuestionStatistics", "Spread", "Times"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How shares of points are spread over a class.

    Attributes:
        mean: 0..1.
        median: 0..1.
        counts: How many lie in each tenth, from 0..0.1 to 0.9..1.
    """

    mean: float
    median: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation, and how far it can be trusted.

    Attributes:
        value: -1..1.
        low: The lower end of its 95 % interval.
        high: The upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class QuestionStatistics:
    """How a class did in one question.

    Attributes:
        id: Such as `A1.2`.
        title: What the question is about.
        max_points: What it is worth.
        stretch: Whether the points are a bonus.
        graded: How many graded hand-ins have the question.
        full: How many earned all of it.
        not_attempted: How many left it as it was.
        spread: Of the share of its points that was earned; the mean is its difficulty. None if
            there are too few hand-ins.
        discrimination: Its points against those of the other core questions; None if that cannot
            be told.
        untold: Why the discrimination cannot be told; empty if it is there.
    """

    id: str
    title: str
    max_points: float
    stretch: bool
    graded: int
    full: int
    not_attempted: int
    spread: Spread | None
    discrimination: Correlation | None
    untold: str


@dataclass(frozen=True, slots=True)
class Times:
    """How long grading took, in seconds of wall time a hand-in.

    Attributes:
        median: Half of the hand-ins took less.
        slow: 95 of 100 took less.
        longest: The slowest one.
        longest_name: Whose that is.
        total: All together.
    """

    median: float
    slow: float
    longest: float
    longest_name: str
    total: float


@dataclass(frozen=True, slots=True)
class ClassStatistics:
    """What is counted for one assignment.

    Attributes:
        assignment: The assignment's id.
        title: The assignment's title.
        suite: The digest of the suite that graded it.
        max_points: What the core questions are worth together.
        graded: How many hand-ins have a grade.
        ungraded: How many wait for somebody to look.
        spread: Of the share of the core points; None if there are too few hand-ins.
        questions: In the order of the assignment.
        mistakes: Known mistakes that were recognised, the most frequent first.
        hardest: The checks that most hand-ins fail.
        times: None without any hand-in.
    """

    assignment: str
    title: str
    suite: str
    max_points: float
    graded: int
    ungraded: int
    spread: Spread | None
    questions: tuple[QuestionStatistics, ...]
    mistakes: tuple[Mistake, ...]
    hardest: tuple[HardCheck, ...]
    times: Times | None
