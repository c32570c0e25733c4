"""Makes a proof of what was observed: what the suite found, what it missed, what is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from autograder.records import CheckOutcome, Verdict
from autograder.score import score_question
from autograder.suite.collect import Check
from autograder.verify.failures import failures
from autograder.verify.knownwrong import KnownWrongCase
from autograder.verify.plan import SEEDS, Plan
from autograder.verify.records import (
    AssignmentProof,
    CheckFinding,
    KnownWrong,
    Margin,
    MutationProof,
    Observation,
    Unstable,
)

__all__ = ["judge", "judge_known_wrong"]

# A suite with a wider tolerance would take an answer with an error of one per cent.
_WIDEST: Final = 0.01
_Observations = Mapping[str, Observation]


def judge(plan: Plan, observed: _Observations) -> AssignmentProof:
    """Hold what was observed against what a good suite does.

    Args:
        plan: What was tried.
        observed: Label to observation, for every label of the plan.
    """
    job = plan.job
    proof = AssignmentProof(
        assignment=job.parts.id,
        title=job.parts.policy.title,
        suite=job.suite_digest,
        checks=len(job.suite.checks),
        seeds=SEEDS,
        reference_percent=observed["sandbox reference"].percent or 0.0,
        stub_percent=observed["sandbox stub"].percent or 0.0,
        variants=len(plan.variants),
        wrong_variants=_wrong_variants(plan, observed),
        mutation=_mutation(plan, observed),
        known_wrong=tuple(
            judge_known_wrong(
                plan,
                case,
                observed[f"known-wrong {case.misconception.id}"],
                observed[f"naming {case.misconception.id}"].named,
            )
            for case in plan.cases
        ),
        vacuous=_vacuous(plan, observed),
        loose=_loose(plan, observed),
        broken=_broken(plan, observed),
        unstable=_unstable(observed),
        margins=_margins(plan, observed),
        failures=(),
    )
    return failures(proof)


def _mutation(plan: Plan, observed: _Observations) -> MutationProof:
    alive = {one.id for one in plan.mutants if not observed[f"mutant {one.id}"].caught}
    reviewed = {review.id for review in plan.reviews}
    known = {one.id for one in plan.mutants}
    stale = [
        f"{review.id}: the suite finds this mutant, so it is not equivalent; remove the entry"
        if review.id in known
        else f"{review.id}: there is no such mutant any more; remove the entry"
        for review in plan.reviews
        if review.id not in alive
    ]
    return MutationProof(
        total=len(plan.mutants),
        killed=len(plan.mutants) - len(alive),
        reviewed=len(alive & reviewed),
        survivors=tuple(one for one in plan.mutants if one.id in alive - reviewed),
        stale=tuple(stale),
    )


def judge_known_wrong(
    plan: Plan, case: KnownWrongCase, found: Observation, name: str
) -> KnownWrong:
    """Work out what a known-wrong implementation earns.

    Args:
        plan: Of its assignment.
        case: The implementation.
        found: What the checks of its question said.
        name: The id of the mistake that grading would name.
    """
    entry = case.misconception
    checks = [check for check in plan.job.suite.checks if check.question == entry.question]
    outcomes = [_outcome(check, found.verdicts.get(check.id, "passed")) for check in checks]
    score = plan.job.course.score
    grade = score_question(
        entry.question,
        plan.job.parts.policy.questions[entry.question],
        [*outcomes, *case.broken],
        weights=score.group_weights,
        critical_cap=score.critical_cap,
        mistake=next(
            (one.misconception for one in plan.cases if one.misconception.id == name), None
        ),
    )
    return KnownWrong(
        id=entry.id,
        question=entry.question,
        percent=0.0 if found.ended else round(100 * grade.points / grade.max_points, 1),
        band=entry.band,
        caught=found.caught or bool(case.broken),
        passes_public=not found.ended
        and all(one.verdict is Verdict.PASSED for one in outcomes if one.public),
        nameable=entry.named,
        named=name,
        ended=found.ended,
    )


def _outcome(check: Check, written: str) -> CheckOutcome:
    verdict, _, fraction = written.partition(":")
    passed = verdict == Verdict.PASSED
    return CheckOutcome(
        id=check.id,
        question=check.question,
        group=check.group,
        verdict=Verdict(verdict),
        fraction=1.0 if passed else float(fraction or 0),
        weight=check.weight,
        critical=check.critical,
        public=check.public,
    )


def _findings(plan: Plan, reason_of: Callable[[Check], str]) -> tuple[CheckFinding, ...]:
    """Note each check for which there is a reason."""
    reasons = ((check, reason_of(check)) for check in plan.job.suite.checks)
    return tuple(CheckFinding(check.id, check.claim, why) for check, why in reasons if why)


def _vacuous(plan: Plan, observed: _Observations) -> tuple[CheckFinding, ...]:
    """Find the checks whose assertions hold whatever comes.

    That a call raised is no merit of the check, so only assertions that failed count.
    """
    failed = {
        check
        for label, found in observed.items()
        if label.startswith(("mutant ", "known-wrong ", "probe "))
        for check, verdict in found.verdicts.items()
        if verdict.startswith(Verdict.FAILED)
    }
    reason = "no mistake makes its assertions fail"
    return _findings(plan, lambda check: "" if check.id in failed else reason)


def _loose(plan: Plan, observed: _Observations) -> tuple[CheckFinding, ...]:
    widths: dict[str, float] = {}
    for margin in _all_margins(observed):
        widths[margin.check] = max(margin.width, widths.get(margin.check, 0.0))

    def reason(check: Check) -> str:
        width = widths.get(check.id, 0.0)
        return f"its tolerance lets answers be off by {width:.2%}" if width > _WIDEST else ""

    return _findings(plan, reason)


def _broken(plan: Plan, observed: _Observations) -> tuple[CheckFinding, ...]:
    causes: dict[str, str] = {}
    for label, found in observed.items():
        for check, verdict in found.verdicts.items():
            if verdict == Verdict.GRADER_ERROR:
                causes.setdefault(check, f"it breaks down itself: {label}")
    return _findings(plan, lambda check: causes.get(check.id, ""))


def _wrong_variants(plan: Plan, observed: _Observations) -> tuple[CheckFinding, ...]:
    found = []
    for path in plan.variants:
        seen = observed[f"margins {path.stem}"]
        if seen.ended:
            found.append(CheckFinding("", "", f"{path.name}: {seen.ended}"))
        for check in plan.job.suite.checks:
            verdicts = seen.unstable.get(check.id, ()) or (seen.verdicts.get(check.id, "passed"),)
            if verdicts != ("passed",):
                reason = f"{path.name}: {', '.join(verdicts)}"
                found.append(CheckFinding(check.id, check.claim, reason))
    return tuple(found)


def _unstable(observed: _Observations) -> tuple[Unstable, ...]:
    return tuple(
        Unstable(label, check, verdicts)
        for label, found in observed.items()
        if not label.startswith("margins ")
        for check, verdicts in found.unstable.items()
    )


def _all_margins(observed: _Observations) -> Iterable[Margin]:
    return (margin for found in observed.values() for margin in found.margins)


def _margins(plan: Plan, observed: _Observations) -> tuple[Margin, ...]:
    """Choose for each question and precision the check that a right answer came nearest to."""
    nearest: dict[tuple[str, str], Margin] = {}
    for margin in _all_margins(observed):
        place = margin.question, margin.dtype
        if place not in nearest or margin.share > nearest[place].share:
            nearest[place] = margin
    order = list(plan.job.parts.policy.questions)
    return tuple(sorted(nearest.values(), key=lambda m: (order.index(m.question), m.dtype)))
