"""What the README and the student guide show is what a run gives."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

COURSE = Path(__file__).resolve().parents[2]
SAMPLES = COURSE / "examples" / "submissions"
SHOWN = ("student-04", "student-05", "student-11", "student-14", "student-20")
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SCRIPTS = Path(sys.executable).parent
HOME = "/home/you"


def blocks(page, kind=""):
    """Take the blocks of a kind out of a page."""
    text = (COURSE / page).read_text(encoding="utf-8")
    return [found["text"] for found in FENCE.finditer(text) if found["kind"] == kind]


def run(words, folder):
    """Run a command as a person would, in a terminal of its own width."""
    path = os.pathsep.join([str(SCRIPTS), os.environ["PATH"]])
    return subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    ).stdout


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade the hand-ins that the README shows; give the table and the JSON."""
    found = tmp_path_factory.mktemp("readme") / "grades.json"
    paths = [str(next((SAMPLES / "convolution").glob(f"{name}*"))) for name in SHOWN]
    options = ["--json", str(found), "--isolation", "best-effort", "--workers", "2"]
    table = run(["autograder", "grade", "convolution", *paths, *options], COURSE)
    return table, json.loads(found.read_text(encoding="utf-8"))


def test_readme_table_is_that_of_a_run(graded):
    """Each line has the cells that grading prints; the widths follow from the whole class."""
    table = next(one for one in blocks("README.md") if one.startswith("Convolution"))
    *rows, _ = table.splitlines()
    printed = [line.split() for line in graded[0].splitlines()]
    assert len(rows) == 2 + len(SHOWN)
    for row in rows:
        assert row.split() in printed


def test_readme_last_line_is_that_of_the_whole_sample_class():
    """Number, mean and median are those of the file that says what each hand-in must get."""
    table = next(one for one in blocks("README.md") if one.startswith("Convolution"))
    expected = yaml.safe_load((SAMPLES / "convolution.yml").read_text(encoding="utf-8"))
    points = [one["points"] for one in expected.values() if one["status"] == "graded"]
    mean, median = round(statistics.mean(points), 1), round(statistics.median(points), 1)
    line = rf"{len(points)} graded, {len(expected) - len(points)} ungraded · "
    line += rf"mean {mean:g}, median {median:g} of 100 points · [\d.]+ s"
    assert re.fullmatch(line, table.splitlines()[-1])


def without_places(text):
    """Leave out what differs with the course's secret: how large numbers are, and where."""
    return re.sub(r"about [\d.e-]+( at \(h=\d, w=\d\))?", "about N", text.strip())


def test_readme_mismatch_is_that_of_a_run(graded):
    """A check of the sample class says it, whatever inputs were drawn."""
    shown = next(one for one in blocks("README.md") if one.startswith("correlate2d"))
    said = {
        without_places(check["message"])
        for grade in graded[1]["grades"]
        for question in grade["questions"]
        for check in question["checks"]
    }
    assert without_places(shown) in said


def test_readme_counts_are_those_of_the_course():
    """Hand-ins, known mistakes and the quoted advice."""
    text = " ".join((COURSE / "README.md").read_text(encoding="utf-8").split())
    hand_ins = sum(len(yaml.safe_load(one.read_text())) for one in SAMPLES.glob("*.yml"))
    known = [path.read_text() for path in (COURSE / "solutions" / "misconceptions").glob("*.py")]
    assert f"the {hand_ins} hand-ins of the sample class" in text
    assert f"{sum(one.count('@known_wrong(') for one in known)} such mistakes" in text
    quoted = re.search(r'it is named: "([^(]+) \(Right elsewhere', text)[1]
    assert any(f'"""{quoted}"""' in one for one in known)


def agrees(shown, printed):
    """Compare line by line; a line of three dots stands for any lines."""
    parts = [re.escape(one) for one in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    return re.fullmatch("(?s:.*)".join(parts), printed) is not None


def test_student_guide_outputs_are_those_of_a_run(tmp_path):
    """Its commands, run in order, print what it shows; its functions are written between them."""
    run(["autograder", "release", "activations", "--out", str(tmp_path / "release")], COURSE)
    shutil.copy(tmp_path / "release" / "activations.zip", tmp_path)
    folder = tmp_path
    compared = 0
    guide = (COURSE / "docs" / "students.md").read_text(encoding="utf-8")
    for block in FENCE.finditer(guide):
        if block["kind"] == "python":
            write_function(folder / "activations.py", block["text"])
        if block["kind"] != "console":
            continue
        for session in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
            command, _, shown = session.partition("\n")
            if command.startswith("cd "):
                folder /= command.removeprefix("cd ")
                continue
            words = shlex.split(command)
            printed = run([shutil.which(words[0], path=SCRIPTS), *words[1:]], folder)
            assert agrees(shown, printed.replace(str(tmp_path), HOME)), f"{command}\n{printed}"
            compared += 1
    assert compared == 5


def write_function(module, text):
    """Put a function of the guide in the stub's place, as a student does."""
    name = re.match(r"def (\w+)", text)[1]
    old = module.read_text(encoding="utf-8")
    found = re.search(rf"^def {name}\(.*?(?=^def |\Z)", old, re.MULTILINE | re.DOTALL)
    module.write_text(old.replace(found[0], text + "\n\n"), encoding="utf-8")


def test_session_of_a_guide_differs_where_a_line_differs():
    """Three dots stand for lines, and nothing else is let through."""
    assert agrees("a\n...\nd\n", "a\nb\nc\nd\n")
    assert agrees("a\n...\nd\n", "a\nd\n")
    assert not agrees("a\n...\nd\n", "a\nb\n")
    assert not agrees("a\n", "a\nb\n")
