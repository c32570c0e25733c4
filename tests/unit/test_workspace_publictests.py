"""The public tests of a question in Otter's form: they follow the module, and say what differs."""

from __future__ import annotations

import sys
import warnings

import pytest

from autograder.errors import InstructorError
from autograder.workspace.publictests import PublicTest, find_public_tests, question_test_text

MODULE = "tried_toy"
TESTS = f'''\
"""Public tests."""
import pytest
import {MODULE}


@pytest.mark.question("T1.1")
def test_twice():
    """double(2) is 4.

    More of it.
    """
    assert {MODULE}.double(2) == 4


@pytest.mark.question("T1.1")
@pytest.mark.points(3)
@pytest.mark.parametrize("x", [1, 3])
def test_many(x):
    """double(x) is 2 x; a "quoted" claim, and a brace {{."""
    assert {MODULE}.double(x) == 2 * x


@pytest.mark.question("T1.2")
class TestMean:
    """In a class."""

    def test_of_two(self):
        assert {MODULE}.mean([1, 3]) == 2
'''
RIGHT = "def double(x):\n    return 2 * x\n\n\ndef mean(x):\n    return sum(x) / len(x)\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make a student's folder with the test files, and forget its modules afterwards."""
    (tmp_path / f"test_{MODULE}.py").write_text(TESTS)
    (tmp_path / "tests").mkdir()
    for question in ("T1.1", "T1.2"):
        text = question_test_text(MODULE, question, TESTS)
        (tmp_path / "tests" / f"{question}.py").write_text(text)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in (MODULE, f"test_{MODULE}", "own_helper"):
        sys.modules.pop(name, None)


@pytest.fixture
def run(folder):
    """Run a question as Otter does, on a module with this text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Otter's own imports warn about each other
        from otter.execute import Checker  # noqa: PLC0415 - slow to import
        from otter.nbmeta_config import NBMetadataConfig  # noqa: PLC0415

    def check(text, question="T1.1"):
        (folder / f"{MODULE}.py").write_text(text)
        path = str(folder / "tests" / f"{question}.py")
        return Checker.check(path, NBMetadataConfig(), global_env={})

    return check


def messages(test_file):
    """Give what Otter shows of the cases that failed."""
    return [result.message for result in test_file.test_case_results if not result.passed]


def test_tests_are_found_with_their_questions_and_claims():
    """Marks on functions and classes count; a test without a docstring is called by its name."""
    assert find_public_tests(TESTS) == (
        PublicTest("test_twice", "T1.1", "double(2) is 4."),
        PublicTest("test_many", "T1.1", 'double(x) is 2 x; a "quoted" claim, and a brace {.'),
        PublicTest("TestMean::test_of_two", "T1.2", "test_of_two"),
    )


def test_public_tests_that_are_no_python_are_the_instructors_fault():
    """A release stops there."""
    with pytest.raises(InstructorError, match="not Python"):
        find_public_tests("def test(:")


def test_question_without_a_public_test_cannot_be_released():
    """Students could not check it."""
    with pytest.raises(InstructorError, match=r"expected a test with the mark question\('T9'\)"):
        question_test_text(MODULE, "T9", TESTS)


def test_test_file_is_the_same_text_each_time():
    """A release is byte for byte repeatable."""
    assert question_test_text(MODULE, "T1.1", TESTS) == question_test_text(MODULE, "T1.1", TESTS)


def test_test_file_imports_nothing_of_ours():
    """It runs where only pytest and Otter are installed."""
    assert "autograder" not in question_test_text(MODULE, "T1.1", TESTS)


@pytest.mark.parametrize("question", ["T1.1", "T1.2"])
def test_right_module_passes(run, question):
    """Functions, parametrized tests and tests in classes pass."""
    assert run(RIGHT, question).passed_all


def test_edited_module_is_seen_by_the_next_check(run):
    """A student saves the file, runs the cell again, and reads about the new code."""
    (first, second) = messages(run("def double(x):\n    return x + 1\n"))
    assert "AssertionError: AssertionError: assert 3 == 4" in first
    assert "assert 4 == (2 * 3)" in second
    assert run(RIGHT).passed_all
    assert not run("def double(x):\n    return x + 1000\n").passed_all


def test_deleted_function_is_gone_at_the_next_check(run):
    """What is not in the file any more does not pass."""
    assert run(RIGHT).passed_all
    (first, _) = messages(run("def dubble(x):\n    return 2 * x\n"))
    assert "has no attribute 'double" in first


def test_edited_helper_module_is_seen_by_the_next_check(run, folder):
    """A module beside the main one is read anew too."""
    text = "from own_helper import twice\n\n\ndef double(x):\n    return twice(x)\n"
    (folder / "own_helper.py").write_text("def twice(x):\n    return x\n")
    assert not run(text).passed_all
    (folder / "own_helper.py").write_text("def twice(x):\n    return 2 * x  # now right\n")
    assert run(text).passed_all


def test_module_that_a_notebook_imported_is_the_one_that_is_mended(run, folder):
    """`import activations` in a notebook follows the file, without a restart of the kernel."""
    assert not run("def double(x):\n    return 0\n").passed_all
    imported = sys.modules[MODULE]
    assert run(RIGHT).passed_all
    assert imported.double(21) == 42


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def double(x):\n    raise NotImplementedError('T1.1 double')\n", "not written yet: T1.1"),
        (
            "def double(x):\n    return missing\n",
            f"name 'missing' is not defined\n({MODULE}.py, line 2)",
        ),
        ("def double(x:\n", "SyntaxError"),
        ("import no_such_library\n", "No module named 'no_such_library"),
    ],
)
def test_failure_says_what_happened_and_where(run, text, words):
    """What Otter shows has the kind of error, and the line of the student's file."""
    found = messages(run(text))
    assert len(found) == 2
    assert all(words in message for message in found)


def test_mismatch_shows_both_values_where_our_package_is_there(run, folder):
    """A public check hides nothing."""
    tests = TESTS.replace(
        f"assert {MODULE}.double(2) == 4", f"assert_agrees({MODULE}.double(2.0), 4.0)"
    )
    tests = tests.replace(
        "import pytest", "import pytest\nfrom autograder.suite import assert_agrees"
    )
    (folder / f"test_{MODULE}.py").write_text(tests)
    (first, _) = messages(run("def double(x):\n    return x + 1.0\n"))
    assert "values differ" in first
    assert "expected: 4.0" in first
    assert "received: 3.0" in first
