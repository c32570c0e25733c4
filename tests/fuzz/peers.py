"""A worker's end of the channel in a fuzzer's hands; the process behind it ended long ago."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.sandbox.channel import Worker
    from autograder.sandbox.host import Zygote

__all__ = ["Ended", "connected", "packets"]

MOST_PACKETS = 32  # with what the kernel needs for each, they fit into a channel's buffer
PACKET_BYTES = 1 << 12


class Ended:
    """Stands in for a zygote: its one worker is dead, with a status of our choice."""

    cpu_limit_seconds = 60
    shared_limit_bytes = None

    def __init__(self) -> None:
        self._process = subprocess.Popen(["/bin/true"])
        # Left to be collected: as long as it is not, its number stays taken.
        os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        self.pid = self._process.pid
        self.status = 0

    def last_status(self) -> int:
        """Return how the worker ended."""
        return self.status


def packets(data: bytes) -> list[bytes]:
    """Cut bytes into what comes at once: two bytes of length before each piece."""
    found = []
    while len(data) > 2 and len(found) < MOST_PACKETS:
        size = int.from_bytes(data[:2], "little") % PACKET_BYTES
        found.append(data[2 : 2 + size])
        data = data[2 + size :]
    return [packet for packet in found if packet]


def connected(worker: type[Worker], zygote: Zygote | Ended, written: Sequence[bytes]) -> Worker:
    """Make a worker whose peer has written packets, and will write no more.

    Each packet is received by itself, however many wait: that is how a peer splits its writes.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for packet in written:
        theirs.send(packet)
    theirs.shutdown(socket.SHUT_WR)
    one: Worker = worker(zygote, ours)  # type: ignore[arg-type]
    one.peer = theirs  # type: ignore[attr-defined]  # takes what is sent until the worker is gone
    return one
