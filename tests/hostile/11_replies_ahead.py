"""Attack 11: answer every request that will ever come, before it comes."""

import os
import stat
import struct
import sys

import numpy as np

encode = sys.modules["autograder.sandbox.codec"].encode
messages = sys.modules["autograder.sandbox.messages"]


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


def reply(number, answer, status=messages.RETURNED, errors=0, printed=b"", mutated=b""):
    parts = (number, status, errors, printed, mutated, answer)
    return messages.pack_reply(messages.RawReply(*parts))


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    for number in range(400):
        answer = encode(np.ones(3))
        say(reply(number, answer))
    return x


def tanh(x):
    for number in range(400):
        for status in (77, messages.MISSING, messages.RETURNED, messages.RAISED):
            say(reply(number, b"N", status))
    return x
