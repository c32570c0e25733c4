"""Points from outcomes: the rule itself, and what holds for any outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import GraderFault
from autograder.records import CheckOutcome, GroupTally, QuestionGrade, Status, Verdict
from autograder.score import SubmissionScore, score_question, score_submission

WEIGHTS = {"example": 15, "values": 40, "shapes": 15, "stability": 10, "hygiene": 15, "speed": 5}
FAILED_KINDS = [Verdict.FAILED, Verdict.STUDENT_ERROR, Verdict.LIMIT_EXCEEDED]


@dataclass(frozen=True)
class Terms:
    """What a question is worth, without a course around it."""

    title: str = "Sigmoid"
    functions: tuple[str, ...] = ("sigmoid",)
    points: float = 16
    stretch: bool = False
    sources: tuple[str, ...] = ("deck 000 L93",)


def check(
    group: str = "values",
    verdict: Verdict = Verdict.PASSED,
    name: str = "test_a.py::test_a",
    **more: object,
) -> CheckOutcome:
    made = CheckOutcome(id=name, question="A1.2", group=group, verdict=verdict)
    return replace(made, **more)  # type: ignore[arg-type]


def grade(*outcomes: CheckOutcome, points: float = 16) -> QuestionGrade:
    return score_question("A1.2", Terms(points=points), outcomes, WEIGHTS, 30)


def submission(outcomes: Sequence[CheckOutcome], **questions: Terms) -> SubmissionScore:
    """Score a submission of questions A, B, ... with the course's caps."""
    return score_submission(questions, outcomes, WEIGHTS, critical_cap=30, total_cap=110)


def test_score_question_all_passed_is_full() -> None:
    """Every check passed earns every point."""
    result = grade(*(check(group) for group in WEIGHTS))
    assert (result.points, result.max_points, result.verdict) == (16, 16, Verdict.PASSED)


def test_score_question_one_group_failed_loses_its_weight() -> None:
    """A group that failed costs its weight of the points."""
    result = grade(
        *(check(g, Verdict.FAILED if g == "stability" else Verdict.PASSED) for g in WEIGHTS)
    )
    assert result.points == 14.4
    assert result.verdict is Verdict.FAILED


def test_score_question_half_a_group_failed_loses_half_its_weight() -> None:
    """Within a group every check counts alike."""
    checks = [check("values"), check("values", Verdict.FAILED)]
    assert grade(*checks, *(check(g) for g in WEIGHTS if g != "values")).points == 12.8


def test_score_question_groups_missing_share_their_weight() -> None:
    """With values (40) and speed (5) only, values is worth 40 of 45."""
    result = grade(check("values"), check("speed", Verdict.FAILED))
    assert result.points == pytest.approx(16 * 40 / 45, abs=5e-3)


def test_score_question_check_of_double_weight_counts_twice() -> None:
    """A check marked with 2 points is two thirds of a group of 3."""
    result = grade(check(weight=2.0), check(verdict=Verdict.FAILED))
    assert result.points == pytest.approx(16 * 2 / 3, abs=5e-3)
    assert result.groups == (GroupTally("values", earned=2, possible=3),)


def test_score_question_partial_credit_counts_its_fraction() -> None:
    """A check that awarded a quarter earns a quarter."""
    assert grade(check(verdict=Verdict.FAILED, fraction=0.25)).points == 4


def test_score_question_passed_check_counts_in_full_whatever_its_fraction() -> None:
    """A passed check earns its whole weight."""
    assert grade(check(fraction=0.0)).points == 16


def test_score_question_decimal_weights_are_exact() -> None:
    """Three tenths of a point add up without a binary remainder."""
    checks = [check(weight=0.1) for _ in range(3)]
    assert grade(*checks).groups[0].possible == 0.3


@pytest.mark.parametrize("verdict", [*FAILED_KINDS, Verdict.NOT_ATTEMPTED])
def test_score_question_critical_check_failed_caps(verdict: Verdict) -> None:
    """However a critical check failed, at most 30 per cent are left, and the reason is told."""
    result = grade(
        *(check() for _ in range(9)),
        check(verdict=verdict, critical=True, claim="Channels add up."),
    )
    assert result.points == 4.8
    assert result.cap == (
        "At most 4.8 of 16 points, because a critical check failed: Channels add up."
    )


def test_score_question_critical_check_failed_never_raises() -> None:
    """The cap is no floor: less than 30 per cent stays less, and no cap is told."""
    result = grade(check(verdict=Verdict.FAILED, critical=True), check("speed"))
    assert result.points == pytest.approx(16 * 5 / 45, abs=5e-3)
    assert result.cap == ""


def test_score_question_critical_check_passed_does_not_cap() -> None:
    """A critical check that passed costs nothing, whatever else failed."""
    assert grade(check(critical=True), check("speed", Verdict.FAILED)).cap == ""


def test_score_question_critical_check_undecided_does_not_cap() -> None:
    """The grader's own fault caps no question."""
    result = grade(*(check() for _ in range(9)), check(verdict=Verdict.GRADER_ERROR, critical=True))
    assert (result.points, result.cap) == (14.4, "")


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["passed", "passed"], "passed"),
        (["passed", "not_attempted"], "failed"),
        (["not_attempted", "not_attempted"], "not_attempted"),
        (["not_attempted", "failed"], "failed"),
        (["failed", "student_error"], "student_error"),
        (["student_error", "limit_exceeded"], "limit_exceeded"),
        (["limit_exceeded", "grader_error"], "grader_error"),
        (["not_attempted", "grader_error"], "grader_error"),
        (["passed", "failed"], "failed"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_score_question_verdict_is_the_most_serious(
    verdicts: list[str], expected: str, order: int
) -> None:
    """A question's verdict is the most serious of its checks', in whatever order they come."""
    outcomes = [check(verdict=Verdict(verdict)) for verdict in verdicts[::order]]
    assert grade(*outcomes).verdict == expected


@pytest.mark.parametrize("rule", [Verdict.PASSED, Verdict.FAILED])
def test_score_question_not_attempted_earns_nothing_for_rules(rule: Verdict) -> None:
    """Who wrote nothing broke no rule, and earns nothing by it."""
    result = grade(
        check(verdict=Verdict.NOT_ATTEMPTED), check("hygiene", rule, name="rules::A1.2::names")
    )
    assert (result.points, result.verdict) == (0, Verdict.NOT_ATTEMPTED)


def test_score_question_rule_broken_fails_an_otherwise_right_answer() -> None:
    """A broken rule makes a question failed, and costs its group's share."""
    rule = check("hygiene", Verdict.FAILED, name="rules::A1.2::names")
    result = grade(check(), rule)
    assert result.verdict is Verdict.FAILED
    assert result.points == pytest.approx(16 * 40 / 55, abs=5e-3)


@pytest.mark.parametrize("outcomes", [[], [check("hygiene", name="rules::A1.2::names")]])
def test_score_question_without_its_own_checks_is_undecided(outcomes: list[CheckOutcome]) -> None:
    """A question whose checks did not report is a grader error, never passed."""
    assert grade(*outcomes).verdict is Verdict.GRADER_ERROR


def test_score_question_groups_come_in_the_order_of_the_policy() -> None:
    """Tallies follow `grading.yml`, and name only the groups that have checks."""
    result = grade(check("speed"), check("example"), check("values"))
    assert [tally.name for tally in result.groups] == ["example", "values", "speed"]


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (check("valeus"), "test_a.py::test_a: group 'valeus' has no weight"),
        (check(question="A1.3"), "it belongs to 'A1.3', not to 'A1.2'"),
        (check(fraction=1.5), "expected a fraction of 0 to 1, received 1.5"),
        (check(fraction=float("nan")), "expected a fraction of 0 to 1, received nan"),
        (check(weight=0.0), "expected a weight above 0, received 0.0"),
        (check(weight=float("inf")), "expected a weight above 0, received inf"),
    ],
)
def test_score_question_malformed_outcome_is_our_fault(outcome: CheckOutcome, message: str) -> None:
    """An outcome that makes no sense gives an error, not points."""
    with pytest.raises(GraderFault, match=message):
        grade(outcome)


def test_score_submission_adds_up_core_and_stretch_apart() -> None:
    """Core questions give points and stretch questions a bonus."""
    outcomes = [
        check(question="A"),
        check(question="B", verdict=Verdict.FAILED),
        check(question="C"),
    ]
    score = submission(
        outcomes, A=Terms(points=60), B=Terms(points=40), C=Terms(points=8, stretch=True)
    )
    assert (score.points, score.bonus, score.status) == (60, 8, Status.GRADED)
    assert [question.id for question in score.questions] == ["A", "B", "C"]
    assert score.reason == ""


def test_score_submission_bonus_stops_at_the_cap() -> None:
    """Full core points leave room for 10 bonus points of 15."""
    outcomes = [check(question="A"), check(question="B")]
    score = submission(outcomes, A=Terms(points=100), B=Terms(points=15, stretch=True))
    assert (score.points, score.bonus) == (100, 10)


def test_score_submission_cap_with_many_decimals_is_not_passed() -> None:
    """Where the cap has more decimals than are kept, the bonus is cut, not rounded up."""
    outcomes = [check(question="A"), check(question="B")]
    score = submission(outcomes, A=Terms(points=66.67), B=Terms(points=15, stretch=True))
    assert (score.points, score.bonus) == (66.67, 6.66)


def test_score_submission_grader_error_is_ungraded() -> None:
    """One check that could not be decided leaves the submission for somebody to look at."""
    error = check(question="A", verdict=Verdict.GRADER_ERROR, name="test_a.py::test_b")
    score = submission([check(question="A"), error], A=Terms(points=100))
    assert score[:3] == (0, 0, Status.UNGRADED)
    assert score.reason == "The grader could not decide test_a.py::test_b."
    assert score.questions[0].verdict is Verdict.GRADER_ERROR


def test_score_submission_rule_undecided_of_an_unattempted_question_is_ungraded() -> None:
    """A rule that could not be checked counts too, though the question was not attempted."""
    outcomes = [
        check(question="A", verdict=Verdict.NOT_ATTEMPTED),
        check("hygiene", Verdict.GRADER_ERROR, name="rules::A::names", question="A"),
    ]
    assert submission(outcomes, A=Terms()).status is Status.UNGRADED


def test_score_submission_many_grader_errors_names_three() -> None:
    """A reason stays readable when everything went wrong."""
    outcomes = [check(question="A", verdict=Verdict.GRADER_ERROR, name=f"t{n}") for n in "edcba"]
    assert submission(outcomes, A=Terms()).reason == (
        "The grader could not decide ta, tb, tc and 2 more."
    )


def test_score_submission_question_that_did_not_report_is_ungraded() -> None:
    """A question without outcomes is named, and nobody loses points by it."""
    score = submission([check(question="A")], A=Terms(points=50), B=Terms(points=50))
    assert (score.points, score.status) == (0, Status.UNGRADED)
    assert score.reason == "The grader could not decide every check of B."


def test_score_submission_unknown_question_is_our_fault() -> None:
    """An outcome of no question is not dropped in silence."""
    with pytest.raises(GraderFault, match="no question 'Z'"):
        submission([check(question="Z")], A=Terms())


QUESTIONS = {
    "A": Terms(points=33.3),
    "B": Terms(points=66.7),
    "C": Terms(points=15, stretch=True),
}


@st.composite
def outcomes_of_a_submission(
    draw: st.DrawFn, verdicts: Sequence[Verdict] = tuple(Verdict)
) -> list[CheckOutcome]:
    """Draw at least one check for every question, with rules, fractions and critical checks."""
    made = []
    for question in QUESTIONS:
        for index in range(draw(st.integers(1, 6))):
            verdict = draw(st.sampled_from(verdicts))
            rule = index > 0 and draw(st.booleans())
            partial = st.sampled_from([0.0, 0.1, 0.5, 1.0])
            made.append(
                CheckOutcome(
                    id=f"{'rules::' if rule else ''}{question}{index}",
                    question=question,
                    group=draw(st.sampled_from(sorted(WEIGHTS))),
                    verdict=verdict,
                    fraction=draw(partial) if verdict is Verdict.FAILED else 0.0,
                    weight=draw(st.sampled_from([0.1, 1.0, 2.5])),
                    critical=draw(st.booleans()),
                )
            )
    return made


DECIDED = tuple(verdict for verdict in Verdict if verdict is not Verdict.GRADER_ERROR)


def as_written(number: float) -> Fraction:
    return Fraction(str(number))


@given(outcomes_of_a_submission(), st.randoms(use_true_random=False))
def test_score_submission_in_any_order_is_the_same(
    outcomes: list[CheckOutcome], random: Random
) -> None:
    """The order in which checks report changes no number, verdict or reason."""
    shuffled = list(outcomes)
    random.shuffle(shuffled)
    first, second = submission(outcomes, **QUESTIONS), submission(shuffled, **QUESTIONS)
    assert first._replace(questions=()) == second._replace(questions=())
    for one, other in zip(first.questions, second.questions, strict=True):
        assert replace(one, checks=()) == replace(other, checks=())


@given(outcomes_of_a_submission(DECIDED), st.data())
def test_score_submission_one_more_check_passed_never_lowers(
    outcomes: list[CheckOutcome], data: st.DataObject
) -> None:
    """Mending one check never costs a point, of any question or together."""
    index = data.draw(st.integers(0, len(outcomes) - 1))
    mended = list(outcomes)
    mended[index] = replace(outcomes[index], verdict=Verdict.PASSED, fraction=1.0)
    before, after = submission(outcomes, **QUESTIONS), submission(mended, **QUESTIONS)
    for one, other in zip(before.questions, after.questions, strict=True):
        assert other.points >= one.points
    assert after.points >= before.points
    assert as_written(after.points) + as_written(after.bonus) >= as_written(
        before.points
    ) + as_written(before.bonus)


@given(outcomes_of_a_submission())
def test_score_submission_points_stay_within_bounds(outcomes: list[CheckOutcome]) -> None:
    """No question passes its maximum, and core and stretch together never pass the cap."""
    score = submission(outcomes, **QUESTIONS)
    for question in score.questions:
        assert 0 <= question.points <= question.max_points
    assert 0 <= score.points <= 100
    assert 0 <= score.bonus <= 15
    assert as_written(score.points) + as_written(score.bonus) <= 110


@given(outcomes_of_a_submission(DECIDED))
def test_score_submission_critical_failure_leaves_at_most_the_cap(
    outcomes: list[CheckOutcome],
) -> None:
    """A question with a failed critical check has at most 30 per cent of its points."""
    for question in submission(outcomes, **QUESTIONS).questions:
        if any(o.critical and o.verdict is not Verdict.PASSED for o in question.checks):
            assert question.points <= 0.3 * question.max_points + 1e-9


@given(outcomes_of_a_submission())
def test_score_submission_ungraded_exactly_with_a_grader_error(
    outcomes: list[CheckOutcome],
) -> None:
    """A grader error and an ungraded submission always come together."""
    score = submission(outcomes, **QUESTIONS)
    broken = any(outcome.verdict is Verdict.GRADER_ERROR for outcome in outcomes)
    assert (score.status is Status.UNGRADED) == broken == bool(score.reason)


@given(outcomes_of_a_submission(DECIDED))
def test_score_question_agrees_with_the_rule_written_out(outcomes: list[CheckOutcome]) -> None:
    """The points are those of the formula, worked out in floating point and group by group."""
    for question in submission(outcomes, **QUESTIONS).questions:
        shares, weights = [], []
        for group, weight in WEIGHTS.items():
            mine = [o for o in question.checks if o.group == group]
            if mine:
                got = [o.weight * (1 if o.verdict == "passed" else o.fraction) for o in mine]
                shares.append(weight * sum(got) / sum(o.weight for o in mine))
                weights.append(weight)
        expected = question.max_points * sum(shares) / sum(weights)
        if question.verdict is Verdict.NOT_ATTEMPTED:
            expected = 0
        if any(o.critical and o.verdict is not Verdict.PASSED for o in question.checks):
            expected = min(expected, 0.3 * question.max_points)
        assert question.points == pytest.approx(expected, abs=5.1e-3)
