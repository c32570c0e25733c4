"""Grades on this machine, in processes that are forked after the suites were collected."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Final

from autograder.errors import AutograderError, GraderFault
from autograder.executor import NEVER_STARTED, Opener, Task, Work, abandoned, add_training
from autograder.records import Grade

__all__ = ["LocalExecutor"]

_TRIES: Final = 2
_POLL_SECONDS: Final = 5.0
_WATCH_SECONDS: Final = 0.5
# A bench starts a zygote, and Keras takes a while on a busy machine.
_OPENING_SECONDS: Final = 300.0
_DIED: Final = (
    f"the process that graded it ended {_TRIES} times before it was done; "
    "look at the submission, then grade it by itself"
)


@dataclass(slots=True, eq=False)
class _Lane:
    """A grading process, and what it is doing: it opens its bench, grades a task, or waits."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    slot: int
    since: float
    opening: bool = True
    task: Task | None = None

    @property
    def at_work(self) -> bool:
        """Whether it keeps processors busy."""
        return self.opening or self.task is not None


@dataclass(slots=True, eq=False)
class _Crew:
    """An assignment, what is left of its tasks, and the processes that grade them.

    Attributes:
        work: The assignment.
        cpus: Processors that one of its lanes keeps busy.
        most: As many lanes as it may have.
        queue: Tasks that nobody works on.
        lanes: Its processes.
        used: Processor seconds of what its lanes have graded; opening benches is not counted.
        lost: Whether a process of it has died.
    """

    work: Work
    cpus: int
    most: int
    queue: deque[Task]
    lanes: list[_Lane] = field(default_factory=list)
    used: float = 0.0
    lost: bool = False

    def at_work(self) -> list[_Lane]:
        return [lane for lane in self.lanes if lane.at_work]

    def attained(self, now: float) -> float:
        """Return the processor seconds it has had, those of what is being graded included."""
        return self.used + self.cpus * sum(now - lane.since for lane in self.lanes if lane.task)

    def idle_lane(self) -> _Lane | None:
        """Return a lane for the next task; none before all of the first ones are open.

        So that one that cannot be opened is told before anything is graded.
        """
        if not self.lost and any(lane.opening for lane in self.lanes):
            return None
        return next((lane for lane in self.lanes if not lane.at_work), None)

    def wants_lane(self) -> bool:
        """Tell whether there is a task for one more process."""
        waiting = sum(lane.task is None for lane in self.lanes)
        return waiting < len(self.queue) and len(self.lanes) < self.most


class LocalExecutor:
    """Keeps grading processes busy, and replaces one that dies.

    Args:
        workers: How many processes; with several assignments, how many processors they keep busy
            together. Two submissions never share a process at the same time.
        task_seconds: For `run`: after this long a grading process counts as hung and is killed.

    Attributes:
        watch: Called now and then, with the hand-ins that are graded and their processes' ids.
        isolation: What the benches say of their sandbox.
        trainings: Assignment to what its benches say of what they train on.
    """

    def __init__(self, workers: int, task_seconds: float = 600.0) -> None:
        self._workers = workers
        self._task_seconds = task_seconds
        self._context = multiprocessing.get_context("fork")
        self.watch: Callable[[Mapping[str, int | None]], None] | None = None
        self.isolation: dict[str, str] = {}
        self.trainings: dict[str, dict[str, str]] = {}

    @property
    def training(self) -> dict[str, str]:
        """What the benches of the first assignment train on."""
        return next(iter(self.trainings.values()), {})

    def run(self, tasks: Sequence[Task], open_bench: Opener) -> Iterator[Grade]:
        """Yield a grade for each task, in the order in which they are done.

        A task whose process dies is tried once more in a new one, then left ungraded.

        Raises:
            AutograderError: A bench could not be opened.
        """
        work = Work(tuple(tasks), open_bench, task_seconds=self._task_seconds)
        for _, grade in self.run_all([work]):
            yield grade

    def run_all(self, works: Sequence[Work]) -> Iterator[tuple[Task, Grade]]:
        """Yield every task of several assignments with its grade, as they are done.

        The assignment that has had the least processor time so far is next, so that neither many
        short submissions nor a few long ones keep the others waiting.

        Raises:
            AutograderError: A bench could not be opened.
        """
        crews = [self._crew(work) for work in works if work.tasks]
        tries: Counter[Task] = Counter()
        try:
            while any(crew.queue or crew.at_work() for crew in crews):
                self._hand_out(crews)
                for crew, lane in self._ready(crews):
                    yield from self._hear(crew, lane, tries)
                for crew in crews:
                    if not crew.queue and not crew.at_work():
                        self._stop_all([crew])
        finally:
            self._stop_all(crews)

    def _crew(self, work: Work) -> _Crew:
        cpus = min(work.needs.cpus, self._workers)
        room = self._workers // cpus
        return _Crew(work, cpus, min(work.lanes or room, room), deque(work.tasks))

    def _hand_out(self, crews: Sequence[_Crew]) -> None:
        """Give tasks, or open lanes for them, as far as processors are free."""
        now = time.monotonic()
        free = self._workers - sum(crew.cpus * len(crew.at_work()) for crew in crews)
        for crew in sorted(crews, key=lambda crew: crew.attained(now)):
            if _others_gpus(crew, crews):
                continue
            while crew.queue:
                idle = crew.idle_lane()
                if idle is None and not crew.wants_lane():
                    break
                if crew.cpus > free:
                    if not crew.at_work():
                        return  # nobody overtakes an assignment of which nothing is graded now
                    break
                if idle is None:
                    crew.lanes.append(self._fork(crew))
                else:
                    self._give(idle, crew.queue.popleft())
                free -= crew.cpus

    def _hear(self, crew: _Crew, lane: _Lane, tries: Counter[Task]) -> Iterator[tuple[Task, Grade]]:
        """Take what a lane says, or its silence: a bench opened, a grade, or death."""
        if lane.opening:
            yield from self._opened(crew, lane)
            return
        crew.used += crew.cpus * (time.monotonic() - lane.since)
        task, lane.task = lane.task, None
        assert task is not None
        grade = self._collect(lane)
        if grade is not None:
            yield task, grade
            return
        crew.lanes.remove(lane)
        crew.lost = True
        tries[task] += 1
        if tries[task] < _TRIES:
            crew.queue.appendleft(task)
        else:
            yield task, abandoned(task, _DIED)

    def _opened(self, crew: _Crew, lane: _Lane) -> Iterator[tuple[Task, Grade]]:
        """Note what a new lane says of its bench.

        Where it takes the place of one that died and cannot be opened, the others go on; what is
        left is ungraded once there are none.

        Raises:
            AutograderError: One of the assignment's first benches could not be opened.
        """
        try:
            self.isolation, training = self._receive_bench(lane)
            add_training(self.trainings.setdefault(crew.work.assignment, {}), training)
            lane.opening = False
        except AutograderError as error:
            crew.lanes.remove(lane)
            self._stop(lane)
            if not crew.lost:
                raise
            crew.most -= 1
            if not crew.lanes:
                reason = f"{NEVER_STARTED} could be started again: {error}"
                yield from ((left, abandoned(left, reason)) for left in crew.queue)
                crew.queue.clear()

    def _receive_bench(self, lane: _Lane) -> tuple[dict[str, str], dict[str, str]]:
        try:
            opened = lane.pipe.recv()
        except (EOFError, OSError):
            raise GraderFault("a grading process ended before it was ready") from None
        if isinstance(opened, AutograderError):
            raise opened
        isolation, training = opened
        return isolation, training

    def _fork(self, crew: _Crew) -> _Lane:
        """Start a process in the first free place: that of a dead one, and so with its GPU."""
        taken = {lane.slot for lane in crew.lanes}
        slot = next(slot for slot in range(self._workers) if slot not in taken)
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(theirs, ours, crew.work.open_bench, slot), daemon=True
        )
        process.start()
        theirs.close()
        return _Lane(process, ours, slot, time.monotonic())

    def _give(self, lane: _Lane, task: Task) -> None:
        lane.task, lane.since = task, time.monotonic()
        with contextlib.suppress(OSError):  # it died: the pipe will say so
            lane.pipe.send(task)

    def _ready(self, crews: Sequence[_Crew]) -> list[tuple[_Crew, _Lane]]:
        """Wait until a lane answered or died; kill one that takes too long."""
        busy = [(crew, lane) for crew in crews for lane in crew.at_work()]
        shortest = min((crew.work.task_seconds for crew, _ in busy), default=0.0)
        rest = _POLL_SECONDS if self.watch is None else _WATCH_SECONDS
        ready = wait([lane.pipe for _, lane in busy], min(rest, shortest / 4))
        if self.watch is not None:
            self.watch({lane.task.name: lane.process.pid for _, lane in busy if lane.task})
        for crew, lane in busy:
            allowed = _OPENING_SECONDS if lane.opening else crew.work.task_seconds
            late = time.monotonic() - lane.since > allowed
            if late and lane.pipe not in ready:
                lane.process.kill()
        return [(crew, lane) for crew, lane in busy if lane.pipe in ready]

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

    def _stop_all(self, crews: Sequence[_Crew]) -> None:
        """End every process: at once where nobody waits for what it does any more."""
        lanes = [lane for crew in crews for lane in crew.lanes]
        for lane in lanes:
            lane.pipe.close()
            if lane.at_work:
                lane.process.kill()
        for lane in lanes:
            self._stop(lane)
        for crew in crews:
            crew.lanes.clear()

    def _stop(self, lane: _Lane) -> None:
        lane.pipe.close()
        lane.process.join(timeout=2)
        if lane.process.is_alive():
            lane.process.kill()
            lane.process.join()
        lane.process.close()


def _others_gpus(crew: _Crew, crews: Sequence[_Crew]) -> bool:
    """Tell whether a crew must wait for GPUs: each assignment's places share them out anew."""
    if not crew.work.needs.gpus:
        return False
    return any(other.work.needs.gpus and other.lanes for other in crews if other is not crew)


def _serve(pipe: Connection, parents: Connection, open_bench: Opener, slot: int) -> None:
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
