"""Attack 20: drip before anything can be called: output, and the announcement of being loaded."""

import os
import stat
import struct
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


os.write(channel(), struct.pack("<Q", 2**20))
while True:
    print("x")
    os.write(channel(), b"N" * 65)
    time.sleep(0.01)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
