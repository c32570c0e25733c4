"""Plain data to bytes and back, for the frames between the trusted side and a worker.

What crosses: `None`, `bool`, `int`, `float`, `complex`, `str`, `bytes`, `list`, `tuple`, `dict`
with string or integer keys, NumPy scalars and NumPy arrays of an allow-listed dtype. Types are
compared exactly: a subclass does not cross. On the way out of a worker anything else becomes an
`Opaque` that carries its type's name, so that a check can say what came instead. On the way in,
and only there, an `np.random.Generator` crosses too, as the numbers of its state, and a function
of the fixed table in `functions`, as its name. What stays in the worker, such as a Keras model, is
named by a `Handle`, in both directions where the limits allow it.

A frame is an attacker's: `decode` checks every length against the bytes that are really there
before it allocates, and a reply knows no way to name a class, a function or a file. Pickle is never
used.
"""

from __future__ import annotations

from autograder.sandbox.decoding import decode
from autograder.sandbox.encoding import encode, encode_reply
from autograder.sandbox.wire import (
    DEFAULT_LIMITS,
    HANDLE_LIMITS,
    REQUEST_LIMITS,
    FrameError,
    Handle,
    Limits,
    Opaque,
    Plain,
)

__all__ = [
    "DEFAULT_LIMITS",
    "HANDLE_LIMITS",
    "REQUEST_LIMITS",
    "FrameError",
    "Handle",
    "Limits",
    "Opaque",
    "Plain",
    "decode",
    "encode",
    "encode_reply",
]
