"""The trusted side's end of a worker's channel, against a peer that does as it likes."""

import os
import signal
import socket
import struct
import time
from contextlib import contextmanager

import pytest

from autograder.sandbox.channel import Patience, Worker
from autograder.sandbox.endings import LimitReached, WorkerEnded, ZygoteLost

# A forked child runs only the few lines of its test, whatever threads this process has.
pytestmark = pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")

SHORT = Patience(cpu_seconds=5, wall_seconds=0.5)


class _Zygote:
    """Stands in for the zygote: the peer is this process' own child."""

    cpu_limit_seconds = 60
    shared_limit_bytes = None

    def __init__(self):
        self.status = 0

    def last_status(self):
        return self.status


class _Peer:
    """A forked process that says hello and, once it is told to, runs a function with its end."""

    def __init__(self, behave, hello=b"hello"):
        self.ours, theirs = socket.socketpair()
        self.ours.setsockopt(socket.SOL_SOCKET, 16, 1)  # SO_PASSCRED: the greeting tells the pid
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.ours.close()
                theirs.sendall(struct.pack("<Q", len(hello)) + hello)
                if theirs.recv(1):
                    behave(theirs)
            finally:
                os._exit(3)
        theirs.close()


@contextmanager
def worker(behave):
    """Yield a worker whose process does `behave(channel)` after it said hello."""
    peer, zygote = _Peer(behave), _Zygote()
    one = Worker(zygote, peer.ours)
    try:
        peer.ours.send(b"!")
        yield one
    finally:
        one.kill()
        os.waitpid(peer.pid, 0)


def frame(body, length=None):
    return struct.pack("<Q", len(body) if length is None else length) + body


def wait_for_ever(_):
    signal.pause()


def leave(_):
    os._exit(0)


def spin(_):
    while True:
        pass


def test_worker_greets_with_its_process_id():
    """The process id is the kernel's, whatever the peer says."""
    with worker(wait_for_ever) as one:
        assert one.pid > 0
        assert one.pid != os.getpid()
        assert one.cpu_seconds() >= 0


def test_worker_that_says_something_else_is_refused():
    """A worker that could not be confined says why instead of hello."""
    peer = _Peer(leave, hello=b"sealed: no seccomp")
    try:
        with pytest.raises(ZygoteLost, match="no seccomp"):
            Worker(_Zygote(), peer.ours)
    finally:
        os.waitpid(peer.pid, 0)


def test_receive_gives_frames_one_by_one():
    """Frames that come in one piece, or in many, are taken apart alike."""

    def behave(channel):
        data = frame(b"one") + frame(b"") + frame(b"x" * 100_000)
        channel.sendall(data)
        for byte in frame(b"slow"):
            channel.sendall(bytes([byte]))
            time.sleep(0.002)
        wait_for_ever(channel)

    with worker(behave) as one:
        patience = Patience(5, 20)
        assert one.receive(patience) == b"one"
        assert one.receive(patience) == b""
        assert one.receive(patience) == b"x" * 100_000
        assert one.receive(patience) == b"slow"


@pytest.mark.parametrize("size", [1, 64, 500])
def test_receive_of_a_drip_ends_at_one_deadline(size):
    """A byte now and then does not put off the deadline, nor do larger pieces."""

    def behave(channel):
        channel.sendall(struct.pack("<Q", 10**6))
        while True:
            channel.sendall(b"x" * size)
            time.sleep(0.01)

    with worker(behave) as one, pytest.raises(LimitReached) as caught:
        one.receive(SHORT)
    assert caught.value.what == "wall"


@pytest.mark.parametrize("length", [10**12, 2**64 - 1, 10 * 2**20])
def test_receive_of_an_oversized_header_stops_at_the_header(length):
    """What is announced beyond the limit is not waited for."""

    def behave(channel):
        channel.sendall(frame(b"", length))
        wait_for_ever(channel)

    with worker(behave) as one, pytest.raises(LimitReached) as caught:
        one.receive(Patience(5, 20))
    assert caught.value.what == "size"


def test_receive_of_many_large_frames_stops_at_the_sum():
    """Frames that each are within bounds are not, all together."""

    def behave(channel):
        while True:
            channel.sendall(frame(bytes(8 * 2**20)))

    with worker(behave) as one:
        sizes = []

        def receive_all():
            for _ in range(20):
                sizes.append(len(one.receive(Patience(60, 60))))  # noqa: PERF401 - raises midway

        with pytest.raises(LimitReached) as caught:
            receive_all()
    assert caught.value.what == "size"
    assert sum(sizes) <= 64 * 2**20


def test_receive_of_nothing_ends_by_the_wall_clock():
    """A peer that sleeps is waited for as long as the patience says."""
    with worker(wait_for_ever) as one, pytest.raises(LimitReached) as caught:
        one.receive(SHORT)
    assert caught.value.what == "wall"
    assert caught.value.allowed == SHORT.wall_seconds


def test_receive_from_a_busy_peer_ends_by_its_processor_time():
    """An endless loop is stopped by what it used, long before the wall clock."""
    with worker(spin) as one, pytest.raises(LimitReached) as caught:
        one.receive(Patience(cpu_seconds=0.3, wall_seconds=100))
    assert caught.value.what == "cpu"


@pytest.mark.parametrize("sent", [b"", b"\x01", frame(b"half", 8)])
def test_receive_after_the_end_tells_the_exit_status(sent):
    """A closed channel is the end, with or without half a frame before it."""

    def behave(channel):
        channel.sendall(sent)
        os._exit(0)

    with worker(behave) as one, pytest.raises(WorkerEnded) as caught:
        one.receive(Patience(5, 20))
    assert not caught.value.killed_from_outside
    assert "exit status 0" in caught.value.describe()


def test_receive_from_a_peer_that_cut_itself_off_does_not_wait_for_its_end():
    """A peer can close its channel and live on; its exit status would never come."""

    def behave(channel):
        channel.close()
        signal.pause()

    with worker(behave) as one, pytest.raises(WorkerEnded) as caught:
        one.receive(Patience(5, 20))
    assert caught.value.status is None
    assert not caught.value.killed_from_outside
    assert "cut the process off" in caught.value.describe()


@pytest.mark.parametrize(
    ("status", "outside", "words"),
    [
        (signal.SIGKILL, True, "SIGKILL"),
        (signal.SIGTERM, True, "SIGTERM"),
        (signal.SIGSEGV, False, "crashed (SIGSEGV)"),
        (1 << 8, False, "exit status 1"),
        (None, False, "cut the process off"),
    ],
)
def test_worker_ended_tells_whose_fault_it_was(status, outside, words):
    """Only a kill that no student code can give itself is somebody else's."""
    ended = WorkerEnded(status)
    assert ended.killed_from_outside is outside
    assert words in ended.describe()


def test_receive_from_a_peer_killed_by_its_processor_limit_says_so():
    """The kernel's last resort kills as an outsider would, but it is the code's own doing."""

    def behave(channel):
        begin = time.process_time()
        while time.process_time() - begin < 0.2:
            pass
        os.kill(os.getpid(), signal.SIGKILL)

    peer, zygote = _Peer(behave), _Zygote()
    zygote.cpu_limit_seconds = 1.1
    one = Worker(zygote, peer.ours)
    try:
        peer.ours.send(b"!")
        with pytest.raises(LimitReached) as caught:
            one.receive(Patience(5, 20))
    finally:
        one.kill()
        os.waitpid(peer.pid, 0)
    assert caught.value.what == "cpu"


def test_send_to_a_peer_that_does_not_read_ends_in_time():
    """A full channel is no reason to wait for ever."""
    with worker(wait_for_ever) as one, pytest.raises(LimitReached) as caught:
        one.send(bytes(10**7), SHORT)
    assert caught.value.what == "wall"


def test_send_to_a_busy_peer_that_does_not_read_ends_by_its_processor_time():
    """While the channel is full the peer's own time runs."""
    with worker(spin) as one, pytest.raises(LimitReached) as caught:
        one.send(bytes(10**7), Patience(cpu_seconds=0.3, wall_seconds=100))
    assert caught.value.what == "cpu"


def test_send_to_a_peer_that_ended_tells_so():
    """Nobody is there to read."""
    with worker(leave) as one, pytest.raises(WorkerEnded):
        one.send(bytes(10**7), Patience(5, 20))


def test_send_of_a_large_frame_arrives_whole():
    """What does not fit at once is sent piece by piece."""

    def behave(channel):
        left = 8 + 10**7
        while left:
            left -= len(channel.recv(2**20))
        channel.sendall(frame(b"got it"))
        wait_for_ever(channel)

    with worker(behave) as one:
        one.send(bytes(10**7), Patience(20, 60))
        assert one.receive(Patience(20, 60)) == b"got it"


def test_kill_ends_the_process_and_may_be_repeated():
    """Killing twice, or after the end, does no harm."""
    peer = _Peer(wait_for_ever)
    one = Worker(_Zygote(), peer.ours)
    one.kill()
    one.kill()
    _, status = os.waitpid(peer.pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
