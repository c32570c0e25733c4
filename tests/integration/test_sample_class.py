"""The sample class: what each hand-in must get stands beside it, and this holds it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from autograder.records import ClassResult

SAMPLES = Path(__file__).resolve().parents[2] / "examples" / "submissions"
CLASSES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(SAMPLES.glob("*.yml"))}
CASES = [(assignment, name) for assignment, expected in CLASSES.items() for name in expected]


@pytest.fixture(scope="module")
def results(graded_class) -> dict[str, ClassResult]:
    return {name: graded_class(name) for name in CLASSES}


@pytest.mark.parametrize("assignment", CLASSES)
def test_sample_class_graded_is_complete(assignment, results):
    """Every hand-in of the folder is in the file beside it, and the other way round."""
    assert [grade.submission for grade in results[assignment].grades] == list(CLASSES[assignment])
    assert len(CLASSES[assignment]) >= 14


@pytest.mark.parametrize(("assignment", "name"), CASES)
def test_sample_submission_graded_gets_what_it_must(assignment, name, results):
    """Status, points, bonus, and each question's verdict and points are as written down."""
    expected = CLASSES[assignment][name]
    grade = next(g for g in results[assignment].grades if g.submission == name)
    received = {
        "status": str(grade.status),
        "points": grade.points,
        "bonus": grade.bonus,
        "questions": {
            question.id: {"verdict": str(question.verdict), "points": question.points}
            for question in grade.questions
        },
    }
    assert received == {key: value for key, value in expected.items() if key != "what"}
