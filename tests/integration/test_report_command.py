"""`autograder report` and `autograder statistics` from a gradebook."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.config import load_course
from autograder.errors import InstructorError
from autograder.gradebook import open_gradebook
from autograder.gradebook.handins import HandIn
from autograder.gradebook.past import Facts
from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report import as_json
from autograder.roster import Student

SUITE = "sha256:" + "ab" * 32
ERRATA = "| id | right is |\n|---|---|\n| E01 | four |\n"


def question(name, title, function, share, worth):
    passed = share == 1
    check = CheckOutcome(
        f"test_{function}",
        name,
        "values",
        Verdict.PASSED if passed else Verdict.FAILED,
        f"{function} agrees.",
        fraction=float(passed),
    )
    verdict, sources = check.verdict, () if passed else ("E01",)
    points = worth * share
    return QuestionGrade(
        name, title, (function,), points, worth, False, verdict, (), (check,), sources=sources
    )


def grade(name, double, mean):
    questions = (
        question("T1.1", "Twice", "double", double, 60),
        question("T1.2", "Mean", "mean", mean, 40),
    )
    points = sum(one.points for one in questions)
    return Grade(name, "cd" * 32, Status.GRADED, points, 100, 0, questions, seconds=0.25)


GRADES = (
    *(grade(f"hand-in-{at}", 1, at / 10) for at in range(6)),
    Grade("hand-in-6", "", Status.UNGRADED, 0, 100, 0, reason="Not a zip archive."),
)


@pytest.fixture
def course(tiny_course, monkeypatch):
    """Fill the gradebook beside a tiny course, and stand in its folder."""
    text = tiny_course.texts["grading.yml"].replace(
        "{title: A tiny course}", "{title: A tiny course, errata: docs/errata.md}"
    )
    tiny_course.write("grading.yml", text)
    tiny_course.write("docs/errata.md", ERRATA)
    limits = load_course(tiny_course.root / "grading.yml").intake
    students = [Student(f"u{at}") for at in range(6)]
    hand_ins = [
        HandIn(one.submission, tiny_course.write(f"in/{one.submission}.py", f"# {at}"), student)
        for at, (one, student) in enumerate(
            zip(GRADES, (*(student.id for student in students), ""), strict=True)
        )
    ]
    with open_gradebook("", tiny_course.root, create=True) as book:
        book.add_students(students)
        ids = book.register("toy", hand_ins, limits)
        for one in GRADES:
            facts = Facts(SUITE, isolation={"landlock": "on"})
            book.propose(ids[one.submission], one, facts, "a test")
        book.accept(book.proposals("toy"), "a test")
    monkeypatch.chdir(tiny_course.root)
    return tiny_course


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_report_from_the_gradebook_writes_every_page(course, tmp_path):
    """The class, each hand-in, the errata and the statistics: nothing is graded for it."""
    out = tmp_path / "pages"
    ran = run("report", "toy", "--out", out)
    assert ran.exit_code == 0, ran.output
    pages = {path.name: path.read_text() for path in out.iterdir()}
    expected = {f"{one.submission}.html" for one in GRADES}
    assert set(pages) == expected | {"index.html", "errata.html", "statistics.html"}
    assert "6 submissions graded, 1 ungraded" in pages["index.html"]
    assert "landlock" in pages["index.html"]
    assert SUITE in pages["statistics.html"]
    assert 'href="errata.html#E01"' in pages["hand-in-3.html"]


@pytest.mark.parametrize("name", ["u3", "hand-in-3"])
def test_report_of_one_student_is_one_page_by_itself(name, course, tmp_path):
    """By the roster's id or the hand-in's name: one file that links to nothing beside it."""
    ran = run("report", "toy", "--out", tmp_path / "one", "--student", name)
    assert ran.exit_code == 0, ran.output
    (page,) = (tmp_path / "one").iterdir()
    assert page.name == "hand-in-3.html"
    text = page.read_text()
    assert "72 of 100 points" in text
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', text))


def test_report_of_an_unknown_student_is_refused_with_the_nearest_name(course, tmp_path):
    """A slip in an id is told, and nothing is written."""
    ran = run("report", "toy", "--out", tmp_path / "one", "--student", "hand-in3")
    assert isinstance(ran.exception, InstructorError)
    assert "did you mean hand-in-3?" in str(ran.exception)
    assert not (tmp_path / "one").exists()


def test_report_without_any_grade_says_what_to_do(course, tmp_path):
    """An empty gradebook gives no empty report."""
    with open_gradebook(str(tmp_path / "new.sqlite"), course.root, create=True):
        pass
    ran = run("report", "toy", "--out", tmp_path, "--gradebook", tmp_path / "new.sqlite")
    assert isinstance(ran.exception, InstructorError)
    assert "expected grades of toy, found none; grade first: autograder grade" in str(ran.exception)


def test_statistics_from_gradebook_and_from_file_agree(course, tmp_path):
    """The gradebook and what `grade --json` wrote give the same numbers."""
    (tmp_path / "toy.json").write_text(
        as_json.dumps(ClassResult("toy", "Toys", 100, SUITE, grades=GRADES))
    )
    ran = run("statistics", "toy", "--json", "-")
    again = run("statistics", "toy", "--json", "-", "--from", tmp_path / "toy.json")
    assert ran.exit_code == again.exit_code == 0, ran.output + again.output
    assert json.loads(ran.stdout) == json.loads(again.stdout)
    assert json.loads(ran.stdout)["questions"][0]["full"] == 6


def test_statistics_with_a_page_prints_and_writes(course, tmp_path):
    """The table is on standard output, page and JSON are in their places."""
    ran = run("statistics", "toy", "--report", tmp_path / "pages", "--json", tmp_path / "s.json")
    assert ran.exit_code == 0, ran.output
    assert "6 hand-ins graded, 1 ungraded; mean 70, median 70 of 100 points" in ran.stdout
    assert "<svg" in (tmp_path / "pages" / "statistics.html").read_text()
    assert json.loads((tmp_path / "s.json").read_text())["graded"] == 6


def test_statistics_of_two_sources_at_once_are_refused(course, tmp_path):
    """Which of two sources is meant is not guessed."""
    ran = run("statistics", "toy", "--from", tmp_path / "a.json", "--gradebook", "b.sqlite")
    assert ran.exit_code == 2
