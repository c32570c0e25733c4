"""What is compared, and what comes out: plain records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DEFAULT_THRESHOLD", "Comparison", "Document", "Pair", "Side", "Unread"]

DEFAULT_THRESHOLD: Final = 0.6
"""From what number on a pair is shown; docs/similarity.md has the figures that it comes from."""


@dataclass(frozen=True, slots=True)
class Document:
    """The code of one hand-in, as one text.

    Attributes:
        name: What results call the hand-in.
        text: Its modules or code cells, one after the other.
        previous: Whether it is of an earlier term: two of these are not compared.
    """

    name: str
    text: str
    previous: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A hand-in that is not compared.

    Attributes:
        name: What results call it.
        reason: Why, as a sentence.
        refused: Whether it could not be read; otherwise there is nothing in it to compare.
    """

    name: str
    reason: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One hand-in of a pair.

    Attributes:
        document: The hand-in.
        share: The part of its own code that the other one has too, 0..1.
        passages: Where that code stands in the text: start and end of each passage, in order.
    """

    document: Document
    share: float
    passages: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two hand-ins that have code in common.

    Attributes:
        left: A hand-in of this class.
        right: Another one, perhaps of an earlier term.
    """

    left: Side
    right: Side

    @property
    def number(self) -> float:
        """How alike the two are, 0..1: the larger of the two shares."""
        return max(self.left.share, self.right.share)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out for a class.

    Attributes:
        assignment: The assignment's id.
        title: The assignment's title.
        threshold: From what number on pairs are listed.
        compared: How many hand-ins of this class were compared.
        previous: How many of earlier terms.
        counts: How many of all pairs have a number of 0 to 0.1, 0.1 to 0.2, ..., 0.9 to 1.
        found: How many pairs reach the threshold.
        pairs: The most alike of them, the highest number first.
        unread: What was not compared, and why.
    """

    assignment: str
    title: str
    threshold: float
    compared: int
    previous: int
    counts: tuple[int, ...]
    found: int
    pairs: tuple[Pair, ...]
    unread: tuple[Unread, ...]
