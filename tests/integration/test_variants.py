"""Correct code in many styles: a right answer that fails is the worst defect there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.records import Status

VARIANTS = Path(__file__).resolve().parent / "variants"
ASSIGNMENTS = sorted(path.name for path in VARIANTS.iterdir() if path.is_dir())
CASES = [(path.parent.name, path.stem) for path in sorted(VARIANTS.glob("*/*.py"))]


@pytest.fixture(scope="module")
def grades(grade_paths):
    results = [grade_paths(assignment, VARIANTS / assignment) for assignment in ASSIGNMENTS]
    return {grade.submission: grade for result in results for grade in result.grades}


@pytest.mark.parametrize(("assignment", "name"), CASES)
def test_correct_variant_graded_passes_every_check(assignment, name, grades):
    """A correct implementation in this style fails no check of any group."""
    grade = grades[name]
    failed = [
        f"{check.id}: {check.verdict}: {check.message}"
        for question in grade.questions
        for check in question.checks
        if check.fraction < 1
    ]
    assert grade.status is Status.GRADED
    assert not failed, "\n".join(failed)
    assert grade.points == grade.max_points


def test_variants_count_is_at_least_forty_five(grades):
    """There are 45 and more functions, each written independently of the reference."""
    functions = sum(len(q.functions) for grade in grades.values() for q in grade.questions)
    assert functions >= 45
