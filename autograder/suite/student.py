"""The `student` of a test: a stand-in whose functions run in the sandbox."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np

from autograder.records import Verdict
from autograder.sandbox.codec import REQUEST_LIMITS, Handle, Plain, encode
from autograder.sandbox.functions import describe_function

__all__ = [
    "Call",
    "Model",
    "Reply",
    "Request",
    "Student",
    "StudentError",
    "describe_arguments",
    "presentable",
]

_SHORT: Final = 60
# So many times the limit of a text is looked at: a forged one can be megabytes long.
_LOOKED_AT: Final = 10
# Characters that act on a terminal, are not seen, turn the text around, or cannot be written.
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_FLOAT: Final = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?|\d{5,}")
# Two shapes of four axes stand beside each other in NumPy's own errors; an array has more numbers.
_ROW: Final = re.compile(r"[-+]?\d+(?:[\s,;|()\[\]{}]+[-+]?\d+){8,}")
_LONG_WORD: Final = re.compile(r"\S{41,}")


class Request(NamedTuple):
    """One call of a student's function, or a look at one of the module's values.

    Attributes:
        name: The function's or value's name.
        blob: The encoded arguments, `(tuple, dict)`; None to fetch the value itself.
        measured: Ask for the processor time, so run it by itself.
        public: The student knows the arguments, so what is printed may be shown.
        iterated: The reference is a generator function, so what the student's function gives,
            one by one, is wanted as a list.
    """

    name: str
    blob: bytes | None
    measured: bool = False
    public: bool = False
    iterated: bool = False


class Reply(NamedTuple):
    """What came back for a request.

    Attributes:
        verdict: PASSED when there is a value; otherwise why there is none.
        value: The answer.
        message: Why there is no value, for a student to read.
        bases: Names of the builtin exception classes of what was raised.
        mutated: Positions and names of the arguments that are no longer what was sent.
        float_errors: Kinds of floating-point error that NumPy reported meanwhile.
        cpu_seconds: Processor time of a measured request.
    """

    verdict: Verdict
    value: Plain = None
    message: str = ""
    bases: tuple[str, ...] = ()
    mutated: tuple[int | str, ...] = ()
    float_errors: tuple[str, ...] = ()
    cpu_seconds: float = 0.0


class Call(NamedTuple):
    """A call that a test made and what is known about it.

    Attributes:
        name: The function.
        arguments: The positional arguments.
        keywords: The keyword arguments.
        value: The answer.
        mutated: As `Reply.mutated`.
        float_errors: As `Reply.float_errors`.
        is_value: Whether a value of the module was fetched, and nothing called.
    """

    name: str
    arguments: tuple[Plain, ...]
    keywords: Mapping[str, Plain]
    value: Plain = None
    mutated: tuple[int | str, ...] = ()
    float_errors: tuple[str, ...] = ()
    is_value: bool = False


class StudentError(Exception):
    """There is no answer: the student's code raised, was not there, or used up its time.

    Attributes:
        verdict: What the check's verdict becomes if the test does not expect it.
        message: For the student.
    """

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message


def error_class(bases: tuple[str, ...]) -> type[StudentError]:
    """Return the class for an exception that the student raised.

    Args:
        bases: Names of builtin exception classes, most special first; the first that a test can
            expect becomes a base too, so that `pytest.raises(ValueError)` sees it.
    """
    return next((_EXPECTABLE[name] for name in bases if name in _EXPECTABLE), StudentError)


_EXPECTABLE: Final[Mapping[str, type[StudentError]]] = {
    kind.__name__: type(f"Student{kind.__name__}", (StudentError, kind), {})
    for kind in (ValueError, TypeError, IndexError, KeyError, ZeroDivisionError)
}


class Student:
    """Stands for the student's module in one test.

    Reading a name gives a function that runs in the sandbox, or a plain value where the reference
    has a plain value. A generator function's answer is a list. A random generator among the
    arguments crosses as a copy: the test's own does not move.

    Args:
        ask: Sends a request and returns its reply.
        reference: The reference module: it tells functions from values.
        public: Whether the student has this test too.

    Attributes:
        calls: What was called so far, in order.
    """

    def __init__(
        self, ask: Callable[[Request], Reply], reference: ModuleType, *, public: bool = False
    ) -> None:
        self._ask = ask
        self._reference = reference
        self._public = public
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Any:
        """Return a callable for a function of the reference, or the student's own value."""
        try:
            target = getattr(self._reference, name)
        except AttributeError:
            raise AttributeError(f"the reference has no {name!r}") from None
        if callable(target):
            return _Function(self, name)
        return self.ask(name, None, None).value

    def ask(
        self,
        name: str,
        arguments: tuple[Plain, ...] | None,
        keywords: Mapping[str, Plain] | None,
        *,
        measured: bool = False,
    ) -> Reply:
        """Send one request and note it.

        Raises:
            StudentError: There is no answer; also an instance of the builtin exception raised.
        """
        positional, named = arguments or (), keywords or {}
        sent: Plain = (positional, named)
        if not _CONVERTED.isdisjoint(map(type, (*positional, *named.values()))):
            sent = _each(_handed, positional, named)
            positional, named = _each(_as_sent, positional, named)
        blob = None if arguments is None else encode(sent, REQUEST_LIMITS)
        noted = Call(name, positional, named, is_value=arguments is None)
        self.calls.append(noted)
        called = None if arguments is None else getattr(self._reference, name, None)
        iterated = _is_generator_function(called)
        reply = self._ask(Request(name, blob, measured, self._public, iterated))
        if reply.verdict is not Verdict.PASSED:
            raise error_class(reply.bases)(reply.verdict, reply.message)
        if type(reply.value) is Handle:
            reply = reply._replace(value=Model(self, reply.value))
        self.calls[-1] = noted._replace(
            value=reply.value, mutated=reply.mutated, float_errors=reply.float_errors
        )
        return reply


def _each(
    convert: Callable[[Plain], Plain], arguments: tuple[Plain, ...], keywords: Mapping[str, Plain]
) -> tuple[tuple[Plain, ...], dict[str, Plain]]:
    return tuple(map(convert, arguments)), {key: convert(v) for key, v in keywords.items()}


def _as_sent(value: Plain) -> Plain:
    """Keep a random generator as it was sent: the test goes on drawing from its own."""
    return copy.deepcopy(value) if type(value) is np.random.Generator else value


def _handed(value: Plain) -> Plain:
    """Hand in a model as what the sandbox calls it."""
    return value.handle if type(value) is Model else value


@dataclass(frozen=True, slots=True)
class Model:
    """Stands for a Keras model that a student's function returned; it stays in the sandbox.

    Attributes:
        student: Whose.
        handle: What the sandbox calls it.
    """

    student: Student
    handle: Handle


# What does not travel, or is not noted, as it is.
_CONVERTED: Final = frozenset({Model, np.random.Generator})
_is_generator_function = lru_cache(maxsize=None)(inspect.isgeneratorfunction)


@dataclass(frozen=True, slots=True)
class _Function:
    student: Student
    name: str

    def __call__(self, *arguments: Plain, **keywords: Plain) -> Plain:
        return self.student.ask(self.name, arguments, keywords).value


def describe_arguments(call: Call, *, public: bool) -> str:
    """Write a call as `name(...)` with what the reader may know of the arguments.

    A value that was fetched is its name.

    Arrays are told by dtype and shape. Numbers and text are told where they are keyword arguments;
    everything else stays a type unless the check is public.
    """
    if call.is_value:
        return call.name
    parts = [_describe(argument, in_full=public) for argument in call.arguments]
    for key, value in call.keywords.items():
        parts.append(f"{key}={_describe(value, in_full=public or _is_setting(value))}")
    return f"{call.name}({', '.join(parts)})"


def _describe(value: Plain, *, in_full: bool) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, np.random.Generator):
        return "Generator"
    if (function := describe_function(value)) is not None:
        return function  # a choice like a keyword's; its repr would hold an address
    if isinstance(value, list | tuple) and any(isinstance(item, np.ndarray) for item in value):
        return f"[{', '.join(_describe(item, in_full=in_full) for item in value)}]"
    text = repr(value) if in_full else ""
    return text if in_full and len(text) <= _SHORT else type(value).__name__


def _is_setting(value: Plain) -> bool:
    """Tell whether a value is one that a caller chooses, such as a stride: no data."""
    if isinstance(value, tuple):
        return all(_is_setting(item) for item in value)
    return value is None or type(value) in (bool, int, float, str)


def presentable(text: str, *, limit: int, redact: bool) -> str:
    """Make a student's text fit to be shown, and unfit to carry a hidden check's inputs out.

    Args:
        text: Anything.
        limit: Most characters to keep.
        redact: Replace numbers with a fraction, long numbers, rows of numbers and long words.
    """
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text[: _LOOKED_AT * limit])
    if redact:
        text = _LONG_WORD.sub("…", _ROW.sub("…", _FLOAT.sub("#", text)))
    return text if len(text) <= limit else text[: limit - 1] + "…"
