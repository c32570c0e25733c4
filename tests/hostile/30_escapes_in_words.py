"""Attack 30: what acts on a terminal or hides text, in all that a student can have shown."""

import sys

import numpy as np

PIECES = (
    "\x1b[2J\x1b[H\x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07\x1b]2;owned\x1b\\",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x1b]8;;http://x.example\x1b\\100 points\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\\x1b_Gi=1;AAAA\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\",
    "\x9b31mred\x9d0;owned\x9c\x90x\x9c\x9fx\x9c",
    "hidden\r\x1b[Kseen\x08\x08\x08\x08gone\x07",
    "\u202ereversed\u202c \u2066isolated\u2069 \u200f\u061c\u200b\ufeff\u2060",
    "\x1b[?1049h\x1b[6n\x1bc\x0e\x0f\x1b#8\x1b(0",
    "\U000e0041\U000e0042\u2028\u2029\x85\x0b\x0c\x00\x7f",
)
TEXT = "\n".join(PIECES)
print(TEXT)
sys.stderr.write(TEXT)
sys.__stdout__.write("\ud800 " + TEXT)


def sigmoid(x):
    raise RuntimeError(TEXT)


def tanh(x):
    return type("T\x1b[2J\u202e\x9b31m", (), {"__module__": "\x1b]0;x\x07"})()


def softmax(x, axis=-1):
    print(TEXT)
    raise type("E\x1b[2J\u202e", (Exception,), {})("".join(PIECES))


def activation_grad(x, kind, negative_slope=0.01):
    raise ValueError("\x1b" * 290 + "[2J")  # more escapes than words


def log_softmax(x, axis=-1):
    return {"\x1b[2J": TEXT}


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
