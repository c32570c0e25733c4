"""Attack 11: messages of the right form whose parts are of the wrong kind."""

import os
import stat
import struct
import sys

import numpy as np

encode = sys.modules["autograder.sandbox.codec"].encode
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


def number():
    frame = sys._getframe()
    while "number" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["number"]


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
    say(encode((number(), "raised", encode(error), (), (), "")))


def linear(x, slope=1.0):
    say(encode((number(), "raised", encode({"type": "ValueError"}), odd(), odd(), odd())))


def sigmoid(x):
    say(encode((number(), "returned", encode(odd()), odd(), odd(), odd())))


def tanh(x):
    say(encode((number(), odd(), odd(), odd(), odd(), odd())))


def softmax(x, axis=-1):
    say(encode((np.array(number()), "returned", np.zeros((4, 4), np.uint8), "s", "s", odd())))


def activation_grad(x, kind, negative_slope=0.01):
    surrogates = b"s" + struct.pack("<I", 3) + "\ud800".encode("utf-8", "surrogatepass")
    say(encode((number(), "returned", surrogates, (), (), "")))


def log_softmax(x, axis=-1):
    name = "\x1b[2J<script>alert(1)</script>=1+1\u202e".encode()
    say(encode((number(), "returned", b"o" + struct.pack("<I", len(name)) + name, (), (), "")))
