"""Has pytest find the tests of some files, unaffected by where it runs, and leaving no trace."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import pytest

from autograder.errors import InstructorError
from autograder.suite import plugin

__all__ = ["find_tests"]


class _Collector:
    """A pytest plugin that keeps the tests and whatever went wrong while they were collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Function] = []
        self.errors: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = [item for item in session.items if isinstance(item, pytest.Function)]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self.errors.append(f"{report.nodeid}: {report.longreprtext}")


def find_tests(files: Sequence[Path]) -> list[pytest.Function]:
    """Import test files and list their tests, in order.

    Neither a configuration file nor a conftest.py nor the environment has a say, and a second call
    reads the files anew.

    Raises:
        InstructorError: A file cannot be imported, or hides its tests; with pytest's own words.
    """
    collector = _Collector()
    with _forgetting(files):
        _run_pytest([str(path) for path in files], collector)
    if collector.errors:
        raise InstructorError("the suite cannot be collected:\n" + "\n".join(collector.errors))
    return collector.items


def _run_pytest(paths: Sequence[str], collector: _Collector) -> None:
    options = [
        "--collect-only",
        "--strict-markers",
        "--assert=plain",  # an assertion's own words reach students, and nothing else
        "--import-mode=importlib",
        "--disable-plugin-autoload",
        "--noconftest",
        "--rootdir",
        os.path.commonpath([Path(path).parent for path in paths]),
        "--config-file",
        os.devnull,
        *("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:capture"),
        *("-p", "no:warnings", "-p", "no:unraisableexception", "-p", "no:threadexception"),
    ]
    with _without_pytest_variables(), _without_import_hooks(), redirect_stdout(sys.stderr):
        status = pytest.main([*options, *paths], plugins=[collector, plugin])
    usual = (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED, pytest.ExitCode.NO_TESTS_COLLECTED)
    if status not in usual and not collector.errors:
        collector.errors.append(f"pytest ended with {status!r}")


@contextmanager
def _without_pytest_variables() -> Iterator[None]:
    """Hide PYTEST_ADDOPTS and its like: with a stray `-k` a suite would lose tests in silence."""
    hidden = {name: os.environ[name] for name in os.environ if name.startswith("PYTEST_")}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]
        os.environ.update(hidden)


@contextmanager
def _without_import_hooks() -> Iterator[None]:
    """Take a surrounding pytest's import hook away: it would put values into asserts' messages."""
    before = list(sys.meta_path)
    sys.meta_path[:] = [f for f in before if not type(f).__module__.startswith("_pytest.")]
    try:
        yield
    finally:
        sys.meta_path[:] = before


@contextmanager
def _forgetting(files: Collection[Path]) -> Iterator[None]:
    """Leave nothing of these files in `sys.modules`: the next collection reads them anew."""
    before = set(sys.modules)
    places = {os.path.realpath(path) for path in files}
    try:
        yield
    finally:
        added = {name: sys.modules[name] for name in sys.modules.keys() - before}
        ours = {
            name
            for name, module in added.items()
            if os.path.realpath(getattr(module, "__file__", None) or "") in places
        }
        # pytest makes modules for the folders above a test file as well.
        parents = {name for name in added for one in ours if one.startswith(f"{name}.")}
        for name in ours | parents:
            del sys.modules[name]
