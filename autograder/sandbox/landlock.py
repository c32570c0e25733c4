"""File access limited to an allow-list by Landlock, whatever user the process runs as.

The interface is the kernel's (Documentation/userspace-api/landlock.rst): a ruleset names the
rights that are taken away, and each rule gives some of them back beneath one path.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from typing import Final

from autograder.sandbox.kernel import syscall

__all__ = ["abi_version", "restrict"]

# The numbers are the same on every architecture.
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_CREATE_RULESET_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1

_EXECUTE: Final = 1 << 0
_WRITE_FILE: Final = 1 << 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_TRUNCATE: Final = 1 << 14
_IOCTL_DEVICE: Final = 1 << 15

# How many file rights each version of the interface knows: 13 at first, then refer, truncate
# and (version 5) ioctl on devices.
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_RIGHTS: Final = 0b11  # TCP bind and connect, version 4
_SCOPES: Final = 0b11  # abstract Unix sockets and signals, version 6


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def abi_version() -> int:
    """Return the kernel's version of the Landlock interface.

    Raises:
        OSError: The kernel has no Landlock, or it is disabled at boot.
    """
    return syscall(
        _CREATE_RULESET,
        None,
        ctypes.c_size_t(0),
        ctypes.c_uint32(_CREATE_RULESET_VERSION),
        what="Landlock",
    )


def restrict(
    readable: Iterable[str],
    writable: Iterable[str],
    devices: Iterable[str] = (),
    changeable: Iterable[str] = (),
) -> None:
    """Take every file right from this process, for good, save those listed.

    Must be called with no_new_privs set. The ruleset is made in the process that it restricts: a
    ruleset's descriptor is shared with children and can be added to.

    Args:
        readable: Files and folders whose contents may be read; missing ones are passed over.
        writable: Folders in which files may be read, made, changed and removed.
        devices: Device nodes that may be read, written and given commands (ioctl).
        changeable: Folders whose files may be read and written, and neither made nor removed.
    """
    version = abi_version()
    every_right = (1 << _FILE_RIGHTS[min(version, 5)]) - 1
    attributes = _RulesetAttributes(
        every_right,
        _NETWORK_RIGHTS if version >= 4 else 0,
        _SCOPES if version >= 6 else 0,
    )
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = syscall(
        _CREATE_RULESET,
        ctypes.byref(attributes),
        ctypes.c_size_t(size),
        ctypes.c_uint32(0),
        what="landlock_create_ruleset",
    )
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR, every_right)
        for path in writable:
            _allow(ruleset, path, every_right & ~(_EXECUTE | _IOCTL_DEVICE), every_right)
        for path in devices:
            _allow(ruleset, path, _READ_FILE | _WRITE_FILE | _IOCTL_DEVICE, every_right)
        for path in changeable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR | _WRITE_FILE | _TRUNCATE, every_right)
        syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0), what="landlock")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int, every_right: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEVICE
        rule = _PathBeneath(rights & every_right, descriptor)
        syscall(
            _ADD_RULE,
            ctypes.c_int(ruleset),
            ctypes.c_int(_RULE_PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
            what=f"landlock_add_rule {path}",
        )
    finally:
        os.close(descriptor)
