"""The reader of frames: heads, lengths and writes as a hostile peer splits them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import harness
import peers

with harness.instrumented():
    from autograder.sandbox.channel import Patience, Worker
    from autograder.sandbox.codec import FrameError
    from autograder.sandbox.endings import LimitReached, WorkerEnded
    from autograder.sandbox.messages import RawReply, pack_reply, unpack_reply

PATIENCE = Patience(cpu_seconds=60, wall_seconds=60)
ZYGOTE = peers.Ended()
SIZE_LIMIT = 1000
FRAMES = (
    b"",
    b"x",
    pack_reply(RawReply(3, 0, 5, b"printed", b"mutated", b"answer")),
    b"z" * SIZE_LIMIT,
    b"z" * (SIZE_LIMIT + 1),
)


class Peer(Worker):
    """A worker that said hello before, and that nobody has to kill."""

    def _greet(self) -> int:
        return ZYGOTE.pid

    def kill(self) -> None:
        """Close the channel; the process ended long ago."""
        os.close(self._pidfd)
        self._channel.close()
        self.peer.close()


def framed(body: bytes) -> bytes:
    """Put the length before a body."""
    return len(body).to_bytes(8, "little") + body


def split(data: bytes, size: int) -> bytes:
    """Write bytes as packets of a size."""
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(len(piece).to_bytes(2, "little") + piece for piece in pieces)


def seeds() -> Iterator[bytes]:
    """Yield frames in one piece, cut in two, and byte by byte."""
    stream = b"".join(map(framed, FRAMES))
    yield from (split(framed(frame), 2000) for frame in FRAMES)
    yield from (split(stream, size) for size in (1, 9, 500))
    yield split(b"\xff" * 8 + b"x", 9)
    yield split((2**63).to_bytes(8, "little"), 4)


def check(data: bytes) -> None:
    """Hold that what is read is what was written, and that a reading ends in a known way."""
    written = peers.packets(data)
    ZYGOTE.status = len(data) << 8
    worker = peers.connected(Peer, ZYGOTE, written)
    read = b""
    try:
        while True:
            body = worker.receive(PATIENCE, SIZE_LIMIT)
            read += framed(body)
            try:
                reply = unpack_reply(body)
            except FrameError:
                continue
            assert pack_reply(reply) == body, "a reply changed on the way"
    except (LimitReached, WorkerEnded):
        pass
    finally:
        worker.kill()
    assert b"".join(written).startswith(read), "what was read is not what was written"


if __name__ == "__main__":
    harness.main(check, seeds(), words=[framed(b"")[:8], b"\xff" * 8, b"\1\0x"])
