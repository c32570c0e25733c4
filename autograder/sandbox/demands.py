"""What strict grading demands of a machine, and the line that mends what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from autograder.sandbox.host import Zygote
from autograder.sandbox.layers import Layer

__all__ = ["MENDS", "meets_demands", "refusal"]

_NAMESPACES: Final = "allow namespaces: in Docker run with --cap-add SYS_ADMIN, or use a host"

MENDS: Final[Mapping[Layer, str]] = MappingProxyType(
    {
        Layer.USER_NAMESPACE: (
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or run as root"
        ),
        Layer.PID_NAMESPACE: _NAMESPACES,
        Layer.MOUNT_NAMESPACE: (
            "allow namespaces: in Docker run with --cap-add SYS_ADMIN and "
            "--security-opt seccomp=unconfined, or use a host"
        ),
        Layer.NETWORK_NAMESPACE: _NAMESPACES,
        Layer.IPC_NAMESPACE: _NAMESPACES,
        Layer.USER_SWITCH: "run the grader as root, with Python installed where others may read it",
        Layer.LANDLOCK: "a kernel of 5.13 or later, booted with landlock in its lsm= list",
        Layer.SECCOMP: "apt-get install libseccomp2, or your system's package of libseccomp",
    }
)


def meets_demands(zygote: Zygote) -> bool:
    """Tell whether hidden suites may be run beside this zygote's workers.

    Files and sockets must be out of reach. Landlock must be on as well: that one file could not be
    read may be owed to its permissions, and no other layer names every file that can be read on a
    machine without namespaces.
    """
    return not _gaps(zygote)


def refusal(zygote: Zygote) -> str:
    """Say why hidden suites are not run beside this zygote's workers, and what mends it."""
    states = zygote.isolation
    layers = "\n".join(f"  {layer}: {state}" for layer, state in states.items())
    mends = "\n".join(
        f"  {layer}: {mend}"
        for layer, mend in MENDS.items()
        if states[layer] != "on" and "not needed" not in states[layer]
    )
    return (
        f"student code on this machine {' and '.join(_gaps(zygote))}; the hidden suite is not run "
        f"beside it. --isolation best-effort grades all the same. The layers:\n{layers}\n"
        f"What mends those that are off (`autograder doctor` shows it too):\n{mends}"
    )


def _gaps(zygote: Zygote) -> list[str]:
    blocked = {"files": zygote.blocks_files, "sockets": zygote.blocks_sockets}
    reached = [what for what, is_blocked in blocked.items() if not is_blocked]
    gaps = [f"could reach {' and '.join(reached)}"] if reached else []
    if zygote.isolation[Layer.LANDLOCK] != "on":
        gaps.append("is not held by Landlock")
    return gaps
