"""The sample class: what each hand-in must get stands beside it, and grading repeats itself.

It is graded twice: quietly, and while a second grader on the same machine grades hand-ins that
spin, allocate, fork, write and drip. Nobody honest notices.
"""

from __future__ import annotations

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

from autograder.intake import find_submissions, submission_names
from autograder.job import open_job
from autograder.plain import grade_from_json, grade_to_json
from autograder.records import ClassResult
from autograder.report.as_json import dumps

COURSE = Path(__file__).resolve().parents[2]
SAMPLES = COURSE / "examples" / "submissions"
CLASSES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(SAMPLES.glob("*.yml"))}
TRAINS = "keras_cnn"
GRADE = (sys.executable, "-m", "autograder.cli", "grade")
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
# What takes longest of the class that trains: the reference, in test_assignments, stands for those
# that are right, and test_keras_wrong for the mistakes of the others.
LONG = tuple(f"student-0{number}" for number in (1, 2, 3, 4, 5, 6, 9))


def never_ends(expected):
    """Tell a hand-in that is ended by a limit, which takes its time."""
    verdicts = {question["verdict"] for question in expected["questions"].values()}
    return "limit_exceeded" in verdicts


CASES = [
    (assignment, name)
    for assignment, expected in CLASSES.items()
    for name in expected
    if assignment != TRAINS or not (name in LONG or never_ends(expected[name]))
]


@pytest.fixture(scope="module")
def results(grade_paths) -> dict[str, ClassResult]:
    return {assignment: grade_paths(assignment, *hand_ins(assignment)) for assignment in CLASSES}


def hand_ins(assignment):
    """List what is graded of a class: its folder, or the files that do not take too long."""
    if assignment != TRAINS:
        return [SAMPLES / assignment]
    names = [name for where, name in CASES if where == assignment]
    return sorted(path for path in (SAMPLES / assignment).iterdir() if path.stem in names)


@pytest.mark.parametrize("assignment", CLASSES)
def test_sample_class_is_complete(assignment):
    """Every hand-in of the folder is in the file beside it, and the other way round."""
    hand_ins = (SAMPLES / assignment).iterdir()
    assert sorted(path.stem for path in hand_ins) == list(CLASSES[assignment])
    assert len(CLASSES[assignment]) >= 14


@pytest.mark.parametrize(("assignment", "name"), CASES)
def test_sample_submission_graded_gets_what_it_must(assignment, name, results):
    """Status, points, bonus, and each question's verdict and points are as written down."""
    expected = CLASSES[assignment][name]
    grade = next(g for g in results[assignment].grades if g.submission == name)
    received = {
        "status": str(grade.status),
        "points": grade.points,
        "bonus": grade.bonus,
        "questions": {
            question.id: {"verdict": str(question.verdict), "points": question.points}
            for question in grade.questions
        },
    }
    assert received == {key: value for key, value in expected.items() if key != "what"}


@pytest.mark.parametrize("assignment", CLASSES)
def test_grades_of_the_sample_class_are_read_as_they_were_written(assignment, results):
    """What a gradebook keeps and a cluster sends back is the whole grade, pictures included."""
    for grade in results[assignment].grades:
        assert grade_from_json(grade_to_json(grade)) == grade


@contextmanager
def hostile_neighbours(folder):
    """Grade hostile hand-ins meanwhile, as another user of the machine would."""
    write_hand_ins = runpy.run_path(str(COURSE / "tests" / "hostile" / "hand_ins.py"))[
        "write_hand_ins"
    ]
    (folder / "hostile").mkdir()
    for name, path in write_hand_ins(folder / "once", only=LOUD).items():
        for number in range(COPIES):
            shutil.copy(path, folder / "hostile" / f"{number:03}_{name}.py")
    out = subprocess.DEVNULL
    neighbours = subprocess.Popen(
        [*GRADE, "activations", str(folder / "hostile"), "--workers", "1"],
        cwd=COURSE,
        stdout=out,
        stderr=out,
    )
    try:
        yield neighbours
    finally:
        neighbours.send_signal(signal.SIGTERM)
        neighbours.wait(timeout=60)


def graded_by_command(folder):
    """Grade the classes that do not train, without what never ends; give each grade as data."""
    for assignment, name in CASES:
        if assignment != TRAINS and not never_ends(CLASSES[assignment][name]):
            (path,) = (SAMPLES / assignment).glob(f"{name}*")
            target = folder / "class" / assignment / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, target)
    done = subprocess.run(
        [*GRADE, "all", str(folder / "class"), "--json", str(folder / "json")],
        cwd=COURSE,
        env={**os.environ, "AUTOGRADER_SECRET": open_job(TRAINS, COURSE).secret.decode()},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return {path.stem: by_name(json.loads(path.read_text())) for path in folder.glob("json/*")}


def by_name(result):
    """Give the grades of a result, as in the JSON, by hand-in and without their times."""
    return {grade["submission"]: {**grade, "seconds": 0} for grade in result["grades"]}


def test_sample_class_beside_hostile_work_gets_the_same_grades(results, tmp_path):
    """Points, verdicts and messages are, word for word, those of a quiet run."""
    with hostile_neighbours(tmp_path) as neighbours:
        beside = graded_by_command(tmp_path)
        assert neighbours.poll() is None, "there was not enough hostile work to last"
    assert sum(map(len, beside.values())) > 100
    assert {*beside} == {*CLASSES} - {TRAINS}
    for assignment, grades in beside.items():
        quiet = by_name(json.loads(dumps(results[assignment])))
        assert [name for name, grade in grades.items() if quiet[name] != grade] == [], assignment


@pytest.mark.parametrize("assignment", CLASSES)
def test_sample_class_reads_nothing_of_the_staffs_or_of_each_other(
    assignment, results, leaks, leaked
):
    """What is written for a student holds nothing of the staff's and nothing of another's."""
    job, result = open_job(assignment, COURSE), results[assignment]
    paths = find_submissions(hand_ins(assignment))
    works = {
        name: leaks.code_of(path, job)
        for name, path in zip(submission_names(paths), paths, strict=True)
    }
    for grade in result.grades:
        texts, own = leaks.student_texts(result, grade), works[grade.submission]
        data = leaks.grade_data(result, grade)
        assert leaked(job, data, texts, own, job.secret) == set(), grade.submission
        assert leaks.others_told(texts, grade.submission, works) == set(), grade.submission
