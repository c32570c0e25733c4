"""The few Linux calls that the standard library does not offer, as functions that raise OSError."""

from __future__ import annotations

import ctypes
import os
import platform
from typing import Final

__all__ = [
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "CLONE_NEWUTS",
    "MNT_DETACH",
    "MS_BIND",
    "MS_NODEV",
    "MS_NOEXEC",
    "MS_NOSUID",
    "MS_PRIVATE",
    "MS_RDONLY",
    "MS_REC",
    "MS_REMOUNT",
    "drop_bounding_set",
    "drop_capabilities",
    "mount",
    "pivot_root",
    "prctl",
    "set_dumpable",
    "set_namespace",
    "set_no_new_privileges",
    "set_parent_death_signal",
    "syscall",
    "umount",
    "unshare",
]

CLONE_NEWNS: Final = 0x00020000
CLONE_NEWUTS: Final = 0x04000000
CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWPID: Final = 0x20000000
CLONE_NEWNET: Final = 0x40000000

MS_RDONLY: Final = 1
MS_NOSUID: Final = 2
MS_NODEV: Final = 4
MS_NOEXEC: Final = 8
MS_REMOUNT: Final = 32
MS_BIND: Final = 4096
MS_REC: Final = 16384
MS_PRIVATE: Final = 1 << 18
MNT_DETACH: Final = 2

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_CAPBSET_DROP: Final = 24
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_CAP_AMBIENT: Final = 47
_PR_CAP_AMBIENT_CLEAR_ALL: Final = 4
_CAPABILITY_VERSION_3: Final = 0x20080522
_SIGKILL: Final = 9

# pivot_root is the one call here that glibc does not wrap; the numbers are the kernel's.
_PIVOT_ROOT: Final = {"x86_64": 155, "aarch64": 41}

_libc: Final = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object, what: str) -> int:
    """Make a raw system call."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments), what)


def unshare(flags: int) -> None:
    """Move this process (for a pid namespace: its future children) into new namespaces."""
    _checked(_libc.unshare(flags), "unshare")


def set_namespace(descriptor: int, flags: int) -> None:
    """Enter the namespace that an open `/proc/PID/ns/*` descriptor names."""
    _checked(_libc.setns(descriptor, flags), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a filesystem, or change a mount."""
    result = _libc.mount(
        source.encode(),
        os.fsencode(target),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    _checked(result, f"mount {kind or 'bind'} at {target}")


def umount(target: str, flags: int) -> None:
    """Unmount what is mounted at a path."""
    _checked(_libc.umount2(os.fsencode(target), flags), f"umount {target}")


def pivot_root(new_root: str, old_root: str) -> None:
    """Make `new_root` the root of this mount namespace and move the old one below it."""
    number = _PIVOT_ROOT[platform.machine()]
    syscall(number, os.fsencode(new_root), os.fsencode(old_root), what="pivot_root")


def prctl(option: int, argument: int = 0) -> None:
    """Set one attribute of this process."""
    arguments = [ctypes.c_ulong(value) for value in (argument, 0, 0, 0)]
    _checked(_libc.prctl(option, *arguments), f"prctl {option}")


def set_parent_death_signal() -> None:
    """Have the kernel kill this process when the one that forked it dies."""
    prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def set_no_new_privileges() -> None:
    """Give up gaining privileges by executing a program, for good."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def set_dumpable(*, dumpable: bool) -> None:
    """Say whether this process' memory may be read by others of its user."""
    prctl(_PR_SET_DUMPABLE, int(dumpable))


def drop_bounding_set() -> None:
    """Empty the set of capabilities that executing a program could give.

    It takes a capability that a worker no longer has, so the zygote does it for all of them. An
    ordinary user lacks it too; the set has no effect there, since nothing can be executed.
    """
    for capability in range(64):
        try:
            prctl(_PR_CAPBSET_DROP, capability)
        except OSError:
            break


def drop_capabilities() -> None:
    """Empty the ambient, inheritable, permitted and effective sets."""
    prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc.capset(header, nothing), "capset")
