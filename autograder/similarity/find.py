"""A class of hand-ins -> which of them are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from autograder.catalog import AssignmentParts
from autograder.similarity.compare import Prints, take_prints
from autograder.similarity.documents import given_code, read_documents
from autograder.similarity.records import DEFAULT_THRESHOLD, Comparison, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_PAIRS", "find_pairs"]

MOST_PAIRS: Final = 200
"""So many pairs are listed at most: nobody reads more."""
_BINS: Final = 10


def find_pairs(
    parts: AssignmentParts,
    paths: Sequence[Path],
    previous: Sequence[Path] = (),
    *,
    threshold: float = DEFAULT_THRESHOLD,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Comparison:
    """Compare the hand-ins of a class with each other and with those of earlier terms.

    Args:
        parts: The assignment.
        paths: Hand-ins, or folders whose children are.
        previous: The same, of earlier terms; pairs of two of them are not shown.
        threshold: From what number on a pair is listed, 0..1.
        progress: Called with what is done, the number of hand-ins, and of those that are done.

    Raises:
        InstructorError: There is nothing to compare, or Copydetect is not installed.
    """
    documents, unread = read_documents(parts.id, paths, previous, parts.course.intake)
    prints, empty = take_prints(
        documents, given_code(parts.stub), lambda total, done: progress("reading", total, done)
    )
    numbers = prints.numbers(lambda total, done: progress("comparing", total, done))
    pairs = _pairs(numbers)
    every = numbers[pairs]
    counts, _ = np.histogram(every.clip(0, 1), bins=_BINS, range=(0, 1))
    return Comparison(
        assignment=parts.id,
        title=parts.policy.title,
        threshold=threshold,
        compared=sum(not document.previous for document in prints.documents),
        previous=sum(document.previous for document in prints.documents),
        counts=tuple(counts.tolist()),
        found=int((every >= np.float32(threshold)).sum()),
        pairs=_most_alike(prints, numbers, threshold),
        unread=(*unread, *empty),
    )


def _pairs(numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """List rows and columns of the pairs that are compared, each pair once."""
    lefts, rights = np.triu_indices_from(numbers, 1)
    compared = ~np.isnan(numbers[lefts, rights])
    return lefts[compared], rights[compared]


def _most_alike(prints: Prints, numbers: NDArray[Any], threshold: float) -> tuple[Pair, ...]:
    """Pick the pairs with the highest numbers; among equals the order of the hand-ins."""
    lefts, rights = _pairs(numbers)
    found = numbers[lefts, rights]
    order = np.argsort(-found, kind="stable")[:MOST_PAIRS]
    listed = order[found[order] >= np.float32(threshold)]
    return tuple(prints.pair(int(lefts[at]), int(rights[at])) for at in listed)
