"""Grades on this machine, in processes that are forked after the suite was collected."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Final

from autograder.errors import AutograderError, GraderFault
from autograder.executor import Bench, Task
from autograder.records import Grade, Status

__all__ = ["LocalExecutor"]

_TRIES: Final = 2
_POLL_SECONDS: Final = 5.0
_DIED: Final = (
    f"the process that graded it ended {_TRIES} times before it was done; "
    "look at the submission, then grade it by itself"
)
_Opener = Callable[[int], AbstractContextManager[Bench]]


@dataclass(slots=True, eq=False)
class _Lane:
    """A grading process, and what it is doing."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    slot: int
    task: Task | None = None
    since: float = 0.0


class LocalExecutor:
    """Keeps `workers` grading processes busy, and replaces one that dies.

    Args:
        workers: How many; two submissions never share one at the same time.
        task_seconds: After this long a grading process counts as hung and is killed.

    Attributes:
        isolation: What the benches say of their sandbox.
        training: What they say of what they train on.
    """

    def __init__(self, workers: int, task_seconds: float) -> None:
        self._workers = workers
        self._task_seconds = task_seconds
        self._context = multiprocessing.get_context("fork")
        self.isolation: dict[str, str] = {}
        self.training: dict[str, str] = {}

    def run(self, tasks: Sequence[Task], open_bench: _Opener) -> Iterator[Grade]:
        """Yield a grade for each task, in the order in which they are done.

        A task whose process dies is tried once more in a new one, then left ungraded.

        Raises:
            AutograderError: A bench could not be opened.
        """
        queue = deque(tasks)
        tries: Counter[str] = Counter()
        lanes: list[_Lane] = []
        try:
            for slot in range(min(self._workers, len(tasks))):
                lanes.append(self._fork(open_bench, slot))  # noqa: PERF401 - if one fails, stop the others
            for lane in lanes:
                self._await_bench(lane)
            while queue or any(lane.task for lane in lanes):
                for lane in lanes:
                    if lane.task is None and queue:
                        self._give(lane, queue.popleft())
                for lane in self._ready(lanes):
                    task, lane.task = lane.task, None
                    assert task is not None
                    grade = self._collect(lane)
                    if grade is not None:
                        yield grade
                        continue
                    tries[task.name] += 1
                    if tries[task.name] < _TRIES:
                        queue.appendleft(task)
                    else:
                        yield _abandoned(task, _DIED)
                    lost = self._replace(lanes, lane, open_bench)
                    if lost:
                        yield from (_abandoned(left, lost) for left in queue)
                        queue.clear()
        finally:
            self._stop_all(lanes)

    def _replace(self, lanes: list[_Lane], lane: _Lane, open_bench: _Opener) -> str:
        """Start a process in the place of a dead one; the others go on if that fails.

        The new one has the place of the dead one, and so its GPU.

        Returns:
            Why there is no process left at all; empty as long as there is one.
        """
        lanes.remove(lane)
        try:
            lanes.append(self._start(open_bench, lane.slot))
        except AutograderError as error:
            return "" if lanes else f"no grading process could be started again: {error}"
        return ""

    def _start(self, open_bench: _Opener, slot: int) -> _Lane:
        lane = self._fork(open_bench, slot)
        try:
            self._await_bench(lane)
        except BaseException:
            lane.process.kill()
            self._stop(lane)
            raise
        return lane

    def _fork(self, open_bench: _Opener, slot: int) -> _Lane:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(theirs, ours, open_bench, slot), daemon=True
        )
        process.start()
        theirs.close()
        return _Lane(process, ours, slot)

    def _await_bench(self, lane: _Lane) -> None:
        """Wait until a grading process has opened its bench; the caller stops it if that fails.

        Raises:
            AutograderError: It could not.
        """
        try:
            if not lane.pipe.poll(self._task_seconds):
                lane.process.kill()
            opened = lane.pipe.recv()
        except (EOFError, OSError):
            raise GraderFault("a grading process ended before it was ready") from None
        if isinstance(opened, AutograderError):
            raise opened
        self.isolation, training = opened
        for name, words in training.items():
            # Lanes can have GPUs of different models; otherwise they all say the same.
            told = self.training.get(name, words).split("; ")
            self.training[name] = "; ".join(dict.fromkeys((*told, words)))

    def _give(self, lane: _Lane, task: Task) -> None:
        lane.task, lane.since = task, time.monotonic()
        with contextlib.suppress(OSError):  # it died: the pipe will say so
            lane.pipe.send(task)

    def _ready(self, lanes: Sequence[_Lane]) -> list[_Lane]:
        """Wait until a lane answered or died; kill one that takes too long."""
        busy = [lane for lane in lanes if lane.task is not None]
        ready = wait([lane.pipe for lane in busy], min(_POLL_SECONDS, self._task_seconds / 4))
        for lane in busy:
            late = time.monotonic() - lane.since > self._task_seconds
            if late and lane.pipe not in ready:
                lane.process.kill()
        return [lane for lane in busy if lane.pipe in ready]

    def _collect(self, lane: _Lane) -> Grade | None:
        """Return a lane's grade, or nothing if the lane is dead."""
        try:
            grade = lane.pipe.recv()
        except (EOFError, OSError):
            self._stop(lane)
            return None
        if not isinstance(grade, Grade):
            raise GraderFault(f"a grading process sent {type(grade).__name__}")
        return grade

    def _stop_all(self, lanes: Sequence[_Lane]) -> None:
        """End every process: at once where nobody waits for a grade any more."""
        for lane in lanes:
            lane.pipe.close()
            if lane.task is not None:
                lane.process.kill()
        for lane in lanes:
            self._stop(lane)

    def _stop(self, lane: _Lane) -> None:
        lane.pipe.close()
        lane.process.join(timeout=2)
        if lane.process.is_alive():
            lane.process.kill()
            lane.process.join()
        lane.process.close()


def _serve(pipe: Connection, parents: Connection, open_bench: _Opener, slot: int) -> None:
    """Grade what comes through the pipe until it closes; the body of a grading process."""
    parents.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with open_bench(slot) as bench:
            # The suite and all it needs stays: there is no use in looking through it for garbage.
            gc.collect()
            gc.freeze()
            pipe.send((bench.isolation, bench.training))
            while True:
                try:
                    task = pipe.recv()
                except EOFError:
                    return
                pipe.send(bench.grade(task))
    except AutograderError as error:
        pipe.send(error)
    except BrokenPipeError:
        os._exit(1)


def _abandoned(task: Task, reason: str) -> Grade:
    return Grade(task.name, "", Status.UNGRADED, 0, 0, 0, reason=reason)
