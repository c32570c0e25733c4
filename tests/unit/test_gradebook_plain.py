"""A grade as JSON text: whatever is in it comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.figures import Curve, Curves, Images, Matrix
from autograder.plain import grade_from_json, grade_to_json
from autograder.records import CheckOutcome, Grade, Lateness, QuestionGrade, Status, Verdict

TIME = datetime(2027, 5, 3, 12, 0, 0, 125, tzinfo=timezone(timedelta(hours=2)))
LATE = Lateness(TIME, TIME.astimezone(UTC), 0.5, 1, 10.0, 5.25, 47.25, False, "late")
numbers = st.floats(allow_nan=False)
# Every code point, lone surrogates among them: student code can print them.
texts = st.text(st.characters(exclude_categories=[]), max_size=8)
lines = st.lists(texts, max_size=2).map(tuple)
figures = st.one_of(
    st.just(Curves("t", "x", "y", (Curve("a", (1.5, None, -2.0)),), "highest")),
    st.just(Matrix("m", "row", "column", ("a", "b"), ((1, 0), (2, 3)))),
    st.binary(min_size=6, max_size=6).map(lambda pixels: Images("i", (1, 2, 3), pixels)),
)
verdicts = st.sampled_from(Verdict)
checks = st.builds(
    CheckOutcome, texts, texts, texts, verdicts, texts, texts, texts, numbers, numbers,
    st.booleans(), st.booleans(), st.lists(figures, max_size=3).map(tuple),
)  # fmt: skip
questions = st.builds(
    QuestionGrade, texts, texts, lines, numbers, numbers, st.booleans(), verdicts, st.just(()),
    st.lists(checks, max_size=2).map(tuple), texts, texts, texts, lines,
)  # fmt: skip
grades = st.builds(
    Grade, texts, texts, st.sampled_from(Status), numbers, numbers, numbers,
    st.lists(questions, max_size=2).map(tuple), texts, lines, texts, numbers,
    st.sampled_from([None, LATE]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(grades)
def test_plain_grade_comes_back_as_it_was(grade):
    """Reading what was written gives an equal record, and the text encodes as UTF-8."""
    text = grade_to_json(grade)
    text.encode()
    assert "\n" not in text
    assert grade_from_json(text) == grade


def test_plain_grade_keeps_kinds_of_values():
    """Verdicts are verdicts again, tuples tuples, bytes bytes, times aware."""
    shown = (Images("i", (1, 1, 2), b"\x00\xff"),)
    check = CheckOutcome("c", "q", "g", Verdict.FAILED, figures=shown)
    question = QuestionGrade("q", "t", ("f",), 1, 2, False, Verdict.FAILED, (), (check,))
    grade = Grade("a", "ab", Status.GRADED, 1, 2, 0, (question,), late=LATE)
    read = grade_from_json(grade_to_json(grade))
    assert type(read.questions[0].checks[0].verdict) is Verdict
    assert read.questions[0].checks[0].figures[0].pixels == b"\x00\xff"
    assert read.late.due.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"submission": "a"}', '{"submission": 1}'])
def test_plain_text_that_is_no_grade_is_refused(text):
    """What is cut short, or is something else, is never taken for a grade."""
    with pytest.raises(ValueError):  # noqa: PT011 - which words depends on the text
        grade_from_json(text)


def test_plain_grade_with_another_verdict_is_refused():
    """A field that is checked by kind cannot hold what the project does not know."""
    data = json.loads(grade_to_json(Grade("a", "", Status.UNGRADED, 0, 0, 0)))
    with pytest.raises(ValueError, match="graded"):
        grade_from_json(json.dumps({**data, "status": "excellent"}))
