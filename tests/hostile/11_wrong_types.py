"""Attack 11: messages of the right form whose parts are of the wrong kind."""

import os
import stat
import struct
import sys

import numpy as np

encode = sys.modules["autograder.sandbox.codec"].encode
messages = sys.modules["autograder.sandbox.messages"]
ODD = [np.zeros((2, 2)), {}, [], (), 10**1000, "x" * 100_000, b"\xff", None, np.float32("nan"), -1, True]
state = {"step": 0}


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


def odd():
    state["step"] += 1
    return ODD[state["step"] % len(ODD)]


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    error = dict.fromkeys(("type", "bases", "text", "path", "line", "source"), odd())
    say(reply(number(), encode(error), messages.RAISED))


def linear(x, slope=1.0):
    say(reply(number(), encode({"type": "ValueError"}), messages.RAISED, 255))


def sigmoid(x):
    say(reply(number(), encode(odd()), 77, 255, b"\xff" * 9, encode(odd())))


def tanh(x):
    say(reply(number(), encode(x), mutated=encode(odd())))


def softmax(x, axis=-1):
    say(struct.pack("<IBBII", number(), 0, 0, 2**32 - 1, 2**32 - 1) + b"N")


def activation_grad(x, kind, negative_slope=0.01):
    surrogates = b"s" + struct.pack("<I", 3) + "\ud800".encode("utf-8", "surrogatepass")
    say(reply(number(), surrogates))


def log_softmax(x, axis=-1):
    name = "\x1b[2J<script>alert(1)</script>=1+1\u202e".encode()
    say(reply(number(), b"o" + struct.pack("<I", len(name)) + name))
