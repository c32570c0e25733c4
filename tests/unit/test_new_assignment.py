"""`autograder new`: what it writes, what it refuses, and that nothing is left of what failed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.catalog import locate
from autograder.config import load_course
from autograder.errors import InstructorError
from autograder.scaffold.assignment import new_assignment

PROJECT = Path(__file__).resolve().parents[2]
HELPER = re.compile(r"@contextmanager\ndef try_it\(.*?```", re.DOTALL)
LONGEST = "a" * 40


def contents(folder):
    """Map every file and folder below a folder to its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"a folder"
        for path in folder.rglob("*")
    }


def new_command(*arguments, cwd):
    """Run `autograder new` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "autograder.cli", "new", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_new_assignment_is_complete_and_changes_no_other_file(tiny_course):
    """The course loads with it, all its parts fit together, and the others stay as they were."""
    before = contents(tiny_course.root)
    paths = new_assignment(tiny_course.root, "angles")
    after = contents(tiny_course.root)
    course = load_course(tiny_course.root / "grading.yml")
    assert course.order == ("toy", "angles")
    assert course.assignment("angles").title == "Angles"
    assert list(course.assignment("angles").questions) == ["A2.1"]
    locate(tiny_course.root, course, "angles")
    files = {name for name in after.keys() - before.keys() if (tiny_course.root / name).is_file()}
    assert files == {path.as_posix() for path in paths}
    assert {name for name in before if before[name] != after[name]} == {"grading.yml"}


@pytest.mark.parametrize("title", ['Angles: "how" to #1', "Winkel für alle", "null", "  Spaces "])
def test_new_assignment_with_any_title_has_that_title(tiny_course, title):
    """What YAML would read otherwise is quoted."""
    new_assignment(tiny_course.root, "angles", title)
    course = load_course(tiny_course.root / "grading.yml")
    assert course.assignment("angles").title == title.strip()
    lesson = (tiny_course.root / "assignments/angles/angles.md").read_text(encoding="utf-8")
    assert f"\n# {title.strip()}\n" in lesson


def test_new_assignment_after_others_has_the_next_number(tiny_course):
    """Question ids go on from the highest of the course, whatever was taken out of it."""
    for name in ("angles", "bends"):
        new_assignment(tiny_course.root, name)
    policy = tiny_course.root / "grading.yml"
    policy.write_text(policy.read_text().replace("A3.1", "A17.1"))
    stub = tiny_course.root / "assignments/bends/bends.py"
    stub.write_text(stub.read_text().replace("A3.1", "A17.1"))
    new_assignment(tiny_course.root, "curves")
    assert list(load_course(policy).assignment("curves").questions) == ["A18.1"]


@pytest.mark.parametrize("name", ["angles", "zeta", LONGEST])
def test_new_assignment_is_clean_by_the_project_s_own_rules(tiny_course, name):
    """Ruff has nothing to say about the files, however the id is sorted and however long it is."""
    new_assignment(tiny_course.root, name)
    paths = [f"assignments/{name}", f"tests/hidden/{name}", "solutions/misconceptions"]
    config = ["--no-cache", "--config", str(PROJECT / "pyproject.toml")]
    config += ["--config", f"src = ['{PROJECT}']"]  # where `autograder` lies, as in a clone
    for command in (["check"], ["format", "--check"]):
        ran = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *config, *paths, f"solutions/{name}.py"],
            cwd=tiny_course.root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_new_assignment_s_lesson_begins_like_the_others(tiny_course):
    """The helper of the first cell is the same, word for word, as in the course's lessons."""
    new_assignment(tiny_course.root, "angles")
    ours = (tiny_course.root / "assignments/angles/angles.md").read_text()
    theirs = (PROJECT / "assignments/convolution/convolution.md").read_text()
    assert HELPER.search(ours)[0] == HELPER.search(theirs)[0]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("toy", "the course has this assignment"),
        ("", "expected the name of a module"),
        ("two words", "expected the name of a module"),
        ("../up", "expected the name of a module"),
        ("9th", "expected the name of a module"),
        ("Angles", "expected the name of a module"),
        ("_angles", "expected the name of a module"),
        ("winkelmaß", "expected the name of a module"),
        ("lambda", "a keyword of Python"),
        ("statistics", "a module of the standard library"),
        ("numpy", "import this package"),
        ("pytest", "import this package"),
        ("test_angles", "without test_ in front"),
        ("a" * 41, "40 letters at most"),
    ],
)
def test_new_assignment_with_an_id_that_cannot_be_is_refused(tiny_course, name, rule):
    """The rule is told, and nothing is written."""
    before = contents(tiny_course.root)
    with pytest.raises(InstructorError, match=re.escape(rule)):
        new_assignment(tiny_course.root, name)
    assert contents(tiny_course.root) == before


@pytest.mark.parametrize("title", ["  ", "two\nlines", "a\tb"])
def test_new_assignment_with_a_title_that_is_no_line_is_refused(tiny_course, title):
    """A title is a few words in one line."""
    before = contents(tiny_course.root)
    with pytest.raises(InstructorError, match="in one line of text"):
        new_assignment(tiny_course.root, "angles", title)
    assert contents(tiny_course.root) == before


@pytest.mark.parametrize(
    "place",
    [
        "assignments/angles/notes.md",
        "solutions/angles.py",
        "solutions/misconceptions/angles.py",
        "tests/hidden/angles/test_old.py",
        "tests/equivalent/angles.yml",
        "tests/integration/variants/angles/loops.py",
    ],
)
def test_new_assignment_over_files_that_are_there_is_refused(tiny_course, place):
    """Nobody's work is replaced, and nothing old is taken for the new assignment's."""
    tiny_course.write(place, "here before\n")
    before = contents(tiny_course.root)
    with pytest.raises(InstructorError, match="move them away") as refusal:
        new_assignment(tiny_course.root, "angles")
    assert place.split("angles", maxsplit=1)[0] in str(refusal.value)
    assert contents(tiny_course.root) == before


def test_new_assignment_without_a_check_group_is_refused(tiny_course):
    """A course that weighs other groups is told which are missing."""
    text = tiny_course.texts["grading.yml"].replace("speed: 5", "pace: 5", 1)
    tiny_course.write("grading.yml", text)
    with pytest.raises(InstructorError, match="found no speed"):
        new_assignment(tiny_course.root, "angles")


@pytest.mark.parametrize("obstacle", ["tests/hidden", "solutions/misconceptions"])
def test_new_assignment_that_cannot_be_written_leaves_nothing(tiny_course, obstacle):
    """Where a file stands in a folder's place, all that was written before is taken back."""
    folder = tiny_course.root / obstacle
    if folder.is_dir():
        folder.rename(tiny_course.root / "moved")
    tiny_course.write(obstacle, "no folder\n")
    before = contents(tiny_course.root)
    with pytest.raises(InstructorError, match="the course is as it was"):
        new_assignment(tiny_course.root, "angles")
    assert contents(tiny_course.root) == before


def test_new_command_prints_the_files_and_what_comes_next(tiny_course):
    """Results go to standard output, advice to standard error."""
    ran = new_command("angles", "--title", "All angles", cwd=tiny_course.root / "assignments")
    assert (ran.returncode, ran.stderr) == (0, "next: autograder verify angles\n")
    lines = ran.stdout.splitlines()
    assert lines[-1] == "changed  grading.yml"
    assert all(
        (tiny_course.root / line.removeprefix("new").strip()).is_file() for line in lines[:-1]
    )
    assert "    title: All angles\n" in (tiny_course.root / "grading.yml").read_text()


def test_new_command_outside_a_course_says_how_to_get_one(tmp_path):
    """Without grading.yml here or above, the message says what to do."""
    ran = new_command("angles", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "expected a course" in ran.stderr
    assert "begin with a clone of this project" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_new_command_prints_what_the_guide_shows(tiny_course):
    """The guide's example of `autograder new` is what the command prints."""
    ran = new_command("dilated_convolution", cwd=tiny_course.root)
    shown = f"```\n$ autograder new dilated_convolution\n{ran.stdout}{ran.stderr}```\n"
    assert shown in (PROJECT / "docs" / "guide-instructor-new.md").read_text(encoding="utf-8")
