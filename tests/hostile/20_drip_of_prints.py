"""Attack 20: output without end, a character at a time, and requests that are hardly read."""

import os
import stat
import struct
import sys
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


def sigmoid(x):
    while True:
        print("x", end="", flush=True)
        time.sleep(0.01)


def tanh(x):
    head = struct.pack("<Q", 60)
    while True:  # the length itself, a byte at a time
        for place in range(len(head)):
            os.write(channel(), head[place : place + 1])
            time.sleep(0.05)


def softmax(x, axis=-1):
    while True:  # empty messages, each of them whole
        os.write(channel(), bytes(8))
        time.sleep(0.01)


def activation_grad(x, kind, negative_slope=0.01):
    while True:
        os.read(channel(), 1)  # takes the requests that are waited for
        sys.stderr.write("\n")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
