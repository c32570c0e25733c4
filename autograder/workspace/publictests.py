"""The public tests of one question in Otter's form, for students who have stock tools only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.errors import InstructorError

__all__ = ["PublicTest", "find_public_tests", "question_test_text"]

# Students read this file and stock Otter runs it, so it is plain and imports nothing of ours.
_HEAD = r'''"""The public tests of {question}, as Otter runs them: those of test_{assignment}.py.

In the notebook: grader.check("{question}")
"""

import importlib
import os
import sys

import pytest
from otter.test_files import test_case

OK_FORMAT = False

name = "{question}"


class Failures:
    """A pytest plugin that keeps what went wrong, in words."""

    def __init__(self):
        self.messages = []

    def pytest_exception_interact(self, call):
        error = call.excinfo.value
        if isinstance(error, NotImplementedError):
            self.messages.append(f"not written yet: {{error}}")
        elif hasattr(error, "public_text"):
            self.messages.append(error.public_text())
        else:
            self.messages.append(f"{{type(error).__name__}}: {{error}}{{place_of(error)}}")


def place_of(error):
    """Say where in {assignment}.py an error was raised."""
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if os.path.basename(trace.tb_frame.f_code.co_filename) == "{assignment}.py":
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f"\n({assignment}.py, line {{lines[-1]}})" if lines else ""


def import_afresh(folder):
    """Import {assignment}.py as it is now, with the modules beside it."""
    if folder not in sys.path:
        sys.path.insert(0, folder)
    importlib.invalidate_caches()
    for other, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and os.path.dirname(os.path.abspath(file)) == folder and other != "{assignment}":
            del sys.modules[other]
    module = sys.modules.get("{assignment}")
    if module is None:
        importlib.import_module("{assignment}")
        return
    for known in [known for known in vars(module) if not known.startswith("__")]:
        delattr(module, known)  # so that what you deleted from the file is gone
    importlib.reload(module)


def run(test):
    """Run one test of test_{assignment}.py on {assignment}.py as it is now."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(run.__code__.co_filename)))
    import_afresh(folder)
    failures = Failures()
    test = os.path.join(folder, "test_{assignment}.py") + "::" + test
    options = ["--rootdir", folder, "--config-file", os.devnull, "--disable-plugin-autoload"]
    options += ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:warnings"]
    status = pytest.main([*options, test], plugins=[failures])
    assert not failures.messages, "\n".join(failures.messages)
    assert status == 0, f"pytest could not run this test ({{status!r}})"
'''
_CASE = """

@test_case(name={claim!r})
def case_{number}():
    run({path!r})
"""


@dataclass(frozen=True, slots=True)
class PublicTest:
    """A test that students have.

    Attributes:
        path: Its name within the file as pytest writes it, such as `test_x` or `TestX::test_y`.
        question: The id of its question.
        claim: The first line of its docstring.
    """

    path: str
    question: str
    claim: str


def find_public_tests(public_tests: str) -> tuple[PublicTest, ...]:
    """List the tests in the text of a public test file, without importing it.

    Args:
        public_tests: The text of `test_<assignment>.py`.

    Raises:
        InstructorError: It is not Python.
    """
    try:
        tree = ast.parse(public_tests)
    except (SyntaxError, ValueError) as error:
        raise InstructorError(f"the public tests are not Python: {error}") from error
    return tuple(_tests_in(tree.body, "", ""))


def question_test_text(assignment: str, question: str, public_tests: str) -> str:
    """Write the file `tests/<question>.py` of a student's folder.

    It is a test file of Otter's exception-based form with a case for each public test of the
    question. A case imports the student's module afresh and has pytest run the test.

    Args:
        assignment: The assignment's id.
        question: The question's id.
        public_tests: The text of `test_<assignment>.py`.

    Raises:
        InstructorError: The question has no public test.
    """
    tests = [test for test in find_public_tests(public_tests) if test.question == question]
    if not tests:
        raise InstructorError(
            f"test_{assignment}.py: expected a test with the mark question({question!r}), found "
            "none; students could not check that question"
        )
    cases = [
        _CASE.format(claim=test.claim, number=number, path=test.path)
        for number, test in enumerate(tests, start=1)
    ]
    return _HEAD.format(assignment=assignment, question=question) + "".join(cases)


def _tests_in(body: list[ast.stmt], prefix: str, inherited: str) -> Iterator[PublicTest]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        question = _question_of(node) or inherited
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests_in(node.body, f"{prefix}{node.name}::", question)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            claim = (ast.get_docstring(node) or node.name).partition("\n")[0]
            yield PublicTest(f"{prefix}{node.name}", question, claim)


def _question_of(node: ast.FunctionDef | ast.ClassDef) -> str:
    """Read the decorator `@pytest.mark.question("A1.2")`."""
    for decorator in node.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and ast.unparse(decorator.func) == "pytest.mark.question"
            and len(decorator.args) == 1
            and isinstance(decorator.args[0], ast.Constant)
        ):
            return str(decorator.args[0].value)
    return ""
