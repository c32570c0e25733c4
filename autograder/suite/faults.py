"""What went wrong in a worker, in words for a student: the message may be forged."""

from __future__ import annotations

import re
from typing import Final

from autograder.records import Submission
from autograder.sandbox.codec import FrameError, Plain
from autograder.sandbox.endings import LimitReached
from autograder.suite.student import presentable

__all__ = ["MOST_ARGUMENTS", "argument_name", "limit_words", "raised_words", "text_of"]

MOST_ARGUMENTS: Final = 20
_TEXT_LIMIT: Final = 300
_KIND_LIMIT: Final = 80
_LINE_LIMIT: Final = 120
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")


def text_of(value: Plain) -> str:
    """Return a value that must be text.

    Raises:
        FrameError: It is something else.
    """
    if type(value) is not str:
        raise FrameError("a message of another form")
    return value


def argument_name(name: Plain) -> int | str:
    """Return the position or the name of an argument.

    Raises:
        FrameError: It is neither.
    """
    if type(name) is int and 0 <= name < MOST_ARGUMENTS:
        return name
    return presentable(text_of(name), limit=40, redact=True)


def limit_words(reached: LimitReached) -> str:
    """Say which limit a call reached, and what that often means."""
    if reached.what == "cpu":
        return f"it used more than {reached.allowed:g} s of processor time: an endless loop?"
    if reached.what == "wall":
        return f"no answer within {reached.allowed:g} s: does it wait for something?"
    if reached.what == "memory":
        return f"it used more than {reached.allowed / 2**20:g} MiB of shared memory"
    return f"the answer is larger than {reached.allowed / 2**20:g} MiB"


def raised_words(error: Plain, submission: Submission, *, redact: bool) -> str:
    """Write `ValueError at activations.py, line 12: text`, and below it the line.

    The line is looked up in what was handed in: the worker's word for it is not needed.

    Args:
        error: The worker's message.
        submission: Whose code raised.
        redact: Keep numbers out of the text, for hidden checks.

    Raises:
        FrameError: The message has another form.
    """
    kind = presentable(text_of(error["type"]), limit=_KIND_LIMIT, redact=redact)
    text = presentable(text_of(error["text"]), limit=_TEXT_LIMIT, redact=redact)
    place, source = _find_line(submission, error["path"], error["line"])
    words = f"{kind}{place}" + (f": {text}" if text else "")
    return f"{words}\n    {source}" if source else words


def _find_line(submission: Submission, path: Plain, line: Plain) -> tuple[str, str]:
    """Return ` at PATH, line N` and the line itself; nothing if the submission has no such line."""
    if type(path) is not str or type(line) is not int:
        return "", ""
    for unit in (*submission.units, *submission.helpers):
        if unit.path == path:
            lines = _NEWLINE.split(unit.text)
            if 0 < line <= len(lines):
                place = f" at {presentable(path, limit=_LINE_LIMIT, redact=False)}, line {line}"
                source = presentable(lines[line - 1].strip(), limit=_LINE_LIMIT, redact=False)
                return place, source
    return "", ""
