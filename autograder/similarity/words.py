"""What the reports say about a number, in one place."""

from __future__ import annotations

from typing import Final

from autograder.report.words import counted, percent
from autograder.similarity.find import MOST_PAIRS
from autograder.similarity.records import Comparison, Pair

__all__ = ["CAVEATS", "MEANING", "heading", "pair_words", "rest_words"]

MEANING: Final = (
    "The number is the share of one hand-in's own code that stands in the other one too, "
    "whichever of the two shares is larger. Names, strings, comments, blanks and the order of "
    "functions do not count, and what everybody was given is left out."
)
CAVEATS: Final = (
    "It does not say who wrote the code, who gave it to whom, or whether that was allowed.",
    "Small functions are alike by nature: there are few ways to write a good one.",
    "People who learned from the same lecture, book or tutor write alike.",
    "A low number proves nothing either: code can be rewritten until nothing is left in common.",
    "Read the pair, and talk with both, before you think anything of it.",
    "No grade is changed by this report.",
)


def heading(found: Comparison) -> str:
    """Say how much was compared, and how much of it is alike."""
    earlier = f" and {found.previous} of earlier terms" if found.previous else ""
    return (
        f"{counted(found.compared, 'hand-in')}{earlier} compared: "
        f"{counted(found.found, 'pair')} of {sum(found.counts)} "
        f"{'reaches' if found.found == 1 else 'reach'} {percent(found.threshold, 1)}."
    )


def rest_words(found: Comparison) -> str:
    """Say what is not listed; empty if everything is."""
    rest = found.found - len(found.pairs)
    if not rest:
        return ""
    return f"Only the first {MOST_PAIRS} pairs are listed, not {rest} more: raise the threshold."


def pair_words(pair: Pair) -> str:
    """Say what the number of a pair is made of."""
    return "; ".join(
        f"{percent(side.share, 1)} of the own code of {side.document.name} "
        f"stands in {other.document.name} too"
        for side, other in ((pair.left, pair.right), (pair.right, pair.left))
    )
