"""The trusted side's end of a worker: frames out, frames in, and a deadline over each."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.errors import GraderFault
from autograder.sandbox.endings import LimitReached, WorkerEnded, ZygoteLost

if TYPE_CHECKING:
    from autograder.sandbox.host import Zygote

__all__ = ["START_SECONDS", "Patience", "Worker"]

START_SECONDS: Final = 60.0
"""How long a process of the sandbox may take until it says its first word."""
_HEAD: Final = struct.Struct("<Q")
_CREDENTIALS: Final = struct.Struct("3i")
_TICK_SECONDS: Final = 0.2
_STARVED_FACTOR: Final = 6
# An answer of this course has some thousand numbers. All answers of a batch are held at once, so
# what one worker may say in all is limited too.
_REPLY_BYTES: Final = 9 * 2**20
_WORKER_BYTES: Final = 64 * 2**20
_EXIT_SECONDS: Final = 10.0
_PF_EXITING: Final = 0x4
_SHARED: Final = re.compile(r"^RssShmem:\s*(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer may take.

    Attributes:
        cpu_seconds: Processor time of the worker: what a busy machine does not shorten.
        wall_seconds: Waiting time; stretched while the worker is runnable but not run.
    """

    cpu_seconds: float
    wall_seconds: float


class Worker:
    """One confined process; frames out, frames in, and a deadline over each."""

    def __init__(self, zygote: Zygote, channel: socket.socket) -> None:
        self._zygote = zygote
        self._channel = channel
        self._buffer = bytearray()
        self._bytes_left = _WORKER_BYTES
        self._pidfd = -1
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)
        self.pid = self._greet()
        self._pidfd = os.pidfd_open(self.pid)
        # The kernel's number for another process' processor clock (man 3 clock_getcpuclockid).
        self._clock = (~self.pid << 3) | 2
        channel.settimeout(0)

    def _greet(self) -> int:
        """Read the first frame, which the worker sends before any student code runs."""
        self._channel.settimeout(START_SECONDS)
        try:
            data, extra, _, _ = self._channel.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
        except TimeoutError as error:
            self._channel.close()
            raise GraderFault("no worker came up within a minute") from error
        if data[_HEAD.size :] != b"hello":
            self._channel.close()
            reason = data[_HEAD.size :].decode("utf-8", "replace")
            raise ZygoteLost(f"a worker could not be confined: {reason or 'it ended at once'}")
        self._channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        pid, _, _ = _CREDENTIALS.unpack(extra[0][2])
        return int(pid)

    def cpu_seconds(self) -> float:
        """Return the processor time used so far, all threads together."""
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0

    def send(self, body: bytes, patience: Patience) -> None:
        """Send a frame.

        Raises:
            LimitReached: The worker did not take it in time.
            WorkerEnded: It is gone.
        """
        view = memoryview(_HEAD.pack(len(body)) + body)
        clock = _Clock(self, patience)
        room = select.poll()
        room.register(self._channel, select.POLLOUT)
        while view:
            try:
                view = view[self._channel.send(view) :]
            except BlockingIOError:
                clock.wait(room)
            except OSError as error:
                raise self._explain_end() from error

    def receive(self, patience: Patience, size_limit: int = _REPLY_BYTES) -> bytes:
        """Return the next frame's body, read whole before one deadline.

        Raises:
            LimitReached: Time was up, or a longer frame was announced.
            WorkerEnded: The channel closed first.
            FrameError: The announced length is no length.
        """
        clock: _Clock | None = None
        while (body := self._take_frame(size_limit)) is None:
            clock = clock or _Clock(self, patience)
            self._fill(clock)
        return body

    def _take_frame(self, size_limit: int) -> bytes | None:
        """Take a whole frame from the buffer, if there is one."""
        if len(self._buffer) < _HEAD.size:
            return None
        (length,) = _HEAD.unpack_from(self._buffer)
        if length > size_limit:
            raise LimitReached("size", size_limit)
        end = _HEAD.size + length
        if len(self._buffer) < end:
            return None
        self._bytes_left -= length
        if self._bytes_left < 0:
            raise LimitReached("size", _WORKER_BYTES)
        body = bytes(memoryview(self._buffer)[_HEAD.size : end])
        del self._buffer[:end]
        return body

    def _fill(self, clock: _Clock) -> None:
        try:
            data = self._channel.recv(2**16)
        except BlockingIOError:
            clock.wait(self._poll)
            return
        except ConnectionResetError:
            data = b""
        if not data:
            raise self._explain_end()
        self._buffer += data
        if len(data) < 64:
            clock.check()

    def _explain_end(self) -> WorkerEnded | LimitReached:
        """Find out why the channel is closed: a living worker can close it too."""
        exited = select.poll()
        exited.register(self._pidfd, select.POLLIN)
        deadline = time.monotonic() + _EXIT_SECONDS
        while not exited.poll(_TICK_SECONDS * 1000):
            if not self._is_exiting() or time.monotonic() > deadline:
                return WorkerEnded(None)
        allowed = self._zygote.cpu_limit_seconds
        if self.cpu_seconds() > allowed - 1:
            return LimitReached("cpu", allowed)
        return WorkerEnded(self._zygote.last_status())

    def _state(self) -> list[str]:
        """Return the fields of `/proc/PID/stat` from the state on (man 5 proc_pid_stat)."""
        try:
            text = Path(f"/proc/{self.pid}/stat").read_text(encoding="latin-1")
        except OSError:
            return ["X", *["0"] * 6]
        return text.rpartition(")")[2].split()

    def _is_exiting(self) -> bool:
        return bool(int(self._state()[6]) & _PF_EXITING)

    def check_memory(self) -> None:
        """Raise LimitReached if the worker holds more shared memory than it may."""
        allowed = self._zygote.shared_limit_bytes
        if allowed is None:
            return
        try:
            text = Path(f"/proc/{self.pid}/status").read_text(encoding="latin-1")
        except OSError:
            return  # it has ended, as whoever waits for it finds out
        held = _SHARED.search(text)
        if held and int(held[1]) * 1024 > allowed:
            raise LimitReached("memory", allowed)

    def is_runnable(self) -> bool:
        """Tell whether the worker waits for a processor rather than for something else."""
        return self._state()[0] == "R"

    def kill(self) -> None:
        """End the worker; it cannot have children, so nothing is left."""
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            os.close(self._pidfd)
            self._pidfd = -1
        self._channel.close()


class _Clock:
    """Measures one answer: processor time first, waiting time with allowance for a busy machine."""

    def __init__(self, worker: Worker, patience: Patience) -> None:
        self._worker = worker
        self._patience = patience
        self._begin = time.monotonic()
        self._cpu_begin = -1.0
        self._stretched = 1

    def wait(self, poll: select.poll) -> None:
        """Wait for data, a while at most."""
        if self._cpu_begin < 0:
            self._cpu_begin = self._worker.cpu_seconds()
        poll.poll(_TICK_SECONDS * 1000)
        self.check()

    def check(self) -> None:
        """Raise LimitReached if the time is up."""
        waited = time.monotonic() - self._begin
        if waited < _TICK_SECONDS:
            return
        if self._cpu_begin < 0:
            self._cpu_begin = self._worker.cpu_seconds()
        self._worker.check_memory()
        if self._worker.cpu_seconds() - self._cpu_begin > self._patience.cpu_seconds:
            raise LimitReached("cpu", self._patience.cpu_seconds)
        if waited > self._patience.wall_seconds * self._stretched:
            if self._stretched < _STARVED_FACTOR and self._worker.is_runnable():
                self._stretched += 1
            else:
                raise LimitReached("wall", self._patience.wall_seconds)
