"""The pytest plugin: marks and fixtures of a suite.

Under `autograder grade` only the marks and the fixtures' names are used: the runner hands in its
own. Under plain pytest, `pytest tests/hidden/activations --submission FILE` runs the same tests
against one hand-in, call by call in the sandbox, for whoever writes or debugs a suite; without
`--submission` it is the reference that is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from autograder.suite.trial import Trial

__all__ = [
    "BEHIND",
    "FIXTURES",
    "MARKS",
    "assert_fast",
    "award",
    "reference",
    "rng",
    "show",
    "student",
    "task",
]

FIXTURES: Final = ("student", "reference", "rng", "award", "assert_fast", "task", "show")
# What those are made from under plain pytest.
BEHIND: Final = frozenset({"_trial", "_trials", "request"})
MARKS: Final = (
    "question(id): the question that a public test belongs to",
    "group(name): the check group that a test belongs to",
    "critical: a failure caps the question's points",
    "points(n): how much a test counts within its group; 1 unless marked",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--submission`."""
    parser.getgroup("autograder").addoption(
        "--submission",
        type=Path,
        metavar="FILE",
        help="the hand-in that a hidden suite is tried on; by default the reference solution",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)


@pytest.fixture(scope="session")
def _trials(request: pytest.FixtureRequest) -> Iterator[dict[Path, Trial]]:
    trials: dict[Path, Trial] = {}
    with ExitStack() as stack:
        request.config.stash[_STACK] = stack
        yield trials


_STACK = pytest.StashKey[ExitStack]()


@pytest.fixture
def _trial(request: pytest.FixtureRequest, _trials: dict[Path, Trial]) -> Trial:
    """Return the sandboxed submission for the assignment that the test's folder is named after."""
    from autograder.suite.trial import open_trial  # noqa: PLC0415 - other suites need none of it

    folder = request.path.parent
    if folder not in _trials:
        stack = request.config.stash[_STACK]
        submission = request.config.getoption("--submission")
        _trials[folder] = stack.enter_context(open_trial(folder, submission))
    trial = _trials[folder]
    trial.begin(request.node.nodeid)
    return trial


@pytest.fixture
def student(_trial: Trial) -> object:
    """Stand for the student's module: its functions run in the sandbox."""
    return _trial.student


@pytest.fixture
def reference(_trial: Trial) -> object:
    """Give the reference solution, imported in this process."""
    return _trial.reference


@pytest.fixture
def rng(_trial: Trial) -> object:
    """Give a NumPy generator, seeded for this test."""
    return _trial.rng


@pytest.fixture
def award(_trial: Trial) -> object:
    """Give the function `award(fraction, reason)` for partial credit within one check."""
    return _trial.award


@pytest.fixture
def show(_trial: Trial) -> object:
    """Give the function `show(figure)` for a picture on the student's page."""
    return _trial.show


@pytest.fixture
def assert_fast(_trial: Trial) -> object:
    """Give the function `assert_fast(name, *arguments, **keywords)`."""
    return _trial.assert_fast


@pytest.fixture
def task(_trial: Trial) -> str:
    """Say how much to train: `reduced` here, `full` where grading has a GPU."""
    return _trial.task
