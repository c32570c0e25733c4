"""How a worker or the zygote ends, as the trusted side tells it."""

from __future__ import annotations

import os
import signal

from autograder.errors import GraderFault

__all__ = ["LimitReached", "WorkerEnded", "ZygoteLost"]


class ZygoteLost(GraderFault):
    """The zygote ended, or could not be started."""


class LimitReached(Exception):
    """A worker used up what it was given; it has to be killed.

    Attributes:
        what: `cpu` for processor time, `wall` for waiting, `size` for an answer too long to read,
            `memory` for memory that the kernel does not limit.
        allowed: Seconds or bytes.
    """

    def __init__(self, what: str, allowed: float) -> None:
        super().__init__(f"{what} limit of {allowed:g}")
        self.what = what
        self.allowed = allowed


class WorkerEnded(Exception):
    """A worker's channel closed while an answer was awaited.

    Attributes:
        status: What `os.waitpid` said of it; None if it lived on with its channel closed.
    """

    def __init__(self, status: int | None) -> None:
        super().__init__(f"the worker ended with status {status}")
        self.status = status

    @property
    def killed_from_outside(self) -> bool:
        """Tell whether something else than the student's code ended it.

        A worker cannot send signals, and the trusted side's own kill is not reported here.
        """
        if self.status is None or not os.WIFSIGNALED(self.status):
            return False
        return os.WTERMSIG(self.status) in (signal.SIGKILL, signal.SIGTERM)

    def describe(self) -> str:
        """Say how it ended, in a student's words."""
        if self.status is None:
            return "the code itself cut the process off from the grader"
        if os.WIFSIGNALED(self.status):
            name = signal.Signals(os.WTERMSIG(self.status)).name
            return f"the process crashed ({name})"
        status = os.WEXITSTATUS(self.status)
        return f"the process was ended by the code itself (exit status {status})"
