"""`autograder similarity`: which hand-ins are alike?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.output import advance, progress_bar, require_writable
from autograder.similarity.records import DEFAULT_THRESHOLD

if TYPE_CHECKING:
    from autograder.similarity.records import Comparison

__all__ = ["similarity"]


def similarity(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as activations.")],
    paths: Annotated[
        list[Path],
        typer.Argument(help="Hand-ins (.py, .ipynb, .zip, a folder) or folders full of them."),
    ],
    *,
    previous: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR", help="Hand-ins of an earlier term; may be given several times."
        ),
    ] = None,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="From what number on a pair is listed, 0 to 1.")
    ] = DEFAULT_THRESHOLD,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a list and a page for each pair.")
    ] = None,
) -> None:
    """Compare hand-ins pair by pair, and show what two have in common.

    Names, comments and the order of functions do not count, and what students were given is left
    out. The list says what to read, nothing about guilt: small functions are alike by nature.
    The exit status is 0 if everything was compared, 1 if a hand-in could not be read, 2 for a
    mistake in the course or on the command line, 3 for a fault of our own.
    """
    require_writable("", out)
    found = _find(assignment, paths, previous or [], threshold)
    _write(found, out)
    if any(one.refused for one in found.unread):
        raise typer.Exit(1)


def _find(assignment: str, paths: list[Path], previous: list[Path], threshold: float) -> Comparison:
    from autograder.catalog import COURSE_FILE, find_course, locate  # noqa: PLC0415 - --help
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.similarity.find import find_pairs  # noqa: PLC0415

    course_dir = find_course()
    parts = locate(course_dir, load_course(course_dir / COURSE_FILE), assignment)
    with progress_bar() as bar:
        task = bar.add_task("reading", total=None)

        def show(what: str, total: int, done: int) -> None:
            bar.update(task, description=what)
            advance(bar, task, total, done)

        return find_pairs(parts, paths, previous, threshold=threshold, progress=show)


def _write(found: Comparison, out: Path | None) -> None:
    from rich.console import Console  # noqa: PLC0415

    from autograder.similarity.console import print_comparison  # noqa: PLC0415
    from autograder.similarity.pages import write_pages  # noqa: PLC0415

    print_comparison(found, Console())
    if out is not None:
        print(f"pages: {write_pages(found, out)}", file=sys.stderr)
