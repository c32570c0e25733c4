"""Text of unknown origin, words and numbers: autograder.report.text and autograder.report.words."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.records import Grade, Status, Verdict
from autograder.report.text import clean, one_line
from autograder.report.words import (
    STATUSES,
    VERDICTS,
    counted,
    number,
    percent,
    score_sentence,
    short,
)

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b2Jgone", "gone"),
        ("a\x1b]8;;http://example.org\x07link\x1b]8;;\x1b\\b", "alinkb"),
        ("a\x1b]0;title", "a]0;title"),
        ("\x1bPq#0\x1b\\x", "x"),
        ("\x1bcreset", "reset"),
        ("bell\x07 back\x08space \x7f", "bell backspace "),
        (f"a{BIDI}b", "ab"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("tab\there\nline", "tab\there\nline"),
        ("\ud800", "\ufffd"),
        ("ﬁn ünïcode 漢字 👩\u200d🔬", "ﬁn ünïcode 漢字 👩\u200d🔬"),
    ],
)
def test_clean_of_text_with_controls_keeps_what_can_be_read(text: str, expected: str) -> None:
    """Terminal sequences and controls go, line ends become one kind, and letters stay."""
    assert clean(text) == expected


@given(st.text(st.one_of(st.characters(), st.sampled_from("\x1b\x9b\x9d[]\\;m" + BIDI))))
def test_clean_of_any_text_leaves_nothing_that_acts(text: str) -> None:
    """No control character is left but tab and newline, and the rest can be encoded."""
    cleaned = clean(text)
    cleaned.encode()
    controls = {letter for letter in cleaned if unicodedata.category(letter) in {"Cc", "Cs"}}
    assert controls <= {"\t", "\n"}
    assert not set(cleaned) & set(BIDI)
    assert clean(cleaned) == cleaned


def test_clean_of_a_long_attack_takes_linear_time() -> None:
    """Many unfinished sequences do not make the expressions search again and again."""
    start = time.process_time()
    for piece in ("\x1b]", "\x1b[", "\x1b[0", "\x9d", "\x1b "):
        clean(piece * 100_000)
    assert time.process_time() - start < 2


def test_one_line_of_several_lines_is_one_line() -> None:
    """A name with newlines stays in its row."""
    assert one_line("  a\n\nb\tc \r\n d ") == "a b c d"


def test_every_verdict_and_status_has_distinct_words_and_signs() -> None:
    """No two verdicts can be mistaken for one another without colour."""
    assert set(VERDICTS) == set(Verdict)
    assert set(STATUSES) == set(Status)
    for attribute in ("words", "symbol", "letter"):
        assert len({getattr(wording, attribute) for wording in VERDICTS.values()}) == len(Verdict)
    assert all(wording.letter.isascii() for wording in VERDICTS.values())


@pytest.mark.parametrize(
    ("value", "expected"), [(16.0, "16"), (14.4, "14.4"), (0.30000000004, "0.3"), (-0.0, "0")]
)
def test_number_of_a_whole_or_noisy_float_is_short(value: float, expected: str) -> None:
    """Whole numbers have no decimals and rounding noise is not shown."""
    assert str(number(value)) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_number_that_is_not_finite_is_refused(value: float) -> None:
    """A score that is no number is an error, never shown."""
    with pytest.raises(ValueError, match="finite"):
        number(value)


def test_short_and_percent_round_down() -> None:
    """Nearly full never looks full, and float noise does not cost a digit."""
    assert short(15.96) == "15.9"
    assert short(0.1 + 0.2) == "0.3"
    assert percent(199, 200) == "99 %"
    assert percent(0.29, 1) == "29 %"
    assert percent(1, 0) == "0 %"


def test_counted_has_the_right_plural() -> None:
    """One check, two checks, no checks."""
    assert [counted(n, "check") for n in (0, 1, 2)] == ["0 checks", "1 check", "2 checks"]
    assert counted(2, "check waits", "checks wait") == "2 checks wait"


def test_score_sentence_of_each_kind_says_points_or_waiting() -> None:
    """Points, bonus with its plural, and never a zero for what is ungraded."""
    grade = Grade("student-01", "", Status.GRADED, 87.5, 100, 0)
    assert score_sentence(grade) == "87.5 of 100 points."
    one = Grade("student-01", "", Status.GRADED, 100, 100, 1)
    assert score_sentence(one) == "100 of 100 points, and 1 bonus point."
    waiting = Grade("student-01", "", Status.UNGRADED, 0, 100, 0)
    assert "not a zero" in score_sentence(waiting)
