"""Which files a worker may read, and a root folder that holds nothing else."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from autograder.sandbox.kernel import (
    MNT_DETACH,
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    MS_REMOUNT,
    mount,
    pivot_root,
    umount,
)

__all__ = [
    "DEVICES",
    "DRIVER_FACTS",
    "PROC",
    "enter_minimal_root",
    "forget_unreadable",
    "gpu_paths",
    "readable_paths",
    "scratch_folder",
]

_TEMPORARY = "/tmp"  # noqa: S108 - only ever a mount point here, in a namespace of its own
PROC = "/proc"
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")

# What NVIDIA's driver tells of itself, and CUDA reads.
DRIVER_FACTS = ("/proc/driver/nvidia", "/proc/driver/nvidia-uvm")

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/alternatives",
)
# CUDA where it is installed apart from Python's packages, and the driver's own libraries in some
# containers; elsewhere these lie in the system's folders.
_CUDA = ("/usr/local/cuda", "/usr/local/nvidia")
_KEPT_MOUNT_FLAGS = MS_NOSUID | MS_NODEV | MS_NOEXEC


def readable_paths() -> tuple[str, ...]:
    """List what Python and its packages need to read, and nothing of a course.

    Returns:
        Absolute paths that exist: the standard library, the installed packages, the shared
        libraries. An editable install's source folder is not among them.
    """
    base_library = os.path.join(sys.base_prefix, "lib")
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    paths = {*_SYSTEM, base_library, *(sysconfig.get_path(name) for name in names)}
    paths.update(entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages")))
    existing = sorted(path for path in paths if os.path.exists(path))
    return tuple(
        path
        for path in existing
        if not any(path != other and Path(path).is_relative_to(other) for other in existing)
    )


def forget_unreadable(readable: tuple[str, ...]) -> None:
    """Take from Python's search for modules what workers cannot read anyway.

    It is the folder of an editable install, which can be the course's: its path, and the names of
    its files in the importer's cache, are nothing for student code.

    Args:
        readable: From `readable_paths`.
    """

    def is_readable(entry: str) -> bool:
        return any(Path(entry).is_relative_to(path) for path in readable)

    sys.path[:] = filter(is_readable, sys.path)
    for entry in [entry for entry in sys.path_importer_cache if not is_readable(entry)]:
        del sys.path_importer_cache[entry]


def gpu_paths(candidates: tuple[str, ...] = _CUDA) -> tuple[str, ...]:
    """List what a worker with a GPU needs to read besides: the libraries of CUDA and its driver."""
    return tuple(path for path in candidates if os.path.exists(path))


def scratch_folder(readable: tuple[str, ...]) -> str:
    """Say where a worker's own tmpfs goes: `/tmp`, unless Python or a package lies below it."""
    below = any(Path(path).is_relative_to(_TEMPORARY) for path in readable)
    return "/scratch" if below else _TEMPORARY


def enter_minimal_root(
    readable: tuple[str, ...], devices: tuple[str, ...] = (), *, fresh_proc: bool
) -> None:
    """Leave the machine's files for a root that holds only what is listed, read-only.

    Every path keeps its name, so Python goes on finding its files; folders on the way to them
    are new ones that anybody may pass, so an interpreter below a 0700 home stays readable after
    a switch of user. The calling process must be alone in a mount namespace of its own.

    Args:
        readable: From `readable_paths`.
        devices: Device nodes that are there besides the usual four.
        fresh_proc: Mount the `/proc` of this process' pid namespace; needs one of its own.
    """
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    devices += DEVICES
    sources = {path: os.open(path, os.O_PATH) for path in (*readable, *devices)}
    root = _TEMPORARY
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m")
    for path, descriptor in sources.items():
        _bind(descriptor, root + path, read_only=path not in devices)
        os.close(descriptor)
    old = root + "/.old"
    for folder in (old, root + scratch_folder(readable), root + PROC):
        os.makedirs(folder, exist_ok=True)
    if fresh_proc:
        mount("proc", root + PROC, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    os.chdir(root)
    pivot_root(root, old)
    os.chdir("/")
    umount("/.old", MNT_DETACH)
    os.rmdir("/.old")
    mount("none", "/", "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _bind(descriptor: int, target: str, *, read_only: bool) -> None:
    source = f"/proc/self/fd/{descriptor}"
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(target).touch()
    mount(source, target, "", MS_BIND | MS_REC)
    # A user namespace may not clear flags that the outer mount has, so they are kept.
    kept = os.statvfs(target).f_flag & _KEPT_MOUNT_FLAGS
    added = MS_RDONLY | MS_NODEV if read_only else 0
    mount("none", target, "", MS_REMOUNT | MS_BIND | MS_NOSUID | kept | added)
