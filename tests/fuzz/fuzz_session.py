"""A session with a worker whose every message is forged: loading, replies, words for students."""

from __future__ import annotations

import os
from collections.abc import Iterator

import harness
import peers

with harness.instrumented():
    from autograder.records import SourceFile, Submission
    from autograder.sandbox.channel import Patience, Worker
    from autograder.sandbox.codec import HANDLE_LIMITS, encode, encode_reply
    from autograder.sandbox.messages import MISSING, RAISED, RETURNED, RawReply, pack_reply
    from autograder.suite.session import RuleBook, Session, SessionLimits
    from autograder.suite.student import Request, error_class

ZYGOTE = peers.Ended()
RULES = RuleBook(("numpy",), ("eval",), {"T1.1": (("double",), (), False)})
CODE = "def double(x):\n    return 2 * x\n"
SUBMISSION = Submission("one", "00", (SourceFile("toy.py", CODE),), ())
PATIENCE = Patience(cpu_seconds=60, wall_seconds=60)
LIMITS = SessionLimits(PATIENCE, PATIENCE, 60, 200, HANDLE_LIMITS)
ARGUMENTS = encode(((3,), {}))
REQUESTS = (
    Request("double", ARGUMENTS),
    Request("double", ARGUMENTS, public=True),
    Request("mean", ARGUMENTS, measured=True),
    Request("NAMES", None),
)
WORKERS = 4
MOST_SAID = 16  # frames of one worker
LONGEST_WORDS = 2000


class Peer(Worker):
    """A worker that said hello before, and that nobody has to kill."""

    def _greet(self) -> int:
        return ZYGOTE.pid

    def kill(self) -> None:
        """Close the channel; the process ended long ago."""
        os.close(self._pidfd)
        self._channel.close()
        self.peer.close()


class Forger(peers.Ended):
    """A zygote whose workers say what an input holds, one part each."""

    def __init__(self, parts: list[list[bytes]]) -> None:
        self.pid, self.status, self._parts = ZYGOTE.pid, 3 << 8, parts

    def spawn(self) -> Worker:
        """Give the next worker; the last ones say nothing."""
        return peers.connected(Peer, self, self._parts.pop(0) if self._parts else [])


def piece(body: bytes) -> bytes:
    """Write a frame's body as a piece of an input."""
    return len(body).to_bytes(2, "little") + body


def reply(number: int, status: int, answer: object, mutated: object = ()) -> bytes:
    """Write a reply as an honest worker does."""
    changed = encode_reply(mutated) if mutated else b""
    answer = encode_reply(answer, HANDLE_LIMITS)
    return piece(pack_reply(RawReply(number, status, number, b"said\n", changed, answer)))


def raised(kind: str) -> dict[str, object]:
    """Describe an exception as an honest worker does."""
    return {"type": kind, "text": "3.25 is odd", "path": "toy.py", "line": 2, "bases": [kind]}


def seeds() -> Iterator[bytes]:
    """Yield what workers say that are honest, up to the end or to a crash."""
    row = ("T1.1", "name", "eval", "toy.py", 1)
    rules = piece(encode_reply(([row], [raised("SyntaxError")])))
    loaded = piece(encode_reply(([], [])))
    load = loaded + piece(encode_reply(([], "printed")))
    answers = [
        reply(0, RETURNED, 6, mutated=[0, "x"]),
        reply(1, RAISED, raised("ValueError")),
        reply(3, RETURNED, ["a", "b"]),
        reply(2, MISSING, None),  # what is measured is asked by itself, after all others
    ]
    yield bytes([MOST_SAID]) + load + b"".join(answers)
    yield b"\2" + (load + answers[0]) + (load + answers[1]) + load
    yield bytes([MOST_SAID]) + rules + piece(encode_reply(([raised("SyntaxError")], "printed")))
    yield (
        bytes([MOST_SAID])
        + load
        + reply(0, RAISED, raised("NotImplementedError"))
        + reply(7, 0, None)
    )


def check(data: bytes) -> None:
    """Hold that every request is answered, in words that can be shown."""
    said = [len(body).to_bytes(8, "little") + body for body in peers.packets(data[1:])]
    share = 1 + (data[0] if data else 0) % (MOST_SAID + 1)
    parts = [said[at : at + share] for at in range(0, WORKERS * share, share)]
    with Session(Forger(parts), SUBMISSION, "toy", RULES, LIMITS) as session:  # type: ignore[arg-type]
        replies = session.answer(REQUESTS)
        shown = [session.printed, *session.failures]
    assert len(replies) == len(REQUESTS), "a request has no reply"
    for one in replies:
        error_class(one.bases)
        shown += [one.message, *filter(lambda name: type(name) is str, one.mutated)]
    for text in shown:
        text.encode()
        assert len(text) <= LONGEST_WORDS, "a text is longer than all may be"
        assert "\x1b" not in text, "a text can act on a terminal"


if __name__ == "__main__":
    keys = ["type", "text", "path", "line", "bases", "toy.py", "NotImplementedError", "ValueError"]
    harness.main(check, seeds(), words=[*keys, *(encode(key) for key in keys), b"\1\0\0\0"])
