"""Who grades when: a protocol, and a file for each way to spread a class over processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.records import Grade

__all__ = ["Bench", "Executor", "Task"]


@dataclass(frozen=True, slots=True)
class Task:
    """One hand-in to be graded.

    Attributes:
        path: Where it lies.
        name: What results call it.
    """

    path: Path
    name: str


class Bench(Protocol):
    """A place where submissions are graded, one after the other: a zygote and all it needs."""

    isolation: dict[str, str]
    training: dict[str, str]

    def grade(self, task: Task) -> Grade:
        """Grade one hand-in; whatever goes wrong ends in the grade."""
        ...


class Executor(Protocol):
    """A way to grade many hand-ins."""

    def run(
        self, tasks: Sequence[Task], open_bench: Callable[[int], AbstractContextManager[Bench]]
    ) -> Iterator[Grade]:
        """Yield a grade for each task, in the order in which they are done.

        Args:
            tasks: What to grade; names are unique.
            open_bench: Makes a bench in the process that calls it. It is given the process' place,
                counted from 0: no two that run at the same time have the same.

        Raises:
            AutograderError: No bench could be opened at all.
        """
        ...
