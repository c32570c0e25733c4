"""What commands that work for a while have in common: where results go, and a bar meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import typer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Reading", "advance", "further_reading", "progress_bar", "require_writable"]

_REFRESH_SECONDS: Final = 0.1


class Reading(NamedTuple):
    """What pages point to.

    Attributes:
        errata: The text of the course's errata; empty if it keeps none.
        lessons: The address of its lessons; empty if they are not on the web.
    """

    errata: str = ""
    lessons: str = ""


def further_reading() -> Reading:
    """Read what the pages of the course point to."""
    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415

    course = find_course()
    about = load_course(course / COURSE_FILE).course
    errata = "" if about.errata is None else (course / about.errata).read_text(encoding="utf-8")
    return Reading(errata, about.lessons or "")


def require_writable(json_file: str, report: Path | None, option: str = "--report") -> None:
    """Refuse places that results cannot be written to before any work is spent on them.

    Args:
        json_file: Of `--json`; empty for none, `-` for standard output.
        report: A folder, made if need be; None for none.
        option: The folder's option, as a message names it.

    Raises:
        BadParameter: A folder is missing, or something else is in its place.
    """
    path = Path(json_file)
    if json_file not in ("", "-") and (path.is_dir() or not os.access(path.parent, os.W_OK)):
        message = f"{path} cannot be written: expected a file in a folder that is there"
        raise typer.BadParameter(message, param_hint="--json")
    if report is not None:
        above = (report, *report.absolute().parents)
        existing = next(folder for folder in above if folder.exists())
        if not existing.is_dir() or not os.access(existing, os.W_OK):
            message = f"{report} cannot be written: {existing} is no folder that you may write to"
            raise typer.BadParameter(message, param_hint=option)


def progress_bar() -> Progress:
    """Make a bar on standard error, hidden where that is no terminal."""
    from rich.console import Console  # noqa: PLC0415 - --help stays quick
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    # Without a thread of its own: processes are forked while it shows.
    console = Console(stderr=True)
    hidden = not console.is_terminal
    return Progress(*columns, console=console, auto_refresh=False, transient=True, disable=hidden)


def advance(bar: Progress, task: TaskID, total: int, completed: float) -> None:
    """Move a bar on, and show that now and then."""
    bar.update(task, total=total, completed=completed)
    shown = bar.tasks[0].fields.get("shown", 0.0)
    if time.monotonic() - shown > _REFRESH_SECONDS:
        bar.update(task, shown=time.monotonic())
        bar.refresh()
