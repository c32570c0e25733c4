"""The trusted side's handles: the zygote that it started and the worker that it talks to."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from autograder.errors import GraderFault
from autograder.sandbox.layers import CPU_SECONDS, MEMORY_MIB
from autograder.sandbox.zygote import ASK_STATUS, ASK_WORKER

__all__ = ["LimitReached", "Patience", "Worker", "WorkerEnded", "Zygote", "ZygoteLost"]

_LENGTH: Final = struct.Struct("<I")
_HEAD: Final = struct.Struct("<Q")
_CREDENTIALS: Final = struct.Struct("3i")
_STATUS: Final = struct.Struct("<i")
_START_SECONDS: Final = 60.0
_TICK_SECONDS: Final = 0.2
_STARVED_FACTOR: Final = 6
_SO_PASSCRED: Final = 16
_SCM_CREDENTIALS: Final = 2
# An answer of this course has some thousand numbers. All answers of a batch are held at once, so
# what one worker may say in all is limited too.
_REPLY_BYTES: Final = 9 * 2**20
_WORKER_BYTES: Final = 64 * 2**20
_EXIT_SECONDS: Final = 10.0
_PF_EXITING: Final = 0x4
_MIB: Final = 2**20
_SHARED: Final = re.compile(r"^RssShmem:\s*(\d+) kB$", re.MULTILINE)
_PACKAGE_PARENT: Final = str(Path(__file__).resolve().parents[2])
# One thread in the arithmetic: what is timed is then the same on every machine.
_ENVIRONMENT: Final = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
_PROGRAM: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from autograder.sandbox.zygote import main; del sys.path[0]; main(int(sys.argv[2]))"
)


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


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer may take.

    Attributes:
        cpu_seconds: Processor time of the worker: what a busy machine does not shorten.
        wall_seconds: Waiting time; stretched while the worker is runnable but not run.
    """

    cpu_seconds: float
    wall_seconds: float


class Zygote:
    """A running zygote; a context manager that leaves no process behind.

    Args:
        limits: Keyword arguments for `layers.Plan`: `memory_mib`, `scratch_mib` and so on.
        canary: A file that no worker may read; the probe tries it.
        without: Layers to leave off, for tests of the others.
        runtime: What workers have imported: `numpy` or `keras`.
        environment: Variables of the workers' environment, besides the usual ones.
        devices: Nodes of the GPU that workers may use; none for workers without one.

    Attributes:
        isolation: Layer name to `on` or `off: reason`.
        blocks_files: Whether a confined child could not read the canary.
        blocks_sockets: Whether it could not make a socket that leads anywhere.
    """

    def __init__(
        self,
        limits: Mapping[str, int],
        canary: Path,
        without: frozenset[str] = frozenset(),
        *,
        runtime: str = "numpy",
        environment: Mapping[str, str] = MappingProxyType({}),
        devices: Sequence[str] = (),
    ) -> None:
        self.cpu_limit_seconds = limits.get("cpu_seconds", CPU_SECONDS)
        # A worker with a GPU has no limit of addresses (`layers.limit_resources`), and memory that
        # is shared is no data to the kernel: it is watched from here.
        self.shared_limit_bytes = limits.get("memory_mib", MEMORY_MIB) * _MIB if devices else None
        self._order = {
            "limits": dict(limits),
            "canary": str(canary),
            "without": sorted(without),
            "runtime": runtime,
            "devices": list(devices),
        }
        self._environment = {**_ENVIRONMENT, **environment}
        self.isolation: dict[str, str] = {}
        self.blocks_files = False
        self.blocks_sockets = False
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        self._control = ours
        arguments = ["-I", "-B", "-c", _PROGRAM, _PACKAGE_PARENT, str(theirs.fileno())]
        with theirs, tempfile.TemporaryFile() as log:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=self._environment,
                cwd="/",
                start_new_session=True,
            )
            theirs.close()
            ours.settimeout(_START_SECONDS)
            try:
                body = json.dumps(self._order).encode()
                ours.sendall(_LENGTH.pack(len(body)) + body)
                report = _receive_report(ours)
            except (OSError, struct.error, json.JSONDecodeError) as error:
                self.close()
                log.seek(0)
                text = log.read().decode("utf-8", "replace").strip() or str(error)
                raise ZygoteLost(f"the zygote did not start: {text[-2000:]}") from error
        self.isolation = report["layers"]
        self.blocks_files = report["blocked"]["files"]
        self.blocks_sockets = report["blocked"]["sockets"]

    @property
    def pid(self) -> int:
        """Return the process id of the zygote's outermost process."""
        return self._process.pid

    def spawn(self) -> Worker:
        """Fork a worker and wait until every layer is on.

        Raises:
            ZygoteLost: The zygote is gone.
            GraderFault: The worker could not be confined.
        """
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, _SO_PASSCRED, 1)
        with theirs:
            try:
                socket.send_fds(self._control, [ASK_WORKER], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise ZygoteLost(f"the zygote is gone: {error}") from error
        return Worker(self, ours)

    def last_status(self) -> int:
        """Wait for the last worker's end and return its status as `os.waitpid` gives it."""
        try:
            self._control.sendall(ASK_STATUS)
            data = self._control.recv(_STATUS.size, socket.MSG_WAITALL)
            return int(_STATUS.unpack(data)[0])
        except (OSError, struct.error) as error:
            raise ZygoteLost("the zygote ended together with its worker") from error

    def close(self) -> None:
        """End the zygote, and with it whatever it forked."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        """Return the running zygote."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.close()


def _receive_report(control: socket.socket) -> Any:
    (length,) = _LENGTH.unpack(control.recv(_LENGTH.size, socket.MSG_WAITALL))
    return json.loads(control.recv(length, socket.MSG_WAITALL))


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
        self._channel.settimeout(_START_SECONDS)
        try:
            data, extra, _, _ = self._channel.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
        except TimeoutError as error:
            self._channel.close()
            raise GraderFault("no worker came up within a minute") from error
        if data[_HEAD.size :] != b"hello":
            self._channel.close()
            reason = data[_HEAD.size :].decode("utf-8", "replace")
            raise ZygoteLost(f"a worker could not be confined: {reason or 'it ended at once'}")
        self._channel.setsockopt(socket.SOL_SOCKET, _SO_PASSCRED, 0)
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
