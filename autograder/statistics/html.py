"""Statistics as one page without script, with pictures."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment

from autograder.report.environment import page_environment
from autograder.report.files import write_atomically
from autograder.report.words import counted, group_words, number, percent, short
from autograder.statistics import words
from autograder.statistics.pictures import bars
from autograder.statistics.records import ClassStatistics

__all__ = ["PAGE", "statistics_page", "write_page"]

PAGE: Final = "statistics.html"


def write_page(found: ClassStatistics, folder: Path) -> Path:
    """Write the page `statistics.html`.

    Args:
        found: The statistics.
        folder: Where to; it is made if it is not there.

    Returns:
        The page's path.

    Raises:
        OSError: The folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PAGE
    write_atomically(path, statistics_page(found))
    return path


def statistics_page(found: ClassStatistics) -> str:
    """Render the page; equal records give equal bytes."""
    return _environment().get_template("statistics.html.j2").render(found=found)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return page_environment(
        bars=bars,
        counted=counted,
        group_words=group_words,
        number=number,
        percent=percent,
        short=short,
        words=words,
    )
