"""Attack 5: leave a sign where only the next worker could find it: queues, names, clocks, rights."""

import ctypes
import os
import stat

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
SIGN = "left_behind"
# Each asks first whether somebody was here before, and then leaves a sign.
if os.stat("/dev/null").st_mtime < 1000 or os.stat("/dev/null").st_mode & 0o111:
    print("BREACH sign on a device")
for attempt in (
    lambda: os.utime("/dev/null", (9, 9)),
    lambda: os.chmod("/dev/null", 0o777),
    lambda: os.fchmod(0, 0o777),
    lambda: os.fchown(1, os.getuid(), os.getgid()),
    lambda: os.setxattr("/dev/null", "user.sign", b"1"),
    lambda: os.setxattr(np.__file__, "user.sign", b"1"),
    lambda: os.utime(np.__file__, (9, 9)),
    lambda: os.mkfifo("/dev/shm/" + SIGN),
    lambda: os.symlink("/", "/var/tmp/" + SIGN),
    lambda: os.link(np.__file__, "/var/tmp/" + SIGN),
    lambda: os.mknod("/run/" + SIGN, stat.S_IFSOCK | 0o777),
):
    try:
        attempt()
    except OSError:
        continue
    print("BREACH sign left", attempt.__code__.co_consts)
for number, arguments in {
    240: (b"sign", 0o102, 0o666, None),  # mq_open
    68: (1234, 0o1666),  # msgget
    64: (1234, 1, 0o1666),  # semget
    170: (b"sign", 4),  # sethostname
    248: (b"user", b"sign", b"1", 1, -4),  # add_key
}.items():
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0:
        print("BREACH sign by call", number)
if os.getpriority(os.PRIO_PROCESS, 0) < 0:
    print("BREACH priority")
if os.path.basename(os.getcwd()) == SIGN or os.umask(0o22) == 0o123:
    print("BREACH inherited")
os.umask(0o123)
print("tried signs")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
