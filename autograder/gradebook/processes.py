"""Which process of which machine is at work, and whether it still lives."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

__all__ = ["SILENT_SECONDS", "Process", "Watch", "this_process"]

# A run says every few seconds that it lives; one that is silent for so long does not.
SILENT_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Process:
    """A process, told from every other one there was or will be.

    Attributes:
        machine: Name, boot and process space of its machine, separated by spaces.
        pid: Its number.
        started: When it started, in the kernel's own count: numbers are used again.
    """

    machine: str
    pid: int
    started: str

    @property
    def host(self) -> str:
        """The machine's name alone."""
        return self.machine.partition(" ")[0]


def this_process() -> Process:
    """Describe the process that calls."""
    return Process(_machine(), os.getpid(), _started(os.getpid()))


def _machine() -> str:
    """Name the machine, and what on it makes process numbers mean the same."""
    boot, space = "", ""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        boot = "unknown"
    return f"{platform.node() or 'unnamed'} {boot} {space}".strip()


def _started(pid: int) -> str:
    """Read when a process started (man 5 proc_pid_stat); empty for one that has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1")
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


@dataclass(slots=True)
class Watch:
    """Tells whether other runs live.

    One of this machine is looked up. One of another machine lives as long as its counter moves
    while this process watches, so no clock of two machines is ever compared.

    Attributes:
        clock: Gives seconds that never jump.
        here: The machine of the process that watches.
    """

    clock: Callable[[], float] = time.monotonic
    here: str = field(default_factory=_machine)
    _seen: dict[int, tuple[int, float]] = field(default_factory=dict)

    def is_dead(self, run_id: int, process: Process, beat: int) -> bool:
        """Tell whether a run has ended without giving back what it had.

        Args:
            run_id: The run's number.
            process: Its process.
            beat: Its counter now.
        """
        if process.machine == self.here and process.started:
            return _started(process.pid) != process.started
        now = self.clock()
        before, since = self._seen.get(run_id, (-1, now))
        if beat != before:
            self._seen[run_id] = (beat, now)
            return False
        return now - since > SILENT_SECONDS
