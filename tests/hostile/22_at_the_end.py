"""Attack 22: whatever could run when all is over: finalizers, timers, handlers, a last thread."""

import atexit
import os
import signal
import sys
import threading
import time
import weakref

import numpy as np


def last(*_):
    print("BREACH at the end")
    for name in ("/tmp/left_behind", "/var/tmp/left_behind", "/dev/shm/left_behind"):
        try:
            open(name, "w").close()
        except OSError:
            pass
    time.sleep(60)


class Immortal:
    def __del__(self):
        last()


atexit.register(last)
threading._register_atexit(last)
weakref.finalize(sys.modules["numpy"], last)
sys.modules["immortal"] = Immortal()
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE, signal.SIGXCPU):
    signal.signal(number, last)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
sys.excepthook = threading.excepthook = sys.unraisablehook = last


def stay():
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            continue


for _ in range(3):
    threading.Thread(target=stay, daemon=False).start()
for attempt in (
    os.setsid,
    lambda: os.setpgid(0, 0),
    lambda: os.forkpty(),
    lambda: os.posix_spawnp("sleep", ["sleep", "900"], {}, setsid=True),
    lambda: os.system("nohup sleep 900 & disown") or None,
):
    try:
        attempt()
    except OSError:
        continue
print("tried the end")


def sigmoid(x):
    held = Immortal()
    held.itself = held
    os.close(2)
    raise SystemExit(0)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
