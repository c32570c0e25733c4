"""What one test is given: the student, the reference, inputs of its own, and what it can say."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.random.bit_generator import ISeedSequence

from autograder.compare import assert_agrees
from autograder.figures import MOST_FIGURES, Figure, FigureError
from autograder.sandbox.codec import Plain
from autograder.suite.student import Reply, Request, Student

__all__ = ["Fixtures", "SpeedBudget"]

_REPEATS: Final = 5
_SHORTEST_SECONDS: Final = 1e-6


@dataclass(frozen=True, slots=True)
class SpeedBudget:
    """How much slower than the reference a call may be.

    Attributes:
        ratio: Of processor times; the smallest of five interleaved pairs counts.
        floor_seconds: Processor time under which a call is always quick enough.
    """

    ratio: float
    floor_seconds: float


class Fixtures:
    """The values of a test's fixtures, made when they are asked for.

    Args:
        ask: Sends a request to the submission and returns its reply.
        reference: The reference module.
        check_id: Decides the inputs together with `seed_key`.
        seed_key: Equal keys, equal inputs.
        speed: For `assert_fast`.
        public: Whether students have the test.
        task: `full` where there is a GPU to train on, `reduced` elsewhere.

    Attributes:
        student: Stands for the student's module.
        reference: The reference module.
        task: How much to train, and by which thresholds to judge it: `full` or `reduced`.
        awarded: Fraction and reason of the last `award`; None without one.
        shown: What `show` was given, in order.
    """

    def __init__(
        self,
        ask: Callable[[Request], Reply],
        reference: ModuleType,
        *,
        check_id: str,
        seed_key: bytes,
        speed: SpeedBudget,
        public: bool,
        task: str = "reduced",
    ) -> None:
        self.student = Student(ask, reference, public=public)
        self.reference = reference
        self.task = task
        self.awarded: tuple[float, str] | None = None
        self.shown: list[Figure] = []
        self._check_id = check_id
        self._seed_key = seed_key
        self._speed = speed

    @cached_property
    def rng(self) -> np.random.Generator:
        """A generator whose stream belongs to this submission and this test alone."""
        digest = blake2b(self._check_id.encode(), key=self._seed_key, digest_size=32).digest()
        words: Any = _Seed(digest)  # NumPy's stubs know only its own seed sequence
        return np.random.Generator(np.random.PCG64(words))

    def award(self, fraction: float, reason: str) -> None:
        """Give a fraction of the check's weight, with the reason that the student reads.

        Raises:
            ValueError: The fraction is not within 0..1.
        """
        if not 0 <= fraction <= 1:
            raise ValueError(f"award: expected a fraction from 0 to 1, received {fraction}")
        self.awarded = (fraction, reason)

    def show(self, figure: Figure) -> None:
        """Put a picture below the question on the student's page, whether or not the check passes.

        Students see it all, so it holds no input or expected value that they may not know.

        Raises:
            FigureError: It is no record of `autograder.figures`, or one too many.
        """
        if not isinstance(figure, Figure):
            raise FigureError(
                f"show: expected Curves, Matrix, Heat or Images, received {type(figure)}"
            )
        if len(self.shown) == MOST_FIGURES:
            raise FigureError(f"show: expected at most {MOST_FIGURES} figures in one check")
        self.shown.append(figure)

    def assert_fast(self, name: str, *arguments: Plain, **keywords: Plain) -> None:
        """Hold that a call is right and about as quick as the reference.

        Processor time is compared, so a busy machine does not count against anybody. A call
        below the budget's floor is quick enough whatever the reference takes.

        Args:
            name: The function.
            arguments: Its positional arguments.
            keywords: Its keyword arguments.

        Raises:
            Mismatch: The answer is wrong.
            AssertionError: The call is slower than the budget allows, each time that it is tried.
        """
        smallest = float("inf")
        # The first call in a forked process pays for memory that the student's has paid for.
        getattr(self.reference, name)(*copy.deepcopy(arguments), **copy.deepcopy(keywords))
        for turn in range(1 + _REPEATS):
            # Each time other arguments: an answer that was kept from the last call is no use.
            turned = tuple(_turned(argument, turn) for argument in arguments)
            # The student first: a random generator crosses as a copy, and the reference moves it.
            reply = self.student.ask(name, turned, keywords, measured=True)
            # This thread's clock: after a timer of this process has run, its own moves in ticks.
            begin = time.thread_time()
            expected = getattr(self.reference, name)(*turned, **keywords)
            reference_seconds = max(time.thread_time() - begin, _SHORTEST_SECONDS)
            assert_agrees(reply.value, expected)
            smallest = min(smallest, reply.cpu_seconds / reference_seconds)
            if smallest <= self._speed.ratio or reply.cpu_seconds <= self._speed.floor_seconds:
                return
        # Without the measured ratio: it is another one each time, and a regrade must repeat itself.
        message = (
            f"right, but more than {self._speed.ratio:g} times as slow as array arithmetic: "
            "replace loops by NumPy operations"
        )
        raise AssertionError(message)


def _turned(argument: Plain, turn: int) -> Plain:
    """Move the entries of an array on by some places."""
    return np.roll(argument, turn) if isinstance(argument, np.ndarray) and turn else argument


class _Seed(ISeedSequence):
    """Hands 32 random bytes to a bit generator as they are: there is nothing left to mix."""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Any:
        """Return the first words of the digest."""
        return np.frombuffer(self._digest, np.dtype(dtype))[:n_words]
