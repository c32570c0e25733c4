"""Honest work graded while hostile work is graded beside it: nobody honest notices.

The sample classes of the seven NumPy assignments are graded twice: quietly, and while a second
grader on the same machine grades hand-ins that spin, allocate, fork, write and drip. Hand-ins of
the classes that never end are left out, for the time that each takes, save that of `activations`.
"""

import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "examples" / "submissions"
RUNS = runpy.run_path(str(Path(__file__).with_name("hostile_runs.py")))
COMMAND = (sys.executable, "-m", "autograder.cli", "grade")
CLASSES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(SAMPLES.glob("*.yml"))}
del CLASSES["keras_cnn"]  # a training, not a sandbox, is what would be measured
WITH_ENDLESS = "activations"
LOUD = (
    "10_write_results",
    "11_flood",
    "11_slow_drip",
    "17_endless",
    "18_bombs",
    "18_bombs_in_calls",
    "19_hang_in_c",
    "22_left_behind",
    "24_kill",
)
COPIES = 100  # more than are graded meanwhile
WORKERS = "2"


def is_endless(expected):
    return "limit_exceeded" in {one["verdict"] for one in expected["questions"].values()}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A course, the classes in folders named for assignments, and a folder of hostile hand-ins."""
    base = tmp_path_factory.mktemp("beside")
    RUNS["copy_course"](base / "course", {})
    policy = base / "course" / "grading.yml"
    head = f"\nassignments:\n  {WITH_ENDLESS}:\n"
    text = policy.read_text()
    assert head in text
    policy.write_text(text.replace(head, f"{head}    limits: {{call_cpu_seconds: 0.3}}\n"))
    for assignment, expected in CLASSES.items():
        (base / "honest" / assignment).mkdir(parents=True)
        for path in sorted((SAMPLES / assignment).iterdir()):
            if assignment == WITH_ENDLESS or not is_endless(expected[path.stem]):
                copy = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, base / "honest" / assignment / path.name)
    for name, path in RUNS["write_hand_ins"](base / "once", only=LOUD).items():
        for number in range(COPIES):
            target = base / "hostile" / f"{number:03}_{name}.py"
            target.parent.mkdir(exist_ok=True)
            shutil.copy(path, target)
    return base


def environment():
    return {**os.environ, "AUTOGRADER_SECRET": RUNS["SECRET"]}


def grade_classes(base, folder):
    """Grade all classes, and return every grade without its time."""
    done = subprocess.run(
        [*COMMAND, "all", str(base / "honest"), "--json", str(folder), "--workers", WORKERS],
        cwd=base / "course",
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    grades = {}
    for path in sorted(folder.iterdir()):
        for grade in json.loads(path.read_text())["grades"]:
            del grade["seconds"]
            grades[path.stem, grade["submission"]] = grade
    return grades


@contextmanager
def hostile_neighbours(base):
    """Grade hostile hand-ins meanwhile, as another user of the machine would."""
    out = subprocess.DEVNULL
    neighbours = subprocess.Popen(
        [*COMMAND, "activations", str(base / "hostile"), "--workers", "1"],
        cwd=base / "course",
        env=environment(),
        stdout=out,
        stderr=out,
    )
    try:
        yield neighbours
    finally:
        neighbours.send_signal(signal.SIGTERM)
        neighbours.wait(timeout=60)


def test_honest_class_beside_hostile_work_gets_the_same_grades(base):
    """Points, verdicts and messages are, word for word, those of a quiet run."""
    quiet = grade_classes(base, base / "quiet")
    with hostile_neighbours(base) as neighbours:
        beside = grade_classes(base, base / "beside")
        assert neighbours.poll() is None, "there was not enough hostile work to last"
    expected = sum(len(list((base / "honest" / one).iterdir())) for one in CLASSES)
    assert len(quiet) == expected > 100
    assert set(CLASSES) == {assignment for assignment, _ in quiet}
    assert [name for name, grade in quiet.items() if beside.get(name) != grade] == []
