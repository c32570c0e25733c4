"""What the integration tests share: the course's assignments, ready to be graded."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import Job, masks_for, open_job
from autograder.records import ClassResult

COURSE = Path(__file__).resolve().parents[2]
Grading = Callable[..., ClassResult]


@functools.cache
def _job(assignment: str) -> Job:
    return open_job(assignment, COURSE)


@pytest.fixture(scope="session")
def course_dir() -> Path:
    return COURSE


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
