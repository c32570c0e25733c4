"""`autograder import`, from what other systems hand out to grades."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import InstructorError

RIGHT = "def double(x):\n    return x + x\n\n\ndef mean(x):\n    raise ValueError\n"
METADATA = """\
submission_11:
  :submitters:
  - :name: Ann Lee
    :sid: s1
    :email: ann@example.org
  - :name: Cat Noir
    :sid: s3
    :email: cat@example.org
  :created_at: 2026-10-21 12:00:00.000000000 Z
submission_12:
  :submitters:
  - :name: Somebody Else
    :sid: s9
    :email: else@example.org
  :created_at: 2026-10-20 12:00:00.000000000 Z
"""
ROSTER = "id,name,email\ns1,Ann Lee,ann@example.org\ns2,Bob Ray,\ns3,Cat Noir,\n"
TIMES = "    due: 2026-10-20 23:59\nlate: {percent_per_day: 10}\n"


@pytest.fixture
def course(tiny_course, monkeypatch):
    """Stand in the tiny course, with a roster, a due time and a Gradescope export."""
    tiny_course.write("grading.yml", tiny_course.texts["grading.yml"] + TIMES)
    tiny_course.write("roster.csv", ROSTER)
    tiny_course.write("export/submission_metadata.yml", METADATA)
    tiny_course.write("export/submission_11/toy.py", RIGHT)
    tiny_course.write("export/submission_12/toy.py", RIGHT)
    monkeypatch.chdir(tiny_course.root)
    return tiny_course


def run(*arguments):
    """Run `autograder import` here, and return its status and what it wrote."""
    result = CliRunner().invoke(app, ["import", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_import_of_an_export_can_be_graded_with_its_times(course):
    """What was imported is graded by students' ids, and late by the times of the export."""
    options = ("--out", "in", "--roster", "roster.csv", "--assignment", "toy")
    status, out, told = run("gradescope", "export", *options)
    assert status == 1
    assert out.splitlines() == [
        "2 hand-ins: in",
        "without a hand-in: 1 of 3: `s2`",
    ]
    assert "submission_12: looked for id s9, e-mail else@example.org, name Somebody Else" in told
    command = told.splitlines()[-1].removeprefix("next: autograder ").split()
    assert command == ["grade", "toy", "in/hand-ins", "--submitted", "in/submitted.csv"]
    command += ["--isolation", "best-effort", "--workers", "1", "--json", "grades.json"]
    subprocess.run(
        [sys.executable, "-m", "autograder.cli", *command],
        cwd=course.root,
        capture_output=True,
        timeout=300,
        check=True,
    )
    grades = json.loads((course.root / "grades.json").read_text())["grades"]
    assert [(one["submission"], one["late"]["days"]) for one in grades] == [("s1", 1), ("s3", 1)]


def test_import_of_everything_ends_with_zero_and_can_be_repeated(course):
    """If all is laid out the status is 0, and the same source may be imported again."""
    course.write("roster.csv", f"{ROSTER}s9,Somebody Else,\n")
    for _ in range(2):
        status, out, _ = run("gradescope", "export", "--out", "in", "--roster", "roster.csv")
        assert (status, out.splitlines()[0]) == (0, "3 hand-ins: in")


def test_import_without_a_roster_says_how_hand_ins_are_named(course):
    """Without a roster nobody can be unmatched, and that is said."""
    status, out, _ = run("gradescope", "export", "--out", "in")
    assert status == 0
    assert "hand-ins are named as the other system names people" in out
    assert sorted(path.name for path in (course.root / "in/hand-ins").iterdir()) == [
        "s1",
        "s3",
        "s9",
    ]


def test_import_keeps_the_unmatched_when_asked(course):
    """Hand-ins of nobody known can be laid out apart; the status still says so."""
    options = ("--out", "in", "--roster", "roster.csv", "--keep-unmatched")
    status, out, _ = run("gradescope", "export", *options)
    assert (status, out.splitlines()[0]) == (1, "2 hand-ins, and 1 of nobody known: in")
    assert (course.root / "in/unmatched/unmatched-submission_12/toy.py").read_text() == RIGHT


def test_import_of_nobody_known_writes_nothing(course):
    """Where nobody is found, no folder is made."""
    course.write("roster.csv", "id\nx\n")
    status, out, told = run("gradescope", "export", "--out", "in", "--roster", "roster.csv")
    assert (status, out) == (1, "")
    assert "nothing was laid out" in told
    assert not (course.root / "in").exists()


def test_import_shows_no_escapes_of_names(course):
    """What students are called cannot write to a terminal."""
    with zipfile.ZipFile(course.root / "c.zip", "w") as archive:
        archive.writestr("lee\x1b[31mann_7_9_toy.py", RIGHT)
        archive.writestr("leeann_7_9_toy.py", RIGHT)
    status, out, told = run("canvas", "c.zip", "--out", "in", "--roster", "roster.csv")
    assert status == 1
    assert "\x1b" not in out + told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gradescop", "export", "--out", "in"), "did you mean gradescope?"),
        (("canvas", "no.zip", "--out", "in"), "no.zip: no such file or folder"),
        (("canvas", "export", "--out", "in"), "expected the zip as it was downloaded"),
        (("gradescope", "export", "--out", "export"), "which would be lost"),
        (("gradescope", "export", "--out", "in", "--assignment", "toys"), "did you mean toy?"),
        (("gradescope", "export", "--out", "in", "--roster", "no.csv"), "look at --roster"),
        (("gradescope", "export", "--out", "in", "--table", "roster.csv"), "leave out --table"),
        (("github", "roster.csv", "--out", "in"), "expected a folder of clones"),
        (("gradescope", "assignments", "--out", "in"), "submission_metadata.yml: expected"),
    ],
)
def test_import_of_a_mistake_says_what_to_do(course, arguments, words):
    """A mistake on the command line is told in words, and nothing is written."""
    with pytest.raises(InstructorError) as caught:
        run(*arguments)
    assert words in " ".join(str(caught.value).split())
    assert not (course.root / "in").exists()
