"""The decoder of what a worker sends, under each of the limits in use."""

from __future__ import annotations

from collections.abc import Iterator

import harness
import numpy as np

with harness.instrumented():
    from autograder.sandbox.codec import (
        DEFAULT_LIMITS,
        HANDLE_LIMITS,
        REQUEST_LIMITS,
        FrameError,
        Handle,
        decode,
        encode,
        encode_reply,
    )

LIMITS = (DEFAULT_LIMITS, HANDLE_LIMITS, REQUEST_LIMITS)
VALUES = (
    None,
    [True, False, 0, -1, 2**63, -(2**4000), 1.5, float("nan"), 1j],
    ("text", "ü\U0001f600", b"bytes", Ellipsis),
    {"key": 1, 7: {"inner": [()]}},
    [np.zeros((2, 0, 3)), np.arange(6, dtype=np.int16).reshape(2, 3), np.array(True)],
    [np.ones((1, 2, 3, 4), dtype=dtype) for dtype in ("?", "u1", "f2", "f4", "c8", "c16")],
    [np.float32(2), np.bool_(1), np.int8(-3), np.complex64(1j)],
)


def seeds() -> Iterator[bytes]:
    """Yield values of every kind that crosses, after the number of the limits."""
    for value in VALUES:
        for number in range(len(LIMITS)):
            yield bytes([number]) + encode_reply(value)
    yield b"\1" + encode(Handle(2**40), HANDLE_LIMITS)
    rng = np.random.default_rng(3)
    yield b"\2" + encode((rng, np.prod, Handle(1)), REQUEST_LIMITS)


def check(data: bytes) -> None:
    """Hold that bytes are a value, which is written and read without a change, or no frame."""
    limits = LIMITS[data[0] % len(LIMITS)] if data else DEFAULT_LIMITS
    try:
        value = decode(data[1:], limits)
    except FrameError:
        return
    # What stands for an object that stayed behind is no plain value, so only a reply may hold it.
    write = encode if limits is REQUEST_LIMITS else encode_reply
    try:
        written = write(value, limits)
    except FrameError:
        assert b"o" in data, "a value that was read cannot be written"
        return
    assert write(decode(written, limits), limits) == written, "a value changed on the way"


if __name__ == "__main__":
    harness.main(check, seeds(), words=[bytes([tag]) for tag in b"NTFiIfcsbltdagrupho"])
