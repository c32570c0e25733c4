"""recognised.json: what is written of a mistake's answers, and whose work they are told of."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from autograder.sandbox.codec import encode
from autograder.workspace.calls import Exchange
from autograder.workspace.recognised import (
    KnownAnswer,
    KnownMistake,
    call_digest,
    mistakes_text,
    read_mistakes,
    recognise,
)

HALF = encode(((0.5,), {}))
ONE = encode(((1.0,), {}))


def exchange(value=None, arguments=HALF, name="f", raised=()):
    """Make a call of f with this answer."""
    return Exchange(name, arguments, None if raised else encode(value), raised)


def mistake(*pairs, message="You are off.", convention=""):
    """Make a mistake of question Q: pairs of a call and its known answer."""
    answers = {call_digest(one): answer for one, answer in pairs}
    return KnownMistake("Q", ("f", "g"), message, convention, answers)


def wrong(value):
    return KnownAnswer(value, differs=True)


def told(exchanges, *mistakes):
    return recognise(mistakes, "Q", exchanges)


OFF_BY_ONE = mistake((exchange(), wrong(1.5)), (exchange(arguments=ONE), wrong(2.0)))


def test_work_that_answers_every_call_alike_is_told_the_message():
    """But for rounding."""
    made = [exchange(1.5 * (1 + 1e-9)), exchange(2.0, ONE)]
    assert told(made, OFF_BY_ONE) == "You are off."


def test_work_that_follows_a_convention_is_told_whose():
    """What is right elsewhere is said to be."""
    one = mistake((exchange(), wrong(1.5)), convention="PyTorch")
    assert told([exchange(1.5)], one) == (
        "You are off. (Right elsewhere: this is the convention of PyTorch.)"
    )


@pytest.mark.parametrize(
    "made",
    [
        [],
        [exchange(1.5), exchange(2.1, ONE)],
        [exchange(1.5), exchange(2.0, encode(((2.0,), {})))],
        [exchange(1.5), exchange(2.0, None)],
        [exchange(1.5), Exchange("f", ONE)],
        [exchange(1.5), exchange(arguments=ONE, raised=("ValueError", "Exception"))],
        [exchange(np.array([1.5]))],
        [exchange(1.5 * (1 + 1e-5))],
    ],
)
def test_work_with_one_other_answer_is_told_nothing(made):
    """Another value, another shape, an unknown call, no answer, an error."""
    assert told(made, OFF_BY_ONE) == ""


def test_work_that_answers_rightly_is_told_nothing():
    """A mistake tells itself by a wrong answer: of the right ones alone nobody is accused."""
    right = (exchange(), KnownAnswer(0.5))
    one = mistake(right, (exchange(arguments=ONE), wrong(2.0)))
    assert told([exchange(0.5)], one) == ""
    assert told([exchange(0.5), exchange(2.0, ONE)], one) == "You are off."


def test_mistake_of_another_question_is_not_told():
    """The same calls may be made for two questions."""
    assert recognise([OFF_BY_ONE], "R", [exchange(1.5)]) == ""


def test_calls_of_other_functions_and_of_unwritten_ones_are_passed_over():
    """They say nothing about this mistake."""
    others = [exchange(7.0, name="h"), exchange(name="g", raised=("NotImplementedError",))]
    assert told([exchange(1.5), *others], OFF_BY_ONE) == "You are off."


@pytest.mark.parametrize(
    ("raised", "fits"),
    [(("ValueError", "Exception"), True), (("TypeError",), False), ((), False)],
)
def test_error_that_a_mistake_raises_must_be_raised(raised, fits):
    """Of the same class, or of one that it is a kind of."""
    raising = KnownAnswer(None, ("AxisError", "ValueError", "IndexError"))
    one = mistake((exchange(), wrong(1.5)), (exchange(arguments=ONE), raising))
    made = [exchange(1.5), exchange(arguments=ONE, raised=raised)]
    assert bool(told(made, one)) == fits


VALUES = [
    2,
    True,
    None,
    "diverges",
    0.1,
    math.inf,
    -math.inf,
    np.float32(0.5),
    [1, (2.5, None)],
    {"w": np.arange(6.0).reshape(2, 3), "log": [0.5]},
    np.array([[1.0, np.nan], [np.inf, -0.0]]),
    np.array([1, 2], dtype=np.uint8),
    np.array([True, False]),
    np.array(3.5, dtype=np.float32),
    np.zeros((0, 2)),
    np.array([1e-310, 2e-310]),
    np.array([1e300, -2.5e299]),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_answer_written_and_read_is_the_answer(value, tmp_path):
    """Whatever kind of plain data it is, infinities and NaN included."""
    file = tmp_path / "recognised.json"
    file.write_text(mistakes_text([mistake((exchange(), wrong(value)))]))
    text = file.read_text()
    json.loads(text, parse_constant=pytest.fail)
    assert told([exchange(value)], *read_mistakes(file)) == "You are off."


@pytest.mark.parametrize("value", [1j, np.array([1j]), np.array(["a"]), {1: 2.0}, b"x"])
def test_answer_that_is_no_plain_number_is_not_written(value):
    """Half of an answer would name the wrong work."""
    with pytest.raises(ValueError, match="expected"):
        mistakes_text([mistake((exchange(), wrong(value)))])


def test_text_does_not_show_the_last_bits():
    """Another processor adds up in another order; the bytes stay."""
    texts = [
        mistakes_text([mistake((exchange(), wrong(np.array([1 / 3 + noise, noise, 5.0]))))])
        for noise in (0.0, 2e-16, -1e-16)
    ]
    assert len(set(texts)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"schema": 2, "mistakes": [{}]}',
        b'{"schema": 1}',
        b'{"schema": 1, "mistakes": [{"question": "Q"}]}',
    ],
)
def test_damaged_file_or_one_of_another_form_holds_no_mistake(content, tmp_path):
    """The tests' own messages are what counts: nothing stops for this file."""
    file = tmp_path / "recognised.json"
    assert read_mistakes(file) == ()
    file.write_bytes(content)
    assert read_mistakes(file) == ()
