"""Attack 25: programs with another's rights, code from files of one's own, and rights that were left."""

import ctypes
import glob
import mmap
import os
import stat
import sys

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
status = {}
try:
    for line in open("/proc/self/status"):
        name, _, value = line.partition(":")
        status[name] = value.strip()
except OSError:
    pass
for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
    if int(status.get(name, "0"), 16):
        print("BREACH capability", name, status[name])
if status and (status["NoNewPrivs"], status["Seccomp"]) != ("1", "2"):
    print("BREACH", status["NoNewPrivs"], status["Seccomp"])
folders = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/lib/openssh", "/usr/lib/dbus-1.0")
for path in (path for folder in folders for path in glob.glob(f"{folder}/*")):
    try:
        if os.stat(path).st_mode & (stat.S_ISUID | stat.S_ISGID):
            os.execv(path, [path])
            print("BREACH", path)
    except OSError:
        continue
program = b"\x7fELF" + bytes(60)
for folder in ("/tmp", "/dev/shm", "/var/tmp", os.getcwd()):
    path = os.path.join(folder, "script")
    try:
        with open(path, "wb") as file:
            file.write(program)
    except OSError:
        continue
    for attempt in (
        lambda: os.chmod(path, 0o6755),
        lambda: os.chown(path, 0, 0),
        lambda: os.execv(path, [path]),
        lambda: os.execve(os.open(path, os.O_RDONLY), [path], {}),
        lambda: os.setxattr(path, "security.capability", bytes(20)),
        lambda: mmap.mmap(os.open(path, os.O_RDONLY), 64, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    ):
        try:
            attempt()
        except OSError:
            continue
        print("BREACH", path, attempt.__code__.co_names)
for path in (*glob.glob("/lib*/ld-linux*"), *glob.glob("/lib*/*/ld-linux*"), sys.executable):
    for way in (os.execv, lambda one, args: os.posix_spawn(one, args, {})):
        try:
            way(path, [path, "/bin/true"])
            print("BREACH loader", path)
        except OSError:
            continue
header = ctypes.create_string_buffer((0x20080522).to_bytes(4, "little") + bytes(4), 8)
rights = ctypes.create_string_buffer(b"\xff" * 24, 24)
for name, number, arguments in (
    ("capset", 126, (header, rights)),
    ("ambient", 157, (47, 2, 21, 0, 0)),
    ("secure bits", 157, (28, 0, 0, 0, 0)),
    ("other user", 113, (0, 0)),
    ("other group", 114, (0, 0)),
    ("other files", 122, (0,)),
    ("new privileges", 157, (38, 0, 0, 0, 0)),
    ("landlock off", 446, (-1, 0)),
    ("vm86", 166, (b"/", 2)),
):
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result >= 0 and not (name == "other files" and os.getuid()):
        print("BREACH", name)
print("tried rights", bool(status))


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
