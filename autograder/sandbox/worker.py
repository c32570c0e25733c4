"""The worker: a confined process that imports one submission and calls its functions.

It speaks frames of `codec` over one descriptor: a `load` message, then any number of `calls`
messages; each call is answered by one frame. After a worker died the trusted side asks for the
rest one by one, and so finds out which call it was. Nothing here is a secret and nothing here
is believed: the answers are compared on the trusted side, by value.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import dataclasses
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import linecache
import os
import struct
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from autograder.sandbox.codec import (
    REQUEST_LIMITS,
    Limits,
    Plain,
    decode,
    encode,
    encode_reply,
)
from autograder.sandbox.messages import (
    CALLS_ONE_BY_ONE,
    FLOAT_ERRORS,
    LOAD,
    MISSING,
    RAISED,
    RETURNED,
    RawCall,
    RawReply,
    pack_reply,
    unpack_calls,
)
from autograder.sandbox.rules import QuestionRules, may_break, scan
from autograder.sandbox.runtime import Runtime

__all__ = ["answer_call", "serve", "warm_up"]

_HEAD: Final = struct.Struct("<Q")
_TEXT_LIMIT: Final = 500
_BUILTIN_ERRORS: Final = {
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
_PLAIN: Final = Runtime()
# Replies of quick calls wait for each other: waking the trusted side costs more than most calls.
_SEND_SECONDS: Final = 0.005
_SEND_BYTES: Final = 2**16
# After so many runs CPython 3.11 to 3.13 have specialised a function's instructions.
_WARM_UPS: Final = 20
# An endless iterator is read so far, and no more: what it gave is then too much to cross.
_MOST_ITERATED: Final = Limits().items + 1


class _Printed:
    """Stands in for standard output and error: keeps the first characters, drops the rest."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, limit: int) -> None:
        self._parts: list[str] = []
        self._left = limit

    def write(self, text: str) -> int:
        if self._left > 0 and text:
            part = str(text)[: self._left]
            self._parts.append(part)
            self._left -= len(part)
        return len(text)

    def writelines(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Do nothing: what is printed travels with the next reply."""

    def isatty(self) -> bool:
        return False

    def take(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        return text

    def take_bytes(self) -> bytes:
        return self.take().encode("utf-8", "replace") if self._parts else b""


class _Helpers(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports the helper modules of a submission from memory, before anything that is installed.

    A helper is what its name means to the scan of the rules, so it must be that to Python too.
    """

    def __init__(self, sources: Mapping[str, tuple[str, str]], packages: frozenset[str]) -> None:
        self._sources = sources
        self._packages = packages

    def find_spec(
        self,
        fullname: str,
        path: object = None,  # noqa: ARG002 - the import system's signature
        target: object = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._sources and fullname not in self._packages:
            return None
        is_package = fullname in self._packages
        return importlib.util.spec_from_loader(fullname, self, is_package=is_package)

    def get_source(self, fullname: str) -> str:
        return self._sources.get(fullname, ("", ""))[1]

    def get_code(self, fullname: str) -> types.CodeType:
        path, text = self._sources.get(fullname, ("<package>", ""))
        return compile(text, path, "exec", dont_inherit=True)

    def is_package(self, fullname: str) -> bool:
        return fullname in self._packages


class _Worker:
    def __init__(self, channel: int, runtime: Runtime) -> None:
        self._channel = channel
        self._runtime = runtime
        self._module = types.ModuleType("submission")
        self._printed = _Printed(0)
        self._paths: set[str] = set()
        self._float_errors = 0

    def serve(self) -> None:
        """Answer messages until the trusted side closes the channel."""
        while (body := _read_frame(self._channel)) is not None:
            if body.startswith(LOAD):
                self._load(decode(body[len(LOAD) :], REQUEST_LIMITS))
            else:
                self._answer_all(body)

    def _answer_all(self, body: bytes) -> None:
        """Answer a frame of calls; replies travel together unless each is asked for at once."""
        at_once = body.startswith(CALLS_ONE_BY_ONE)
        waiting = bytearray()
        last_sent = time.perf_counter()
        for call in unpack_calls(body):
            reply = pack_reply(self._answer(call))
            waiting += _HEAD.pack(len(reply))
            waiting += reply
            late = time.perf_counter() - last_sent > _SEND_SECONDS
            if at_once or late or len(waiting) > _SEND_BYTES:
                _write_all(self._channel, waiting)
                waiting.clear()
                last_sent = time.perf_counter()
        _write_all(self._channel, waiting)

    def _send(self, body: bytes) -> None:
        _write_all(self._channel, _HEAD.pack(len(body)) + body)

    def _load(self, request: dict[str, Any]) -> None:
        """Compile, scan, then execute; the scan's reply leaves before any student code runs."""
        self._printed = _Printed(request["printed_characters"])
        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = self._printed  # type: ignore[assignment, misc]
        self._paths = {path for path, _ in (*request["units"], *request["helpers"])}
        codes, failures = [], []
        for path, text in request["units"]:
            try:
                codes.append((path, compile(text, path, "exec", dont_inherit=True)))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                failures.append(self._describe(error, path))
                if not request["is_notebook"]:
                    break
        self._send(encode((_broken_rules(codes, request), tuple(failures))))
        if request["is_notebook"] or not failures:
            failures += self._execute(codes, request)
        self._send(encode((tuple(failures), self._printed.take())))

    def _execute(
        self, codes: Sequence[tuple[str, types.CodeType]], request: dict[str, Any]
    ) -> list[dict[str, Plain]]:
        name = request["module"]
        self._module = types.ModuleType(name)
        sys.modules[name] = self._module
        sources = {_module_name(path): (path, text) for path, text in request["helpers"]}
        packages = {_module_name(p) for p, _ in request["helpers"] if p.endswith("__init__.py")}
        packages |= {n[:place] for n in sources for place, letter in enumerate(n) if letter == "."}
        sys.meta_path.insert(0, _Helpers(sources, frozenset(packages)))
        failures = []
        for path, text in (*request["units"], *request["helpers"]):  # for `inspect.getsource`
            linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        for path, code in codes:
            try:
                exec(code, self._module.__dict__)  # noqa: S102 - what this process is for
            except BaseException as error:  # noqa: BLE001 - SystemExit and the like included
                failures.append(self._describe(error, path))
                if not request["is_notebook"]:
                    break
        return failures

    def _answer(self, call: RawCall) -> RawReply:
        """Call a function, or fetch a value where there are no arguments at all."""
        mutated = b""
        self._float_errors = 0
        try:
            runtime = self._runtime
            if call.name in runtime.operations:
                target: Any = runtime.operations[call.name]
            elif call.name in vars(self._module):
                target = getattr(self._module, call.name)
            else:
                return RawReply(call.number, MISSING, 0, self._printed.take_bytes(), b"", b"")
            if call.arguments is None:
                answer = encode_reply(target)
            else:
                positional, keywords = decode(call.arguments, REQUEST_LIMITS)
                given = [runtime.given(value) for value in positional]
                given_keywords = {name: runtime.given(value) for name, value in keywords.items()}
                with np.errstate(all="call", under="ignore", call=self._note_float_error):
                    value = target(*given, **given_keywords)
                    if call.iterated:
                        value = _read_out(value)
                answer = encode_reply(runtime.kept(value), runtime.reply_limits)
                if encode_reply((positional, keywords), REQUEST_LIMITS) != call.arguments:
                    mutated = _mutated(call.arguments, positional, keywords)
            status = RETURNED
        except BaseException as error:  # noqa: BLE001 - whatever student code raises
            answer, status = encode(self._describe(error, "")), RAISED
        printed = self._printed.take_bytes()
        return RawReply(call.number, status, self._float_errors, printed, mutated, answer)

    def _note_float_error(self, kind: str, flag: int) -> None:  # noqa: ARG002 - as NumPy calls it
        if kind in FLOAT_ERRORS:
            self._float_errors |= 1 << FLOAT_ERRORS.index(kind)

    def _describe(self, error: BaseException, path: str) -> dict[str, Plain]:
        """Put an exception into plain words: type, text, and the student's line."""
        line = 0
        if isinstance(error, SyntaxError) and error.filename in (path, *self._paths):
            path, line = error.filename or path, error.lineno or 0
        else:
            for frame, number in traceback.walk_tb(error.__traceback__):
                if frame.f_code.co_filename in self._paths:
                    path, line = frame.f_code.co_filename, number
        bases = [kind.__name__ for kind in type(error).__mro__ if kind in _BUILTIN_ERRORS]
        return {
            "type": type(error).__name__[:100],
            "bases": bases,
            "text": _safe_text(error),
            "path": path[:200],
            "line": line,
        }


def _broken_rules(
    codes: Sequence[tuple[str, types.CodeType]], request: dict[str, Any]
) -> list[tuple[str, str, str, str, int]]:
    """Scan the submission for broken rules, unless its compiled code shows that there are none."""
    order = decode(request["rules"], REQUEST_LIMITS)
    rules: dict[str, Any] = {
        "allowed_imports": frozenset(order["allowed_imports"]),
        "forbidden_names": frozenset(order["forbidden_names"]),
        "questions": {
            question: QuestionRules(tuple(functions), tuple(names), loops)
            for question, (functions, names, loops) in order["questions"].items()
        },
    }
    if not request["helpers"] and not may_break((code for _, code in codes), **rules):
        return []
    compiled = {path for path, _ in codes}
    trees = [(path, ast.parse(text)) for path, text in request["units"] if path in compiled]
    helpers = {}
    for path, text in request["helpers"]:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            helpers[_module_name(path).partition(".")[0]] = (path, ast.parse(text, path))
    return [dataclasses.astuple(violation) for violation in scan(trees, helpers, **rules)]


def _mutated(arguments: bytes, positional: tuple[Plain, ...], keywords: dict[str, Plain]) -> bytes:
    """Encode the names of the arguments that are not, byte for byte, what was handed in."""
    before, before_keywords = decode(arguments, REQUEST_LIMITS)
    pairs: list[tuple[int | str, Plain, Plain]] = [
        (index, old, new) for index, (old, new) in enumerate(zip(before, positional, strict=True))
    ]
    pairs += [(name, old, keywords[name]) for name, old in before_keywords.items()]
    # As in replies: a generator that was drawn from has moved on, and that is no modification.
    return encode(tuple(name for name, old, new in pairs if _bytes(new) != _bytes(old)))


def _bytes(argument: Plain) -> bytes:
    return encode_reply(argument, REQUEST_LIMITS)


def _read_out(value: object) -> object:
    """Make a list of what an iterator gives; a tuple in its place becomes one too."""
    if isinstance(value, Iterator | tuple):
        return list(itertools.islice(value, _MOST_ITERATED))
    return value


def _module_name(path: str) -> str:
    name = path.removesuffix(".py").replace("/", ".")
    return name.removesuffix(".__init__")


def _safe_text(error: BaseException) -> str:
    try:
        return str(error)[:_TEXT_LIMIT]
    except BaseException:  # noqa: BLE001 - its own __str__ may do anything
        return ""


def _read_frame(channel: int) -> bytes | None:
    head = _read_exactly(channel, _HEAD.size)
    return None if head is None else _read_exactly(channel, _HEAD.unpack(head)[0])


def _read_exactly(channel: int, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(channel, min(size - len(parts), 2**20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _write_all(channel: int, data: bytes | bytearray) -> None:
    with memoryview(data) as view:
        sent = 0
        while sent < len(view):
            sent += os.write(channel, view[sent:])


def answer_call(module: types.ModuleType, call: RawCall, runtime: Runtime = _PLAIN) -> RawReply:
    """Answer one call with a module's function, in this process and as a worker does.

    It is for code that is trusted, such as a reference with a mistake put in.
    """
    worker = _Worker(-1, runtime)
    worker._module = module  # noqa: SLF001 - a worker that has loaded its module
    return worker._answer(call)  # noqa: SLF001


def warm_up() -> None:
    """Do a worker's work on a sample, in the zygote.

    What the interpreter compiles, specialises and caches meanwhile is there in every worker.
    """
    source = "import numpy as np\n\n\ndef f(x, k=1):\n    return np.exp(-x) * k\n"
    arguments = encode(((np.ones((2, 3)),), {"k": 2}))
    rules = {"allowed_imports": ["numpy"], "forbidden_names": ["eval"], "questions": {}}
    request = {"helpers": [], "units": [("f.py", source)], "rules": encode(rules)}
    for _ in range(_WARM_UPS):
        worker = _Worker(-1, _PLAIN)
        code = compile(source, "f.py", "exec", dont_inherit=True)
        _broken_rules([("f.py", code)], request)
        exec(code, vars(worker._module))  # noqa: S102, SLF001
        pack_reply(worker._answer(RawCall(0, "f", arguments)))  # noqa: SLF001


def serve(channel: int, before: Callable[[], None], runtime: Runtime) -> None:
    """Run a worker on a descriptor; `before` confines this process.

    Never returns to the zygote's code: the process ends here, whatever student code did.
    """
    status = 1
    try:
        before()
        runtime.begin()
        worker = _Worker(channel, runtime)
        _write_all(channel, _HEAD.pack(5) + b"hello")
        worker.serve()
        status = 0
    except OSError as error:
        with contextlib.suppress(OSError):
            text = b"sealed: " + str(error).encode()[:_TEXT_LIMIT]
            _write_all(channel, _HEAD.pack(len(text)) + text)
    finally:
        os._exit(status)
