"""Runs experiments in forked processes: each has a deadline and a limit on its memory."""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from autograder.errors import GraderFault
from autograder.verify.records import Observation

__all__ = ["Experiment", "run_forked"]

_POLL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Experiment:
    """One implementation to be put before the suite.

    Attributes:
        key: Names everything that the observation depends on: equal keys, equal observations.
        run: Does it, in the child.
        seconds: The deadline.
        memory_mib: What it may use beyond what the parent has; 0 for no limit.
    """

    key: str
    run: Callable[[], Observation]
    seconds: float
    memory_mib: int


@dataclass(frozen=True, slots=True)
class _Child:
    process: BaseProcess
    experiment: Experiment
    begin: float


def run_forked(
    experiments: Sequence[Experiment], workers: int
) -> Iterator[tuple[Experiment, Observation]]:
    """Run every experiment in a child of its own, some at a time.

    A child that passes its deadline, its memory or crashes is an observation too.

    Args:
        experiments: What to run; started in this order.
        workers: How many at a time.

    Raises:
        GraderFault: An experiment raised: that is no fault of what it tried.
    """
    queue = deque(experiments)
    children: dict[Connection, _Child] = {}
    gc.collect()
    gc.freeze()  # what is there stays shared with the children
    try:
        while queue or children:
            while queue and len(children) < workers:
                pipe, child = _fork(queue.popleft())
                children[pipe] = child
            for pipe in _ready(children):
                child = children.pop(pipe)
                yield child.experiment, _collect(pipe, child)
    finally:
        for pipe, child in children.items():
            child.process.kill()
            pipe.close()
            child.process.join()
        gc.unfreeze()


def _fork(experiment: Experiment) -> tuple[Connection, _Child]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, ours, experiment))
    process.start()
    theirs.close()
    return ours, _Child(process, experiment, time.monotonic())


def _work(pipe: Connection, parents: Connection, experiment: Experiment) -> None:
    """Run one experiment and send what it found; the body of a child."""
    parents.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    try:
        _limit_memory(experiment.memory_mib)
        pipe.send(experiment.run())
    except MemoryError:
        pipe.send(Observation(ended="it used up its memory"))
    except Exception:  # noqa: BLE001 - the parent raises it again
        pipe.send(traceback.format_exc())
    sys.stdout = sys.stderr = None
    os._exit(0)


def _limit_memory(mib: int) -> None:
    if mib:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        allowed = pages * resource.getpagesize() + mib * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))


def _ready(children: dict[Connection, _Child]) -> list[Connection]:
    """Wait until a child has something to say or is dead; end those that are late."""
    ready = wait(list(children), timeout=_POLL_SECONDS)
    for pipe, child in children.items():
        if pipe not in ready and time.monotonic() - child.begin > child.experiment.seconds:
            child.process.kill()
    return [pipe for pipe in children if pipe in ready]


def _collect(pipe: Connection, child: _Child) -> Observation:
    try:
        found = pipe.recv()
    except (EOFError, OSError):
        found = None
    pipe.close()
    child.process.join()
    if isinstance(found, Observation):
        return found
    if found is not None:
        raise GraderFault(f"an experiment failed:\n{found}")
    late = time.monotonic() - child.begin > child.experiment.seconds
    how = "it passed its deadline" if late else f"it crashed ({child.process.exitcode})"
    return Observation(ended=how)
