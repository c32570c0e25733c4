"""Outcomes of checks to points: pure, exact, and the same in whatever order they come.

Numbers are taken as they are written (0.1 is one tenth) and added up as fractions; what leaves
here is rounded to 2 decimals.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from autograder.errors import GraderFault
from autograder.records import CheckOutcome, GroupTally, QuestionGrade, Status, Verdict

if TYPE_CHECKING:
    from autograder.misconceptions import Misconception

__all__ = ["QuestionTerms", "SubmissionScore", "score_question", "score_submission"]

_DECIMALS: Final = 2
_NAMED: Final = 3
_RULE_CHECKS: Final = "rules::"
_MOST_SERIOUS_FIRST: Final = (
    Verdict.GRADER_ERROR,
    Verdict.LIMIT_EXCEEDED,
    Verdict.STUDENT_ERROR,
)


_Exact = Fraction | int


class QuestionTerms(Protocol):
    """What a question is worth: the part of its policy that scoring needs."""

    @property
    def title(self) -> str:
        """What it is about, in a few words."""

    @property
    def functions(self) -> tuple[str, ...]:
        """The names that the student defines."""

    @property
    def points(self) -> float:
        """At most to be earned, above 0."""

    @property
    def stretch(self) -> bool:
        """Whether the points are a bonus."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Where to look it up: places in lectures, and errata."""


class SubmissionScore(NamedTuple):
    """What a submission earned.

    Attributes:
        points: Sum over the core questions; 0 when ungraded.
        bonus: Sum over the stretch questions, within the cap; 0 when ungraded.
        status: Ungraded if a check could not be decided.
        questions: In the order of the policy.
        reason: Why it is ungraded; empty when graded.
    """

    points: float
    bonus: float
    status: Status
    questions: tuple[QuestionGrade, ...]
    reason: str


def score_question(
    question_id: str,
    terms: QuestionTerms,
    outcomes: Sequence[CheckOutcome],
    weights: Mapping[str, float],
    critical_cap: float,
    mistake: Misconception | None = None,
) -> QuestionGrade:
    """Grade one question: its maximum times the sum of group weight times earned over possible.

    Groups that the question lacks share their weight among the others, in proportion. A critical
    check that failed limits the points. A question that was not attempted earns nothing. Work that
    follows another documented convention earns at least what its known mistake says.

    Args:
        question_id: Such as `A1.2`.
        terms: What it is worth.
        outcomes: Of its checks, in the order of the suite.
        weights: Check group to its weight, above 0.
        critical_cap: Per cent of the points that a failed critical check leaves, 0..100.
        mistake: The known mistake that was recognised, if any.

    Raises:
        GraderFault: An outcome is malformed, or belongs to another question or to no group.
    """
    for outcome in outcomes:
        _require_sound(question_id, outcome, weights)
    verdict = _question_verdict(outcomes)
    maximum = _exact(terms.points)
    groups = _add_up(outcomes, weights)
    share = _earned_share(groups, weights)
    points = Fraction() if verdict is Verdict.NOT_ATTEMPTED else maximum * share
    limit = Fraction(maximum * _exact(critical_cap), 100)
    culprit = min(filter(_caps, outcomes), key=lambda outcome: outcome.id, default=None)
    cap = ""
    if culprit is not None and points > limit:
        points = limit
        cap = _describe_cap(culprit, limit, maximum)
    if mistake is not None and mistake.convention and not cap:
        points = max(points, Fraction(maximum * _exact(mistake.band[0]), 100))
    return QuestionGrade(
        id=question_id,
        title=terms.title,
        functions=terms.functions,
        points=min(_rounded(points), terms.points),
        max_points=terms.points,
        stretch=terms.stretch,
        verdict=verdict,
        groups=tuple(
            GroupTally(name, float(earned), float(possible))
            for name, (earned, possible) in groups.items()
        ),
        checks=tuple(outcomes),
        cap=cap,
        misconception="" if mistake is None else mistake.id,
        advice="" if mistake is None else mistake.advice,
        sources=terms.sources,
    )


def score_submission(
    questions: Mapping[str, QuestionTerms],
    outcomes: Iterable[CheckOutcome],
    weights: Mapping[str, float],
    *,
    critical_cap: float,
    total_cap: float,
    mistakes: Mapping[str, Misconception] = MappingProxyType({}),
) -> SubmissionScore:
    """Grade a submission: what its questions earn, and whether that can stand.

    The sums are those of the questions' rounded points, so that a table adds up.

    Args:
        questions: Question id to its terms, in the order of the policy.
        outcomes: Of all checks, in the order of the suite.
        weights: Check group to its weight, above 0.
        critical_cap: As for `score_question`.
        total_cap: Per cent of the core points that core and stretch reach together, at most.
        mistakes: Question id to the known mistake that was recognised in it.

    Raises:
        GraderFault: An outcome is malformed, or belongs to no question or group.
    """
    by_question: dict[str, list[CheckOutcome]] = {question: [] for question in questions}
    for outcome in outcomes:
        if outcome.question not in by_question:
            message = f"{outcome.id}: the assignment has no question {outcome.question!r}"
            raise GraderFault(message)
        by_question[outcome.question].append(outcome)
    grades = tuple(
        score_question(
            question, terms, by_question[question], weights, critical_cap, mistakes.get(question)
        )
        for question, terms in questions.items()
    )
    reason = _undecided(grades)
    if reason:
        return SubmissionScore(0.0, 0.0, Status.UNGRADED, grades, reason)
    points = _total(grade.points for grade in grades if not grade.stretch)
    maximum = _total(grade.max_points for grade in grades if not grade.stretch)
    room = max(Fraction(), Fraction(maximum * _exact(total_cap), 100) - points)
    bonus = min(_total(grade.points for grade in grades if grade.stretch), room)
    return SubmissionScore(_cut(points), _cut(bonus), Status.GRADED, grades, "")


def _exact(number: float) -> _Exact:
    """Take a number as it is written: 0.1 is one tenth, not the nearest binary fraction."""
    # Whole numbers, which nearly all are, stay integers: ten times as fast to add up.
    return int(number) if number == int(number) else Fraction(str(number))


def _rounded(number: _Exact) -> float:
    return float(round(number, _DECIMALS))


def _cut(number: _Exact) -> float:
    """Drop the decimals beyond the second, so that no sum passes what bounds it."""
    return math.floor(number * 10**_DECIMALS) / 10**_DECIMALS


def _total(numbers: Iterable[float]) -> _Exact:
    return sum(map(_exact, numbers))


def _require_sound(question_id: str, outcome: CheckOutcome, weights: Mapping[str, float]) -> None:
    """Refuse an outcome that would give wrong points without anybody noticing."""
    wrong = ""
    if outcome.question != question_id:
        wrong = f"it belongs to {outcome.question!r}, not to {question_id!r}"
    elif outcome.group not in weights:
        wrong = f"group {outcome.group!r} has no weight; expected one of {', '.join(weights)}"
    elif not 0 <= outcome.fraction <= 1:
        wrong = f"expected a fraction of 0 to 1, received {outcome.fraction}"
    elif not 0 < outcome.weight < float("inf"):
        wrong = f"expected a weight above 0, received {outcome.weight}"
    if wrong:
        message = f"{outcome.id}: {wrong}"
        raise GraderFault(message)


def _add_up(
    outcomes: Sequence[CheckOutcome], weights: Mapping[str, float]
) -> dict[str, tuple[_Exact, _Exact]]:
    """Give what was earned and what was possible of each group that has checks."""
    earned: dict[str, _Exact] = dict.fromkeys(weights, 0)
    possible: dict[str, _Exact] = dict.fromkeys(weights, 0)
    for outcome in outcomes:
        weight = _exact(outcome.weight)
        passed = outcome.verdict is Verdict.PASSED
        earned[outcome.group] += weight if passed else weight * _exact(outcome.fraction)
        possible[outcome.group] += weight
    return {name: (earned[name], possible[name]) for name in weights if possible[name]}


def _earned_share(
    groups: Mapping[str, tuple[_Exact, _Exact]], weights: Mapping[str, float]
) -> Fraction:
    """Weigh the groups that have checks; 0 if none has."""
    present = sum(_exact(weights[name]) for name in groups)
    parts = (
        _exact(weights[name]) * Fraction(earned, possible)
        for name, (earned, possible) in groups.items()
        if earned
    )
    return sum(parts, Fraction()) / present if present else Fraction()


def _question_verdict(outcomes: Sequence[CheckOutcome]) -> Verdict:
    """Sum up the checks; a question of which no check reported is undecided, never passed."""
    own = {o.verdict for o in outcomes if not o.id.startswith(_RULE_CHECKS)}
    every = {outcome.verdict for outcome in outcomes}
    if not own:
        return Verdict.GRADER_ERROR
    if own == {Verdict.NOT_ATTEMPTED}:
        return Verdict.NOT_ATTEMPTED
    if every == {Verdict.PASSED}:
        return Verdict.PASSED
    return next((kind for kind in _MOST_SERIOUS_FIRST if kind in every), Verdict.FAILED)


def _caps(outcome: CheckOutcome) -> bool:
    """Tell whether an outcome limits its question; our own fault never does."""
    return outcome.critical and outcome.verdict not in {Verdict.PASSED, Verdict.GRADER_ERROR}


def _describe_cap(outcome: CheckOutcome, limit: _Exact, maximum: _Exact) -> str:
    held = outcome.claim.rstrip(".") or outcome.id
    bounds = f"{_rounded(limit):g} of {_rounded(maximum):g} points"
    return f"At most {bounds}, because a critical check failed: {held}."


def _undecided(grades: Sequence[QuestionGrade]) -> str:
    """Name what could not be decided, in a sentence; empty if everything was."""
    silent = [f"every check of {grade.id}" for grade in grades if not _has_own_checks(grade)]
    failed = sorted(
        outcome.id
        for grade in grades
        for outcome in grade.checks
        if outcome.verdict is Verdict.GRADER_ERROR
    )
    names = silent + failed
    if not names:
        return ""
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"The grader could not decide {', '.join(names[:_NAMED])}{rest}."


def _has_own_checks(grade: QuestionGrade) -> bool:
    return any(not outcome.id.startswith(_RULE_CHECKS) for outcome in grade.checks)
