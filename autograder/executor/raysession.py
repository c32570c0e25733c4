"""A connection to Ray: to a cluster that is there, or to one of this machine alone."""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from autograder.errors import InstructorError
from autograder.executor import Needs

__all__ = ["Node", "nodes", "ray_session", "room_for", "waiting_words"]

_MIB: Final = 2**20
_STORE_MIB: Final = 128
# Read by Ray where it is imported and by the processes that it starts.
_ALWAYS: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
}
# Ray's own switch for machines that must not be part of a cluster: it then uses loopback alone.
# Giving the loopback address is not enough, Ray puts the machine's own in its place.
_ALONE: Final = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
_QUIET: Final = {"log_to_driver": False, "configure_logging": False}
_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster that is up.

    Attributes:
        id: Ray's name for it.
        address: Where it is.
        cpus: Processors that Ray may give away.
        gpus: Likewise.
        memory_mib: Likewise, in MiB.
    """

    id: str
    address: str
    cpus: float
    gpus: float
    memory_mib: float

    def room(self, needs: Needs) -> int:
        """Tell how many hand-ins it can grade at a time if nothing else runs there."""
        shares = [self.cpus / needs.cpus]
        if needs.gpus:
            shares.append(self.gpus / needs.gpus)
        if needs.memory_mib:
            shares.append(self.memory_mib / needs.memory_mib)
        return int(min(shares))


@contextmanager
def ray_session(address: str, cpus: int, memory_mib: int) -> Iterator[Any]:
    """Connect to Ray, give its module, and disconnect.

    Args:
        address: Of a cluster's head, such as `head:6379`; `auto` for the one of this machine. Empty
            to start a Ray of this machine alone, which ends with the block.
        cpus: Processors that a Ray of this machine alone may give away.
        memory_mib: Memory in MiB that it may give away.

    Raises:
        InstructorError: Ray is not installed, or there is no cluster, or it does not take us.
    """
    if "://" in address:
        raise InstructorError(
            f"--ray-address {address}: expected HOST:PORT or auto; run the command on a machine "
            "of the cluster (docs/ray.md)"
        )
    with _environment(alone=not address), _private_folder() as folder:
        ray = _import_ray()
        try:
            with _own_sigterm():
                if address:
                    _join(ray, address)
                else:
                    _start(ray, cpus, memory_mib, folder)
            yield ray
        finally:
            ray.shutdown()


def _import_ray() -> Any:
    try:
        import ray  # noqa: PLC0415 - heavy, and not everybody has it
    except ImportError as error:
        message = "--executor ray: Ray is not installed; `pip install dlcv-autograder[cluster]`"
        raise InstructorError(message) from error
    return ray


def _join(ray: Any, address: str) -> None:
    try:
        ray.init(address=address, runtime_env={"env_vars": _node_environment()}, **_QUIET)
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        first = str(error).strip().partition("\n")[0]
        raise InstructorError(
            f"--ray-address {address}: expected a Ray cluster that takes our token; {first} "
            "(RAY_AUTH_MODE, RAY_AUTH_TOKEN_PATH and the versions of Python and Ray must be "
            "those of the cluster: docs/ray.md)"
        ) from error


def _start(ray: Any, cpus: int, memory_mib: int, folder: str) -> None:
    ray.init(
        address="local",
        num_cpus=cpus,
        _memory=memory_mib * _MIB,
        object_store_memory=_STORE_MIB * _MIB,
        include_dashboard=False,
        runtime_env={"env_vars": _node_environment()},
        # Ray lets everybody read what it writes, so it writes where nobody else comes.
        _temp_dir=str(Path(folder) / "ray"),
        **_QUIET,
    )


def _node_environment() -> dict[str, str]:
    """Return what a grading process finds in its environment besides the node's own.

    Ray would give the arithmetic as many threads as processors, and the reference would be timed
    with them; and it would let a task that asked for no GPU see all that the node has.
    """
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    return {"OMP_NUM_THREADS": threads, "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "1"}


@cache
def _own_token() -> str:
    """Make the token of this process: Ray reads it once and keeps it."""
    return secrets.token_hex(32)


@contextmanager
def _environment(*, alone: bool) -> Iterator[None]:
    """Set what Ray reads from the environment; what the operator has set goes before.

    A Ray of this machine gets a token of its own, which no file holds.
    """
    wanted = dict(_ALWAYS)
    if alone:
        wanted |= _ALONE | {"RAY_AUTH_TOKEN": _own_token()}
    added = [name for name in wanted if name not in os.environ]
    os.environ.update({name: wanted[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


@contextmanager
def _private_folder() -> Iterator[str]:
    # Not where TMPDIR says: the path of a socket in it may have 107 bytes, and Ray adds seventy.
    folder = tempfile.TemporaryDirectory(
        prefix="autograder-ray-",
        dir="/tmp",
        ignore_cleanup_errors=True,
    )
    with folder as path:
        yield path


@contextmanager
def _own_sigterm() -> Iterator[None]:
    """Keep our answer to SIGTERM: Ray puts its own in the place when it connects."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def nodes(ray: Any) -> list[Node]:
    """List the machines of the cluster that are up.

    Args:
        ray: The module, connected.
    """
    return [
        Node(
            id=node["NodeID"],
            address=node["NodeManagerAddress"],
            cpus=node["Resources"].get("CPU", 0),
            gpus=node["Resources"].get("GPU", 0),
            memory_mib=node["Resources"].get("memory", 0) / _MIB,
        )
        for node in ray.nodes()
        if node["Alive"]
    ]


def room_for(needs: Needs, cluster: list[Node]) -> int:
    """Tell how many hand-ins the cluster can grade at a time.

    Args:
        needs: Of one of them.
        cluster: From `nodes`.
    """
    return sum(node.room(needs) for node in cluster)


def waiting_words(assignment: str, needs: Needs, cluster: list[Node]) -> str:
    """Say what is waited for, and what the cluster has instead.

    Args:
        assignment: What waits.
        needs: Of one of its hand-ins.
        cluster: From `nodes`.
    """
    asked = _words(needs.cpus, needs.gpus, needs.memory_mib)
    has = [
        f"  {node.address}: {_words(node.cpus, node.gpus, node.memory_mib)}"
        for node in cluster[:_NAMED]
    ]
    if len(cluster) > _NAMED:
        has.append(f"  and {len(cluster) - _NAMED} more")
    why = (
        "all of them are busy"
        if room_for(needs, cluster)
        else "none of them has as much, so "
        "nothing is graded until one that has joins (Ctrl-C ends the waiting)"
    )
    head = f"{assignment} waits for a node with {asked} for each hand-in; the cluster has "
    count = f"{len(cluster)} node{'' if len(cluster) == 1 else 's'}, and {why}"
    return "\n".join([head + count, *has])


def _words(cpus: float, gpus: float, memory_mib: float) -> str:
    parts = [f"{cpus:g} CPU{'' if cpus == 1 else 's'}", f"{gpus:g} GPU{'' if gpus == 1 else 's'}"]
    return ", ".join([*parts, f"{memory_mib:.0f} MiB"])
