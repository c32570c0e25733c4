"""Attack 11: close the channel and live on, so that the grader waits for an end."""

import os
import stat
import struct
import threading
import time

import numpy as np


def channel():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise RuntimeError


def say(body, length=None):
    os.write(channel(), struct.pack("<Q", len(body) if length is None else length) + body)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    os.close(channel())
    time.sleep(1000)


def tanh(x):
    def spin():
        while True:
            pass

    threading.Thread(target=spin, daemon=True).start()
    os.dup2(0, channel())
    time.sleep(1000)
