"""The pairs in a terminal."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.report.text import one_line
from autograder.report.words import counted, percent
from autograder.similarity.records import Comparison
from autograder.similarity.words import CAVEATS, MEANING, heading, rest_words

__all__ = ["print_comparison"]

_ROWS: Final = 20


def print_comparison(found: Comparison, console: Console) -> None:
    """Print the pairs, the most alike first, and what was not compared.

    Args:
        found: What came out.
        console: Where to; colours are the console's business.
    """
    console.print(_line(f"{found.title} ({found.assignment})", "bold"))
    console.print(_line(heading(found)))
    if found.pairs:
        console.print(_table(found))
    if len(found.pairs) > _ROWS:
        rest = counted(len(found.pairs) - _ROWS, "more pair")
        console.print(_line(f"{rest}: --out DIR writes them all."))
    if rest_words(found):
        console.print(_line(rest_words(found)))
    for one in found.unread:
        console.print(_line(f"Not compared: {one.name}: {one.reason}"))
    console.print()
    console.print(_line(" ".join((MEANING, *CAVEATS)), "dim"))


def _table(found: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("alike", justify="right")
    for _ in ("left", "right"):
        table.add_column("hand-in", overflow="fold")
        table.add_column("of it", justify="right")
    for pair in found.pairs[:_ROWS]:
        sides = (pair.left, pair.right)
        cells = [cell for side in sides for cell in (side.document.name, percent(side.share, 1))]
        table.add_row(*map(_line, (percent(pair.number, 1), *cells)))
    return table


def _line(text: str, style: str = "") -> Text:
    return Text(one_line(text), style)
