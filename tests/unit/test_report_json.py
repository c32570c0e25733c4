"""The result as JSON: autograder.report.as_json."""

from __future__ import annotations

import json
import math
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from autograder.figures import Curves, Heat, Images, Matrix
from autograder.records import (
    CheckOutcome,
    ClassResult,
    Grade,
    GroupTally,
    Lateness,
    QuestionGrade,
    Status,
    Verdict,
)
from autograder.report.as_json import class_to_dict, dumps

PASSED = CheckOutcome("test_sigmoid.py::test_a[x]", "A1.2", "values", Verdict.PASSED, fraction=1.0)
FAILED = CheckOutcome(
    "test_sigmoid.py::test_b",
    "A1.2",
    "stability",
    Verdict.FAILED,
    claim="No overflow.",
    message="overflow\nat 710",
    detail="a traceback",
    fraction=0.5,
    critical=True,
    public=True,
)
QUESTION = QuestionGrade(
    id="A1.2",
    title="Sigmoid",
    functions=("sigmoid",),
    points=14.400000000000002,
    max_points=16.0,
    stretch=False,
    verdict=Verdict.FAILED,
    groups=(GroupTally("values", 6.0, 6.0), GroupTally("stability", 0.5, 2.0)),
    checks=(PASSED, FAILED),
    misconception="sig-naive",
    advice="Shift the exponent first.",
)
GRADE = Grade(
    "student-07", "ab" * 32, Status.GRADED, 87.5, 100.0, 0.0, (QUESTION,), seconds=0.0123456
)
RESULT = ClassResult(
    "activations",
    "Activation functions",
    100.0,
    "sha256:cd",
    {"landlock": "on", "pid_namespace": "off: EPERM"},
    (GRADE,),
)


def test_class_to_dict_has_the_documented_keys_in_order() -> None:
    """Schema 1 is what other programs rely on: every key, its order and its value."""
    expected = {
        "schema": 1,
        "assignment": "activations",
        "max_points": 100,
        "suite": "sha256:cd",
        "isolation": {"landlock": "on", "pid_namespace": "off: EPERM"},
        "grades": [
            {
                "submission": "student-07",
                "sha256": "ab" * 32,
                "status": "graded",
                "points": 87.5,
                "bonus": 0,
                "max_points": 100,
                "notes": [],
                "printed": "",
                "seconds": 0.0123,
                "questions": [
                    {
                        "id": "A1.2",
                        "function": "sigmoid",
                        "points": 14.4,
                        "max_points": 16,
                        "verdict": "failed",
                        "misconception": "sig-naive",
                        "advice": "Shift the exponent first.",
                        "groups": {"values": [6, 6], "stability": [0.5, 2]},
                        "checks": [
                            {
                                "id": "test_sigmoid.py::test_a[x]",
                                "group": "values",
                                "verdict": "passed",
                                "message": "",
                            },
                            {
                                "id": "test_sigmoid.py::test_b",
                                "group": "stability",
                                "verdict": "failed",
                                "message": "overflow\nat 710",
                                "claim": "No overflow.",
                                "public": True,
                                "critical": True,
                                "fraction": 0.5,
                                "detail": "a traceback",
                            },
                        ],
                    }
                ],
            }
        ],
    }
    assert json.dumps(class_to_dict(RESULT)) == json.dumps(expected)


def test_dumps_reads_back_as_the_dict_and_repeats() -> None:
    """The text is the dict, and the same records give the same bytes."""
    assert json.loads(dumps(RESULT)) == class_to_dict(RESULT)
    assert dumps(RESULT) == dumps(replace(RESULT))
    assert dumps(RESULT).endswith("\n")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_dumps_of_any_number_of_grades_writes_one_a_line(count: int) -> None:
    """A class is one grade a line, so that two runs compare line by line."""
    text = dumps(replace(RESULT, grades=(GRADE,) * count))
    assert len(json.loads(text)["grades"]) == count
    assert sum(line.startswith('{"submission"') for line in text.splitlines()) == count


def test_dumps_of_a_refusal_gives_its_reason() -> None:
    """A hand-in that cannot be read says why, after its status."""
    refused = Grade("student-08", "", Status.UNGRADED, 0, 100, 0, reason="A zip bomb.")
    grade = json.loads(dumps(replace(RESULT, grades=(refused,))))["grades"][0]
    assert list(grade)[:5] == ["submission", "sha256", "status", "reason", "points"]
    assert grade["reason"] == "A zip bomb."
    assert grade["questions"] == []


def test_dumps_of_hostile_text_acts_on_no_terminal_and_loses_nothing() -> None:
    """Escapes and bidirectional controls are written as JSON escapes and read back unchanged."""
    printed = "\x1b[2J\x9b31m\x7f\u202eevil\u2066 </script> ünï \U000e0041"
    text = dumps(replace(RESULT, grades=(replace(GRADE, printed=printed),)))
    assert not set(text) & set("\x1b\x9b\x7f\u202e\u2066\U000e0041")
    assert "ünï" in text
    assert json.loads(text)["grades"][0]["printed"] == printed


def test_dumps_of_a_lone_surrogate_still_encodes() -> None:
    """Text that no encoding can write does not stop the class's results."""
    text = dumps(replace(RESULT, grades=(replace(GRADE, printed="a\ud800b"),)))
    assert json.loads(text.encode())["grades"][0]["printed"] == "a\ufffdb"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_dumps_of_points_that_are_no_number_is_refused(value: float) -> None:
    """NaN is not JSON and no score."""
    with pytest.raises(ValueError, match="finite"):
        dumps(replace(RESULT, grades=(replace(GRADE, points=value),)))


def test_dumps_with_several_functions_names_them_all() -> None:
    """A question of two functions has both names, in order."""
    question = replace(QUESTION, functions=("step", "linear"))
    data = class_to_dict(replace(RESULT, grades=(replace(GRADE, questions=(question,)),)))
    assert data["grades"][0]["questions"][0]["function"] == "step, linear"


def test_dumps_of_a_late_grade_tells_the_penalty_beside_the_raw_points() -> None:
    """Lateness is an object of its own after the points, and absent where nothing is known."""
    late = Lateness(
        due=datetime(2026, 10, 20, 23, 59, tzinfo=UTC),
        submitted=datetime(2026, 10, 21, 8, 0, 0, 500000, tzinfo=UTC),
        seconds_late=28860.5,
        days=1,
        percent=10.0,
        penalty_points=8.75,
        final_points=78.75,
        cut_off=False,
        words="1 day late.",
    )
    grade = class_to_dict(replace(RESULT, grades=(replace(GRADE, late=late),)))["grades"][0]
    assert grade["points"] == 87.5
    assert list(grade)[list(grade).index("max_points") + 1] == "late"
    assert grade["late"] == {
        "due": "2026-10-20T23:59:00+00:00",
        "submitted": "2026-10-21T08:00:00.500000+00:00",
        "seconds_late": 28860.5,
        "days": 1,
        "percent": 10,
        "penalty_points": 8.75,
        "final_points": 78.75,
        "cut_off": False,
    }
    assert "late" not in class_to_dict(RESULT)["grades"][0]


def test_dumps_of_figures_writes_plain_data_with_their_words() -> None:
    """Numbers, labels and bytes with their shape; a gap is null; none, no key."""
    pixels = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    figures = (
        Curves.of("Loss", "epoch", "loss", {"a": [0.00012345, math.nan]}),
        Matrix.of("Confusion", "true", "said", [0, 1], [[1, 2], [3, 4]]),
        Images.of("Filters", pixels, ["one", "two"]),
        Heat.of("Off", "h", "w", [[0, math.inf], [0.5, 1]]),
        Curves.of("f", "input", "answer", {"expected": [3, 4]}, inputs=[-1, 2]),
    )
    question = replace(QUESTION, checks=(replace(PASSED, figures=figures), FAILED))
    text = dumps(replace(RESULT, grades=(replace(GRADE, questions=(question,)),)))
    with_figures, without = json.loads(text)["grades"][0]["questions"][0]["checks"]
    assert "figures" not in without
    curves, matrix, images, heat, over = with_figures["figures"]
    assert curves == {
        "kind": "curves",
        "title": "Loss",
        "alt": figures[0].alt,
        "x_label": "epoch",
        "y_label": "loss",
        "best": "lowest",
        "series": {"a": [0.00012345, None]},
    }
    assert matrix == {
        "kind": "matrix",
        "title": "Confusion",
        "alt": figures[1].alt,
        "row_label": "true",
        "column_label": "said",
        "labels": ["0", "1"],
        "counts": [[1, 2], [3, 4]],
    }
    assert heat == {
        "kind": "heat",
        "title": "Off",
        "alt": figures[3].alt,
        "row_label": "h",
        "column_label": "w",
        "distances": [[0.0, None], [0.5, 1.0]],
    }
    assert (over["inputs"], over["series"]) == ([-1.0, 2.0], {"expected": [3.0, 4.0]})
    assert (images["kind"], images["captions"]) == ("images", ["one", "two"])
    assert images["alt"] == figures[2].alt
    read = np.frombuffer(b64decode(images["pixels"]), np.uint8).reshape(images["shape"])
    assert np.array_equal(read, pixels)
