"""What the integration tests share: the course's assignments, ready to be graded."""

from __future__ import annotations

import functools
import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import Job, masks_for, open_job
from autograder.records import ClassResult
from autograder.secret import seed_key

COURSE = Path(__file__).resolve().parents[2]
Grading = Callable[..., ClassResult]


@functools.cache
def _job(assignment: str) -> Job:
    return open_job(assignment, COURSE)


@pytest.fixture(scope="session")
def course_dir() -> Path:
    return COURSE


def _beside(name: str) -> ModuleType:
    """Import a module that lies beside this file: tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def leaks() -> ModuleType:
    """The search for what only the staff has."""
    return _beside("leaks")


@pytest.fixture(scope="session")
def hidden_numbers() -> ModuleType:
    """The search for the numbers of hidden checks."""
    return _beside("hidden_numbers")


@pytest.fixture(scope="session")
def leaked(leaks: ModuleType, hidden_numbers: ModuleType) -> Callable[..., set[Any]]:
    """List what texts for a student tell that they must not; nothing if all is well."""

    def search(
        job: Job, grade: Mapping[str, Any], texts: Mapping[str, str], own: str, secret: bytes
    ) -> set[Any]:
        key = seed_key(secret, job.parts.id, grade["sha256"])
        found = leaks.lines_told(texts, own) | leaks.secret_told(texts, secret, key)
        # The answers of a Keras assignment are models, and a hand-in that is refused has none.
        if grade["questions"] and job.parts.policy.runtime != "keras":
            known = hidden_numbers.known_texts(job, grade, own)
            suspects = hidden_numbers.suspects(texts, known)
            if suspects:  # else there is nothing to run the checks for
                found |= hidden_numbers.told(suspects, hidden_numbers.hidden_values(job, key))
        return found

    return search


@pytest.fixture(scope="session")
def grade_paths() -> Grading:
    """Grade hand-ins of an assignment with two grading processes, as `autograder grade` does."""

    def grade(assignment: str, *paths: Path) -> ClassResult:
        job = _job(assignment)
        masks = masks_for(job, 2, allow_cpu=True)
        executor = LocalExecutor(len(masks), task_seconds=1500)
        return grade_class(job, paths, executor, Isolation(), lambda *_: None, masks=masks)

    return grade


@pytest.fixture(scope="session")
def graded_reference(grade_paths: Grading) -> Callable[[str], ClassResult]:
    """Grade the reference solution of an assignment, once for all tests."""

    @functools.cache
    def graded(assignment: str) -> ClassResult:
        return grade_paths(assignment, COURSE / "solutions" / f"{assignment}.py")

    return graded


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start a headless Chromium that asks nothing of the network."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium: install the package chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - starts a process

    quiet = ["background-networking", "component-update", "gpu", "quic", "sync"]
    arguments = ["--no-sandbox", *(f"--disable-{what}" for what in quiet)]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield launched
        launched.close()
