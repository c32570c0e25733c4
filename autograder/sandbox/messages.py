"""The two messages that are sent often, packed flat: calls to a worker, and its replies."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from autograder.sandbox.codec import FrameError

__all__ = [
    "CALLS",
    "CALLS_ONE_BY_ONE",
    "FLOAT_ERRORS",
    "LOAD",
    "MISSING",
    "RAISED",
    "RETURNED",
    "RawCall",
    "RawReply",
    "pack_calls",
    "pack_reply",
    "unpack_calls",
    "unpack_reply",
]

# The first byte of a frame to a worker.
LOAD: Final = b"L"
CALLS: Final = b"C"
CALLS_ONE_BY_ONE: Final = b"1"

RETURNED: Final = 0
RAISED: Final = 1
MISSING: Final = 2

# NumPy's words for the errors of floating-point arithmetic; a reply holds them as bits.
FLOAT_ERRORS: Final = ("divide by zero", "overflow", "underflow", "invalid value")

# Number, whether it is iterated, bytes of the name, bytes of the arguments or -1.
_CALL: Final = struct.Struct("<I?Hi")
_REPLY: Final = struct.Struct("<IBBII")  # number, status, float errors, bytes printed and mutated


class RawCall(NamedTuple):
    """A call to be made.

    Attributes:
        number: Comes back with the reply.
        name: The function's or value's name.
        arguments: Encoded `(tuple, dict)`; None to fetch the value itself.
        iterated: Read an iterator out and answer with the list of what it gave.
    """

    number: int
    name: str
    arguments: bytes | None
    iterated: bool = False


class RawReply(NamedTuple):
    """A reply as it came, its lengths checked and nothing else.

    Attributes:
        number: That of the call.
        status: RETURNED, RAISED or MISSING, if the worker is honest.
        float_errors: Bits in the order of FLOAT_ERRORS.
        printed: What the code printed since the last reply.
        mutated: Encoded names of the arguments that changed; empty for none.
        answer: The encoded answer, or the encoded description of an exception.
    """

    number: int
    status: int
    float_errors: int
    printed: bytes
    mutated: bytes
    answer: bytes


def pack_calls(calls: Iterable[RawCall], *, one_by_one: bool) -> bytes:
    """Write calls as one frame's body.

    Args:
        calls: To be made in this order.
        one_by_one: Have each reply sent as soon as it is there.
    """
    parts = [CALLS_ONE_BY_ONE if one_by_one else CALLS]
    for number, name, arguments, iterated in calls:
        text = name.encode()
        size = -1 if arguments is None else len(arguments)
        parts += (_CALL.pack(number, iterated, len(text), size), text, arguments or b"")
    return b"".join(parts)


def unpack_calls(body: bytes) -> Iterator[RawCall]:
    """Read what `pack_calls` wrote; the sender is trusted."""
    offset = len(CALLS)
    while offset < len(body):
        number, iterated, name_size, size = _CALL.unpack_from(body, offset)
        offset += _CALL.size
        name = body[offset : offset + name_size].decode()
        offset += name_size
        arguments = None if size < 0 else body[offset : offset + size]
        offset += max(size, 0)
        yield RawCall(number, name, arguments, iterated)


def pack_reply(reply: RawReply) -> bytes:
    """Write a reply as a frame's body."""
    head = _REPLY.pack(
        reply.number, reply.status, reply.float_errors, len(reply.printed), len(reply.mutated)
    )
    return b"".join((head, reply.printed, reply.mutated, reply.answer))


def unpack_reply(body: bytes) -> RawReply:
    """Read a reply that may hold anything.

    Raises:
        FrameError: It is shorter than its lengths say.
    """
    if len(body) < _REPLY.size:
        raise FrameError(f"a reply of {len(body)} bytes")
    number, status, float_errors, printed, mutated = _REPLY.unpack_from(body)
    middle = _REPLY.size + printed
    end = middle + mutated
    if end > len(body):
        raise FrameError("a reply that is shorter than its lengths say")
    return RawReply(
        number, status, float_errors, body[_REPLY.size : middle], body[middle:end], body[end:]
    )
