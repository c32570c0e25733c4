"""`autograder regrade`, `adjust` and `history` on a class that was graded in the sandbox."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import InstructorError
from autograder.gradebook import open_gradebook

HAND_IN = """\
def double(x):
    return 2 * x


def mean(x):
    if len(x) == 0:
        raise ValueError("empty")
    return float(sum(x) / len(x)) if abs(x[0]) < {limit} else 0.0
"""
LARGE = '''
def test_large_numbers(student, reference):
    """Large numbers have a mean too."""
    x = np.array([1e6, 2e6, 6e6])
    assert_agrees(student.mean(x), reference.mean(x))
'''


@pytest.fixture
def run(monkeypatch, tiny_course):
    """Run a command in the course's folder; give what it wrote, and its status."""
    monkeypatch.chdir(tiny_course.root)

    def run(*arguments, status=0):
        sandboxed = ["--isolation", "best-effort", "--workers", "1"]
        more = sandboxed if arguments[0] in ("grade", "regrade") else []
        ran = CliRunner().invoke(app, [*arguments, *more], catch_exceptions=False)
        assert ran.exit_code == status, ran.stderr
        return ran

    return run


@pytest.fixture
def course(run, tiny_course):
    """Grade a module and a folder, of which one is wrong for large numbers."""
    tiny_course.write("hand-ins/ann.py", HAND_IN.format(limit=1e9))
    tiny_course.write("hand-ins/bob/toy.py", HAND_IN.format(limit=1e3))
    run("grade", "toy", "hand-ins", "--gradebook", "gradebook.sqlite")
    return tiny_course


def standing(course):
    with open_gradebook("", course.root) as book:
        return {one.submission: one.final_points for one in book.entries("toy")}


def test_regrade_shows_who_moves_and_lets_it_stand_when_told(run, course):
    """A new check takes points from one hand-in; they are gone only after --apply --reason."""
    assert "nothing to do" in run("regrade").stderr
    assert standing(course) == {"ann": 100, "bob": 100}
    course.add_hidden(LARGE, "test_mean.py")
    shown = run("regrade", "toy")
    assert "graded now: 2, from before: 0" in shown.stderr
    assert "--apply --reason" in shown.stderr
    assert "bob: 100 -> 84 (-16)" in shown.stdout
    assert "test_mean.py::test_large_numbers: not in the suite -> failed" in shown.stdout
    assert "ann" not in shown.stdout
    assert standing(course) == {"ann": 100, "bob": 100}
    run("adjust", "toy", "bob", "T1.2", "35", "--by", "J. Doe", "--reason", "was not announced")
    applied = run("regrade", "--apply", "--reason", "large numbers", "--json", "-")
    assert "graded now: 0, from before: 2" in applied.stderr
    (found,) = json.loads(applied.stdout)["assignments"]
    assert (found["applied"], found["summary"]["same"], found["left"]) == (True, 2, [])
    (move,) = [one for one in found["moves"] if one["submission"] == "bob"]
    assert move["questions"][0]["held"]["by"] == "J. Doe"
    assert standing(course) == {"ann": 100, "bob": 95}
    with open_gradebook("", course.root) as book:
        old, new = book.history(book.work("toy")[1].id)
    assert (old.grade.sha256, new.why) == (new.grade.sha256, "regraded: large numbers")


def test_adjust_and_history_tell_who_set_what_and_why(run, course):
    """An adjustment is on the page and in the history, with what was there before and after."""
    said = run("adjust", "toy", "ann", "T1.2", "12.5", "--by", "J. Doe", "--reason", "by hand")
    assert (
        "T1.2 of ann (ann): 40 -> 12.5 points, by J. Doe; the hand-in: 100 -> 72.5" in said.stderr
    )
    run("report", "toy", "--out", "pages", "--student", "ann")
    page = (course.root / "pages" / "ann.html").read_text()
    assert "T1.2: 12.5 points instead of 40, by J. Doe: by hand" in page
    run("adjust", "toy", "ann", "T1.2", "--withdraw", "--by", "J. Doe", "--reason", "too harsh")
    told = run("history", "toy", "ann", "--json", "history.json").stdout
    for line in (
        "ann, attempt 1: ann",
        "100 + 0 bonus; stands",
        "T1.2 set to 12.5 points by J. Doe: by hand",
        "T1.2 taken back by J. Doe: too harsh",
        "stands: 100 points",
    ):
        assert line in told
    (attempt,) = json.loads((course.root / "history.json").read_text())["attempts"]
    assert [one["points"] for one in attempt["adjustments"]] == [12.5, None]
    assert (attempt["grades"][0]["state"], attempt["final_points"]) == ("stands", 100)
    assert run("history", "toy", "ann", "--json", "-").stdout.startswith("{")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("regrade", "--apply"), "expected why the grades change"),
        (("regrade", "--reason", "x"), "nothing changes without --apply"),
        (("adjust", "toy", "ann", "T1.2", "--by", "x", "--reason", "y"), "points, or --withdraw"),
        (("adjust", "toy", "ann", "T1.2", "nan", "--by", "x", "--reason", "y"), "a number"),
    ],
)
def test_regrade_commands_refuse_what_makes_no_sense(run, tiny_course, arguments, words):
    """A mistake on the command line has status 2 and says what was expected."""
    assert words in " ".join(run(*arguments, status=2).stderr.replace("│", "").split())


def test_adjust_without_an_adjustment_to_take_back_says_so(run, course):
    """Taking back what was never set is a mistake, and so are more points than there are."""
    common = ("adjust", "toy", "ann", "T1.2", "--by", "x", "--reason", "y")
    with pytest.raises(InstructorError, match="expected an adjustment to take back"):
        run(*common, "--withdraw")
    with pytest.raises(InstructorError, match="from 0 to 40; received 41"):
        run(*common, "41")
