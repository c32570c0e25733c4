"""Attacks 11 and 20: promise an answer and send it a byte at a time, for ever."""

import itertools
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
    say(b"", 2**20)
    for size in itertools.cycle((1, 1, 65)):
        os.write(channel(), b"N" * size)
        time.sleep(0.01)
