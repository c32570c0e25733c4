"""Naming known mistakes by the answers of a submission."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from autograder.misconceptions import Misconception
from autograder.records import Verdict
from autograder.sandbox.codec import encode
from autograder.suite.diagnosis import Exchanges, diagnose
from autograder.suite.student import Reply, Request

INPUTS = [np.array([1.0, -2.0, 3.0]), np.array([[0.0, 4.0], [5.0, -6.0]])]


def right(x):
    """Double the numbers."""
    if x.size == 0:
        raise ValueError("nothing to double")
    return 2 * x


REFERENCE = SimpleNamespace(double=right, TABLE={"two": 2.0})


def mistake(name, function, **others):
    """Make a known mistake of `double`, or of what else is named."""
    return Misconception(name, "T1", others or {"double": function}, "Words.", (0, 50))


THRICE = mistake("thrice", lambda x: 3 * x)
ABSOLUTE = mistake("absolute", lambda x: 2 * np.abs(x))


def exchanges(function, inputs=INPUTS, *, measured=False, **reply):
    """Put requests to a function of this process."""

    def answer(requests):
        return [Reply(Verdict.PASSED, function(np.array(x)), **reply) for x in inputs]

    kept = Exchanges(answer)
    kept.answer([Request("double", encode(((x,), {})), measured) for x in inputs])
    return kept


def named(kept, *candidates):
    """Return the id of what is recognised, or nothing."""
    found = diagnose(candidates, ("double",), kept, REFERENCE)
    return found and found.id


@pytest.mark.parametrize("wrong", [THRICE, ABSOLUTE])
def test_diagnose_of_answers_like_a_mistakes_names_it(wrong):
    """The mistake that answers every call alike is found among others."""
    kept = exchanges(wrong.implementations["double"])
    assert named(kept, THRICE, ABSOLUTE) == wrong.id


def test_diagnose_of_right_answers_names_nothing():
    """A mistake that shows for none of the inputs explains nothing."""
    assert named(exchanges(right, [np.array([1.0, 2.0])]), ABSOLUTE, THRICE) is None


def test_diagnose_of_answers_that_fit_one_call_only_names_nothing():
    """One answer of another kind is enough to acquit a mistake."""
    kept = exchanges(lambda x: 3 * x if x.ndim == 1 else right(x))
    assert named(kept, THRICE, ABSOLUTE) is None


def test_diagnose_allows_for_rounding_and_for_nothing_else():
    """Another order of additions is the same answer, a millionth more is not."""
    assert named(exchanges(lambda x: 3 * x * (1 + 1e-9)), THRICE) == "thrice"
    assert named(exchanges(lambda x: 3 * x * (1 + 1e-6)), THRICE) is None


@pytest.mark.parametrize(
    "odd",
    [
        lambda x: (3 * x).tolist(),
        lambda x: (3 * x).astype(np.float32),
        lambda x: (3 * x).ravel(),
        lambda _: None,
        lambda _: "3",
        lambda _: 3.0,
    ],
    ids=["list", "dtype", "shape", "none", "text", "number"],
)
def test_diagnose_of_an_answer_of_another_kind_names_nothing(odd):
    """Kind, dtype and shape belong to an answer."""
    assert named(exchanges(odd), THRICE) is None


def test_diagnose_of_a_number_where_the_mistake_gives_arrays_names_nothing():
    """Arrays of several shapes in a list are no number, and no reason to fail."""
    ragged = mistake("ragged", lambda x: [x, x[:1]])
    assert named(exchanges(lambda _: 3.0), ragged) is None
    assert named(exchanges(lambda x: x), ragged) is None
    assert named(exchanges(lambda x: [x, x[:1]]), ragged) == "ragged"


def test_diagnose_tells_a_mistake_that_writes_into_its_argument():
    """The same numbers with and without a changed argument are two mistakes."""

    def in_place(x):
        x *= 2
        return x

    writes = mistake("writes", in_place)
    assert named(exchanges(right, mutated=(0,)), writes) == "writes"
    assert named(exchanges(right), writes) is None


def test_diagnose_of_an_error_like_the_mistakes_names_it():
    """Both raise a KeyError where the reference answers; another error is another mistake."""

    def raises(x):
        raise KeyError(x.size)

    kept = Exchanges(lambda _: [Reply(Verdict.STUDENT_ERROR, bases=("KeyError",))])
    kept.answer([Request("double", encode(((INPUTS[0],), {})))])
    assert named(kept, THRICE, mistake("raises", raises)) == "raises"
    assert named(kept, mistake("none", lambda x: [][x.size])) is None


@pytest.mark.parametrize("verdict", [Verdict.LIMIT_EXCEEDED, Verdict.NOT_ATTEMPTED])
def test_diagnose_leaves_out_calls_without_an_answer(verdict):
    """What was not answered, or only timed, speaks for nothing."""
    kept = Exchanges(lambda _: [Reply(verdict)])
    kept.answer([Request("double", encode(((INPUTS[0],), {})))])
    assert named(kept, THRICE) is None
    assert named(exchanges(lambda x: 3 * x, measured=True), THRICE) is None


def test_diagnose_compares_values_and_random_draws():
    """Values of the module are compared as they are, and generators start where they were sent."""
    table = mistake("table", None, TABLE={"two": 3.0})
    kept = Exchanges(lambda _: [Reply(Verdict.PASSED, {"two": 3.0})])
    kept.answer([Request("TABLE", None)])
    assert diagnose([table], ("TABLE",), kept, REFERENCE) is table

    draws = mistake("draws", lambda rng: rng.random(3))
    reference = SimpleNamespace(double=lambda rng: 1 - rng.random(3))
    rng = np.random.default_rng(3)
    request = Request("double", encode(((rng,), {})))
    kept = Exchanges(lambda _: [Reply(Verdict.PASSED, np.random.default_rng(3).random(3))])
    kept.answer([request])
    assert diagnose([draws], ("double",), kept, reference) is draws
