"""Who grades when: a protocol, and a file for each way to spread a class over processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from autograder.records import Grade, Status

__all__ = [
    "NEVER_STARTED",
    "Bench",
    "Executor",
    "Needs",
    "Opener",
    "Task",
    "Work",
    "abandoned",
    "add_training",
]


@dataclass(frozen=True, slots=True)
class Task:
    """One hand-in to be graded.

    Attributes:
        path: Where it lies.
        name: What results call it.
        assignment: The id of what it was handed in for; may be empty where all are for the same.
    """

    path: Path
    name: str
    assignment: str = ""


class Bench(Protocol):
    """A place where submissions are graded, one after the other: a zygote and all it needs."""

    isolation: dict[str, str]
    training: dict[str, str]

    def grade(self, task: Task) -> Grade:
        """Grade one hand-in; whatever goes wrong ends in the grade."""
        ...


NEVER_STARTED: Final = "no grading process"
"""How the reason begins where no process could be started: the hand-in was not even looked at."""

Opener = Callable[[int], AbstractContextManager[Bench]]


@dataclass(frozen=True, slots=True)
class Needs:
    """What grading one hand-in keeps busy.

    Attributes:
        cpus: Processors.
        gpus: GPUs, which no other hand-in uses at the same time.
        memory_mib: Memory in MiB (2**20 bytes); 0 for no matter how much.
    """

    cpus: int = 1
    gpus: int = 0
    memory_mib: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """The hand-ins of one assignment, and what it takes to grade them.

    Attributes:
        tasks: What to grade; names are unique, and all are for the same assignment.
        open_bench: Makes a bench in the process that calls it. It is given the process' place
            among those of this assignment on this machine, counted from 0: no two that run at the
            same time have the same. Where the process is on another machine it must be picklable.
        needs: What one hand-in keeps busy.
        lanes: At most so many at a time; 0 for as many as there is room for.
        task_seconds: After this long a grading process counts as hung and is killed.
        training: What is trained: `full` or `reduced`; empty where nothing is.
    """

    tasks: tuple[Task, ...]
    open_bench: Opener
    needs: Needs = Needs()
    lanes: int = 0
    task_seconds: float = 600.0
    training: str = ""

    @property
    def assignment(self) -> str:
        """The id that the tasks carry."""
        return self.tasks[0].assignment if self.tasks else ""


class Executor(Protocol):
    """A way to grade many hand-ins.

    Attributes:
        isolation: What the benches say of their sandbox.
        trainings: Assignment to what its benches say of what they train on.
    """

    isolation: dict[str, str]
    trainings: dict[str, dict[str, str]]

    def run(self, tasks: Sequence[Task], open_bench: Opener) -> Iterator[Grade]:
        """Yield a grade for each task of one assignment, in the order in which they are done.

        Args:
            tasks: What to grade; names are unique.
            open_bench: As `Work.open_bench`.

        Raises:
            AutograderError: No bench could be opened at all.
        """
        ...

    def run_all(self, works: Sequence[Work]) -> Iterator[tuple[Task, Grade]]:
        """Yield every task of several assignments with its grade, as they are done.

        No assignment waits until another one is done, however long its hand-ins take.

        Args:
            works: What to grade; no assignment comes twice.

        Raises:
            AutograderError: No bench could be opened for one of them.
        """
        ...


def abandoned(task: Task, reason: str) -> Grade:
    """Give the grade of a hand-in that a person has to look at.

    Args:
        task: The hand-in.
        reason: Why it has no score, as a sentence.
    """
    return Grade(task.name, "", Status.UNGRADED, 0, 0, 0, reason=reason)


def add_training(told: dict[str, str], training: dict[str, str]) -> None:
    """Note what one more bench trains on.

    Benches can have GPUs of different models; otherwise they all say the same.

    Args:
        told: What is known so far; it is changed.
        training: From the bench.
    """
    for name, words in training.items():
        before = told.get(name, words).split("; ")
        told[name] = "; ".join(sorted({*before, words}))
