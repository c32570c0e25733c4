"""Collects a suite once: pytest finds the tests, and each becomes a check that can be run often."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import math
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from autograder.errors import InstructorError
from autograder.suite import plugin
from autograder.suite.finding import find_tests

__all__ = ["Check", "Suite", "collect", "load_reference"]

PUBLIC_GROUP: Final = "example"

# What pytest would skip or expect to fail has no verdict here, so it may not be marked at all.
_FOREIGN_MARKS: Final = ("skip", "skipif", "xfail", "usefixtures", "filterwarnings")


@dataclass(frozen=True, slots=True)
class Check:
    """One test of a suite, ready to be called.

    Attributes:
        id: `file::name[parameters]`.
        question: The id of the question that it belongs to.
        group: The check group.
        claim: The first line of its docstring.
        function: The test itself.
        parameters: Values from `parametrize`.
        fixtures: Names of the fixtures that it asks for.
        critical: Whether a failure caps the question.
        weight: How much it counts within its group.
        public: Whether students have it.
    """

    id: str
    question: str
    group: str
    claim: str
    function: Callable[..., None]
    parameters: Mapping[str, Any]
    fixtures: tuple[str, ...]
    critical: bool
    weight: float
    public: bool


@dataclass(frozen=True, slots=True)
class Suite:
    """All checks of an assignment, and the reference that they compare with.

    Attributes:
        assignment: The assignment's id.
        checks: In the order of the files and of the tests in them, public ones first.
        reference: The reference module.
    """

    assignment: str
    checks: tuple[Check, ...]
    reference: ModuleType


def load_reference(path: Path, assignment: str) -> ModuleType:
    """Import the reference solution under a name of its own.

    Raises:
        InstructorError: It cannot be imported.
    """
    spec = importlib.util.spec_from_file_location(f"_reference_{assignment}", path)
    if spec is None or spec.loader is None:
        raise InstructorError(f"{path}: expected a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # a dataclass looks its module up while it is made
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InstructorError(f"{path}: the reference cannot be imported: {error!r}") from error
    finally:
        del sys.modules[module.__name__]
    return module


def collect(
    assignment: str,
    *,
    public_tests: Path,
    hidden_files: Mapping[str, Path],
    reference: Path,
    groups: Collection[str],
) -> Suite:
    """Collect the public tests and the hidden suite of an assignment.

    Args:
        assignment: Its id; within the public tests a module of this name is the student's.
        public_tests: The file that students have.
        hidden_files: Question id to the file with its hidden tests.
        reference: The reference solution.
        groups: The names that a group marker may have.

    Raises:
        InstructorError: A file cannot be imported, or a test would not run as it is meant to; every
            such problem is in the message.
    """
    files = [public_tests, *hidden_files.values()]
    with _student_module(assignment):
        items = find_tests(files)
    questions = {path.resolve(): question for question, path in hidden_files.items()}
    checks, problems = [], []
    for item in items:
        try:
            checks.append(_make_check(item, questions, groups, frozenset(hidden_files)))
        except InstructorError as error:
            problems.append(str(error))
    tested = {questions.get(item.path.resolve()) for item in items}
    problems += [
        f"{path}: there is no test for {question}"
        for question, path in hidden_files.items()
        if question not in tested
    ]
    problems += _find_doubles(files, checks)
    if problems:
        raise InstructorError("the suite cannot be used:\n" + "\n".join(problems))
    return Suite(assignment, tuple(checks), load_reference(reference, assignment))


def _find_doubles(files: Iterable[Path], checks: Iterable[Check]) -> Iterator[str]:
    """Name the tests that another of the same name replaces, or whose ids are alike."""
    for path in files:
        tree = ast.parse(path.read_bytes(), str(path))
        for scope in ast.walk(tree):
            if isinstance(scope, ast.Module | ast.ClassDef):
                names = [
                    node.name
                    for node in scope.body
                    if isinstance(node, ast.FunctionDef | ast.ClassDef)
                ]
                for name, times in Counter(names).items():
                    if times > 1 and name.lower().startswith("test"):
                        yield f"{path.name}::{name}: defined {times} times; only the last one runs"
    for name, times in Counter(check.id for check in checks).items():
        if times > 1:
            yield f"{name}: {times} tests have this id; rename the file or the test"


@contextmanager
def _student_module(assignment: str) -> Iterator[None]:
    """Answer `import <assignment>` in the public tests with the student of the running test."""
    from autograder.suite.run import CurrentStudent  # noqa: PLC0415 - run imports this module

    before = sys.modules.get(assignment)
    sys.modules[assignment] = CurrentStudent(assignment)
    try:
        yield
    finally:
        if before is None:
            del sys.modules[assignment]
        else:
            sys.modules[assignment] = before


def _make_check(
    item: pytest.Function,
    questions: Mapping[Path, str],
    groups: Collection[str],
    known: frozenset[str],
) -> Check:
    hidden_question = questions.get(item.path.resolve())
    name = f"{item.path.name}::{item.nodeid.partition('::')[2]}"
    question = hidden_question or _text_of(item, "question")
    group = PUBLIC_GROUP if hidden_question is None else _text_of(item, "group")
    if question not in known:
        raise InstructorError(f"{name}: expected a mark `question` with one of {sorted(known)}")
    if group not in groups:
        raise InstructorError(f"{name}: expected a mark `group` with one of {sorted(groups)}")
    parameters = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    wanted = [n for n in inspect.signature(item.function).parameters if n not in parameters]
    wanted = [n for n in wanted if n != "self"]
    _require_runnable(name, item, wanted, parameters)
    claim = (inspect.getdoc(item.function) or "").strip().partition("\n")[0]
    if not claim:
        raise InstructorError(
            f"{name}: expected a docstring that says what the test holds to be true"
        )
    return Check(
        id=name,
        question=question,
        group=group,
        claim=claim,
        function=item.obj,
        parameters=parameters,
        fixtures=tuple(wanted),
        critical=item.get_closest_marker("critical") is not None,
        weight=_weight_of(name, item),
        public=hidden_question is None,
    )


def _require_runnable(
    name: str, item: pytest.Function, wanted: Sequence[str], parameters: Mapping[str, object]
) -> None:
    """Refuse a test that means something else under pytest than it does here.

    Raises:
        InstructorError: It asks for what the runner lacks, or would pass without having run.
    """
    unknown = [fixture for fixture in wanted if fixture not in plugin.FIXTURES]
    if unknown:
        known = sorted(plugin.FIXTURES)
        raise InstructorError(f"{name}: there is no fixture {unknown}; known are {known}")
    marks = sorted({mark.name for mark in item.iter_markers()} & set(_FOREIGN_MARKS))
    if marks:
        raise InstructorError(f"{name}: the mark {marks} has no meaning here; remove it")
    behind = set(item.fixturenames) - plugin.BEHIND - set(wanted) - set(parameters)
    if behind:
        raise InstructorError(
            f"{name}: setup functions and automatic fixtures are not run ({sorted(behind)}); "
            "do it within the test"
        )
    odd = inspect.iscoroutinefunction(item.function) or inspect.isgeneratorfunction(item.function)
    if odd or type(item) is not pytest.Function:
        raise InstructorError(f"{name}: expected a plain function or a method of a plain class")


def _weight_of(name: str, item: pytest.Function) -> float:
    marker = item.get_closest_marker("points")
    if marker is None:
        return 1.0
    weight = marker.args[0] if len(marker.args) == 1 and not marker.kwargs else None
    if not isinstance(weight, int | float) or not 0 < weight < math.inf:
        raise InstructorError(f"{name}: expected points(n) with one number above 0")
    return float(weight)


def _text_of(item: pytest.Function, name: str) -> str:
    """Return the text that a mark was given; empty if there is none."""
    marker = item.get_closest_marker(name)
    value = marker.args[0] if marker and marker.args else None
    return value if isinstance(value, str) else ""
