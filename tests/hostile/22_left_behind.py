"""Attack 22: threads and processes that outlive the answer."""

import ctypes
import os
import threading
import time

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def stay():
    while True:
        time.sleep(0.05)


def daemonize():
    for way in (os.fork, os.forkpty, lambda: os.posix_spawn("/bin/sleep", ["sleep", "999"], {})):
        try:
            pid = way()
        except OSError:
            continue
        print("BREACH process", pid)
        if pid == 0:
            os.setsid()
            time.sleep(1000)
    SIGCHLD, CLONE_VM, CLONE_PARENT, CLONE_VFORK = 17, 0x100, 0x8000, 0x4000
    for flags in (SIGCHLD, SIGCHLD | CLONE_VM | CLONE_VFORK, SIGCHLD | CLONE_PARENT, 0x10000000):
        if libc.syscall(ctypes.c_long(56), ctypes.c_ulong(flags), None, None, None, None) >= 0:
            print("BREACH clone", flags)
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, SIGCHLD)
    for number, size in ((435, 88), (57, 0), (58, 0)):
        if libc.syscall(ctypes.c_long(number), arguments, ctypes.c_size_t(size)) >= 0:
            print("BREACH call", number)


for _ in range(4):
    threading.Thread(target=stay).start()
daemonize()
print("tried to stay")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    threading.Thread(target=stay).start()
    daemonize()
    return x
