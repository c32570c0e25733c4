"""Numbers and passages of pairs: autograder.similarity.compare."""

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np
import pytest

from autograder.errors import InstructorError
from autograder.similarity.compare import LEAST_OWN, MOST_CHARACTERS, take_prints
from autograder.similarity.records import DEFAULT_THRESHOLD, Document

STUB = '''\
"""Toys."""
import numpy as np


def scale(x, factor):
    """Scale."""
    raise NotImplementedError("T1.1 scale")
'''
FIRST = '''\
"""Toys."""
import numpy as np


def smooth(values, width):
    """Average neighbours."""
    total = np.zeros(len(values) - width + 1)
    for shift in range(width):
        total += values[shift : len(values) - width + 1 + shift]
    return total / width


def spread(table):
    # the largest difference within each row
    highest = table.max(axis=1)
    lowest = table.min(axis=1)
    return np.where(highest > lowest, highest - lowest, 0.0)


def counts(labels, classes):
    answer = [0] * classes
    for label in labels:
        if 0 <= label < classes:
            answer[label] += 1
    return np.array(answer, dtype=int) / max(1, len(labels))


def steps(start, rate, gradient, rounds):
    path = [start]
    for _ in range(rounds):
        moved = path[-1] - rate * gradient(path[-1])
        if abs(moved - path[-1]) < 1e-12:
            break
        path.append(moved)
    return np.asarray(path)
'''
DISGUISED = '''\
import numpy as np
def descend(w, eta, slope, times):
    trail = [w]
    for _ in range(times):
        w_new = trail[-1] - eta * slope(trail[-1])
        if abs(w_new - trail[-1]) < 1e-12:
            break
        trail.append(w_new)
    return np.asarray(trail)
def tally(things, kinds):
    """How often each kind occurs."""
    result = [0] * kinds
    for thing in things:
        if 0 <= thing < kinds:
            result[thing] += 1
    return np.array(result, dtype=int) / max(1, len(things))
def width_of(rows):
    top = rows.max(axis=1)
    bottom = rows.min(axis=1)
    return np.where(top > bottom, top - bottom, 0.0)
def moving_mean(xs, n):
    s = np.zeros(len(xs) - n + 1)
    for k in range(n):
        s += xs[k : len(xs) - n + 1 + k]
    return s / n
'''
OTHER = """\
import numpy as np


def smooth(values, width):
    kernel = np.full(width, 1 / width)
    return np.convolve(values, kernel, mode="valid")


def spread(table):
    return np.ptp(table, axis=1).astype(float)


def counts(labels, classes):
    inside = [label for label in labels if label in range(classes)]
    if not inside:
        return np.zeros(classes)
    found, times = np.unique(np.asarray(inside, dtype=int), return_counts=True)
    answer = np.zeros(classes)
    answer[found] = times
    return answer / len(labels)


def steps(start, rate, gradient, rounds):
    path = np.full(rounds + 1, float(start))
    at = 0
    while at < rounds:
        at += 1
        path[at] = path[at - 1] - gradient(path[at - 1]) * rate
    changed = np.flatnonzero(np.abs(np.diff(path)) >= 1e-12)
    return path[: changed.max(initial=-1) + 2]
"""


def numbers_of(*texts, given=(STUB,)):
    prints, unread = take_prints(
        [Document(f"s{at}", text.strip("\n")) for at, text in enumerate(texts)], given
    )
    assert not unread
    return prints.numbers()


def test_similarity_of_a_renamed_and_reordered_copy_reaches_the_threshold():
    """Other names, another order of functions, other comments: the code is still the same."""
    numbers = numbers_of(FIRST, DISGUISED, OTHER)
    assert numbers[0, 1] > 0.9
    assert numbers[0, 2] < DEFAULT_THRESHOLD
    assert numbers[1, 2] < DEFAULT_THRESHOLD


def test_similarity_of_all_at_once_is_what_copydetect_says_of_each_pair():
    """The quick way through all pairs gives the library's own numbers."""
    texts = [FIRST, DISGUISED, OTHER, FIRST + OTHER, FIRST * 2, OTHER + DISGUISED + STUB]
    prints, _ = take_prints([Document(str(at), text) for at, text in enumerate(texts)], [STUB])
    numbers = prints.numbers()
    for left, right in combinations(range(len(texts)), 2):
        pair = prints.pair(left, right)
        assert numbers[left, right] == numbers[right, left] == np.float32(pair.number)


def test_similarity_of_a_part_is_the_larger_of_two_shares():
    """Who took half of another's work and who put more around it are both found."""
    prints, _ = take_prints([Document("a", FIRST), Document("b", FIRST + OTHER)], [STUB])
    pair = prints.pair(0, 1)
    assert pair.left.share > 0.99
    assert 0.3 < pair.right.share < 0.7
    assert pair.number == 1


def test_similarity_leaves_out_what_was_given():
    """Code that everybody has makes nobody alike, wherever it stands."""
    texts = [FIRST + OTHER, FIRST.replace("T1", "") + STUB]
    assert numbers_of(*texts)[0, 1] > 0.9
    documents = [Document("own", texts[0]), Document("nothing own", texts[1])]
    prints, unread = take_prints(documents, [STUB, FIRST])
    assert [one.name for one in unread] == ["nothing own"]
    assert prints.documents == (documents[0],)
    others = numbers_of(FIRST + OTHER, OTHER + FIRST, FIRST + OTHER * 2, given=[STUB, FIRST])
    assert others[0, 1] > 0.9


def test_similarity_counts_what_a_document_repeats():
    """A passage that stands twice counts twice, and is marked twice."""
    twice = FIRST + FIRST.replace("values", "numbers")
    prints, _ = take_prints([Document("a", twice), Document("b", FIRST)], [STUB])
    pair = prints.pair(0, 1)
    assert pair.left.share > 0.99
    marked = sum(end - start for start, end in pair.left.passages)
    assert marked > 0.9 * len(twice)


def test_similarity_passages_are_the_shared_code():
    """What is marked on one side is the code that the other side has, and nothing else is."""
    extra = "\n\ndef alone(z):\n    return {key: z[key] ** 3 - 7 for key in sorted(z) if key}\n"
    prints, _ = take_prints([Document("a", FIRST + extra), Document("b", DISGUISED)], [STUB])
    side = prints.pair(0, 1).left
    marked = "".join(side.document.text[start:end] for start, end in side.passages)
    assert "highest = table.max(axis=1)" in marked
    assert "sorted(z)" not in marked


def test_similarity_of_two_earlier_ones_is_not_told():
    """Pairs of an earlier term with itself are nobody's business now."""
    documents = [Document("now", FIRST), *(Document(n, FIRST, previous=True) for n in "ab")]
    prints, _ = take_prints(documents, [STUB])
    numbers = prints.numbers()
    assert np.isnan(numbers[1, 2])
    assert np.isnan(np.diag(numbers)).all()
    assert numbers[0, 1] == numbers[0, 2] == 1


def test_similarity_of_next_to_nothing_is_not_told():
    """A stub or one short function says nothing, and something endless is not looked at."""
    short = "def double(x):\n    return 2 * x + np.zeros(3)[0]\n"
    long = "x = [1]\n" * (MOST_CHARACTERS // 8 + 1)
    documents = [Document("stub", STUB), Document("short", short), Document("long", long)]
    prints, unread = take_prints(documents, [STUB])
    assert prints.documents == ()
    assert prints.numbers().shape == (0, 0)
    assert [one.name for one in unread] == ["stub", "short", "long"]
    assert str(LEAST_OWN) in unread[1].reason
    assert str(MOST_CHARACTERS) in unread[2].reason


def test_similarity_reports_how_far_it_is():
    """Each document moves the bar on, in both steps."""
    calls: list[tuple[int, int]] = []
    documents = [Document("a", FIRST), Document("b", OTHER)]
    prints, _ = take_prints(documents, [STUB], lambda *call: calls.append(call))
    prints.numbers(lambda *call: calls.append(call))
    assert calls == [(2, 1), (2, 2)] * 2


def test_similarity_without_copydetect_says_what_to_install(monkeypatch):
    """The package is an extra: where it is missing, the line that installs it is told."""
    monkeypatch.setitem(sys.modules, "copydetect", None)
    with pytest.raises(InstructorError, match=r"pip install 'dlcv-autograder\[similarity\]'"):
        take_prints([Document("a", FIRST)], [STUB])
