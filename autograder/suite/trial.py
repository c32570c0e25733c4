"""A hidden suite on one hand-in under plain pytest: the same sandbox, one call after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.catalog import find_course, locate
from autograder.compare import use_tolerances
from autograder.config import load_course
from autograder.errors import InstructorError
from autograder.figures import Figure
from autograder.intake import read_submission
from autograder.records import Refusal
from autograder.suite.absent import keras_absent
from autograder.suite.collect import load_reference
from autograder.suite.fixtures import Fixtures, SpeedBudget
from autograder.suite.session import Session
from autograder.suite.student import Reply, Request, Student
from autograder.suite.terms import terms_for

__all__ = ["Trial", "open_trial"]


class Trial:
    """A submission under trial; `begin` makes the fixtures of the next test."""

    def __init__(self, session: Session, reference: ModuleType, speed: SpeedBudget) -> None:
        self._session = session
        self._speed = speed
        self.reference = reference
        self.begin("")

    def begin(self, check_id: str) -> None:
        """Make the fixtures for a test of this id."""
        self._fixtures = Fixtures(
            self._ask,
            self.reference,
            check_id=check_id,
            seed_key=b"trial",
            speed=self._speed,
            public=True,
        )

    def _ask(self, request: Request) -> Reply:
        return self._session.answer([request])[0]

    @property
    def student(self) -> Student:
        """Return the current test's student."""
        return self._fixtures.student

    @property
    def rng(self) -> np.random.Generator:
        """Return the current test's generator."""
        return self._fixtures.rng

    @property
    def award(self) -> Callable[[float, str], None]:
        """Return the current test's `award`."""
        return self._fixtures.award

    @property
    def show(self) -> Callable[[Figure], None]:
        """Return the current test's `show`; there is no page to show it on."""
        return self._fixtures.show

    @property
    def task(self) -> str:
        """Return how much to train."""
        return self._fixtures.task

    @property
    def assert_fast(self) -> Callable[..., Any]:
        """Return the current test's `assert_fast`."""
        return self._fixtures.assert_fast


@contextmanager
def open_trial(folder: Path, hand_in: Path | None) -> Iterator[Trial]:
    """Load a hand-in for the hidden suite in a folder.

    Args:
        folder: `tests/hidden/<assignment>`.
        hand_in: What to try; the reference solution by default.

    Raises:
        InstructorError: There is no such assignment, or the hand-in cannot be read.
    """
    course_dir = find_course(folder)
    course = load_course(course_dir / "grading.yml")
    parts = locate(course_dir, course, folder.name)
    submission = read_submission(hand_in or parts.reference, parts.id, course.intake)
    if isinstance(submission, Refusal):
        raise InstructorError(submission.reason)
    terms = terms_for(course, parts.id)
    with keras_absent() if terms.models else nullcontext():
        reference = load_reference(parts.reference, parts.id)
    with (
        terms.start_zygote(parts.reference) as zygote,
        Session(zygote, submission, parts.id, terms.rules, terms.limits) as session,
        use_tolerances(terms.tolerances),
    ):
        yield Trial(session, reference, terms.speed)
