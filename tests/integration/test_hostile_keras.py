"""Every hostile Keras hand-in, graded by the real command between honest ones; one through Otter.

`tests/hostile/keras/expected.yml` says which attacks these are, and which stand elsewhere.
"""

import importlib.util
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.intake import find_submissions, submission_names
from autograder.job import open_job

# The command imports it; in this process it would cost seconds.
if importlib.util.find_spec("tensorflow") is None:
    pytest.skip("TensorFlow is not installed: the extra `keras` brings it", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]
KERAS = ROOT / "tests" / "hostile" / "keras"
HAND_INS = runpy.run_path(str(KERAS / "hand_ins.py"))
EXPECTED, write_hand_ins = HAND_INS["EXPECTED"], HAND_INS["write_hand_ins"]
RUNS = runpy.run_path(str(Path(__file__).with_name("hostile_runs.py")))
MARKER, SECRET = RUNS["MARKER"], RUNS["SECRET"]
GRADE = (sys.executable, "-B", "-m", "autograder.cli", "grade", "keras_cnn")
OTTER = Path(__file__).parent / "otter_attacks" / "grade_many.py"
# Each costs 13 s of processor time: a kernel, and a process that imports TensorFlow.
THROUGH_OTTER = {"07_patch_runtime": "otter run"}
# What an attack of a kind can be in a process that has Keras; `expected.yml` says why not the rest.
APPLIES = {*range(1, 16), *range(17, 26), 27, 28, 30}
# A network's first answer takes 0.3 s of processor time. What waits is over sooner than in
# a course, and what takes memory has less of it.
LIMITS = {
    "call_cpu_seconds": 2,
    "call_wall_seconds": 4,
    "import_cpu_seconds": 4,
    "import_wall_seconds": 6,
    "submission_wall_seconds": 120,
    "memory_mib": 1024,
}


def copy_course(course):
    """Copy what grading needs, with shorter limits; plant a marker where nobody may look."""
    RUNS["copy_course"](course, {})
    policy = (course / "grading.yml").read_text(encoding="utf-8")
    for name, limit in LIMITS.items():
        policy, count = re.subn(rf"(?m)^(      {name}:) [\d.]+", rf"\g<1> {limit}", policy)
        assert count == 1, name
    (course / "grading.yml").write_text(policy, encoding="utf-8")
    reference = course / "solutions" / "keras_cnn.py"
    text = reference.read_text(encoding="utf-8")
    reference.write_text(f'{text}\n_PLANTED = "{MARKER}"\n', encoding="utf-8")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Grade everything once, and look what is around before and after."""
    base = tmp_path_factory.mktemp("keras")
    copy_course(base / "course")
    hand_ins = write_hand_ins(base / "submissions")
    shutil.copy(hand_ins["honest"], base / "submissions" / "00_honest.py")  # the first of all
    (base / "temporary").mkdir()
    environment = {**os.environ, "AUTOGRADER_SECRET": SECRET, "TMPDIR": str(base / "temporary")}
    wanted = ["--allow-cpu", "--workers", "2", "--json", "-"]
    with RUNS["watched"](base) as changes:
        done = subprocess.run(
            [*GRADE, str(base / "submissions"), *wanted],
            cwd=base / "course",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
    assert done.stdout, done.stderr
    return RUNS["outcome"](base, done, changes())


def test_hostile_keras_hand_ins_are_listed_and_try_every_attack_twice():
    """Each file has its entry, and each attack that applies is in two hand-ins at least."""
    files = {path.stem for path in KERAS.iterdir() if path.name[0].isdecimal()}
    assert files == {name for name, one in EXPECTED.items() if one["attacks"]} - {
        name for name, one in EXPECTED.items() if "texts" in one
    }
    counted = [number for one in EXPECTED.values() for number in one["attacks"]]
    assert {number for number in counted if counted.count(number) > 1} == APPLIES


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_hostile_keras_hand_in_gets_what_its_right_code_is_worth(run, name):
    """An attack changes neither its status nor its points, and does not get away with a verdict."""
    assert RUNS["differences"](run.grades[name], EXPECTED[name]) == []


def test_hostile_keras_hand_ins_breach_nothing(run):
    """No hand-in reports that something worked that must not."""
    assert re.findall(r"BREACH.*", run.text) == []


def test_honest_keras_hand_ins_beside_them_keep_every_point(run):
    """Honest work gets the same points whoever is graded before, after and at the same time."""
    points = {name: one["points"] for name, one in run.grades.items() if name.endswith("honest")}
    assert points == dict.fromkeys(("honest", "00_honest"), EXPECTED["honest"]["points"])


def test_command_grades_every_keras_hand_in_and_complains_of_nothing(run):
    """Nothing is left ungraded, no check fails by itself, and no forged progress is repeated."""
    assert run.status == 0, run.messages
    assert {grade["status"] for grade in run.grades.values()} == {"graded"}
    checks = [c for g in run.grades.values() for q in g["questions"] for c in q["checks"]]
    assert [check["id"] for check in checks if check["verdict"] == "grader_error"] == []
    for sign in ("Traceback", "epoch", "owned", "\x1b", "Warning"):
        assert sign not in run.messages


def test_keras_hand_ins_leave_nothing_behind(run):
    """No process is left, and no file of the course, the hand-ins or the machine has changed."""
    assert run.changes == RUNS["Changes"]()
    assert run.temporary == []


def test_keras_hand_ins_are_told_no_line_of_the_staffs(run, leaks, leaked):
    """No text for a student has a line of a solution or a hidden test, or the secret."""
    job = open_job("keras_cnn", ROOT)
    paths = find_submissions([run.course.parent / "submissions"])
    for name, path in zip(submission_names(paths), paths, strict=True):
        grade, own = run.grades[name], leaks.code_of(path, job)
        texts = {"json": "\n".join(leaks.strings(grade))}
        assert leaked(job, grade, texts, own, SECRET.encode()) == set(), name


def test_keras_hand_ins_learn_nothing_that_is_hidden(run):
    """Neither secret, marker nor a long number of a hidden check's input is in the result."""
    for text in (run.text, run.messages):
        assert MARKER not in text
        assert SECRET not in text
    told = [
        check["message"]
        for name in ("06_tell_in_names", "06_tell_in_layers")
        for question in run.grades[name]["questions"]
        for check in question["checks"]
        if not check.get("public") and re.search(r"\d[._]\d{4}|\d{5}", check["message"])
    ]
    assert told == []


def test_keras_hand_ins_earn_through_otter_what_they_earn_without(run, tmp_path):
    """What forges the worker's own answers has the same points of each question in both."""
    course = shutil.copytree(run.course, tmp_path / "course")
    shutil.copytree(ROOT / "student_template", course / "student_template")
    release = ("-m", "autograder.cli", "release", "keras_cnn", "--out", str(tmp_path / "out"))
    done = subprocess.run(
        [sys.executable, *release], cwd=course, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    paths = write_hand_ins(tmp_path / "submissions", only=THROUGH_OTTER)
    zip_ = str(tmp_path / "out" / "keras_cnn-autograder.zip")
    subprocess.run(
        [sys.executable, str(OTTER), str(tmp_path / "found.json")],
        input=json.dumps(
            [[name, THROUGH_OTTER[name], zip_, str(path)] for name, path in paths.items()]
        ),
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
        timeout=900,
    )
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert {name: one.get("points", one) for name, one in found.items()} == {
        name: {question["id"]: question["points"] for question in run.grades[name]["questions"]}
        for name in THROUGH_OTTER
    }
    assert re.findall(r"BREACH.*", json.dumps(found)) == []
