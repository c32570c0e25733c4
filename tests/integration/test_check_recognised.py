"""`autograder check` on bundles of the course: known mistakes are named, right work never is."""

from __future__ import annotations

import functools
import importlib.util
import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from autograder.catalog import locate
from autograder.config import load_course
from autograder.intake import read_submission
from autograder.misconceptions import load_misconceptions
from autograder.release.build import build_release
from autograder.release.disclosure import disclosed_files
from autograder.suite.finding import find_tests
from autograder.workspace.calls import Witness
from autograder.workspace.recognised import (
    RECOGNISED_FILE,
    call_digest,
    read_mistakes,
    recognise,
)
from autograder.workspace.trial import question_of, run_test

COURSE_DIR = Path(__file__).resolve().parents[2]
COURSE = load_course(COURSE_DIR / "grading.yml")
# What answers with models is not told: its answers are no numbers.
TOLD = [name for name in COURSE.order if COURSE.assignment(name).runtime == "numpy"]
VARIANTS = sorted((COURSE_DIR / "tests" / "integration" / "variants").glob("*/*.py"))
VARIANTS = [path for path in VARIANTS if path.parent.name in TOLD]
REFERENCES = [COURSE_DIR / "solutions" / f"{name}.py" for name in TOLD]
MISTAKES = [
    (
        "activations",
        "sig-parens",
        "def sigmoid(x):\n    return 1 / 1 + np.exp(-np.asarray(x, dtype=float))\n",
        ("A1.2", "deck 000, line 93; deck 001, line 254; erratum E33 (see errata.md)"),
    ),
    (
        "sgd_update",
        "sgd-nolr",
        "def sgd_step(params, grads, lr):\n    return [w - g for w, g in zip(params, grads)]\n",
        ("A5.1", "deck 000, line 259; deck 001, line 316; erratum E14 (see errata.md)"),
    ),
    (
        "convolution",
        "corr-flip",
        "right = correlate2d\ncorrelate2d = lambda image, kernel: right(image, np.flip(kernel))\n",
        ("A6.3", "deck 003, line 234; erratum E27; erratum E28 (see errata.md)"),
    ),
]

# A package that Otter imports uses an old form of another one's.
pytestmark = pytest.mark.filterwarnings("ignore:Traits should be given:DeprecationWarning")


def check(folder, *arguments):
    """Run the command as a student does."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "autograder.cli", "check", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@functools.cache
def released(assignment):
    """Build what students receive of an assignment."""
    files = build_release(COURSE_DIR, [assignment])
    prefix = f"{assignment}/"
    return {
        path.removeprefix(prefix): member.content
        for path, member in files.items()
        if path.startswith(prefix)
    }


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """Unpack a released bundle, with the reference and a piece of code behind it as the work."""
    monkeypatch.setenv("AUTOGRADER_SECRET", "a secret of the tests of check")

    def unpack(assignment, code=""):
        for path, content in released(assignment).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content)
        work = (COURSE_DIR / "solutions" / f"{assignment}.py").read_text(encoding="utf-8")
        (tmp_path / f"{assignment}.py").write_text(f"{work}\n\n{code}", encoding="utf-8")
        return tmp_path

    return unpack


def known(assignment, mistake):
    """Look a known mistake of the staff's up."""
    questions = COURSE.assignment(assignment).questions
    functions = {name: id_ for id_, asked in questions.items() for name in asked.functions}
    path = COURSE_DIR / "solutions" / "misconceptions" / f"{assignment}.py"
    return next(one for one in load_misconceptions(path, functions) if one.id == mistake)


@functools.cache
def shared(assignment):
    """Find the public tests, what they import, and the file of the known mistakes."""
    parts = locate(COURSE_DIR, COURSE, assignment)
    witness = Witness(sys)
    before = sys.modules.get(assignment)
    sys.modules[assignment] = witness
    try:
        tests = find_tests([parts.public_tests])
    finally:
        del sys.modules[assignment]
        if before is not None:
            sys.modules[assignment] = before
    return parts, witness, tests, disclosed_files(COURSE_DIR, parts)[RECOGNISED_FILE]


def exchanges_of(assignment, path):
    """Run the public tests on a module; give the calls by question."""
    parts, witness, tests, _ = shared(assignment)
    spec = importlib.util.spec_from_file_location("work", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    witness.stand_for(module)
    made = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for test in tests:
            run_test(test, witness, parts.public_tests)
            made.setdefault(question_of(test), []).extend(witness.take_exchanges())
    return made


@pytest.mark.parametrize(
    ("assignment", "mistake", "code", "question"), MISTAKES, ids=[case[1] for case in MISTAKES]
)
def test_known_wrong_work_is_named_with_where_to_look_it_up(
    assignment, mistake, code, question, bundle
):
    """The tutor's words stand below the failed tests of that question, and of no other."""
    done = check(bundle(assignment, code), "--only", question[0])
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"  Recognised: {known(assignment, mistake).advice}\n" in done.stdout
    assert f"  Look up: {question[1]}\n" in done.stdout
    assert done.stdout.count("Recognised:") == 1


def test_right_work_of_a_bundle_is_told_no_mistake(bundle):
    """With the reference nothing is recognised and nothing is to be looked up."""
    done = check(bundle("activations"))
    assert done.returncode == 0, done.stdout
    assert "Recognised:" not in done.stdout
    assert "Look up:" not in done.stdout


def test_bundle_without_recognised_json_is_checked_as_before(bundle):
    """An older bundle has no such file: the tests tell what they tell, and no more."""
    assignment, _, code, _ = MISTAKES[0]
    folder = bundle(assignment, code)
    (folder / RECOGNISED_FILE).unlink()
    done = check(folder)
    assert done.returncode == 1
    assert "Recognised:" not in done.stdout
    assert done.stderr == ""


def test_folder_handed_in_as_it_is_gets_no_note_about_these_files(bundle):
    """Whoever zips the whole folder need not be told what came with it."""
    submission = read_submission(bundle("activations"), "activations", COURSE.intake)
    assert submission.notes == ()


@pytest.mark.parametrize("path", [*REFERENCES, *VARIANTS], ids=lambda path: path.stem)
def test_right_work_in_any_style_answers_as_no_known_mistake_does(path, tmp_path):
    """No message is for right work, even where a question's tests would have failed."""
    assignment = path.stem if path in REFERENCES else path.parent.name
    file = tmp_path / RECOGNISED_FILE
    file.write_bytes(shared(assignment)[3])
    mistakes = read_mistakes(file)
    assert mistakes
    made = exchanges_of(assignment, path)
    assert set(made) == set(COURSE.assignment(assignment).questions)
    for question, exchanges in made.items():
        assert exchanges
        with np.errstate(all="ignore"):
            assert recognise(mistakes, question, exchanges) == ""


def test_known_mistakes_that_public_tests_tell_apart_are_most_of_them():
    """Of about 200 known mistakes over 130 show in the public tests by their values."""
    texts = [shared(assignment)[3] for assignment in TOLD]
    assert sum(len(json.loads(text)["mistakes"]) for text in texts) > 130


def test_recognised_json_made_twice_has_the_same_bytes():
    """Nothing of the file depends on the run."""
    for assignment in TOLD:
        parts, _, _, text = shared(assignment)
        assert disclosed_files(COURSE_DIR, parts)[RECOGNISED_FILE] == text


@pytest.mark.parametrize("assignment", TOLD)
def test_recognised_json_knows_no_call_but_those_of_the_public_tests(assignment):
    """The calls are those that the public tests make on right work; only a second step differs."""
    reference = COURSE_DIR / "solutions" / f"{assignment}.py"
    made = exchanges_of(assignment, reference)
    digests = {call_digest(one) for exchanges in made.values() for one in exchanges}
    for mistake in json.loads(shared(assignment)[3])["mistakes"]:
        calls = mistake["calls"].keys()
        assert calls & digests, mistake["message"]
        # Two steps of an optimizer: the second one starts where the wrong one led.
        assert calls <= digests or assignment == "sgd_update", mistake["message"]
