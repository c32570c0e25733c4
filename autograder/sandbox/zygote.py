"""The zygote: a process that has imported NumPy, seen no test and no answer, and forks workers.

The trusted side starts it, sends one order, and gets back what isolates student code on this
machine: every layer is tried in a forked child first. From then on a message with a worker's
channel attached asks for a worker, and another for the exit status of the last one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import gc
import json
import os
import signal
import socket
import struct
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from autograder.sandbox import filesystem, kernel, landlock, seccomp
from autograder.sandbox.layers import Layer, Plan, confine, limit_resources, switch_user

__all__ = ["ASK_STATUS", "ASK_WORKER", "main"]

ASK_WORKER: Final = b"s"
ASK_STATUS: Final = b"w"

_LENGTH: Final = struct.Struct("<I")
_STATUS: Final = struct.Struct("<i")
# Far above any account that a machine hands out.
_FIRST_UNUSED_UID: Final = 0x7000_0000

_NAMESPACES: Final = {
    Layer.NETWORK_NAMESPACE: kernel.CLONE_NEWNET,
    Layer.IPC_NAMESPACE: kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS,
    Layer.MOUNT_NAMESPACE: kernel.CLONE_NEWNS,
    Layer.PID_NAMESPACE: kernel.CLONE_NEWPID,
}
# The kernel lets an ordinary user have these only in return for that.
_UNPRIVILEGED: Final = (Layer.LANDLOCK, Layer.SECCOMP)


def main(descriptor: int) -> None:
    """Serve as the zygote for the trusted process at the other end of the descriptor."""
    control = socket.socket(fileno=descriptor)
    kernel.set_parent_death_signal()
    order = _receive(control)
    devices = tuple(order["devices"])
    for node in devices:
        os.stat(node)  # one that is gone must not pass for a layer that this machine lacks
    without = frozenset(Layer(name) for name in order["without"])
    layers = _Layers(without, gpu=bool(devices))
    layers.enter_namespaces(control)
    import numpy.linalg  # noqa: PLC0415 - below the fork that made this process
    import numpy.random  # noqa: PLC0415

    from autograder.sandbox import worker  # noqa: PLC0415
    from autograder.sandbox.runtime import load_runtime  # noqa: PLC0415

    runtime = load_runtime(order["runtime"], gpu=bool(devices))
    numpy.random.default_rng(0)
    worker.warm_up()
    readable = filesystem.readable_paths()
    filesystem.forget_unreadable(readable)
    if devices:
        readable += filesystem.gpu_paths()
    layers.enter_root(readable, devices)
    plan = layers.plan(readable, devices, order["limits"])
    report = {"layers": layers.states, "blocked": _blocked(plan, order.pop("canary"))}
    _send(control, report)
    if Layer.CAPABILITIES in plan.layers:
        kernel.drop_bounding_set()
    null = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    gc.collect()
    gc.freeze()
    _serve(control, plan, partial(worker.serve, runtime=runtime))


def _receive(control: socket.socket) -> Any:
    (length,) = _LENGTH.unpack(control.recv(_LENGTH.size, socket.MSG_WAITALL))
    return json.loads(control.recv(length, socket.MSG_WAITALL))


def _send(control: socket.socket, message: object) -> None:
    body = json.dumps(message).encode()
    control.sendall(_LENGTH.pack(len(body)) + body)


def _serve(
    control: socket.socket, plan: Plan, serve_worker: Callable[[int, Callable[[], None]], None]
) -> None:
    """Fork a worker for each channel that arrives, until the trusted side goes away."""
    own_pids = -1
    if Layer.PID_NAMESPACE in plan.layers:
        own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY)
    last, status = 0, 0
    while True:
        request, channels, _, _ = socket.recv_fds(control, 1, 1)
        if not request:
            return
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == last:
                    last, status = 0, ended[1]
        if request == ASK_WORKER:
            last = _fork_worker(control, channels[0], plan, own_pids, serve_worker)
            os.close(channels[0])
        else:
            if last:
                last, status = 0, os.waitpid(last, 0)[1]
            control.sendall(_STATUS.pack(status))


def _fork_worker(
    control: socket.socket,
    channel: int,
    plan: Plan,
    own_pids: int,
    serve_worker: Callable[[int, Callable[[], None]], None],
) -> int:
    if own_pids >= 0:
        kernel.unshare(kernel.CLONE_NEWPID)
    pid = os.fork()
    if pid == 0:

        def before() -> None:
            control.close()
            os.closerange(3, channel)
            os.closerange(channel + 1, 256)
            confine(plan)

        serve_worker(channel, before)
    if own_pids >= 0:
        kernel.set_namespace(own_pids, kernel.CLONE_NEWPID)
    return pid


class _Layers:
    """Finds out which layers this machine gives, and enters those that are the zygote's own."""

    def __init__(self, without: frozenset[Layer], *, gpu: bool) -> None:
        self.states: dict[str, str] = dict.fromkeys(Layer, "off: switched off by request")
        self._wanted = [layer for layer in Layer if layer not in without]
        # Before a pid namespace gives every zygote the same number.
        self._uid = _FIRST_UNUSED_UID + os.getpid()
        self._base_bytes = 0
        self._filter = b""
        try:
            self._filter = seccomp.build_filter(gpu=gpu)
        except (ImportError, OSError, RuntimeError) as error:
            self.states[Layer.SECCOMP] = f"off: libseccomp cannot be used ({error})"
            self._wanted = [layer for layer in self._wanted if layer is not Layer.SECCOMP]

    def _is_on(self, layer: Layer) -> bool:
        return self.states[layer] == "on"

    def enter_namespaces(self, control: socket.socket) -> None:
        """Enter a user namespace where needed, then the others; go on as their first process."""
        uid, gid = os.geteuid(), os.getegid()
        if uid == 0:
            self.states[Layer.USER_NAMESPACE] = "off: not needed, running as root"
        elif Layer.USER_NAMESPACE in self._wanted:
            self._enter(Layer.USER_NAMESPACE, kernel.CLONE_NEWUSER)
            if self._is_on(Layer.USER_NAMESPACE):
                _write("/proc/self/setgroups", "deny")
                _write("/proc/self/uid_map", f"{uid} {uid} 1")
                _write("/proc/self/gid_map", f"{gid} {gid} 1")
        for layer, flags in _NAMESPACES.items():
            if layer in self._wanted:
                self._enter(layer, flags)
        if self._is_on(Layer.PID_NAMESPACE):
            _continue_in_child(control)

    def _enter(self, layer: Layer, flags: int) -> None:
        try:
            kernel.unshare(flags)
        except OSError as error:
            self.states[layer] = _off(error)
        else:
            self.states[layer] = "on"

    def enter_root(self, readable: tuple[str, ...], devices: tuple[str, ...]) -> None:
        """Leave the machine's files behind, if that works in a forked child first."""
        self._base_bytes = _address_space()  # without a pid namespace there is no /proc afterwards
        if not self._is_on(Layer.MOUNT_NAMESPACE):
            return
        fresh_proc = self._is_on(Layer.PID_NAMESPACE)

        def attempt() -> None:
            kernel.unshare(kernel.CLONE_NEWNS)
            filesystem.enter_minimal_root(readable, devices, fresh_proc=fresh_proc)

        reason = _try(attempt)
        if reason:
            self.states[Layer.MOUNT_NAMESPACE] = reason
        else:
            filesystem.enter_minimal_root(readable, devices, fresh_proc=fresh_proc)

    def plan(
        self, readable: tuple[str, ...], devices: tuple[str, ...], limits: dict[str, int]
    ) -> Plan:
        """Try each remaining layer in a child of its own, and write down what works."""
        base = Plan(
            frozenset(),
            readable,
            filesystem.scratch_folder(readable),
            uid=self._uid,
            seccomp_filter=self._filter,
            base_bytes=self._base_bytes,
            devices=devices,
            **limits,
        )
        root = os.geteuid() == 0
        if not root and Layer.USER_SWITCH in self._wanted:
            self.states[Layer.USER_SWITCH] = "off: only root can switch to another user"
            self._wanted.remove(Layer.USER_SWITCH)
        attempts: dict[Layer, Callable[[], None]] = {
            Layer.RLIMITS: lambda: limit_resources(base),
            Layer.USER_SWITCH: lambda: _attempt_user_switch(base),
            Layer.CAPABILITIES: kernel.drop_capabilities,
            Layer.NO_NEW_PRIVILEGES: kernel.set_no_new_privileges,
            Layer.LANDLOCK: lambda: _attempt_landlock(readable),
            Layer.UNDUMPABLE: lambda: kernel.set_dumpable(dumpable=False),
            Layer.SECCOMP: lambda: _attempt_seccomp(self._filter),
        }
        for layer, attempt in attempts.items():
            if layer not in self._wanted:
                continue
            if layer in _UNPRIVILEGED and not self._is_on(Layer.NO_NEW_PRIVILEGES):
                self.states[layer] = f"off: needs {Layer.NO_NEW_PRIVILEGES}"
            else:
                self.states[layer] = _try(attempt) or "on"
        on = frozenset(layer for layer in Layer if self._is_on(layer))
        return dataclasses.replace(base, layers=on)


def _off(error: BaseException) -> str:
    name = errno.errorcode.get(getattr(error, "errno", None) or 0, type(error).__name__)
    return f"off: {name} ({error.args[-1] if error.args else error})"


def _try(attempt: Callable[[], None]) -> str:
    """Run something in a forked child; return why it failed, or nothing."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            attempt()
        except BaseException as error:  # noqa: BLE001 - the child ends here, with its reason
            os.write(writer, _off(error).encode()[:500])
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        reason = stream.read().decode()
    _, status = os.waitpid(pid, 0)
    return reason or ("" if status == 0 else f"off: ended with status {status}")


def _continue_in_child(control: socket.socket) -> None:
    """Fork into the new pid namespace; the parent only waits, and takes the child along."""
    pid = os.fork()
    if pid == 0:
        kernel.set_parent_death_signal()
        return
    control.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _, status = os.waitpid(pid, 0)
    os._exit(0 if status == 0 else 1)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _address_space() -> int:
    """Return the bytes of address space that this process uses."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 2**30


def _attempt_user_switch(plan: Plan) -> None:
    import numpy  # noqa: ICN001, PLC0415 - to see whether its files stay readable

    switch_user(plan)
    for path in (os.__file__, numpy.__file__):
        with open(path, "rb"):
            pass


def _attempt_landlock(readable: tuple[str, ...]) -> None:
    kernel.set_no_new_privileges()
    landlock.restrict(["/dev/zero"], [])
    for path in readable:
        with contextlib.suppress(PermissionError):
            os.close(os.open(path, os.O_RDONLY))
            raise OSError(errno.EINVAL, f"{path} could be read although Landlock was on")


def _attempt_seccomp(filter_bytes: bytes) -> None:
    kernel.set_no_new_privileges()
    seccomp.load_filter(filter_bytes)
    with contextlib.suppress(PermissionError):
        socket.socket()
        raise OSError(errno.EINVAL, "a socket could be made although the filter was on")


def _blocked(plan: Plan, canary: str) -> dict[str, bool]:
    """Put a child under the whole plan and see whether files and sockets are out of reach."""

    def files() -> None:
        confine(plan)
        with contextlib.suppress(OSError):
            os.close(os.open(canary, os.O_RDONLY))
            raise RuntimeError(canary)

    def sockets() -> None:
        confine(plan)
        # An empty network has no hosts; Unix sockets are reached by their files.
        if not {Layer.NETWORK_NAMESPACE, Layer.MOUNT_NAMESPACE} <= plan.layers:
            with contextlib.suppress(OSError):
                socket.socket()
                raise RuntimeError("socket")

    return {"files": not _try(files), "sockets": not _try(sockets)}
