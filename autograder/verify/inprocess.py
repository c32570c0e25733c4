"""Answers a suite's calls in this process, for code that is trusted: a reference with a mistake.

What a worker and its session do with a call is done here by the same functions; only the process,
the sandbox and the frames between them are left out. That makes thousands of gradings cheap.
"""

from __future__ import annotations

import signal
import sys
import time
import types
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Final

from autograder.records import Submission, Verdict
from autograder.sandbox.codec import FrameError
from autograder.sandbox.messages import MISSING, RawCall
from autograder.sandbox.worker import answer_call
from autograder.suite.session import read_reply
from autograder.suite.student import Reply, Request

__all__ = ["InProcess", "load_source"]

_STRIKES: Final = 2
_NOBODY: Final = Submission("", "", ())


class _TimeUp(BaseException):
    """A call used up its processor time."""


class InProcess:
    """A submission whose functions run here: stands in for `Session.answer`.

    Args:
        module: What was handed in, loaded.
        cpu_seconds: Processor time of one call; a function that takes more twice is given up.
    """

    def __init__(self, module: ModuleType, cpu_seconds: float) -> None:
        self._module = module
        self._cpu_seconds = cpu_seconds
        self._strikes: Counter[str] = Counter()

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        """Answer requests, in order."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Request) -> Reply:
        if self._strikes[request.name] >= _STRIKES:
            return Reply(Verdict.LIMIT_EXCEEDED, message="not called again")
        call = RawCall(0, request.name, request.blob, request.iterated)
        begin = time.thread_time()
        with _stopwatch(self._cpu_seconds) as late:
            raw = answer_call(self._module, call)
        seconds = time.thread_time() - begin
        if late:
            self._strikes[request.name] += 1
            return Reply(Verdict.LIMIT_EXCEEDED, message="it used up its processor time")
        if raw.status == MISSING:
            return Reply(Verdict.NOT_ATTEMPTED, message=f"there is no {request.name}")
        try:
            reply = read_reply(raw, request, _NOBODY)
        except FrameError as error:
            return Reply(Verdict.STUDENT_ERROR, message=f"what came is no answer ({error})")
        return reply._replace(cpu_seconds=seconds) if request.measured else reply


@contextmanager
def _stopwatch(cpu_seconds: float) -> Iterator[list[bool]]:
    """Interrupt the block once it has used so much processor time; the list is then not empty."""
    late: list[bool] = []

    def ring(_: int, __: FrameType | None) -> None:
        late.append(True)
        raise _TimeUp

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        yield late
    except _TimeUp:  # it rang between the call and here
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def load_source(source: str, name: str) -> ModuleType:
    """Run the source of a module.

    Raises:
        Exception: Whatever the source raises.
    """
    module = types.ModuleType(name)
    before = sys.modules.get(name)
    sys.modules[name] = module  # a dataclass looks its module up while it is made
    try:
        exec(compile(source, f"{name}.py", "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - the course's own code
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
    return module
