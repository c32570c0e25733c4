"""The formats, and opening a source in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from autograder.errors import InstructorError, nearest_name
from autograder.imports.canvas import read_canvas
from autograder.imports.github import read_github
from autograder.imports.gradescope import read_gradescope
from autograder.imports.moodle import read_moodle
from autograder.imports.records import Export, Request
from autograder.intake import IntakeLimits

__all__ = ["FORMATS", "open_export"]

FORMATS: Final[Mapping[str, Callable[[Request], Export]]] = MappingProxyType(
    {
        "canvas": read_canvas,
        "github": read_github,
        "gradescope": read_gradescope,
        "moodle": read_moodle,
    }
)


@contextmanager
def open_export(
    form: str,
    source: Path,
    limits: IntakeLimits,
    *,
    zone: ZoneInfo,
    table: Path | None = None,
    assignment: str = "",
) -> Iterator[Export]:
    """Read what another system handed out; its files can be read until the context ends.

    Args:
        form: One of `FORMATS`.
        source: The file or folder.
        limits: How large one hand-in may be.
        zone: The course's, for times without an offset.
        table: What the other system tells in a table beside; None without one.
        assignment: The assignment's id; empty if it is not told.

    Yields:
        What was found.

    Raises:
        InstructorError: There is no such format, or the source is not of it.
    """
    if form not in FORMATS:
        nearest = nearest_name(form, FORMATS)
        meant = f"; did you mean {nearest}?" if nearest else ""
        raise InstructorError(f"expected one of {', '.join(FORMATS)}; found {form}{meant}")
    if not source.exists():
        raise InstructorError(f"{source}: no such file or folder")
    with ExitStack() as opened:
        yield FORMATS[form](Request(source, limits, opened, table, assignment, zone))
