"""`autograder export` on a real gradebook: what it writes, says and ends with."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from autograder.archive import unzip
from autograder.cli import app
from autograder.config import load_course
from autograder.errors import AutograderError
from autograder.gradebook.book import Gradebook
from autograder.gradebook.handins import HandIn
from autograder.gradebook.past import Facts
from autograder.gradebook.place import place_of
from autograder.records import Grade, QuestionGrade, Status, Verdict
from autograder.roster import Student

IN_TIME = datetime(2027, 4, 30, 12, tzinfo=UTC)
LATE = datetime(2027, 5, 1, 12, tzinfo=UTC)
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Toys (42),Final Score
    Points Possible,,,,,100.00,(read only)
"=1+1, One",1,s1,,A,,
Two,2,,TWO@example.org,A,11.00,
Three,3,s3,,A,,
"""
MOODLE = """\
Identifier,"Full name","Email address",Grade,"Maximum grade","Feedback comments"
"Participant 9",One,one@example.org,,100.00,
"""


def graded(name, points, *, status=Status.GRADED, reason=""):
    questions = (
        QuestionGrade("T1.1", "Twice", ("double",), points, 60, False, Verdict.PASSED, (), ()),
    )
    return Grade(name, "aa", status, points, 100, 0, questions, reason)


@pytest.fixture
def book(tiny_course):
    """Make a gradebook of three students and a stray hand-in, one late and one ungraded."""
    students = [
        Student("s1", "=1+1", "one@example.org"),
        Student("s2", "Two", "two@example.org"),
        Student("s3", "Three", "three@example.org"),
    ]
    hand_ins = [
        ("in-1", "s1", IN_TIME, graded("in-1", 60)),
        ("in-2", "s2", LATE, graded("in-2", 60)),
        ("in-3", "s3", IN_TIME, graded("in-3", 0, status=Status.UNGRADED, reason="set aside")),
        ("=stray", "", IN_TIME, graded("=stray", 10)),
    ]
    return filled(tiny_course, students, hand_ins)


def filled(tiny_course, students, grades):
    """Write a course's gradebook: who takes it, and hand-in, student, time and grade of each."""
    text = (tiny_course.root / "grading.yml").read_text(encoding="utf-8")
    late = "    due: 2027-04-30 23:59\n    late: {percent_per_day: 10}\n"
    tiny_course.write("grading.yml", text.replace("    title: Toys\n", f"    title: Toys\n{late}"))
    hand_ins = []
    for name, student, when, _ in grades:
        tiny_course.write(f"hand-ins/{name}.py", f"# {name}\n")
        path = tiny_course.root / "hand-ins" / f"{name}.py"
        hand_ins.append(HandIn(name, path, student, when))
    course = load_course(tiny_course.root / "grading.yml")
    with Gradebook.open(place_of("", tiny_course.root), tiny_course.root, create=True) as book:
        book.add_students(students)
        ids = book.register("toy", hand_ins, course.intake)
        for one, (*_, grade) in zip(hand_ins, grades, strict=True):
            book.propose(ids[one.name], grade, Facts("sha256:cd"), "a test")
        book.accept(book.proposals("toy"), "a test")
    return tiny_course


@dataclass(frozen=True)
class Ran:
    """What a command ended with, and what it said."""

    status: int
    told: str
    out: str


@pytest.fixture
def export(tiny_course, monkeypatch):
    """Run `autograder export` in the course's folder, in this process."""

    def run(*arguments):
        monkeypatch.chdir(tiny_course.root)
        ran = CliRunner().invoke(app, ["export", *arguments])
        if isinstance(ran.exception, AutograderError):
            return Ran(ran.exception.exit_status, str(ran.exception), ran.stdout)
        return Ran(ran.exit_code, ran.stderr, ran.stdout)

    return run


def test_export_to_canvas_updates_a_copy_and_lists_what_is_left_out(book, export):
    """Late points are in their cells, the ungraded and the stray are told, and the status is 1."""
    book.write("canvas.csv", CANVAS)
    ran = export("canvas", "toy", "--update", "canvas.csv", "--out", "new.csv")
    assert ran.status == 1, ran.told
    expected = CANVAS.replace("s1,,A,,", "s1,,A,60.00,").replace("11.00", "54.00")
    assert (book.root / "new.csv").read_text() == expected
    assert (book.root / "canvas.csv").read_text() == CANVAS
    assert "left out: toy, s3: ungraded: set aside\n" in ran.told
    assert "left out: toy, =stray: the hand-in belongs to nobody on the roster\n" in ran.told
    assert "new.csv: 2 grades written; 2 left out\n" in ran.told
    assert ran.out == ""


def test_export_to_canvas_in_place_twice_changes_nothing_more(book, export):
    """The file may be the one that is updated; what it says already is not written anew."""
    book.write("canvas.csv", CANVAS)
    in_place = ("canvas", "toy", "--update", "canvas.csv", "--out", "canvas.csv")
    assert export(*in_place).status == 1
    once = (book.root / "canvas.csv").read_bytes()
    assert export(*in_place, "--column", "toy=Toys (42)").status == 1
    assert (book.root / "canvas.csv").read_bytes() == once
    assert once != CANVAS.encode()
    assert sorted(path.suffix for path in book.root.glob(".*")) == []


def test_export_without_a_roster_matches_whom_the_table_of_times_named(tiny_course, export):
    """An id or address that came with the hand-in is enough to find a row."""
    grades = [
        ("in-1", "s1", IN_TIME, graded("in-1", 60)),
        ("in-2", "two@example.org", LATE, graded("in-2", 60)),
    ]
    filled(tiny_course, [], grades).write("canvas.csv", CANVAS)
    ran = export("canvas", "toy", "--update", "canvas.csv", "--out", "new.csv")
    assert ran.status == 0, ran.told
    expected = CANVAS.replace("s1,,A,,", "s1,,A,60.00,").replace("11.00", "54.00")
    assert (tiny_course.root / "new.csv").read_text() == expected


def test_export_to_moodle_writes_feedback_with_a_link(book, export):
    """A worksheet gets grade and comment; who is not in it is told."""
    book.write("moodle.csv", MOODLE)
    links = ("--feedback-links", "https://example.org/pages")
    ran = export("moodle", "toy", "--update", "moodle.csv", "--out", "new.csv", *links)
    assert ran.status == 1, ran.told
    (row,) = csv.DictReader((book.root / "new.csv").read_text().splitlines())
    assert row["Grade"] == "60.00"
    assert row["Feedback comments"].startswith("Toys: 60 of 100 points.<br>Handed in 2027-04-30")
    assert '<a href="https://example.org/pages/in-1.html">' in row["Feedback comments"]
    assert "s2: no row of moodle.csv has the student's id or address" in ran.told


def test_export_of_tables_and_json_lines_holds_the_whole_gradebook(book, export):
    """Without a name every assignment that has grades is written; a stray hand-in is there too."""
    assert export("csv", "--out", "all.csv").status == 1
    with (book.root / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["toy final"]) for row in rows] == [
        ("s1", "60"),
        ("s2", "54"),
        ("s3", ""),
        ("", "10"),
    ]
    assert (rows[0]["name"], rows[3]["toy submission"]) == ("'=1+1", "'=stray")
    assert export("jsonl", "--out", "all.jsonl").status == 1
    lines = (book.root / "all.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["final_points"] for line in lines} == {60, 54, None, 10}


def test_export_as_a_command_ends_with_its_status_and_keeps_standard_output_free(book):
    """What is left out is told on standard error; the status says that somebody must look."""
    command = [sys.executable, "-m", "autograder.cli", "export", "jsonl", "--out", "a.jsonl"]
    ran = subprocess.run(
        command, cwd=book.root, capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    told = ["left out: toy, s3: ungraded: set aside", "a.jsonl: 3 grades written; 1 left out"]
    assert ran.stderr.splitlines() == told


def test_export_to_gradescope_is_a_zip_with_a_result_a_student(book, export):
    """Only those who can be known at Gradescope are in it."""
    ran = export("gradescope", "toy", "--out", "toy.zip")
    assert ran.status == 1, ran.told
    files = unzip((book.root / "toy.zip").read_bytes())
    assert json.loads(files["index.json"])["students"].keys() >= {"s1", "one@example.org", "s2"}
    assert len([name for name in files if name.startswith("results/")]) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("canvas", "toy", "--out", "a.csv"), "canvas needs the file that it exported"),
        (("csv", "--update", "b.csv", "--out", "a.csv"), "only canvas and moodle update a file"),
        (("csv", "--column", "a=b", "--out", "a.csv"), "only canvas and moodle update a file"),
        (("csv", "--feedback-links", "https://a", "--out", "a.csv"), "only moodle has a column"),
        (
            ("moodle", "--feedback-links", "javascript:x", "--update", "b", "--out", "a.csv"),
            "expected an address that begins with https://",
        ),
        (("canvas", "--update", "b", "--column", "toy", "--out", "a.csv"), "expected NAME=HEADING"),
        (
            ("canvas", "--update", "b", "--column", "a=b", "--column", "a=c", "--out", "a.csv"),
            "a: expected once",
        ),
        (("csv", "--out", "missing/a.csv"), "expected a file in a folder that is there"),
        (("gradescope", "--out", "a.zip"), "one assignment at a time: name one of toy"),
        (("csv", "toys", "--out", "a.csv"), "did you mean toy?"),
        (("csv", "--out", "a.csv"), "gradebook.sqlite"),
    ],
)
def test_export_that_cannot_be_is_refused_before_anything_is_written(
    tiny_course, export, arguments, told
):
    """Options that do not fit, a wrong name or no gradebook: status 2, a sentence, and no file."""
    ran = export(*arguments)
    assert ran.status == 2, ran.told
    assert told in " ".join(ran.told.replace("│", " ").split())
    assert not (tiny_course.root / "a.csv").exists()
    assert not (tiny_course.root / "gradebook.sqlite").exists()
