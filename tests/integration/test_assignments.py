"""Every assignment of the course: its reference and its stub."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from autograder.records import Status, Verdict

COURSE = Path(__file__).resolve().parents[2]
POLICY = yaml.safe_load((COURSE / "grading.yml").read_text())
ASSIGNMENTS = POLICY["order"]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_reference_graded_earns_every_point(assignment, graded_reference):
    """The reference earns all core points, and all stretch points up to the course's cap."""
    result = graded_reference(assignment)
    (grade,) = result.grades
    questions = POLICY["assignments"][assignment]["questions"].values()
    stretch = sum(question["points"] for question in questions if question.get("stretch"))
    room = result.max_points * (POLICY["score"]["total_cap"] - 100) / 100
    assert (grade.status, grade.points) == (Status.GRADED, result.max_points)
    assert grade.bonus == min(stretch, room)
    assert all(question.points == question.max_points for question in grade.questions)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_stub_graded_is_not_attempted_and_earns_nothing(assignment, course_dir, grade_paths):
    """The stub earns 0, and every question of it is told as not attempted."""
    stub = course_dir / "assignments" / assignment / f"{assignment}.py"
    (grade,) = grade_paths(assignment, stub).grades
    assert (grade.status, grade.points, grade.bonus) == (Status.GRADED, 0, 0)
    verdicts = {question.id: question.verdict for question in grade.questions}
    assert set(verdicts.values()) == {Verdict.NOT_ATTEMPTED}, verdicts


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_suite_has_a_check_in_every_group_that_it_weighs(assignment, graded_reference):
    """Every question is checked on its worked examples and on values."""
    for question in graded_reference(assignment).grades[0].questions:
        groups = {tally.name for tally in question.groups}
        assert {"example", "values"} <= groups, f"{question.id} has only {groups}"
