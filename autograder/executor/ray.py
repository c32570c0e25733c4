"""Grades on the machines of a Ray cluster, in actors that keep their bench from task to task.

Ray decides where, and notices what dies; what was tried, by whom and how often is kept here, so
that each hand-in comes out once. Only JSON comes back from a node.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from autograder.errors import GraderFault, InstructorError
from autograder.executor import Needs, Opener, Task, Work, abandoned, add_training
from autograder.executor.raynode import RayGrader
from autograder.executor.raysession import Node, nodes, ray_session, room_for, waiting_words
from autograder.plain import grade_from_json
from autograder.records import Grade

__all__ = ["RayExecutor"]

_TRIES: Final = 2
_OPENINGS: Final = 3
_POLL_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 3.0
_BUSY_SECONDS: Final = 60.0
_OPENING_SECONDS: Final = 600.0
# A batch takes about so long, at most so many: Ray's part of a call is then below a hundredth.
_BATCH_SECONDS: Final = 1.0
_LARGEST_BATCH: Final = 32
_MIB: Final = 2**20
_DIED: Final = (
    f"the process that graded it ended {_TRIES} times before it was done; "
    "look at the submission, then grade it by itself"
)


class _Stage(Enum):
    """What a lane's last call to its actor was for."""

    PLACING = "placing"
    OPENING = "opening"
    GRADING = "grading"
    IDLE = "idle"


_OPEN: Final = frozenset({_Stage.GRADING, _Stage.IDLE})


@dataclass(slots=True, eq=False)
class _Lane:
    """An actor, and what it was asked last."""

    actor: Any
    ref: Any
    since: float
    stage: _Stage = _Stage.PLACING
    node: str = ""
    tasks: tuple[Task, ...] = ()


@dataclass(slots=True, eq=False)
class _Crew:
    """An assignment, what is left of its tasks, and the actors that grade them.

    Attributes:
        work: The assignment.
        queue: Tasks that nobody works on.
        alone: Tasks of a batch that was lost: they are graded one by one, to see which it was.
        lanes: Its actors.
        tries: How often an actor died over a task that it graded alone.
        seconds: That the batches have taken so far.
        graded: Hand-ins in these batches.
        opened: How many benches were opened so far.
        failed: Actors that died before their bench was open, since the last that was opened.
        refused: Nodes that cannot grade this assignment.
        told: What was last said about waiting, and when.
    """

    work: Work
    queue: deque[Task]
    alone: deque[Task] = field(default_factory=deque)
    lanes: list[_Lane] = field(default_factory=list)
    tries: Counter[Task] = field(default_factory=Counter)
    seconds: float = 0.0
    graded: int = 0
    opened: int = 0
    failed: int = 0
    refused: int = 0
    told: tuple[str, float] = ("", -math.inf)

    @property
    def left(self) -> int:
        """Tasks that nobody works on."""
        return len(self.queue) + len(self.alone)

    def take_batch(self) -> tuple[Task, ...]:
        """Take the tasks of one call: a second's work, and no more than a lane's share."""
        if self.alone:
            return (self.alone.popleft(),)
        open_ones = [lane for lane in self.lanes if lane.stage in _OPEN]
        share = math.ceil(len(self.queue) / max(1, len(open_ones)))
        wanted = 1
        if self.graded:
            each = max(self.seconds / self.graded, 1e-3)
            wanted = max(1, min(_LARGEST_BATCH, share, int(_BATCH_SECONDS / each)))
        return tuple(self.queue.popleft() for _ in range(min(wanted, len(self.queue))))


class RayExecutor:
    """Keeps actors on a Ray cluster busy, and replaces those that die.

    Args:
        address: Of the cluster, as `ray_session` takes it; empty for a Ray of this machine alone.
        notice: Called with what the operator should know, such as what is waited for.
        workers: For `run`: at most so many hand-ins at a time; 0 for as many as there is room for.
        needs: For `run`: what one hand-in keeps busy.
        task_seconds: For `run`: after this long for each of its hand-ins a call counts as hung.

    Attributes:
        isolation: What the benches say of their sandbox.
        trainings: Assignment to what its benches say of what they train on.
    """

    def __init__(
        self,
        address: str,
        notice: Callable[[str], None],
        *,
        workers: int = 0,
        needs: Needs = Needs(),  # noqa: B008 - frozen
        task_seconds: float = 600.0,
    ) -> None:
        self._address = address
        self._notice = notice
        self._workers = workers
        self._needs = needs
        self._task_seconds = task_seconds
        self.isolation: dict[str, str] = {}
        self.trainings: dict[str, dict[str, str]] = {}

    @property
    def training(self) -> dict[str, str]:
        """What the benches of the first assignment train on."""
        return next(iter(self.trainings.values()), {})

    def run(self, tasks: Sequence[Task], open_bench: Opener) -> Iterator[Grade]:
        """Yield a grade for each task, in the order in which they are done.

        Raises:
            AutograderError: There is no such cluster, or no bench could be opened.
        """
        work = Work(tuple(tasks), open_bench, self._needs, self._workers, self._task_seconds)
        for _, grade in self.run_all([work]):
            yield grade

    def run_all(self, works: Sequence[Work]) -> Iterator[tuple[Task, Grade]]:
        """Yield every task of several assignments with its grade, as they are done.

        What needs the scarcest machines is placed first; the others take what is left. A task is
        tried again where its node is lost, and left ungraded after it has ended two processes.

        Raises:
            AutograderError: There is no such cluster, or a bench could not be opened.
        """
        crews = [_Crew(work, deque(work.tasks)) for work in works if work.tasks]
        if not crews:
            return
        crews.sort(key=lambda crew: (-crew.work.needs.gpus, -crew.work.needs.cpus))
        cpus = max(crew.work.lanes * crew.work.needs.cpus for crew in crews)
        cpus = cpus or max(len(os.sched_getaffinity(0)), *(crew.work.needs.cpus for crew in crews))
        memory = cpus * max(crew.work.needs.memory_mib for crew in crews)
        with ray_session(self._address, cpus, max(memory, 1)) as ray:
            yield from self._run(ray, crews)

    def _run(self, ray: Any, crews: Sequence[_Crew]) -> Iterator[tuple[Task, Grade]]:
        cluster, looked = nodes(ray), time.monotonic()
        try:
            while any(crew.left or crew.lanes for crew in crews):
                if time.monotonic() - looked > _LOOK_SECONDS:
                    cluster, looked = nodes(ray), time.monotonic()
                for crew in crews:
                    self._hand_out(crew)
                    self._staff(ray, crew, cluster)
                    self._tell(crew, cluster)
                for crew, lane in self._ready(ray, crews):
                    yield from self._hear(ray, crew, lane)
        finally:
            for lane in (lane for crew in crews for lane in crew.lanes):
                ray.kill(lane.actor)

    def _staff(self, ray: Any, crew: _Crew, cluster: list[Node]) -> None:
        """Start actors, as many as the cluster has room for and there is work for."""
        work = crew.work
        room = work.lanes or max(1, room_for(work.needs, cluster))
        if not self._address and not room_for(work.needs, cluster):
            raise InstructorError(
                waiting_words(work.assignment, work.needs, cluster)
                + "\nthis Ray is of this machine alone: --ray-address names a cluster"
            )
        waiting = sum(lane.stage in {_Stage.PLACING, _Stage.OPENING} for lane in crew.lanes)
        most = max(1, room - crew.refused)
        for _ in range(min(most - len(crew.lanes), crew.left - waiting)):
            options = {
                "num_cpus": work.needs.cpus,
                "num_gpus": work.needs.gpus,
                "memory": work.needs.memory_mib * _MIB or None,
                "max_restarts": 0,
                "max_task_retries": 0,
            }
            actor = ray.remote(RayGrader).options(**options).remote()
            crew.lanes.append(_Lane(actor, actor.place.remote(), time.monotonic()))

    def _hand_out(self, crew: _Crew) -> None:
        """Give idle actors their next batch; let go of those for which there is none."""
        for lane in list(crew.lanes):
            if lane.stage is _Stage.IDLE and crew.left:
                lane.tasks, lane.stage = crew.take_batch(), _Stage.GRADING
                told = [(str(task.path), task.name, task.assignment) for task in lane.tasks]
                lane.ref, lane.since = lane.actor.grade.remote(told), time.monotonic()
            elif not crew.left and lane.stage is not _Stage.GRADING:
                # Without a handle the actor ends, after what it was asked before.
                lane.actor.close.remote()
                crew.lanes.remove(lane)

    def _ready(self, ray: Any, crews: Sequence[_Crew]) -> list[tuple[_Crew, _Lane]]:
        """Wait until an actor answered or died; kill one that takes too long."""
        asked = {lane.ref: (crew, lane) for crew in crews for lane in crew.lanes}
        if not asked:
            return []
        ready, _ = ray.wait(list(asked), num_returns=1, timeout=_POLL_SECONDS)
        if ready:
            ready, _ = ray.wait(list(asked), num_returns=len(asked), timeout=0)
        for ref, (crew, lane) in asked.items():
            allowed = {
                _Stage.OPENING: _OPENING_SECONDS,
                _Stage.GRADING: crew.work.task_seconds * len(lane.tasks),
            }.get(lane.stage, math.inf)
            if ref not in ready and time.monotonic() - lane.since > allowed:
                ray.kill(lane.actor)
        return [asked[ref] for ref in ready]

    def _hear(self, ray: Any, crew: _Crew, lane: _Lane) -> Iterator[tuple[Task, Grade]]:
        """Take what an actor says: where it is, what its bench is like, or grades; or its death."""
        try:
            text = ray.get(lane.ref)
        except ray.exceptions.RayError as error:
            yield from self._lost(ray, crew, lane, error)
            return
        if lane.stage is _Stage.PLACING:
            lane.node, lane.stage = text, _Stage.OPENING
            lane.ref, lane.since = lane.actor.open.remote(crew.work.open_bench), time.monotonic()
        elif lane.stage is _Stage.OPENING:
            self._opened(crew, lane, json.loads(text))
        else:
            crew.seconds += time.monotonic() - lane.since
            crew.graded += len(lane.tasks)
            tasks, lane.tasks, lane.stage = lane.tasks, (), _Stage.IDLE
            for task, grade in zip(tasks, json.loads(text), strict=True):
                yield task, grade_from_json(grade)

    def _opened(self, crew: _Crew, lane: _Lane, said: dict[str, Any]) -> None:
        """Note what a bench is like, or why there is none.

        Raises:
            AutograderError: There is none, and no other was opened before.
        """
        if "refused" not in said:
            crew.opened += 1
            crew.failed = 0
            lane.stage = _Stage.IDLE
            self.isolation = said["isolation"]
            add_training(self.trainings.setdefault(crew.work.assignment, {}), said["training"])
            return
        words = f"{said['machine']} cannot grade {crew.work.assignment}: {said['refused']}"
        if not crew.opened:
            raise (InstructorError if said["exit_status"] == 2 else GraderFault)(words)
        crew.refused += 1
        crew.lanes.remove(lane)
        lane.actor.close.remote()
        self._notice(f"{words}\nthe others go on")

    def _lost(
        self, ray: Any, crew: _Crew, lane: _Lane, error: Exception
    ) -> Iterator[tuple[Task, Grade]]:
        """Put back what a dead actor had, unless one task was the end of two of them.

        A task that was in a batch is tried alone, so that it answers for itself; one whose whole
        node was lost is not to blame.

        Raises:
            GraderFault: Actors end one after the other before their bench is open.
        """
        crew.lanes.remove(lane)
        with contextlib.suppress(ray.exceptions.RayError):
            ray.kill(lane.actor)
        node_is_up = any(node.id == lane.node for node in nodes(ray))
        if lane.stage in {_Stage.PLACING, _Stage.OPENING}:
            crew.failed += 1
            if crew.failed >= _OPENINGS:
                raise GraderFault(
                    f"{crew.work.assignment}: {_OPENINGS} processes of Ray's ended before they "
                    "were ready; is the same dlcv-autograder installed on every node? "
                    f"{str(error).strip()}"
                )
        elif len(lane.tasks) > 1:
            crew.alone.extend(lane.tasks)
        else:
            (task,) = lane.tasks
            if node_is_up:
                crew.tries[task] += 1
            if crew.tries[task] < _TRIES:
                crew.alone.append(task)
            else:
                yield task, abandoned(task, _DIED)

    def _tell(self, crew: _Crew, cluster: list[Node]) -> None:
        """Say what is waited for while nothing of an assignment is graded."""
        stages = {lane.stage for lane in crew.lanes}
        if stages != {_Stage.PLACING}:
            return
        now = time.monotonic()
        waited = now - min(lane.since for lane in crew.lanes)
        if room_for(crew.work.needs, cluster) and waited < _BUSY_SECONDS:
            return
        words = waiting_words(crew.work.assignment, crew.work.needs, cluster)
        if words != crew.told[0]:
            crew.told = (words, now)
            self._notice(words)
