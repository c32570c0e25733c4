"""One submission in its worker: load it, put questions to it, replace the worker when it dies."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from autograder.errors import WorkerLost
from autograder.records import Submission, Verdict
from autograder.sandbox.channel import Patience, Worker
from autograder.sandbox.codec import DEFAULT_LIMITS, FrameError, Limits, Plain, decode, encode
from autograder.sandbox.endings import LimitReached, WorkerEnded
from autograder.sandbox.host import Zygote
from autograder.sandbox.messages import (
    FLOAT_ERRORS,
    LOAD,
    MISSING,
    RETURNED,
    RawCall,
    RawReply,
    pack_calls,
    unpack_reply,
)
from autograder.sandbox.rules import Violation
from autograder.suite.faults import (
    MOST_ARGUMENTS,
    argument_name,
    limit_words,
    raised_words,
    text_of,
)
from autograder.suite.student import Reply, Request, presentable

__all__ = ["RuleBook", "Session", "SessionLimits", "read_reply"]

_STRIKES: Final = 2
_MESSAGE_LIMIT: Final = 1000
_FAILURES: Final = 20
# Once the submission's time is nearly up, a call still gets this long to answer.
_SHORTEST_WAIT_SECONDS: Final = 0.1
# What reading a message of the wrong form can raise: the message is an attacker's.
_BROKEN: Final = (FrameError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What one submission may use.

    Attributes:
        call: For one call.
        load: For parsing and importing the submission.
        wall_seconds: For everything together.
        printed_characters: What is kept of the output.
        reply: What one answer may hold.
    """

    call: Patience
    load: Patience
    wall_seconds: float
    printed_characters: int
    reply: Limits = DEFAULT_LIMITS


@dataclass(frozen=True)
class RuleBook:
    """The exercise rules of an assignment, as the worker's scan takes them.

    Attributes:
        allowed_imports: Top-level modules that may be imported.
        forbidden_names: Dotted names that no question may use.
        questions: Question id to its functions, its forbidden names, and whether loops are.
    """

    allowed_imports: tuple[str, ...]
    forbidden_names: tuple[str, ...]
    questions: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]]

    @cached_property
    def encoded(self) -> bytes:
        """The rules as they travel: the same for every submission."""
        return encode(
            {
                "allowed_imports": self.allowed_imports,
                "forbidden_names": self.forbidden_names,
                "questions": self.questions,
            }
        )


class Session:
    """A submission's worker, from the first load to the last answer.

    Args:
        zygote: Forks the workers.
        submission: What to load.
        module: The name under which it is imported: the assignment's id.
        rules: For the scan.
        limits: What it may use.

    Attributes:
        violations: Rules that the code breaks.
        failures: One sentence for each part that could not be loaded.
        printed: What the code printed while loading and in public checks.
    """

    def __init__(
        self,
        zygote: Zygote,
        submission: Submission,
        module: str,
        rules: RuleBook,
        limits: SessionLimits,
    ) -> None:
        self._zygote = zygote
        self._submission = submission
        self._limits = limits
        self._request = LOAD + encode(
            {
                "module": module,
                "units": [(unit.path, unit.text) for unit in submission.units],
                "helpers": [(unit.path, unit.text) for unit in submission.helpers],
                "is_notebook": submission.is_notebook,
                "printed_characters": limits.printed_characters,
                "rules": rules.encoded,
            }
        )
        self._deadline = time.monotonic() + limits.wall_seconds
        self._loads = 0
        self._strikes: Counter[str] = Counter()
        self._one_by_one = False
        self._worker: Worker | None = None
        self._printed: list[str] = []
        self._printed_left = limits.printed_characters
        self.violations: tuple[Violation, ...] = ()
        self.failures: tuple[str, ...] = ()
        self._no_module: Reply | None = None

    def __enter__(self) -> Self:
        """Load the submission."""
        try:
            self._no_module = self._load()
        except BaseException:
            self._drop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running."""
        self._drop()

    @property
    def printed(self) -> str:
        """Return what may be shown of the output."""
        return presentable("".join(self._printed), limit=2**20, redact=False)

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _load(self) -> Reply | None:
        """Start a worker and load the submission into it; return why it cannot be used, if so."""
        self._worker = worker = self._zygote.spawn()
        try:
            worker.send(self._request, self._limits.load)
            rows, unparsed = _fields(worker.receive(self._limits.load))
            self.violations = tuple(Violation(*row) for row in rows)
            failures, printed = _fields(worker.receive(self._limits.load))
            self.failures = tuple(
                "could not be loaded: " + raised_words(failure, self._submission, redact=False)
                for failure in (failures or unparsed)[:_FAILURES]
            )
        except LimitReached as reached:
            message = f"the code did not finish loading: {limit_words(reached)}"
            return self._unusable(Verdict.LIMIT_EXCEEDED, message)
        except WorkerEnded as ended:
            _raise_if_lost(ended)
            message = f"while the code was loaded, {ended.describe()}"
            return self._unusable(Verdict.STUDENT_ERROR, message)
        except _BROKEN as error:
            message = f"while the code was loaded, the process wrote what is no answer ({error})"
            return self._unusable(Verdict.STUDENT_ERROR, message)
        self._loads += 1
        if self._loads == 1:  # another load prints the same, or what an earlier call left behind
            self._note_printed(printed)
        if self.failures and not self._submission.is_notebook:
            return self._unusable(Verdict.STUDENT_ERROR, self.failures[0])
        return None

    def _unusable(self, verdict: Verdict, message: str) -> Reply:
        self._drop()
        message = presentable(message, limit=_MESSAGE_LIMIT, redact=False)
        self.failures = (message,)
        return Reply(verdict, message=message)

    def _note_printed(self, text: Plain) -> None:
        if type(text) is str and self._printed_left > 0:
            part = text[: self._printed_left]
            self._printed.append(part)
            self._printed_left -= len(part)

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        """Put requests to the submission, in order, and return a reply for each.

        A call that hangs or crashes gets its own verdict; the worker is replaced and the rest
        goes on. A function that did so twice is not called again.

        Raises:
            WorkerLost: Something from outside killed the worker.
            ZygoteLost: The zygote is gone.
        """
        if self._no_module is not None:
            return [self._no_module] * len(requests)
        replies: list[Reply | None] = [None] * len(requests)
        together = [index for index, request in enumerate(requests) if not request.measured]
        alone = [[index] for index, request in enumerate(requests) if request.measured]
        for queue in (together, *alone):
            left = queue
            while left:
                left = self._answer_some(left, requests, replies)
        return [reply for reply in replies if reply is not None]

    def _answer_some(
        self, queue: list[int], requests: Sequence[Request], replies: list[Reply | None]
    ) -> list[int]:
        """Answer requests until the worker dies; return those that are left."""
        for index in queue:
            replies[index] = self._refuse(requests[index])
        ready = [index for index in queue if replies[index] is None]
        if ready and self._worker is None:
            self._no_module = self._load()
        if self._worker is None:
            for index in ready:
                replies[index] = self._no_module
            return []
        failed = self._put(self._worker, ready, requests, replies)
        if failed is None:
            return []
        self._drop()
        left = [index for index in ready if replies[index] is None]
        if not self._one_by_one and len(ready) > 1:
            # Replies may have been lost with the worker: find out which call it was.
            self._one_by_one = True
            return left
        self._strikes[requests[left[0]].name] += 1
        replies[left[0]] = failed
        return left[1:]

    def _put(
        self,
        worker: Worker,
        ready: list[int],
        requests: Sequence[Request],
        replies: list[Reply | None],
    ) -> Reply | None:
        """Send requests and read replies; return what to say of the first without one."""
        chosen = [(index, requests[index]) for index in ready]
        calls = [RawCall(index, one.name, one.blob, one.iterated) for index, one in chosen]
        begin_cpu = worker.cpu_seconds()
        try:
            worker.send(pack_calls(calls, one_by_one=self._one_by_one), self._limits.call)
            for index in ready:
                reply = self._read(worker.receive(self._patience()), index, requests[index])
                if requests[index].measured:
                    reply = reply._replace(cpu_seconds=worker.cpu_seconds() - begin_cpu)
                replies[index] = reply
        except LimitReached as reached:
            late = time.monotonic() > self._deadline
            message = self._late_words() if late else limit_words(reached)
            return Reply(Verdict.LIMIT_EXCEEDED, message=message)
        except WorkerEnded as ended:
            _raise_if_lost(ended)
            return Reply(Verdict.STUDENT_ERROR, message=f"during the call, {ended.describe()}")
        except _BROKEN as error:
            message = f"the process wrote what is no answer ({error})"
            return Reply(Verdict.STUDENT_ERROR, message=message)
        return None

    def _late_words(self) -> str:
        return f"the {self._limits.wall_seconds:g} s for the whole submission are used up"

    def _patience(self) -> Patience:
        """Return what the next call may take: less than usual if the submission's time runs out."""
        left = self._deadline - time.monotonic()
        usual = self._limits.call
        if left >= usual.wall_seconds:
            return usual
        return Patience(usual.cpu_seconds, max(left, _SHORTEST_WAIT_SECONDS))

    def _refuse(self, request: Request) -> Reply | None:
        if time.monotonic() > self._deadline:
            return Reply(Verdict.LIMIT_EXCEEDED, message=self._late_words())
        if self._strikes[request.name] >= _STRIKES:
            message = f"not called again: {request.name} hung or crashed {_STRIKES} times before"
            return Reply(Verdict.LIMIT_EXCEEDED, message=message)
        return None

    def _read(self, body: bytes, index: int, request: Request) -> Reply:
        reply = unpack_reply(body)
        if reply.number != index:
            raise FrameError(f"an answer to another request where {index} was asked")
        if request.public and reply.printed:
            self._note_printed(reply.printed.decode("utf-8", "replace"))
        if reply.status == MISSING:
            return self._missing(request.name)
        return read_reply(reply, request, self._submission, self._limits.reply)

    def _missing(self, name: str) -> Reply:
        message = f"there is no {name} in what was handed in"
        if self.failures:
            return Reply(Verdict.STUDENT_ERROR, message=f"{message}; {self.failures[0]}")
        return Reply(Verdict.NOT_ATTEMPTED, message=message)


def read_reply(
    reply: RawReply,
    request: Request,
    submission: Submission,
    limits: Limits = DEFAULT_LIMITS,
) -> Reply:
    """Read what a submission answered to a request for something that it has.

    Args:
        reply: RETURNED or RAISED; its contents may be anything.
        request: What was asked.
        submission: Whose code answered: its lines are shown.
        limits: What the answer may hold.

    Raises:
        FrameError: An answer of another form; other errors of reading stand for the same.
    """
    if reply.status == RETURNED:
        value = decode(reply.answer, limits)
        if request.blob is None and _is_empty(value):
            message = f"not attempted yet: {request.name} is empty"
            return Reply(Verdict.NOT_ATTEMPTED, message=message)
        return Reply(
            Verdict.PASSED,
            value,
            mutated=_argument_names(reply.mutated) if reply.mutated else (),
            float_errors=_float_errors(reply.float_errors) if reply.float_errors else (),
        )
    error = decode(reply.answer)
    if error["type"] == "NotImplementedError":
        return Reply(Verdict.NOT_ATTEMPTED, message="not attempted yet")
    text = raised_words(error, submission, redact=not request.public)
    bases = tuple(text_of(name) for name in error["bases"][:20])
    return Reply(Verdict.STUDENT_ERROR, message=text, bases=bases)


def _fields(body: bytes) -> tuple[Plain, Plain]:
    message = decode(body)
    if type(message) is not tuple or len(message) != 2:
        raise FrameError("a message of another form")
    return message


def _is_empty(value: Plain) -> bool:
    """Tell whether a module's value is as a stub leaves it."""
    return value is None or (type(value) in (dict, list, tuple, str) and not value)


def _argument_names(mutated: bytes) -> tuple[int | str, ...]:
    return tuple(argument_name(name) for name in decode(mutated)[:MOST_ARGUMENTS])


def _float_errors(bits: int) -> tuple[str, ...]:
    return tuple(kind for place, kind in enumerate(FLOAT_ERRORS) if bits & (1 << place))


def _raise_if_lost(ended: WorkerEnded) -> None:
    if ended.killed_from_outside:
        raise WorkerLost("the worker was killed by something other than the student's code") from (
            ended
        )
