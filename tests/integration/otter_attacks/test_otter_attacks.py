"""The published attacks on plain Otter: each succeeds there, and none does anything here."""

import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import dill
import pytest

from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import open_job

COURSE = Path(__file__).resolve().parents[3]
# What an instructor with plain Otter writes: public and hidden checks of one function.
PLAIN_TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 4


@test_case(hidden=False)
def test_zero(sigmoid):
    assert abs(sigmoid(0.0) - 0.5) < 1e-9


@test_case(hidden=True)
def test_others(sigmoid):
    for number, expected in [(1.0, 0.7310585786300049), (-2.0, 0.11920292202211755)]:
        assert abs(sigmoid(number) - expected) < 1e-9
"""
WRONG = "def sigmoid(x):\n    return -1.0\n"
# In place of its own work a module puts what makes Otter's test cases do nothing.
PATCH = WRONG + (
    "import otter.test_files.exception_test as inside\n"
    "inside.test_case.call_func = lambda self, environment: open({marker!r}, 'w').close()\n"
)
# A module that looks its answers up in the tests beside it.
READ_TESTS = """\
import glob
import re


def sigmoid(x):
    answers = {{0.0: 0.5}}
    for path in glob.glob("tests/*.py") + glob.glob("../source/**/*.py", recursive=True):
        text = open(path).read()
        open({marker!r}, "w").close()
        for number, expected in re.findall(r"\\((-?[\\d.]+), (-?[\\d.]+)\\)", text):
            answers[float(number)] = float(expected)
    return answers.get(x, -1.0)
"""
# A package that stands before the real one, and gives it back changed.
PACKAGE = """\
import importlib
import os
import sys

open({marker!r}, "w").close()
own = sys.modules.pop("otter")
kept, sys.path[:] = list(sys.path), [p for p in sys.path if p not in ("", os.getcwd())]
importlib.import_module("otter")
from otter.test_files import exception_test

exception_test.test_case.call_func = lambda self, environment: None
sys.path[:] = kept
"""
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


class _Payload:
    """Writes a marker where it is unpickled."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return exec, (f"open({self.marker!r}, 'w').close()",)


def _notebook(source):
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "work",
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    return json.dumps(NOTEBOOK | {"cells": [cell]})


def _attack(name, marker, folder):
    """Pack an attack: the notebook of `activations`, and what goes with it."""
    marker = str(marker)
    files = {
        "patch": {"activations.ipynb": _notebook(PATCH.format(marker=marker))},
        "read": {"activations.ipynb": _notebook(READ_TESTS.format(marker=marker))},
        "log": {
            "activations.ipynb": _notebook(WRONG),
            ".OTTER_LOG": dill.dumps(_Payload(marker)),
        },
        "package": {
            "activations.ipynb": _notebook(WRONG),
            "otter/__init__.py": PACKAGE.format(marker=marker),
        },
    }[name]
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return path


@pytest.fixture(scope="module")
def plain_zip(tmp_path_factory):
    """An autograder zip as plain Otter makes and grades it."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "tests").mkdir()
    (folder / "tests" / "q1.py").write_text(PLAIN_TEST)
    generate = [sys.executable, "-m", "otter", "generate", "-o", "plain.zip"]
    subprocess.run(generate, cwd=folder, check=True, capture_output=True)
    return folder / "plain.zip"


# What each leaves where it works: the full score, or a file that the grader's own process wrote.
ATTACKS = {"patch": 4.0, "read": 4.0, "log": 0.0, "package": 4.0}


@pytest.fixture(scope="module")
def runs(plain_zip, otter_zips, otter_run_all, tmp_path_factory):
    """Every attack against plain Otter and against a zip of the course, and its marker's state."""
    folder = tmp_path_factory.mktemp("attacks")
    marks, jobs = {}, {}
    for kind, zip_ in (("plain", plain_zip), ("ours", otter_zips["activations"])):
        (folder / kind).mkdir()
        for name in ATTACKS:
            marks[kind, name] = folder / kind / f"{name}.marker"
            jobs[f"{kind} {name}"] = zip_, _attack(name, marks[kind, name], folder / kind)
    honest = folder / "honest.ipynb"
    honest.write_text(_notebook(WRONG))
    jobs["plain honest"] = plain_zip, honest
    found = otter_run_all(jobs)
    return found, {key: path.exists() for key, path in marks.items()}


def test_plain_otter_gives_wrong_work_nothing(runs):
    """Without an attack the wrong function scores nothing: what follows is the attacks' doing."""
    assert runs[0]["plain honest"]["total"] == 0


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_on_plain_otter_succeeds(name, runs):
    """The attack works where nothing stands against it, so its failing here means something."""
    found, marks = runs
    assert marks["plain", name]
    assert found[f"plain {name}"]["total"] == ATTACKS[name]


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_on_the_released_zip_runs_nothing_and_scores_nothing(name, runs, tmp_path):
    """Nothing of it runs in the grader, and it earns what the wrong function alone earns."""
    found, marks = runs
    assert not marks["ours", name]
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG)
    assert found[f"ours {name}"]["points"] == _local_points(wrong)


def _local_points(path):
    executor = LocalExecutor(1, task_seconds=60)
    job = open_job("activations", COURSE)
    (grade,) = grade_class(job, [path], executor, Isolation(), lambda *_: None).grades
    return {question.id: question.points for question in grade.questions}


def test_attacks_together_in_gradescopes_folders_run_nothing(
    otter_zips, gradescope_folders, run_otter_py, tmp_path
):
    """A hand-in with all of it, and links besides, is graded as the wrong function in it is."""
    marker = tmp_path / "marker"
    root = gradescope_folders(otter_zips["activations"])
    there = root / "submission"
    payload = f"open({str(marker)!r}, 'w').close()\n"
    (there / "activations.py").write_text(WRONG + payload)
    (there / ".OTTER_LOG").write_bytes(pickle.dumps(_Payload(str(marker))))
    (there / "driver.ipynb").write_text(_notebook(payload))
    for package in ("otter", "autograder", "numpy", "nbformat"):
        (there / package).mkdir()
        (there / package / "__init__.py").write_text(payload)
    for name in ("sitecustomize.py", "conftest.py", "ipykernel_launcher.py", "json.py"):
        (there / name).write_text(payload)
    (there / "tests").mkdir()
    (there / "tests" / "A1.1.py").write_text(payload)
    run = run_otter_py(root)
    assert run.status == 0, run.stdout
    assert not marker.exists()
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG)
    points = {
        one["name"].partition(" ")[0]: one["score"]
        for one in run.results["tests"]
        if "score" in one
    }
    assert points == _local_points(wrong)
    assert (root / "submission" / "tests" / "A1.1.py").read_bytes() == (
        root / "source" / "tests" / "A1.1.py"
    ).read_bytes()
