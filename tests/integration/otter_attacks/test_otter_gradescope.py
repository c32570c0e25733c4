"""Runs in Gradescope's folders: hand-ins of any shape, as root and not, on time and late."""

import json
import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

COURSE = Path(__file__).resolve().parents[3]
SAMPLES = COURSE / "examples" / "submissions" / "activations"
REFERENCE = COURSE / "solutions" / "activations.py"
EMPTY_NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def _text(path):
    return path.read_text(encoding="utf-8")


def _metadata(created_at, *scores):
    """What Gradescope writes about a hand-in, with earlier ones of the same day."""
    return {
        "id": 7,
        "created_at": created_at,
        "users": [{"id": 1, "email": "student@example.org", "name": "A Student"}],
        "assignment": {"due_date": "2027-04-30T23:59:00+02:00", "title": "Activations"},
        "previous_submissions": [
            {"submission_time": f"2027-04-20T0{number}:00:00+02:00", "score": score, "results": {}}
            for number, score in enumerate(scores)
        ],
    }


def _workspace():
    """A student's whole folder, in a folder: several modules, a notebook, tests."""
    texts = {
        "activations.py": _text(REFERENCE),
        "activations.ipynb": EMPTY_NOTEBOOK,
        "my_helper.py": "VALUE = 1\n",
        "README.md": "how to\n",
        "tests/A1.1.py": "OK_FORMAT = False\n",
    }
    return {f"work/{name}": text for name, text in texts.items()}


# Case to the files that are handed in, and what Gradescope tells.
CASES = {
    **{name: ({name: _text(SAMPLES / name)}, {}) for name in ("student-07.py", "student-14.ipynb")},
    "student-16": ({path.name: _text(path) for path in (SAMPLES / "student-16").glob("*.py")}, {}),
    "workspace": (_workspace(), {}),
    "malformed notebook": ({"activations.ipynb": '{"cells": [{"cell_type": "code", '}, {}),
    "nothing": ({}, {}),
    "two notebooks": ({"one.ipynb": EMPTY_NOTEBOOK, "two.ipynb": EMPTY_NOTEBOOK}, {}),
    "no module": ({"README.md": "nothing else"}, {}),
    "other assignment": (
        {
            "convolution.py": _text(COURSE / "solutions/convolution.py"),
            "handin.json": '{"schema": 1, "assignment": "convolution", "release": ""}',
        },
        {},
    ),
    "other module": ({"convolution.py": _text(COURSE / "solutions/convolution.py")}, {}),
    "broken grader": ({"activations.py": _text(REFERENCE)}, {}),
    "late": ({"activations.py": _text(REFERENCE)}, _metadata("2027-05-02T12:00:00+02:00")),
    "too often": (
        {"activations.py": _text(REFERENCE)},
        _metadata("2027-04-20T20:00:00+02:00", *[61.5] * 10),
    ),
}


@pytest.fixture(scope="module")
def runs(otter_zips, gradescope_folders, run_otter_py):
    """Every case in folders of its own, two at a time."""
    roots = []
    for name, (files, metadata) in CASES.items():
        root = gradescope_folders(otter_zips["activations"], metadata)
        for place, text in files.items():
            path = root / "submission" / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if name == "broken grader":
            with (root / "source/course/solutions/activations.py").open("a") as reference:
                reference.write("raise SystemError('planted_failure')\n")
        roots.append(root)
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(CASES, pool.map(run_otter_py, roots), strict=True))


@pytest.fixture(scope="module")
def local(grade_paths):
    """What `autograder grade` gives the samples."""
    names = [name for name in CASES if name.startswith("student")]
    grades = grade_paths("activations", SAMPLES).grades
    return {
        name: grade for name in names for grade in grades if grade.submission == Path(name).stem
    }


def _points(run):
    scored = [one for one in run.results["tests"] if "score" in one]
    return {one["name"].partition(" ")[0]: one["score"] for one in scored}


@pytest.mark.parametrize("name", ["student-07.py", "student-14.ipynb", "student-16"])
def test_gradescope_run_of_a_sample_gives_the_points_of_grade(name, runs, local):
    """A module, a notebook and a folder of several files are graded as they were handed in."""
    run, grade = runs[name], local[name]
    assert run.status == 0, run.stdout
    assert _points(run) == {question.id: question.points for question in grade.questions}
    assert run.results["score"] == pytest.approx(grade.points + grade.bonus)


def test_gradescope_run_tells_the_isolation_to_the_instructor_alone(runs):
    """The layers in force are printed, which students do not see, and are not in the results."""
    run = runs["student-07.py"]
    assert "Isolation in force:\n  user_namespace:" in run.stdout
    assert run.results["stdout_visibility"] == "hidden"
    assert "landlock" not in json.dumps(run.results)


def test_gradescope_run_of_a_whole_workspace_finds_the_module(runs):
    """Several modules, a notebook, tests and a folder around them: the module is graded."""
    assert runs["workspace"].status == 0, runs["workspace"].stdout
    assert runs["workspace"].results["score"] == 108


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("malformed notebook", "Open it in Jupyter, save it"),
        ("nothing", "holds no files"),
        ("two notebooks", "Name your file `activations.py`"),
        ("no module", "Hand in `activations.py`"),
        ("other assignment", "This is the hand-in of `convolution`"),
    ],
)
def test_gradescope_run_of_an_unusable_hand_in_says_what_to_do(name, words, runs):
    """The student reads a sentence with what to do at once, and nobody a traceback."""
    run = runs[name]
    assert run.status == 0, run.stdout
    assert words in run.shown
    assert "Traceback" not in json.dumps(run.results) + run.stdout
    assert run.results["score"] == 0
    assert [one["status"] for one in run.results["tests"]] == ["failed"]


def test_gradescope_run_of_another_assignments_module_asks_whether_it_is_the_right_file(runs):
    """A module without any of the functions earns nothing, and a sentence says what to do."""
    run = runs["other module"]
    assert run.status == 0, run.stdout
    assert "hand in your `activations.py`" in run.shown
    assert "Traceback" not in json.dumps(run.results) + run.stdout
    assert run.results["score"] == 0


def test_gradescope_run_with_a_broken_reference_gives_no_score(runs):
    """When the grader fails the instructor has its reason, the student a neutral sentence."""
    run = runs["broken grader"]
    assert run.status == 1
    assert "planted_failure" in run.stdout
    assert run.results.keys() == {"output", "stdout_visibility"}
    assert "not your fault" in run.shown
    assert "planted_failure" not in json.dumps(run.results)


def test_otter_run_with_a_changed_release_ends_with_a_status(otter_zips, tmp_path):
    """`otter run` ends with an error and leaves no results, so nobody takes it for a zero."""
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(otter_zips["activations"]) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            extra = b"\n# changed\n" if name.startswith("course/solutions/") else b""
            new.writestr(name, old.read(name) + extra)
    done = subprocess.run(
        [sys.executable, "-m", "otter", "run", "-a", str(changed), "-o", ".", str(REFERENCE)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "the release was changed after it was built" in done.stderr
    assert not (tmp_path / "results.json").exists()


def test_gradescope_run_two_days_late_takes_the_penalty_off_once(runs):
    """Lateness counts from the time of arrival; question points stay as they are."""
    run = runs["late"]
    assert run.results["score"] == pytest.approx(108 * 0.8)
    assert sum(_points(run).values()) == 108
    (late,) = [one for one in run.results["tests"] if one["name"] == "Handed in late"]
    assert late["visibility"] == "visible"
    assert "score" not in late


def test_gradescope_run_beyond_the_days_tries_keeps_the_earlier_score(runs):
    """One try too many shows the public checks and why, and the last score stands."""
    run = runs["too often"]
    assert run.results["score"] == 61.5
    assert [one["name"] for one in run.results["tests"]] == ["Public Tests"]
    assert "hand-in 11 of 2027-04-20" in run.shown


def test_results_tell_no_student_about_hidden_checks_before_they_may(runs):
    """What shows at once is the public checks; no hidden test or reference is quoted anywhere."""
    tests = runs["student-07.py"].results["tests"]
    visible = [one for one in tests if one["visibility"] == "visible"]
    assert [one["name"] for one in visible] == ["Public Tests"]
    assert {one["visibility"] for one in tests} == {"visible", "after_published"}
    everything = json.dumps(tests, ensure_ascii=False)
    public = "\n".join(_text(path) for path in (COURSE / "assignments/activations").glob("*.py"))
    confidential = [REFERENCE, *(COURSE / "tests/hidden/activations").glob("*.py")]
    lines = {line.strip() for path in confidential for line in _text(path).splitlines()}
    telling = [line for line in lines if len(line) > 25 and not line.startswith(('"""', "def "))]
    assert len(telling) > 100
    assert [line for line in telling if line in everything and line not in public] == []
    assert "Error at line" not in everything


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user for the test")
def test_gradescope_run_as_an_ordinary_user_gives_the_same_points(
    otter_zips, gradescope_folders, run_otter_py
):
    """Without root the score is the same, behind walls that a user namespace gives."""
    ordinary = SimpleNamespace(
        **runpy.run_path(str(Path(__file__).parents[1] / "hostile_settings.py"))
    )
    if not ordinary.user_namespaces_are_allowed():
        pytest.skip("this machine gives ordinary users no user namespaces")
    root = gradescope_folders(otter_zips["activations"])
    shutil.copy(REFERENCE, root / "submission")
    home = root.parent / "home"
    home.mkdir()
    for path in (root.parent, *root.parent.rglob("*")):
        os.chown(path, ordinary.USER, ordinary.USER)
    interpreter = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), COURSE}
    needed = sorted({*interpreter, root.parent})

    def prepare():
        ordinary.open_the_way(needed)
        ordinary.become_ordinary()

    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)}
    run = run_otter_py(root, preexec_fn=prepare, env=environment)
    assert run.status == 0, run.stdout
    assert run.results["score"] == 108
    assert "user_namespace: on" in run.stdout
