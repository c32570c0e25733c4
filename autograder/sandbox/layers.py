"""The layers around a worker: which there are, in what order they go on, and what each takes away.

The zygote finds out which layers a machine gives and writes them into a `Plan`; `confine` puts
them on in every worker after the fork.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from autograder.sandbox import filesystem, kernel, landlock, seccomp

__all__ = [
    "CPU_SECONDS",
    "MEMORY_MIB",
    "Layer",
    "Plan",
    "confine",
    "limit_resources",
    "switch_user",
]

CPU_SECONDS: Final = 60
MEMORY_MIB: Final = 512
_MIB: Final = 2**20
_OWN_PROC: Final = f"{filesystem.PROC}/self"


class Layer(StrEnum):
    """What can stand between student code and everything else."""

    USER_NAMESPACE = "user_namespace"
    PID_NAMESPACE = "pid_namespace"
    MOUNT_NAMESPACE = "mount_namespace"
    NETWORK_NAMESPACE = "network_namespace"
    IPC_NAMESPACE = "ipc_namespace"
    RLIMITS = "rlimits"
    USER_SWITCH = "user_switch"
    CAPABILITIES = "capabilities"
    NO_NEW_PRIVILEGES = "no_new_privileges"
    LANDLOCK = "landlock"
    UNDUMPABLE = "undumpable"
    SECCOMP = "seccomp"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that `confine` needs, worked out once.

    Attributes:
        layers: What is put on.
        readable: Paths that Landlock and the minimal root leave readable.
        scratch: Where the worker's own tmpfs goes: `filesystem.scratch_folder(readable)`.
        uid: The user id to switch to.
        seccomp_filter: Built once; loading it costs microseconds.
        base_bytes: Address space of the zygote; the memory limit counts from here.
        devices: Nodes of the GPU that the worker may use; none for one that has no GPU.
        memory_mib: Memory that student code may add.
        scratch_mib: Size of the worker's own tmpfs.
        cpu_seconds: CPU time of the whole worker, as a last resort behind the per-call limits.
        open_files: Descriptors, counted in numbers below the limit.
        threads: Tasks of the worker's user; only after a user switch is this user the worker's.
        file_kib: Size of any file it writes.
    """

    layers: frozenset[Layer]
    readable: tuple[str, ...] = ()
    scratch: str = ""
    uid: int = 0
    seccomp_filter: bytes = b""
    base_bytes: int = 0
    devices: tuple[str, ...] = ()
    memory_mib: int = MEMORY_MIB
    scratch_mib: int = 16
    cpu_seconds: int = CPU_SECONDS
    open_files: int = 64
    threads: int = 16
    file_kib: int = 16 * 1024


def confine(plan: Plan) -> None:
    """Put this process, a fresh fork of the zygote, under every layer of the plan.

    The order is fixed: each step needs a right that a later one takes away.

    Raises:
        OSError: A layer that was there when the machine was probed is not; the worker must end.
    """
    layers = plan.layers
    if Layer.MOUNT_NAMESPACE in layers:
        _own_mounts(plan)
    if Layer.RLIMITS in layers:
        limit_resources(plan)
    if Layer.USER_SWITCH in layers:
        switch_user(plan)
    if Layer.CAPABILITIES in layers:
        kernel.drop_capabilities()
    # A change of user clears the parent-death signal, so it is set after it.
    kernel.set_parent_death_signal()
    if Layer.NO_NEW_PRIVILEGES in layers:
        kernel.set_no_new_privileges()
    if Layer.LANDLOCK in layers:
        _allow_files(plan)
    if Layer.UNDUMPABLE in layers:
        kernel.set_dumpable(dumpable=False)
    if Layer.SECCOMP in layers:
        seccomp.load_filter(plan.seccomp_filter)


def _own_mounts(plan: Plan) -> None:
    kernel.unshare(kernel.CLONE_NEWNS)
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    if Layer.PID_NAMESPACE in plan.layers:
        kernel.mount("proc", filesystem.PROC, "proc", flags)
    options = f"size={plan.scratch_mib}m,nr_inodes=1024,mode=1777"
    kernel.mount("tmpfs", plan.scratch, "tmpfs", flags, options)
    os.chdir(plan.scratch)
    os.environ["TMPDIR"] = plan.scratch


def switch_user(plan: Plan) -> None:
    """Become a user that owns nothing on this machine."""
    os.setgroups([])
    os.setresgid(plan.uid, plan.uid, plan.uid)
    os.setresuid(plan.uid, plan.uid, plan.uid)


def limit_resources(plan: Plan) -> None:
    """Set the limits that the kernel keeps by itself."""
    memory = plan.base_bytes + plan.memory_mib * _MIB
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_CPU: plan.cpu_seconds,
        resource.RLIMIT_FSIZE: plan.file_kib * 1024,
        resource.RLIMIT_NOFILE: plan.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if plan.devices:
        # CUDA reserves addresses for all memory of the machine and its GPUs, many times what it
        # uses. What is used counts as data, and that stays limited; what is shared does not, so
        # the trusted side watches it (`host.Worker.check_memory`).
        del limits[resource.RLIMIT_AS]
    if plan.layers & {Layer.USER_SWITCH, Layer.USER_NAMESPACE}:
        # Counted for a user within a user namespace: the zygote and its parent are there too.
        limits[resource.RLIMIT_NPROC] = plan.threads + 4
    for name, value in limits.items():
        resource.setrlimit(name, (value, value))


def _allow_files(plan: Plan) -> None:
    readable = [*plan.readable, *filesystem.DEVICES]
    writable, changeable = ["/dev/null"], []
    if {Layer.MOUNT_NAMESPACE, Layer.PID_NAMESPACE} <= plan.layers:
        readable.append(filesystem.PROC)  # this worker's own: there is nobody else in it
    else:
        readable.append(_OWN_PROC)
    if plan.devices:
        readable += filesystem.DRIVER_FACTS
        # CUDA names its threads in files there, and gives up where it may not.
        changeable.append(f"{_OWN_PROC}/task")
    if Layer.MOUNT_NAMESPACE in plan.layers:
        writable.append(plan.scratch)
    landlock.restrict(readable, writable, plan.devices, changeable)
