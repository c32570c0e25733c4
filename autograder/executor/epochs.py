"""How far trainings are: read from the names that workers give to their processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["Epoch", "epoch_of"]

_PROC: Final = Path("/proc")
_DEEPEST: Final = 5  # a grading process, its zygote, one more in a pid namespace, the worker
# What autograder.sandbox.keras_progress writes; the name is student code's, so anything else may
# stand there, and nothing of the text is shown but the numbers.
_NAME: Final = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5}) ([0-9.e+-]{1,12}|nan|inf)")


class Epoch(NamedTuple):
    """The last epoch that a training says it has ended.

    Attributes:
        number: Counted from 1.
        epochs: How many there will be.
        loss: Of that epoch.
    """

    number: int
    epochs: int
    loss: float

    def __str__(self) -> str:
        """Write it down in words."""
        return f"epoch {self.number} of {self.epochs}, loss {self.loss:.3g}"


def epoch_of(pid: int) -> Epoch | None:
    """Look how far the training below a grading process is.

    Args:
        pid: Of the grading process.

    Returns:
        What its worker says; None if nothing is trained, or no such name is told.
    """
    names = (_read(_PROC / str(one) / "comm") for one in _below(pid, _DEEPEST))
    return next(filter(None, map(_epoch, names)), None)


def _epoch(name: str) -> Epoch | None:
    match = _NAME.fullmatch(name.removesuffix("\n"))
    if match is None:
        return None
    try:
        return Epoch(int(match[1]), int(match[2]), float(match[3]))
    except ValueError:  # such as a loss of "1.2.3"
        return None


def _below(pid: int, depth: int) -> Iterator[int]:
    """Yield the processes that a process has started, and theirs."""
    children = _read(_PROC / str(pid) / "task" / str(pid) / "children") if depth else ""
    for child in map(int, children.split()):
        yield child
        yield from _below(child, depth - 1)


def _read(path: Path) -> str:
    """Read a file of `/proc`; nothing where the process has ended."""
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
