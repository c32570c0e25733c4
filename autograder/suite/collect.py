"""Collects a suite once: pytest finds the tests, and each becomes a check that can be run often."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from autograder.errors import InstructorError
from autograder.suite import plugin

__all__ = ["Check", "Suite", "collect", "load_reference"]

PUBLIC_GROUP: Final = "example"


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


class _Collector:
    """A pytest plugin that keeps the tests and whatever went wrong while they were collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Function] = []
        self.errors: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = [item for item in session.items if isinstance(item, pytest.Function)]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(f"{report.nodeid}: {report.longreprtext}")


def load_reference(path: Path, assignment: str) -> ModuleType:
    """Import the reference solution under a name of its own.

    Raises:
        InstructorError: It cannot be imported.
    """
    spec = importlib.util.spec_from_file_location(f"_reference_{assignment}", path)
    if spec is None or spec.loader is None:
        raise InstructorError(f"{path}: expected a Python module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InstructorError(f"{path}: the reference cannot be imported: {error!r}") from error
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
        InstructorError: A file cannot be imported, or a test lacks a group or asks for a fixture that
            the runner does not have; every such problem is in the message.
    """
    collector = _Collector()
    files = [public_tests, *hidden_files.values()]
    with _student_module(assignment):
        _run_pytest([str(path) for path in files], collector)
    if collector.errors:
        raise InstructorError("the suite cannot be collected:\n" + "\n".join(collector.errors))
    questions = {path.resolve(): question for question, path in hidden_files.items()}
    checks, problems = [], []
    for item in collector.items:
        try:
            checks.append(_make_check(item, questions, groups, frozenset(hidden_files)))
        except InstructorError as error:
            problems.append(str(error))
    if problems:
        raise InstructorError("\n".join(problems))
    return Suite(assignment, tuple(checks), load_reference(reference, assignment))


def _run_pytest(paths: Sequence[str], collector: _Collector) -> None:
    options = [
        "--collect-only",
        "--assert=plain",  # an assertion's own words reach students, and nothing else
        "--import-mode=importlib",
        "--disable-plugin-autoload",
        "--noconftest",
        "--rootdir",
        os.path.commonpath([os.path.dirname(path) for path in paths]),
        "--config-file",
        os.devnull,
        *("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:capture"),
        *("-p", "no:warnings", "-p", "no:unraisableexception", "-p", "no:threadexception"),
    ]
    status = pytest.main([*options, *paths], plugins=[collector, plugin])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED) and not collector.errors:
        collector.errors.append(f"pytest ended with {status!r}")


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
    question = hidden_question or _marker(item, "question")
    group = PUBLIC_GROUP if hidden_question is None else _marker(item, "group")
    if question not in known:
        raise InstructorError(f"{name}: expected a mark `question` with one of {sorted(known)}")
    if group not in groups:
        raise InstructorError(f"{name}: expected a mark `group` with one of {sorted(groups)}")
    parameters = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    wanted = [n for n in inspect.signature(item.function).parameters if n not in parameters]
    wanted = [n for n in wanted if n != "self"]
    unknown = [fixture for fixture in wanted if fixture not in plugin.FIXTURES]
    if unknown:
        raise InstructorError(f"{name}: there is no fixture {unknown}; known are {sorted(plugin.FIXTURES)}")
    claim = (inspect.getdoc(item.function) or "").strip().partition("\n")[0]
    if not claim:
        raise InstructorError(f"{name}: expected a docstring that says what the test holds to be true")
    weight = item.get_closest_marker("points")
    return Check(
        id=name,
        question=str(question),
        group=str(group),
        claim=claim,
        function=item.obj,
        parameters=parameters,
        fixtures=tuple(wanted),
        critical=item.get_closest_marker("critical") is not None,
        weight=float(weight.args[0]) if weight else 1.0,
        public=hidden_question is None,
    )


def _marker(item: pytest.Function, name: str) -> object:
    marker = item.get_closest_marker(name)
    return marker.args[0] if marker and marker.args else None
