"""Statistics in a terminal: 80 columns, and plain text where it is piped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.report.text import one_line
from autograder.report.words import counted, number, percent, short
from autograder.statistics.records import ClassStatistics, QuestionStatistics
from autograder.statistics.words import (
    DIFFICULTY,
    DISCRIMINATION,
    small_class,
    times_words,
)

__all__ = ["print_statistics"]

_ROWS: Final = 8
_LEGEND: Final = "all: earned every point; none: not attempted; -40: earned 20 to 40 %; *: bonus"
_FIFTHS: Final = ("0-20", "-40", "-60", "-80", "-100")


def print_statistics(found: ClassStatistics, console: Console) -> None:
    """Print what was counted for a class.

    Args:
        found: The statistics.
        console: Where to; colours are the console's business.
    """
    console.print(_line(f"{found.title} ({found.assignment})", "bold"))
    parts = [f"{counted(found.graded, 'hand-in')} graded, {found.ungraded} ungraded"]
    if found.spread is not None:
        mean, middle = (
            short(share * found.max_points) for share in (found.spread.mean, found.spread.median)
        )
        parts.append(f"mean {mean}, median {middle} of {number(found.max_points)} points")
    console.print(_line("; ".join(parts)))
    if small_class(found):
        console.print(_line(small_class(found)))
    if found.questions:
        console.print()
        console.print(_questions(found))
        console.print(_line(_LEGEND, "dim"))
        console.print(_line(f"{DIFFICULTY} {DISCRIMINATION}", "dim"))
    _print_counts(
        "Known mistakes", [(one.count, one.id, one.question) for one in found.mistakes], console
    )
    hardest = [
        (f"{one.failures} of {one.attempts}", one.claim, one.question) for one in found.hardest
    ]
    _print_counts("Hardest checks", hardest, console)
    if found.times is not None:
        console.print()
        console.print(_line(times_words(found.times)))


def _questions(found: ClassStatistics) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("question", overflow="fold")
    for name in ("mean", "all", "none", "discr."):
        table.add_column(name, justify="right", no_wrap=True)
    for name in _FIFTHS:
        table.add_column(name, justify="right", no_wrap=True)
    for question in found.questions:
        table.add_row(*map(_line, _cells(question)))
    return table


def _cells(question: QuestionStatistics) -> list[str]:
    bonus = "*" if question.stretch else ""
    told = question.discrimination
    cells = [
        f"{question.id}{bonus} {question.title}",
        "?" if question.spread is None else percent(question.spread.mean, 1),
        percent(question.full, question.graded),
        percent(question.not_attempted, question.graded),
        "?" if told is None else f"{told.value:.2f}",
    ]
    if question.spread is None:
        return [*cells, *[""] * len(_FIFTHS)]
    tenths = question.spread.counts
    return [*cells, *(str(sum(tenths[at : at + 2])) for at in range(0, len(tenths), 2))]


def _print_counts(heading: str, rows: Sequence[tuple[object, str, str]], console: Console) -> None:
    if not rows:
        return
    console.print()
    console.print(_line(heading, "bold"))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for count, name, question in rows[:_ROWS]:
        table.add_row(_line(str(count)), _line(question), _line(name))
    console.print(table)
    if len(rows) > _ROWS:
        console.print(_line(f"and {len(rows) - _ROWS} more"))


def _line(text: str, style: str = "") -> Text:
    return Text(one_line(text), style)
