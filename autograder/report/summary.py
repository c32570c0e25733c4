"""Numbers over a class, for the console and for the page: pure functions of the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, median

from autograder.records import ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report.words import is_failure

__all__ = [
    "ClassSummary",
    "HardCheck",
    "Mistake",
    "QuestionSummary",
    "graded",
    "hardest_checks",
    "questions_of",
    "recognised_mistakes",
    "summarise",
    "summarise_questions",
]


@dataclass(frozen=True, slots=True)
class ClassSummary:
    """A class in five numbers.

    Attributes:
        graded: How many have a grade.
        ungraded: How many wait for somebody to look.
        mean: Mean of the core points of the graded ones; None without any.
        median: Their median; None without any.
        seconds: Sum of the wall times of grading each.
    """

    graded: int
    ungraded: int
    mean: float | None
    median: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """How a class did in one question.

    Attributes:
        question: The question as the first submission that has it was graded.
        mean: Mean points over the graded submissions.
        passed: How many passed every check of it.
        not_attempted: How many left it as it was.
        graded: Over how many submissions.
    """

    question: QuestionGrade
    mean: float
    passed: int
    not_attempted: int
    graded: int


@dataclass(frozen=True, slots=True)
class HardCheck:
    """A claim of the suite that many answers do not meet.

    Attributes:
        question: The question's id.
        group: The check group.
        claim: What the check holds to be true; the check's id where it makes no claim.
        failures: How many graded submissions fail it, for one set of inputs or more.
        attempts: How many graded submissions attempted it.
    """

    question: str
    group: str
    claim: str
    failures: int
    attempts: int


def graded(result: ClassResult) -> tuple[Grade, ...]:
    """Pick the grades that count in statistics."""
    return tuple(grade for grade in result.grades if grade.status is Status.GRADED)


def summarise(result: ClassResult) -> ClassSummary:
    """Count the class and find the middle of its points."""
    points = [grade.points for grade in graded(result)]
    return ClassSummary(
        graded=len(points),
        ungraded=len(result.grades) - len(points),
        mean=fmean(points) if points else None,
        median=median(points) if points else None,
        seconds=sum(grade.seconds for grade in result.grades),
    )


def questions_of(grades: Iterable[Grade]) -> tuple[QuestionGrade, ...]:
    """List each question once, in the order of the submissions that have it."""
    found: dict[str, QuestionGrade] = {}
    for grade in grades:
        for question in grade.questions:
            found.setdefault(question.id, question)
    return tuple(found.values())


def summarise_questions(result: ClassResult) -> tuple[QuestionSummary, ...]:
    """Sum up every question over the graded submissions."""
    gathered: dict[str, list[QuestionGrade]] = {}
    for grade in graded(result):
        for question in grade.questions:
            gathered.setdefault(question.id, []).append(question)
    return tuple(
        QuestionSummary(
            question=questions[0],
            mean=fmean(question.points for question in questions),
            passed=_count(questions, Verdict.PASSED),
            not_attempted=_count(questions, Verdict.NOT_ATTEMPTED),
            graded=len(questions),
        )
        for questions in gathered.values()
    )


def hardest_checks(result: ClassResult, limit: int = 10) -> tuple[HardCheck, ...]:
    """Rank the claims by how many submissions fail them; those that were not attempted aside.

    Args:
        result: What `grade` found.
        limit: How many to list at most.

    Returns:
        Most failures first; among equals, the order of the suite.
    """
    failures: dict[tuple[str, str, str], int] = {}
    attempts: dict[tuple[str, str, str], int] = {}
    for grade in graded(result):
        tried: dict[tuple[str, str, str], bool] = {}
        for question in grade.questions:
            for check in question.checks:
                if check.verdict in {Verdict.NOT_ATTEMPTED, Verdict.GRADER_ERROR}:
                    continue
                key = (question.id, check.group, check.claim or check.id)
                tried[key] = tried.get(key, False) or is_failure(check)
        for key, failed in tried.items():
            attempts[key] = attempts.get(key, 0) + 1
            failures[key] = failures.get(key, 0) + failed
    ranked = sorted((key for key, count in failures.items() if count), key=lambda k: -failures[k])
    return tuple(HardCheck(*key, failures[key], attempts[key]) for key in ranked[:limit])


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake, and how often it was recognised.

    Attributes:
        id: The misconception's id.
        question: The question's id.
        advice: What students read.
        count: In how many submissions.
    """

    id: str
    question: str
    advice: str
    count: int


def recognised_mistakes(result: ClassResult) -> tuple[Mistake, ...]:
    """Count the known mistakes of a class, most frequent first."""
    found = Counter(
        (question.misconception, question.id, question.advice)
        for grade in graded(result)
        for question in grade.questions
        if question.misconception
    )
    return tuple(Mistake(*key, count) for key, count in found.most_common())


def _count(questions: Iterable[QuestionGrade], verdict: Verdict) -> int:
    return sum(question.verdict is verdict for question in questions)
