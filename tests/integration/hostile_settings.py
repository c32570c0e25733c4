"""The settings of isolation that the whole grader is put into for a test.

Tests load this file by its path (`runpy.run_path`). A setting says as whom, and under which filter
of system calls, the grader runs; what its workers are then isolated by is the grader's to find out.

What a container leaves is imitated, since no Docker engine is needed for it: a filter denies what
Docker's default profile denies (https://docs.docker.com/engine/security/seccomp/), and root is left
the capabilities that a container's root has. Not shown are a container's own file system, its
masked `/proc`, AppArmor and cgroups.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0
USER = 54321

_PR_CAPBSET_DROP = 24
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_CLONE_NAMESPACES = (0x02000000, 0x04000000, 0x08000000, 0x20000000, 0x40000000)
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_LANDLOCK_CREATE_RULESET = 444
_PLACE = "/mnt"  # exists on every machine; nothing else is needed of it in the private namespace

# What Docker's default profile allows nobody who lacks CAP_SYS_ADMIN and the like.
_DENIED_IN_A_CONTAINER = """
acct add_key bpf clock_settime create_module delete_module fanotify_init finit_module fsconfig
fsmount fsopen fspick get_kernel_syms get_mempolicy init_module io_uring_enter io_uring_register
io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind
migrate_pages mount mount_setattr move_mount move_pages nfsservctl open_by_handle_at open_tree
perf_event_open pidfd_getfd pivot_root process_madvise query_module quotactl quotactl_fd reboot
request_key set_mempolicy set_mempolicy_home_node setdomainname sethostname setns settimeofday
swapoff swapon sysfs syslog umount2 unshare uselib userfaultfd ustat vhangup
""".split()  # noqa: SIM905 - reads as a table
# chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_raw,
# sys_chroot, mknod, audit_write, setfcap
_CAPABILITIES_OF_A_CONTAINER = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}


@dataclass(frozen=True)
class Setting:
    """As whom the grader runs, and below what.

    Attributes:
        ordinary: As an ordinary user; as root otherwise.
        container: With what Docker's default profile leaves.
        landlock: Whether the kernel has Landlock.
    """

    ordinary: bool = False
    container: bool = False
    landlock: bool = True


SETTINGS = {
    "root": Setting(),
    "ordinary": Setting(ordinary=True),
    "container": Setting(container=True),
}


def preparation(setting: Setting, base: Path) -> Callable[[], None]:
    """Return what puts a fresh process into a setting; all that can be is done beforehand.

    Args:
        setting: The setting.
        base: What the grader has to reach besides Python and this project.
    """
    interpreter = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT}
    needed = sorted({*interpreter, base})
    filters = []
    if setting.container:
        filters.append(_container_filter())
    if not setting.landlock:
        filters.append(_filter_without_landlock())

    def prepare() -> None:
        if AS_ROOT and (setting.ordinary or setting.container):
            open_the_way(needed)  # in an image, everybody may read Python
        if setting.container:
            _drop_capabilities()
        for one in filters:
            one.load()
        if AS_ROOT and setting.ordinary:
            become_ordinary()

    return prepare


def _empty_filter() -> Any:
    import pyseccomp  # noqa: PLC0415 - loads a system library that may be missing

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    # A container's processes may gain privileges; root can do without that promise.
    rules.set_attr(pyseccomp.Attr.CTL_NNP, int(not AS_ROOT))
    return rules


def _container_filter() -> Any:
    import pyseccomp  # noqa: PLC0415

    rules = _empty_filter()
    deny = pyseccomp.ERRNO(errno.EPERM)
    for call in _DENIED_IN_A_CONTAINER:
        with contextlib.suppress(ValueError, OSError):  # another architecture lacks some
            rules.add_rule(deny, call)
    for flag in (_CLONE_NEWNS, _CLONE_NEWUSER, *_CLONE_NAMESPACES):
        rules.add_rule(deny, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    return rules


def _filter_without_landlock() -> Any:
    """Make a kernel of today answer as one before 5.13 does."""
    import pyseccomp  # noqa: PLC0415

    rules = _empty_filter()
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), _LANDLOCK_CREATE_RULESET)
    return rules


def _drop_capabilities() -> None:
    libc = ctypes.CDLL(None)
    for capability in range(64):
        if capability not in _CAPABILITIES_OF_A_CONTAINER:
            libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def become_ordinary() -> None:
    """Give up root for a user that owns nothing on this machine."""
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)


def user_namespaces_are_allowed() -> bool:
    """Tell whether an ordinary user of this machine may make a user namespace."""
    program = (
        f"import ctypes, os, sys; os.geteuid() or os.setuid({USER}); "
        f"sys.exit(ctypes.CDLL(None).unshare({_CLONE_NEWUSER}) != 0)"
    )
    attempt = [sys.executable, "-c", program]
    return subprocess.run(attempt, check=False, capture_output=True).returncode == 0


def _mount(source: str, target: str, kind: str, flags: int, options: str | None = None) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [one.encode() or None for one in (source, target, kind)]
    if libc.mount(*words, ctypes.c_ulong(flags), options and options.encode()) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"mount {kind or 'bind'} at {target}: {os.strerror(number)}")


def _closed_folders(paths: Sequence[Path]) -> list[Path]:
    """List the folders on the way to some paths that an ordinary user may not pass, topmost."""
    found = []
    for path in paths:
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & 0o001:
                found.append(folder)
                break
    return list(dict.fromkeys(found))


def open_the_way(needed: Sequence[Path]) -> None:
    """Replace closed folders by empty ones that hold only what is needed, in this namespace."""
    ctypes.CDLL(None).unshare(_CLONE_NEWNS)
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    closed = _closed_folders(needed)
    _mount("tmpfs", _PLACE, "tmpfs", 0, "mode=755")
    for number, path in enumerate(needed):
        kept = Path(_PLACE) / str(number)
        kept.mkdir()
        _mount(str(path), str(kept), "", _MS_BIND | _MS_REC)
    for folder in closed:
        _mount("tmpfs", str(folder), "tmpfs", 0, "mode=755")
    for number, path in enumerate(needed):
        if any(path.is_relative_to(folder) for folder in closed):
            path.mkdir(parents=True, exist_ok=True)
            _mount(f"{_PLACE}/{number}", str(path), "", _MS_BIND | _MS_REC)
