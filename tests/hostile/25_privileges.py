"""Attack 25: programs, namespaces, mounts, identities and corners of the kernel."""

import ctypes
import os
import subprocess
import sys

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
for program in ("/bin/su", "/usr/bin/sudo", "/bin/mount", "/bin/sh", sys.executable, "/bin/true"):
    for way in (
        lambda: os.execv(program, [program]),
        lambda: subprocess.run([program], check=False, capture_output=True),
        lambda: os.posix_spawn(program, [program], {}),
    ):
        try:
            way()
            print("BREACH", program)
        except OSError:
            pass
if os.system("true") == 0:
    print("BREACH system")
try:
    with open("/tmp/script", "w") as file:
        file.write("#!/bin/sh\n")
except OSError:
    pass  # nowhere to write on this machine
zeros = ctypes.create_string_buffer(256)
CALLS = {
    "unshare user": (272, ctypes.c_ulong(0x10000000)),
    "unshare mount": (272, ctypes.c_ulong(0x00020000)),
    "unshare pid": (272, ctypes.c_ulong(0x20000000)),
    "unshare net": (272, ctypes.c_ulong(0x40000000)),
    "setns": (308, 0, 0),
    "clone user": (56, ctypes.c_ulong(0x10000011), None, None, None, None),
    "clone3": (435, zeros, ctypes.c_size_t(88)),
    "mount": (165, b"none", b"/tmp", b"tmpfs", ctypes.c_ulong(0), None),
    "remount": (165, b"none", b"/", None, ctypes.c_ulong(4096 | 32), None),
    "umount": (166, b"/tmp", 2),
    "umount proc": (166, b"/proc", 2),
    "pivot_root": (155, b"/tmp", b"/tmp"),
    "chroot": (161, b"/tmp"),
    "open_tree": (428, -100, b"/", 1),
    "move_mount": (429, -100, b"/", -100, b"/tmp", 0),
    "fsopen": (430, b"tmpfs", 0),
    "mount_setattr": (442, -100, b"/", 0, zeros, ctypes.c_size_t(32)),
    "setuid": (105, 0),
    "setresuid": (117, 0, 0, 0),
    "setgroups": (116, 0, None),
    "io_uring_setup": (425, 8, zeros),
    "bpf": (321, 0, zeros, 64),
    "perf_event_open": (298, zeros, 0, -1, -1, 0),
    "userfaultfd": (323, 1),
    "keyctl": (250, 0, -3, 1),
    "add_key": (248, b"user", b"name", b"data", 4, -2),
    "memfd_create": (319, b"program", 0),
    "memfd_secret": (447, 0),
    "personality": (135, ctypes.c_ulong(0x0040000)),
    "name_to_handle_at": (303, -100, b"/tmp", zeros, ctypes.byref(ctypes.c_int()), 0),
    "open_by_handle_at": (304, -100, zeros, 0),
    "init_module": (175, zeros, 10, b""),
    "kexec_load": (246, 0, 0, None, 0),
    "reboot": (169, 0xFEE1DEAD, 672274793, 0, None),
    "swapon": (167, b"/tmp/script", 0),
    "acct": (163, b"/tmp/script"),
    "syslog": (103, 3, zeros, 100),
    "iopl": (172, 3),
    "sethostname": (170, b"own", 3),
    "settimeofday": (164, zeros, None),
    "shmget": (29, 0, 4096, 0o1700),
    "msgget": (68, 0, 0o1700),
    "semget": (64, 0, 1, 0o1700),
    "mq_open": (240, b"queue", 0o100 | 2, 0o700, None),
    "seccomp": (317, 0, 0, None),
    "mknod": (133, b"/tmp/device", 0o060600, 0x0800),
    "dumpable": (157, 4, 1, 0, 0, 0),
    "statmount": (457, zeros, zeros, ctypes.c_size_t(256), 0),
    "listmount": (458, zeros, zeros, ctypes.c_size_t(8), 0),
    "modify_ldt": (154, 1, zeros, 16),
}
for name, (number, *arguments) in CALLS.items():
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0:
        print("BREACH", name)
for path in ("/proc/self/uid_map", "/proc/self/setgroups", "/proc/sys/kernel/core_pattern"):
    try:
        os.open(path, os.O_WRONLY)
        print("BREACH", path)
    except OSError:
        pass
print("tried privileges")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
