"""The trusted side's handle of the zygote that it started."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from autograder.sandbox.channel import START_SECONDS, Worker
from autograder.sandbox.endings import ZygoteLost
from autograder.sandbox.layers import CPU_SECONDS, MEMORY_MIB
from autograder.sandbox.zygote import ASK_STATUS, ASK_WORKER

__all__ = ["Zygote"]

_LENGTH: Final = struct.Struct("<I")
_STATUS: Final = struct.Struct("<i")
_MIB: Final = 2**20
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
            ours.settimeout(START_SECONDS)
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
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
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
