"""What a student reads on Gradescope about a question: plain text, no input, no expected value."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from textwrap import indent

from autograder.records import Grade, Lateness, QuestionGrade, Verdict
from autograder.report.feedback import Claim, Feedback, feedback
from autograder.report.text import clean
from autograder.report.words import (
    counted,
    look_up_words,
    number,
    score_sentence,
    to_look_up,
)

__all__ = ["all_passed", "check_words", "printed_words", "sum_words"]


def all_passed(question: QuestionGrade, *, public: bool) -> bool:
    """Tell whether every public check, or every other check, of a question passed."""
    chosen = [check for check in question.checks if check.public == public]
    return all(check.verdict is Verdict.PASSED for check in chosen)


def check_words(grade: Grade, question: QuestionGrade, *, public: bool) -> str:
    """Tell what became of the public checks of a question, or of the others.

    Public checks are told in full, as the student has them. The message of another check never
    holds an input or an expected value: that is how the suite makes it.

    Args:
        grade: Whose question it is.
        question: The question.
        public: Which checks.
    """
    chosen = tuple(check for check in question.checks if check.public == public)
    if not chosen:
        return "There are no public checks." if public else "There are no further checks."
    if question.verdict is Verdict.NOT_ATTEMPTED:
        return f"Not attempted yet: {', '.join(question.functions)}."
    part = dataclasses.replace(question, checks=chosen)
    (about,) = feedback(dataclasses.replace(grade, questions=(part,)))
    lines = [*_failure_lines(about), *_passed_lines(about)]
    if question.cap and not public:
        lines.insert(0, question.cap)
    if question.advice and not public:
        lines.insert(0, f"Recognised: {question.advice}")
    if sources := to_look_up(part):
        lines.append(look_up_words(sources))
    lines += [figure.alt for figure in about.figures]
    return clean("\n".join(lines))


def sum_words(grade: Grade, late: Lateness | None) -> str:
    """Tell how the score comes about, the raw points apart from what lateness costs."""
    lines = [f"{q.id} {q.title}: {_of(q.points, q.max_points)}" for q in grade.questions]
    lines.append(score_sentence(grade))
    if late is not None and late.penalty_points:
        lines.append(
            f"Late: {number(late.penalty_points)} points off, {number(late.final_points)} left."
        )
    return clean("\n".join(lines))


def printed_words(grade: Grade) -> tuple[str, ...]:
    """Tell what the student's code printed while it was loaded and in public checks."""
    printed = clean(grade.printed).strip()
    return (f"Your code printed:\n{indent(printed, '    ')}",) if printed else ()


def _of(points: float, maximum: float) -> str:
    return f"{number(points)} of {number(maximum)}"


def _failure_lines(about: Feedback) -> Iterator[str]:
    for failure in about.failures:
        yield from (f"{failure.words}: {_claim_words(claim)}" for claim in failure.claims)
        if failure.message:
            yield indent(failure.message, "    ")


def _claim_words(claim: Claim) -> str:
    text = claim.text or claim.group
    extra = [claim.group] if claim.text else []
    if claim.count > 1:
        extra.append(counted(claim.count, "check"))
    if claim.critical:
        extra.append("limits the question's points")
    return f"{text} ({'; '.join(extra)})" if extra else text


def _passed_lines(about: Feedback) -> Iterator[str]:
    for one in about.passed:
        yield f"passed: {one.passed} of {counted(one.total, 'check')} on {one.group}"
