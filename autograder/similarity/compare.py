"""Documents -> numbers for all pairs, and the passages of those that are most alike."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from autograder.errors import InstructorError
from autograder.similarity.records import Document, Pair, Side, Unread

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEAST_OWN", "MOST_CHARACTERS", "Prints", "take_prints"]

# So many characters in a row must agree, names and strings counted as one each: Copydetect's own.
_PASSAGE: Final = 25
# Every passage counts, not a selection by hashes that differ from run to run.
_WINDOW: Final = 1
LEAST_OWN: Final = 300
MOST_CHARACTERS: Final = 200_000


class Prints:
    """The fingerprints of documents.

    Args:
        documents: What was compared.
        prints: Copydetect's fingerprint of each, without what was given to the students.
    """

    def __init__(self, documents: Sequence[Document], prints: Sequence[Any]) -> None:
        self.documents = tuple(documents)
        self._prints = tuple(prints)

    def numbers(self, progress: Callable[[int, int], None] = lambda *_: None) -> NDArray[Any]:
        """Tell for all pairs how alike they are.

        Copydetect compares pair by pair, in 2 ms each; this gives the same numbers for a document
        and all others at once, since a class of thousands has millions of pairs.

        Args:
            progress: Called with the number of documents, and of those that are done.

        Returns:
            float32, shape (N, N), symmetric: the larger of the two shares; NaN for a document and
            itself, and for two of earlier terms.
        """
        grams, places, owners = self._table()
        sizes = np.array([one.token_coverage for one in self._prints])
        shares = np.zeros((len(sizes), len(sizes)), np.float32)
        known = np.zeros(grams.max(initial=-1) + 1, bool)
        for column in range(len(sizes)):
            own = grams[owners == column]
            known[own] = True
            hits = known[grams]
            known[own] = False
            # A passage reaches as far as the next one begins: overlaps count once.
            steps = np.diff(places[hits], append=np.iinfo(np.int64).max)
            reach = np.minimum(steps, _PASSAGE)
            shares[:, column] = np.bincount(owners[hits], reach, len(sizes)) / sizes
            progress(len(sizes), column + 1)
        numbers = np.maximum(shares, shares.T)
        np.fill_diagonal(numbers, np.nan)
        earlier = np.array([document.previous for document in self.documents], bool)
        numbers[np.ix_(earlier, earlier)] = np.nan
        return numbers

    def pair(self, left: int, right: int) -> Pair:
        """Find the passages that two documents have in common.

        Args:
            left: The place of one of them.
            right: The place of the other.
        """
        from copydetect import compare_files  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

        _, shares, slices = compare_files(self._prints[left], self._prints[right])
        sides = [
            Side(self.documents[at], float(share), tuple(zip(*found.tolist(), strict=True)))
            for at, share, found in zip((left, right), shares, slices, strict=True)
        ]
        return Pair(sides[0], sides[1])

    def _table(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """List every passage: its number, its place in all texts laid end to end, its document."""
        hashes: list[int] = []
        places: list[int] = []
        owners: list[int] = []
        start = 0
        for number, one in enumerate(self._prints):
            found = sorted((place, key) for key, at in one.hash_idx.items() for place in at)
            hashes += [key for _, key in found]
            places += [start + place for place, _ in found]
            owners += [number] * len(found)
            start += len(one.filtered_code)
        _, grams = np.unique(np.array(hashes, np.int64), return_inverse=True)
        return grams, np.array(places, np.int64), np.array(owners, np.int64)


def take_prints(
    documents: Sequence[Document],
    given: Sequence[str],
    progress: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Prints, list[Unread]]:
    """Take the fingerprints of documents, without what was given to the students.

    Args:
        documents: The hand-ins.
        given: Code that everybody has.
        progress: Called with the number of documents, and of those that are done.

    Returns:
        The fingerprints, and the documents with too little or too much in them to compare.

    Raises:
        InstructorError: Copydetect is not installed.
    """
    ignored = set(chain.from_iterable(_print_of(text).hashes for text in given))
    kept, prints, unread = [], [], []
    for count, document in enumerate(documents, start=1):
        if len(document.text) > MOST_CHARACTERS:
            reason = f"It is longer than {MOST_CHARACTERS} characters."
            unread.append(Unread(document.name, reason))
            continue
        one = _print_of(document.text, ignored)
        if one.token_coverage < LEAST_OWN:
            reason = f"It holds too little code of its own: {int(one.token_coverage)} characters."
            unread.append(Unread(document.name, f"{reason} {LEAST_OWN} are needed."))
        else:
            kept.append(document)
            prints.append(one)
        progress(len(documents), count)
    return Prints(kept, prints), unread


def _print_of(text: str, ignored: set[int] | frozenset[int] = frozenset()) -> Any:
    """Take one fingerprint.

    Copydetect 0.5 can leave boilerplate out itself, but then it also leaves out whatever a
    document repeats (`intersect1d` is told that there are no duplicates). So it is done here.

    Raises:
        InstructorError: Copydetect is not installed.
    """
    try:
        from copydetect import CodeFingerprint  # noqa: PLC0415 - heavy: it draws with Matplotlib
        from copydetect.utils import get_token_coverage  # type: ignore[import-untyped]  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise InstructorError(
            f"similarity needs the package {error.name}, which is not installed: "
            "pip install 'dlcv-autograder[similarity]'"
        ) from error
    one = CodeFingerprint("hand-in.py", _PASSAGE, _WINDOW, language="python", fp=io.StringIO(text))
    for key in one.hashes & ignored:
        del one.hash_idx[key]
    one.hashes -= ignored
    one.token_coverage = get_token_coverage(one.hash_idx, _PASSAGE, len(one.filtered_code))
    return one
