"""`autograder check`: what a student reads about their work, whatever it does."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

FACTS = {
    "schema": 1,
    "id": "toy",
    "title": "Toys",
    "release": "sha256:1",
    "questions": [
        {"id": "T1.1", "title": "Twice", "functions": ["double"], "points": 60, "stretch": False},
        {"id": "T1.2", "title": "Mean", "functions": ["mean"], "points": 40, "stretch": False},
    ],
    "allowed_imports": ["numpy"],
    "limits": {"files": 50, "file_kib": 512, "total_kib": 4096},
}
TESTS = '''\
"""Public tests of toys."""
import numpy as np
import pytest
import toy
from autograder.suite import assert_agrees


@pytest.mark.question("T1.1")
def test_double_of_two_numbers():
    """double([1, 2.5]) is [2, 5]."""
    assert_agrees(toy.double(np.array([1.0, 2.5])), np.array([2.0, 5.0]), rtol=1e-7)


@pytest.mark.question("T1.2")
@pytest.mark.parametrize("n", [2, 4])
def test_mean_of_equal_numbers(n):
    """The mean of equal numbers is that number."""
    assert_agrees(toy.mean([3.0] * n), 3.0, rtol=1e-7)


@pytest.mark.question("T1.2")
def test_mean_of_nothing():
    """There is no mean of nothing."""
    with pytest.raises(ValueError):
        toy.mean([])
'''
DOUBLE = "def double(x):\n    return 2 * x\n\n\n"
MEAN = "def mean(x):\n    if len(x) == 0:\n        raise ValueError\n    return sum(x) / len(x)\n"
STUB = "def double(x):\n    raise NotImplementedError('T1.1 double')\n\n\n"


@pytest.fixture
def check(tmp_path):
    """Run `autograder check` in a student's folder whose module has this text."""

    def run(text, *arguments, tests=TESTS):
        (tmp_path / "assignment.json").write_text(json.dumps(FACTS))
        (tmp_path / "test_toy.py").write_text(tests)
        if text is not None:
            (tmp_path / "toy.py").write_text(text)
        return subprocess.run(
            [sys.executable, "-P", "-m", "autograder.cli", "check", *arguments],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


def test_right_work_passes_with_status_zero(check):
    """Each question has its line, and the end says how to hand in."""
    done = check(DOUBLE + MEAN)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Toys (toy)",
        "✓ T1.1 Twice: 1 of 1 passed",
        "✓ T1.2 Mean: 3 of 3 passed",
        "",
        "Questions that pass the public tests: 2 of 2",
        "Grading adds hidden tests. To hand in: autograder submit toy",
    ]
    assert done.stderr == ""


def test_mismatch_is_shown_in_full(check):
    """The input, what was expected and what came, and the line that repeats it."""
    done = check("def double(x):\n    return x + 1\n\n\n" + MEAN)
    assert done.returncode == 1
    assert "double(x = array([1. , 2.5]))" in done.stdout
    assert "[2., 5.]" in done.stdout.split("expected:")[1]
    assert "[2. , 3.5]" in done.stdout.split("received:")[1]
    assert "Next: T1.1. Again: autograder check toy --only T1.1" in done.stdout


def test_input_is_shown_as_it_was_before_the_call(check):
    """A function that overwrites its argument does not change what the student reads."""
    done = check("def double(x):\n    x *= 3\n    return x\n\n\n" + MEAN)
    assert "double(x = array([1. , 2.5]))" in done.stdout


def test_long_input_is_shown_on_lines_of_its_own(check):
    """An image does not fit beside the function's name."""
    tests = TESTS.replace("np.array([1.0, 2.5])), np.array([2.0, 5.0])", "np.eye(4)), np.eye(4)")
    done = check(DOUBLE + MEAN, tests=tests)
    assert "double, called with\n" in done.stdout
    assert "x = array([[1., 0., 0., 0.],\n" in done.stdout


def test_unwritten_function_is_told_as_such(check):
    """Nothing failed: it is still to be done."""
    done = check(STUB + MEAN)
    assert done.returncode == 1
    assert "\N{EN DASH} T1.1 Twice: not written yet\n✓ T1.2" in done.stdout


def test_one_question_is_checked_alone_in_any_case_of_letters(check):
    """`--only` takes the id as a student types it."""
    done = check(STUB + MEAN, "--only", "t1.2")
    assert done.returncode == 0, done.stdout
    assert "T1.1" not in done.stdout


def test_unknown_question_names_the_known_ones(check):
    """A typing error is a usage error."""
    done = check(STUB + MEAN, "--only", "T2")
    assert done.returncode == 2
    assert "it has T1.1, T1.2" in done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def double(x:\n", "toy.py, line 1: SyntaxError: '(' was never closed\n    def double(x:"),
        ("import nothing_like_it\n", "toy.py, line 1: ModuleNotFoundError: No module named"),
        ("x = 1\nx[0]\n", "toy.py, line 2: TypeError: 'int' object is not subscriptable"),
        ("exit()\n", "take exit() and quit() out"),
        ("import os\nos._exit(0)\n", "toy.py cannot be imported: Python ended"),
        (None, "expected `toy.py`, found no such file. Take from the bundle `toy.py`"),
    ],
)
def test_module_that_cannot_be_imported_is_a_sentence_without_a_traceback(check, text, words):
    """File, line, and what is wrong: no page of Python's own frames."""
    done = check(text)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_endless_loop_ends_with_a_sentence_and_the_others_are_checked(check):
    """One test's time is up; the next ones still run."""
    done = check("def double(x):\n    while True:\n        pass\n\n\n" + MEAN, "--seconds", "1")
    assert done.returncode == 1
    assert "no answer within 1 s: an endless loop" in done.stdout
    assert "✓ T1.2 Mean: 3 of 3 passed" in done.stdout


def test_endless_loop_at_import_ends_with_a_sentence(check):
    """Code outside functions can hang too."""
    done = check("while True:\n    pass\n", "--seconds", "1")
    assert done.returncode == 1
    assert "toy.py cannot be imported: no answer within 1 s" in done.stderr


def test_function_that_ends_python_fails_its_own_tests_only(check):
    """A crash of the process is one test's result."""
    done = check("import os\n\n\ndef double(x):\n    os._exit(0)\n\n\n" + MEAN)
    assert "Python ended in the middle of it" in done.stdout
    assert "✓ T1.2 Mean: 3 of 3 passed" in done.stdout


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return y", "toy.py, line 2: NameError: name 'y' is not defined\n        return y"),
        ("raise SystemExit", "toy.py, line 2: SystemExit: the code ends the program"),
        ("assert x is None", "double(x = array([1. , 2.5]))"),
        ("return None", "expected numpy.ndarray, received None"),
    ],
)
def test_error_of_a_function_names_the_line_and_the_call(check, body, words):
    """What was raised, where in the student's file, and by which call."""
    done = check(f"def double(x):\n    {body}\n\n\n" + MEAN)
    assert done.returncode == 1
    assert words in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_missing_function_asks_whether_it_was_renamed(check):
    """The test's own AttributeError would not help."""
    assert "there is no `double` in toy.py: was it renamed?" in check(MEAN).stdout


def test_what_the_code_prints_goes_to_standard_error(check):
    """Printing is how students look into their code; the results stay readable."""
    done = check("def double(x):\n    print('here', x)\n    return 2 * x\n\n\n" + MEAN)
    assert "here [1.  2.5]" in done.stderr
    assert "here" not in done.stdout


def test_helper_modules_beside_the_module_are_imported(check, tmp_path):
    """As they are when the work is graded."""
    (tmp_path / "arithmetic.py").write_text("def twice(x):\n    return 2 * x\n")
    done = check("from arithmetic import twice as double\n\n\n" + MEAN)
    assert done.returncode == 0, done.stderr


def test_file_named_like_a_library_does_not_break_the_check(check, tmp_path):
    """A student's `json.py` or `numpy.py` beside the module is not what we import."""
    for name in ("json.py", "numpy.py", "autograder.py", "pytest.py"):
        (tmp_path / name).write_text("raise RuntimeError('not this one')\n")
    done = check(DOUBLE + MEAN)
    assert done.returncode == 0, done.stderr


def test_damaged_public_tests_are_told_with_what_to_do(check):
    """The tests are the bundle's; a student who edited them gets them back there."""
    done = check(DOUBLE + MEAN, tests="def test(:\n")
    assert done.returncode == 1
    assert "test_toy.py cannot be used" in done.stderr
    assert "Take that file from the bundle once more" in done.stderr


def test_check_leaves_nothing_in_the_folder(check, tmp_path):
    """No caches beside the student's work."""
    check(DOUBLE + MEAN)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "assignment.json",
        "test_toy.py",
        "toy.py",
    ]


def test_letters_stand_for_signs_where_only_ascii_can_be_written(check, monkeypatch):
    """A terminal without Unicode is no reason to fail."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = check(DOUBLE + STUB.replace("double", "mean").replace("T1.1", "T1.2"))
    assert "P T1.1 Twice: 1 of 1 passed" in done.stdout


def test_place_without_an_assignment_is_status_two(tmp_path):
    """Nothing is wrong with the work: it was not found."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "expected the folder of an assignment" in done.stderr
