"""Tables, JSON Lines and Gradescope zips: autograder.export.plain and .gradescope."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from autograder.archive import unzip
from autograder.config import LatePolicy
from autograder.export.gradescope import export_gradescope
from autograder.export.plain import export_csv, export_json_lines
from autograder.export.records import ClassGrades, LeftOut
from autograder.gradebook.records import Adjustment, Entry
from autograder.lateness import late_penalty
from autograder.records import CheckOutcome, Grade, QuestionGrade, Status, Verdict
from autograder.roster import Student

NOW = datetime(2027, 5, 1, 7, tzinfo=UTC)
DUE = datetime(2027, 4, 30, 21, 59, tzinfo=UTC)
STUDENTS = {
    "s02": Student("s02", "=1+1", "two@example.org", "-B"),
    "s01": Student("s01", "학생; @하나", "One@example.org", "A"),
    "s03": Student("s03"),
}


def question(id_, points):
    checks = (
        CheckOutcome("test_a.py::one", id_, "example", Verdict.PASSED, "It adds.", public=True),
        CheckOutcome(
            "test_a.py::two", id_, "values", Verdict.FAILED, "It agrees.", "values differ"
        ),
    )
    return QuestionGrade(id_, "Step", ("f",), points, 60, False, Verdict.FAILED, (), checks)


def entry(student, points=80.5, *, name="", assignment="activations", late=False, reason=""):
    policy = LatePolicy(percent_per_day=10)
    lateness = late_penalty(policy, NOW, DUE, points + 2) if late else None
    status = Status.UNGRADED if reason else Status.GRADED
    questions = (question("A1.1", 30.25), question("A1.2", points - 30.25))
    grade = Grade(name or student, "aa", status, points, 100, 2, questions, reason, late=lateness)
    made = (Adjustment("A1.2", 50.25, "a tutor", "a right derivation", NOW),) if late else ()
    return Entry(assignment, student, name or student, 2, NOW, NOW, "sha256:cd", grade, made)


ACTIVATIONS = ClassGrades(
    "activations",
    "Activation functions",
    (
        entry("s01", late=True),
        entry("s02", 0, reason="1 check could not be decided"),
        entry("", name="=stray"),
    ),
)
LOSS = ClassGrades("loss", "Loss", (entry("s02", 100, assignment="loss"),))


def table(exported):
    return list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"), newline="")))


def test_csv_has_a_row_a_student_with_raw_points_penalty_and_final():
    """Raw points, what lateness takes and what is left stand side by side, with each question."""
    exported = export_csv([ACTIVATIONS, LOSS], STUDENTS)
    assert exported.content.startswith(b"\xef\xbb\xbfid,name,email,section,activations submission,")
    one, two, three, stray = table(exported)
    assert [row["id"] for row in (one, two, three, stray)] == ["s01", "s02", "s03", ""]
    shown = {name: one[f"activations {name}"] for name in ("points", "bonus", "penalty", "final")}
    assert shown == {"points": "80.5", "bonus": "2", "penalty": "8.25", "final": "74.25"}
    assert (one["activations A1.1"], one["activations A1.2"]) == ("30.25", "50.25")
    assert one["loss status"] == "missing"
    assert (two["loss points"], two["loss penalty"], two["loss final"]) == ("100", "0", "102")
    assert {three[name] for name in three if name.startswith("activations ")} == {"", "missing"}


def test_csv_of_an_ungraded_hand_in_has_empty_cells_and_is_told():
    """No number stands where there is no grade: it is no zero."""
    exported = export_csv([ACTIVATIONS, LOSS], STUDENTS)
    two = table(exported)[1]
    assert two["activations status"] == "ungraded"
    numbers = ("points", "bonus", "penalty", "final", "A1.1", "A1.2")
    assert [two[f"activations {name}"] for name in numbers] == [""] * 6
    assert exported.left_out == (
        LeftOut("activations", "s02", "ungraded: 1 check could not be decided"),
    )
    assert exported.grades == 3


def test_csv_text_that_would_be_a_formula_is_neutralised():
    """Names, sections and hand-ins are shown as they are, whatever they begin with."""
    one, two, _, stray = table(export_csv([ACTIVATIONS], STUDENTS))
    assert one["name"] == "학생;' @하나"
    assert (two["name"], two["section"]) == ("'=1+1", "'-B")
    assert stray["activations submission"] == "'=stray"


def test_csv_row_of_a_student_who_left_the_roster_is_kept():
    """A grade is not lost because its student is no longer listed."""
    (row,) = table(export_csv([LOSS], {}))
    assert (row["id"], row["name"], row["loss final"]) == ("s02", "", "102")


def test_json_lines_hold_every_detail_of_each_grade():
    """One object a line: whose, how often, what was taken off or set by hand, and the grade."""
    exported = export_json_lines([ACTIVATIONS, LOSS], STUDENTS)
    lines = exported.content.decode().splitlines()
    one, two, stray, loss = map(json.loads, lines)
    assert (one["name"], one["email"], one["attempt"]) == ("학생; @하나", "One@example.org", 2)
    points = (one["raw_points"], one["penalty_points"], one["final_points"])
    assert points == (82.5, 8.25, 74.25)
    assert one["adjustments"][0]["reason"] == "a right derivation"
    assert one["grade"]["questions"][1]["checks"][1]["message"] == "values differ"
    assert one["grade"]["late"]["final_points"] == 74.25
    assert (two["final_points"], two["grade"]["status"]) == (None, "ungraded")
    assert (stray["student"], stray["grade"]["submission"]) == (None, "=stray")
    assert (loss["assignment"], loss["suite"]) == ("loss", "sha256:cd")
    assert (exported.grades, len(exported.left_out)) == (3, 1)


def test_json_lines_stay_one_line_whatever_a_hand_in_is_called():
    """A line separator or a reordering sign in a text is written as an escape."""
    odd = replace(LOSS, entries=(entry("s02", name="a\u2028\n\u202eb", assignment="loss"),))
    content = export_json_lines([odd], STUDENTS).content.decode()
    assert len(content.splitlines()) == 1
    assert re.search("[\u2028\u202e]", content) is None
    assert json.loads(content)["grade"]["submission"] == "a\u2028\n\u202eb"


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Unpack the zip where Gradescope does."""
    root = tmp_path_factory.mktemp("autograder")
    content = export_gradescope(ACTIVATIONS, STUDENTS).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(root / "source")
    (root / "results").mkdir()
    return root


def picked(root, *users, created=NOW):
    """Start `run_autograder` as Gradescope does, but for the folder; return what it left."""
    created_at = created.isoformat()
    metadata = {"users": [{"sid": sid, "email": email} for sid, email in users]}
    (root / "submission_metadata.json").write_text(
        json.dumps(metadata | {"created_at": created_at})
    )
    (root / "results" / "results.json").unlink(missing_ok=True)
    start = (
        "import pathlib, runpy, sys;"
        "main = runpy.run_path(sys.argv[1])['main'];"
        "sys.exit(main(pathlib.Path(sys.argv[2])))"
    )
    script = root / "source" / "run_autograder"
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start, script, root],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran, json.loads((root / "results" / "results.json").read_text())


def test_gradescope_zip_is_what_gradescope_builds_and_repeatable():
    """Two scripts at the top that can be executed; the same grades make the same bytes."""
    first = export_gradescope(ACTIVATIONS, STUDENTS)
    assert first.content == export_gradescope(ACTIVATIONS, STUDENTS).content
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        modes = {one.filename: one.external_attr >> 16 for one in archive.infolist()}
    assert all(modes[name] & stat.S_IXUSR for name in ("setup.sh", "run_autograder"))
    assert unzip(first.content)["run_autograder"].startswith(b"#!/usr/bin/env python3\n")
    assert first.grades == 1
    assert [one.who for one in first.left_out] == ["s02", "=stray"]


def test_gradescope_script_gives_a_student_the_result(image):
    """Known by id or address, without regard to capitals; lateness is in the score."""
    ran, result = picked(image, ("", "ONE@example.org"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert (result["score"], result["stdout_visibility"]) == (74.25, "hidden")
    tests = {test["name"]: test for test in result["tests"]}
    assert list(tests) == ["Public checks", "Handed in late", "A1.1 Step", "A1.2 Step", "Sum"]
    assert tests["A1.2 Step"]["score"] == 50.25
    assert tests["A1.2 Step"]["visibility"] == "after_published"
    assert "values differ" in tests["A1.2 Step"]["output"]
    assert "values differ" not in tests["Public checks"]["output"]
    assert (
        tests["Public checks"]["visibility"] == tests["Handed in late"]["visibility"] == "visible"
    )
    assert picked(image, ("S01", ""), ("s03", ""))[1] == result


@pytest.mark.parametrize(
    ("users", "later", "told"),
    [
        ([("s02", "two@example.org")], 0, "expected one grade of s02, two@example.org"),
        ([], 0, "expected one grade of nobody in activations; found 0"),
        ([("s01", "")], 2, "the one that was graded at 2027-05-01T07:00:00+00:00; grade the newer"),
    ],
)
def test_gradescope_script_without_a_certain_result_gives_no_score(image, users, later, told):
    """Ungraded, unknown or newer than what was graded: no score, and the reason for the staff."""
    ran, result = picked(image, *users, created=NOW + timedelta(minutes=later))
    assert ran.returncode == 1
    assert told in ran.stdout
    assert list(result) == ["output"]
    assert "no zero" in result["output"]


def test_gradescope_script_for_two_with_different_grades_gives_no_score(tmp_path):
    """A group whose members have two grades is not given one of them."""
    both = replace(ACTIVATIONS, entries=(entry("s01"), entry("s02")))
    with zipfile.ZipFile(io.BytesIO(export_gradescope(both, STUDENTS).content)) as archive:
        archive.extractall(tmp_path / "source")
    (tmp_path / "results").mkdir()
    ran, _ = picked(tmp_path, ("s01", ""), ("s02", ""))
    assert "expected one grade of s01, s02 in activations; found 2" in ran.stdout


def test_gradescope_results_are_hidden_as_the_course_says():
    """`never` and `after_due` become Gradescope's words; a word unknown here hides."""
    for policy, visibility in (
        ("never", "hidden"),
        ("after_due", "after_due_date"),
        ("later", "hidden"),
    ):
        grades = replace(ACTIVATIONS, hidden_results=policy)
        files = unzip(export_gradescope(grades, STUDENTS).content)
        tests = json.loads(files["results/00001.json"])["tests"]
        assert {test["visibility"] for test in tests[2:]} == {visibility}
