"""Every known-wrong implementation loses points, about as many as it should, and is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from autograder.job import open_job
from autograder.verify.forks import run_forked
from autograder.verify.judge import judge_known_wrong
from autograder.verify.plan import make_plan

COURSE = Path(__file__).resolve().parents[2]
POLICY = yaml.safe_load((COURSE / "grading.yml").read_text())["assignments"]
ASSIGNMENTS = [name for name, entry in POLICY.items() if entry.get("runtime") != "keras"]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_known_wrong_implementations_lose_points_and_are_named(assignment):
    """All are caught, 95 % are inside their band, 90 % of those that can be are named rightly.

    With inputs of one seed; `autograder verify` takes fifty.
    """
    plan = make_plan(open_job(assignment, COURSE))
    cases = {f"naming {case.misconception.id}": case for case in plan.cases}
    trials = {plan.experiments[label]: case for label, case in cases.items()}
    found = [
        judge_known_wrong(plan, trials[trial], seen, seen.named)
        for trial, seen in run_forked(tuple(trials), workers=2)
    ]
    assert len(found) >= 20
    assert [one.id for one in found if not one.caught] == []
    outside = [f"{one.id}: {one.percent:g}, not {one.band}" for one in found if not one.inside]
    assert len(outside) <= 0.05 * len(found), outside
    assert [(one.id, one.named) for one in found if one.named not in ("", one.id)] == []
    nameable = [one for one in found if one.nameable]
    assert sum(one.named == one.id for one in nameable) >= 0.9 * len(nameable)
