"""What a student reads about a question: what failed, what passed, what to mend first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.figures import Figure
from autograder.records import CheckOutcome, Grade, QuestionGrade, Verdict
from autograder.report.words import group_words, is_failure, outcome_words, points_lost

__all__ = ["Claim", "Failure", "Feedback", "FirstStep", "Passed", "feedback", "first_step"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that was not met.

    Attributes:
        text: The claim; empty where the check makes none.
        group: The check group, in words.
        count: How many checks that make it failed alike.
        critical: Whether its failure limits the question's points.
        public: Whether the student can run the check too.
    """

    text: str
    group: str
    count: int
    critical: bool
    public: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """Failed checks that have the same message.

    Attributes:
        verdict: Theirs.
        words: The verdict in words, with what was earned in spite of it.
        message: The message; may be empty and may have lines.
        claims: The claims that it answers.
    """

    verdict: Verdict
    words: str
    message: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """How many checks of a group passed.

    Attributes:
        group: The check group, in words.
        passed: How many passed.
        total: How many there are.
    """

    group: str
    passed: int
    total: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """One question's part of a submission's page.

    Attributes:
        anchor: Its id on the page, such as `question-2`.
        question: The record.
        failures: Empty where the question was not attempted.
        passed: The groups of which at least one check passed.
        unchecked: How many checks could not be made, by the grader's fault.
        figures: What its checks show, in their order.
    """

    anchor: str
    question: QuestionGrade
    failures: tuple[Failure, ...]
    passed: tuple[Passed, ...]
    unchecked: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What to mend first.

    Attributes:
        anchor: Where on the page the question is.
        question: The question with the most points to win.
        check: The check to look at.
        lost: The points that the question lost.
    """

    anchor: str
    question: QuestionGrade
    check: CheckOutcome
    lost: float


def feedback(grade: Grade) -> tuple[Feedback, ...]:
    """Arrange a grade's questions as a student reads them."""
    return tuple(
        Feedback(
            anchor=_anchor(index),
            question=question,
            failures=_failures(question),
            passed=_passed(question.checks),
            unchecked=sum(check.verdict is Verdict.GRADER_ERROR for check in question.checks),
            figures=tuple(figure for check in question.checks for figure in check.figures),
        )
        for index, question in enumerate(grade.questions, start=1)
    )


def first_step(grade: Grade) -> FirstStep | None:
    """Pick the first failing check of the question that lost most.

    Core questions come before bonus questions. In a question that a critical check limits, that
    check comes first, because mending another one would change nothing.

    Returns:
        None when nothing that the student did or left out lost points.
    """
    best: FirstStep | None = None
    for index, question in enumerate(grade.questions, start=1):
        failing = [check for check in question.checks if is_failure(check)]
        if not failing:
            continue
        step = FirstStep(
            _anchor(index), question, _to_mend(question, failing), points_lost(question)
        )
        if best is None or _rank(step) > _rank(best):
            best = step
    return best


def _anchor(index: int) -> str:
    return f"question-{index}"


def _rank(step: FirstStep) -> tuple[bool, float]:
    return not step.question.stretch, step.lost


def _to_mend(question: QuestionGrade, failing: list[CheckOutcome]) -> CheckOutcome:
    critical = (check for check in failing if check.critical)
    return next(critical, failing[0]) if question.cap else failing[0]


def _failures(question: QuestionGrade) -> tuple[Failure, ...]:
    if question.verdict is Verdict.NOT_ATTEMPTED:
        return ()
    merged: dict[tuple[Verdict, str, str], list[CheckOutcome]] = {}
    for check in filter(is_failure, question.checks):
        key = (check.verdict, outcome_words(check.verdict, check.fraction), check.message)
        merged.setdefault(key, []).append(check)
    return tuple(Failure(*key, _claims(checks)) for key, checks in merged.items())


def _claims(checks: Iterable[CheckOutcome]) -> tuple[Claim, ...]:
    counts: dict[tuple[str, str, bool, bool], int] = {}
    for check in checks:
        key = (check.claim, group_words(check.group), check.critical, check.public)
        counts[key] = counts.get(key, 0) + 1
    return tuple(
        Claim(text, group, count, critical, public)
        for (text, group, critical, public), count in counts.items()
    )


def _passed(checks: Iterable[CheckOutcome]) -> tuple[Passed, ...]:
    totals: dict[str, list[int]] = {}
    for check in checks:
        tally = totals.setdefault(check.group, [0, 0])
        tally[0] += check.verdict is Verdict.PASSED
        tally[1] += 1
    return tuple(
        Passed(group_words(group), passed, total)
        for group, (passed, total) in totals.items()
        if passed
    )
