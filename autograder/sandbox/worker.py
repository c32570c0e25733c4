"""The worker: a confined process that imports one submission and calls its functions.

It speaks frames of `codec` over one descriptor: a `load` message, then any number of `calls`
messages; each call is answered by one frame as soon as it is done, so that the trusted side
always knows which call was running when a worker dies. Nothing here is a secret and nothing here
is believed: the answers are compared on the trusted side, by value.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import os
import struct
import sys
import traceback
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from autograder.sandbox.codec import Limits, Plain, decode, encode, encode_reply
from autograder.sandbox.messages import (
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
from autograder.sandbox.rules import QuestionRules, scan

__all__ = ["serve", "warm_up"]

_HEAD: Final = struct.Struct("<Q")
_TEXT_LIMIT: Final = 500
_BUILTIN_ERRORS: Final = {
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
# After so many runs CPython 3.11 to 3.13 have specialised a function's instructions.
_WARM_UPS: Final = 20
_SAMPLE_REQUEST: Final = {
    "helpers": [],
    "rules": {
        "allowed_imports": ["numpy"],
        "forbidden_names": ["eval"],
        "questions": {"Q": [["f"], [], False]},
    },
}
# Requests are the trusted side's own: only the reply is limited.
_REQUEST_LIMITS: Final = Limits(depth=32, items=10_000_000, array_bytes=2**31)


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
    """Imports the helper modules of a submission from memory, after everything installed."""

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
    def __init__(self, channel: int) -> None:
        self._channel = channel
        self._module = types.ModuleType("submission")
        self._printed = _Printed(0)
        self._paths: set[str] = set()
        self._float_errors = 0

    def serve(self) -> None:
        """Answer messages until the trusted side closes the channel."""
        while (body := _read_frame(self._channel)) is not None:
            if body.startswith(LOAD):
                self._load(decode(body[len(LOAD) :], _REQUEST_LIMITS))
            else:
                for call in unpack_calls(body):
                    self._send(pack_reply(self._answer(call)))

    def _send(self, body: bytes) -> None:
        _write_all(self._channel, _HEAD.pack(len(body)) + body)

    def _load(self, request: dict[str, Any]) -> None:
        """Parse, scan, then execute; the scan's reply leaves before any student code runs."""
        self._printed = _Printed(request["printed_characters"])
        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = self._printed  # type: ignore[assignment, misc]
        self._paths = {path for path, _ in (*request["units"], *request["helpers"])}
        for path, text in (*request["units"], *request["helpers"]):
            linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        trees, failures = [], []
        for path, text in request["units"]:
            try:
                trees.append((path, ast.parse(text, path)))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                failures.append(self._describe(error, path))
                if not request["is_notebook"]:
                    break
        self._send(encode(_scan_reply(trees, request, failures)))
        if request["is_notebook"] or not failures:
            failures += self._execute(trees, request)
        self._send(encode((tuple(failures), self._printed.take())))

    def _execute(
        self, trees: Sequence[tuple[str, ast.Module]], request: dict[str, Any]
    ) -> list[dict[str, Plain]]:
        name = request["module"]
        self._module = types.ModuleType(name)
        sys.modules[name] = self._module
        sources = {_module_name(path): (path, text) for path, text in request["helpers"]}
        packages = {_module_name(p) for p, _ in request["helpers"] if p.endswith("__init__.py")}
        packages |= {n.rpartition(".")[0] for n in sources if "." in n}
        sys.meta_path.append(_Helpers(sources, frozenset(packages)))
        failures = []
        for path, tree in trees:
            try:
                code = compile(tree, path, "exec", dont_inherit=True)
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
            if call.name not in vars(self._module):
                return RawReply(call.number, MISSING, 0, self._printed.take_bytes(), b"", b"")
            target = getattr(self._module, call.name)
            if call.arguments is None:
                answer = encode_reply(target)
            else:
                positional, keywords = decode(call.arguments, _REQUEST_LIMITS)
                with np.errstate(all="call", under="ignore", call=self._note_float_error):
                    value = target(*positional, **keywords)
                answer = encode_reply(value)
                if encode_reply((positional, keywords)) != call.arguments:
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
        line, source = 0, ""
        if isinstance(error, SyntaxError) and error.filename in (path, *self._paths):
            path, line, source = error.filename or path, error.lineno or 0, error.text or ""
        else:
            for frame in reversed(traceback.extract_tb(error.__traceback__)):
                if frame.filename in self._paths:
                    path, line, source = frame.filename, frame.lineno or 0, frame.line or ""
                    break
        bases = [kind.__name__ for kind in type(error).__mro__ if kind in _BUILTIN_ERRORS]
        return {
            "type": type(error).__name__[:100],
            "bases": bases,
            "text": _safe_text(error),
            "path": path[:200],
            "line": line,
            "source": source.strip()[:200],
        }


def _scan_reply(
    trees: Sequence[tuple[str, ast.Module]],
    request: dict[str, Any],
    failures: Sequence[dict[str, Plain]],
) -> Plain:
    helpers = {}
    for path, text in request["helpers"]:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            helpers[_module_name(path).partition(".")[0]] = (path, ast.parse(text, path))
    rules = request["rules"]
    questions = {
        question: QuestionRules(tuple(functions), tuple(names), loops)
        for question, (functions, names, loops) in rules["questions"].items()
    }
    violations = scan(
        trees,
        helpers,
        allowed_imports=frozenset(rules["allowed_imports"]),
        forbidden_names=frozenset(rules["forbidden_names"]),
        questions=questions,
    )
    rows = [(v.question, v.kind, v.name, v.path, v.line) for v in violations]
    return (rows, tuple(failures))


def _mutated(arguments: bytes, positional: tuple[Plain, ...], keywords: dict[str, Plain]) -> bytes:
    """Encode the names of the arguments that are not, byte for byte, what was handed in."""
    before, before_keywords = decode(arguments, _REQUEST_LIMITS)
    pairs: list[tuple[int | str, Plain, Plain]] = [
        (index, old, new) for index, (old, new) in enumerate(zip(before, positional, strict=True))
    ]
    pairs += [(name, old, keywords[name]) for name, old in before_keywords.items()]
    return encode(tuple(name for name, old, new in pairs if encode_reply(new) != encode(old)))


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


def _write_all(channel: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(channel, view) :]


def warm_up() -> None:
    """Do a worker's work on a sample, in the zygote.

    What the interpreter compiles, specialises and caches meanwhile is there in every worker.
    """
    source = "import numpy as np\n\n\ndef f(x, k=1):\n    return np.exp(-x) * k\n"
    arguments = encode(((np.ones((2, 3)),), {"k": 2}))
    for _ in range(_WARM_UPS):
        worker = _Worker(-1)
        tree = ast.parse(source)
        _scan_reply([("f.py", tree)], _SAMPLE_REQUEST, [])
        exec(compile(tree, "f.py", "exec", dont_inherit=True), vars(worker._module))  # noqa: S102, SLF001
        pack_reply(worker._answer(RawCall(0, "f", arguments)))  # noqa: SLF001


def serve(channel: int, before: Callable[[], None]) -> None:
    """Run a worker on a descriptor; `before` confines this process.

    Never returns to the zygote's code: the process ends here, whatever student code did.
    """
    status = 1
    try:
        before()
        worker = _Worker(channel)
        _write_all(channel, _HEAD.pack(5) + b"hello")
        worker.serve()
        status = 0
    except OSError as error:
        with contextlib.suppress(OSError):
            text = b"sealed: " + str(error).encode()[:_TEXT_LIMIT]
            _write_all(channel, _HEAD.pack(len(text)) + text)
    finally:
        os._exit(status)
