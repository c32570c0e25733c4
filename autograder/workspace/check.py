"""Runs the public tests of a workspace in a process of their own, with a time limit for each."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

from autograder.errors import GraderFault, StudentFault, nearest_name
from autograder.records import Verdict
from autograder.workspace.folder import Workspace

__all__ = ["TestResult", "check", "require_module"]

_START_SECONDS: Final = 30.0

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TestResult:
    """What one public test found.

    Attributes:
        name: The test's name.
        question: The id of its question.
        claim: The first line of its docstring.
        verdict: What became of it.
        message: Empty when passed; otherwise the call, what was expected and what came.
        mistake: What a tutor would say about the known mistake that answers all calls of the
            question's tests alike; at most the question's last test has it.
    """

    name: str
    question: str
    claim: str
    verdict: Verdict
    message: str
    mistake: str = ""


def check(workspace: Workspace, question: str, seconds: float) -> Iterator[TestResult]:
    """Run the public tests and give each result as it is there.

    Args:
        workspace: Whose.
        question: Only this question's tests; empty for all.
        seconds: How long a test may take, and importing the module.

    Raises:
        StudentFault: The module cannot be imported, or is not there; with what to do.
    """
    require_module(workspace)
    first: int | None = 0
    while first is not None:
        with _started(workspace, question, first) as events:
            first = yield from _results(events, workspace, seconds)


def require_module(workspace: Workspace) -> None:
    """See that the files that a check needs are there under their names.

    Raises:
        StudentFault: One is missing; with the file that was most likely meant.
    """
    for path in (workspace.module, workspace.public_tests):
        if not path.is_file():
            names = [other.name for other in workspace.folder.glob("*.py")]
            tests = path == workspace.public_tests
            names = [name for name in names if name.startswith("test_") == tests]
            meant = nearest_name(path.name, names)
            found = f"found {', '.join(f'`{name}`' for name in sorted(names)) or 'no such file'}"
            mend = f"Rename `{meant}` to" if meant else "Take from the bundle"
            raise StudentFault(
                f"{workspace.folder}: expected `{path.name}`, {found}. {mend} `{path.name}`."
            )


def _results(
    events: queue.Queue[Event], workspace: Workspace, seconds: float
) -> Generator[TestResult, None, int | None]:
    """Give the results of one process; return with which test another has to go on."""
    last: Event = {"step": "start"}
    while True:
        event = _next(events, seconds if last["step"] in ("load", "begin") else _START_SECONDS)
        if event["step"] == "unusable":
            raise StudentFault(event["message"])
        if event["step"] == "done":
            return None
        if event["step"] == "end":
            yield _result(last, Verdict(event["verdict"]), event["message"], event["mistake"])
        elif event["step"] in ("late", "ended"):
            if last["step"] != "begin":
                raise _lost(workspace, event, last, seconds)
            yield _result(last, Verdict.LIMIT_EXCEEDED, _lost_words(event, seconds))
            return int(last["number"]) + 1
        last = event


def _next(events: queue.Queue[Event], seconds: float) -> Event:
    try:
        return events.get(timeout=seconds)
    except queue.Empty:
        return {"step": "late"}


def _result(begun: Event, verdict: Verdict, message: str, mistake: str = "") -> TestResult:
    name, question, claim = begun["name"], begun["question"], begun["claim"]
    return TestResult(name, question, claim, verdict, message, mistake)


def _lost(workspace: Workspace, event: Event, last: Event, seconds: float) -> Exception:
    """Say that a process was lost before it came to a test."""
    if last["step"] != "load":
        return GraderFault("the process that runs the public tests did not start; try again")
    words = _lost_words(event, seconds)
    return StudentFault(
        f"{workspace.module.name} cannot be imported: {words} Look at the code outside functions."
    )


def _lost_words(event: Event, seconds: float) -> str:
    if event["step"] == "late":
        return f"no answer within {seconds:g} s: an endless loop, or code that waits for something?"
    return "Python ended in the middle of it, without an error that could be shown."


@contextmanager
def _started(workspace: Workspace, question: str, first: int) -> Iterator[queue.Queue[Event]]:
    """Start the process, and end it in the end, whatever it does."""
    # Without -P a file of the student's could stand in for a module of Python or of ours.
    command = [sys.executable, "-P", "-B", "-m", "autograder.workspace.trial"]
    arguments = [workspace.module, workspace.public_tests, question, str(first)]
    process = subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=workspace.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    events: queue.Queue[Event] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, events), daemon=True)
    reader.start()
    try:
        yield events
    finally:
        process.kill()
        process.wait()
        reader.join(timeout=1)
        if process.stdout is not None and not reader.is_alive():
            process.stdout.close()


def _read(stream: IO[str], events: queue.Queue[Event]) -> None:
    for line in stream:
        events.put(json.loads(line))
    events.put({"step": "ended"})
