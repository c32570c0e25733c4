"""Attack 11: lengths, ids, shapes and nesting that would cost the reader dearly."""

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


def number():
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("call"), "number"):
        frame = frame.f_back
    return frame.f_locals["call"].number


def answer(body):
    say(reply(number(), body))


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    say(b"", 10**12)
    return x


def linear(x, slope=1.0):
    say(b"", 2**64 - 1)
    return x


def sigmoid(x):
    answer(struct.pack("<cBBq", b"a", 11, 1, 10**12))


def tanh(x):
    answer(b"l\x01\x00\x00\x00" * 200_000 + b"N")


def softmax(x, axis=-1):
    answer(struct.pack("<cBB16q", b"a", 11, 16, *[2**31 - 1] * 15, 0))


def activation_grad(x, kind, negative_slope=0.01):
    say(reply(number() + 1, encode(x)))


def log_softmax(x, axis=-1):
    answer(b"l" + struct.pack("<I", 2**32 - 1))
