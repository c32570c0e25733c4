"""Lateness in the terminal and on the pages: beside the raw score, never in its place."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from autograder.config import LatePolicy
from autograder.lateness import late_penalty
from autograder.records import ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report.console import print_class
from autograder.report.html import class_page, submission_page
from autograder.report.words import late_sentence

DUE = datetime(2026, 10, 20, 23, 59, tzinfo=UTC)
POLICY = LatePolicy(grace_minutes=15, percent_per_day=10, cutoff_days=5)
QUESTIONS = tuple(
    QuestionGrade(f"A6.{n}", "T", ("f",), 12.4, 16, n > 7, Verdict.FAILED, (), ())
    for n in range(1, 9)
)


def grade(name, after=None, points=80.0, bonus=8.0):
    """Make a graded submission that came some time after the due time."""
    late = None
    if after is not None:
        late = late_penalty(POLICY, DUE + after, DUE, points + bonus)
    return Grade(name, "aa", Status.GRADED, points, 100, bonus, QUESTIONS, late=late)


RESULT = ClassResult(
    "convolution",
    "Convolution",
    100,
    "sha256:cd",
    grades=(
        grade("student-01", timedelta(hours=-1)),
        grade("student-02", timedelta(hours=30)),
        grade("student-03", timedelta(days=9)),
        grade("student-04"),
        Grade("student-05", "", Status.UNGRADED, 0, 100, 0, reason="No zip."),
    ),
)
NOBODY = replace(RESULT, grades=(RESULT.grades[3], RESULT.grades[4]))


def printed(result):
    file = io.StringIO()
    print_class(result, Console(file=file, width=80))
    return file.getvalue()


def cells(text, name):
    """Find a submission's row of the table and split it."""
    return next(line for line in text.splitlines() if line.startswith(name)).split()


def class_html(result):
    pages = [f"{one.submission}.html" for one in result.grades]
    return class_page(result, pages, when=None, versions={})


def test_console_shows_raw_and_final_points_side_by_side():
    """Total and bonus stay raw; the last number is what is left, within 80 columns."""
    text = printed(RESULT)
    assert cells(text, "submission")[-4:] == ["total", "bonus", "final", "status"]
    assert cells(text, "student-01")[-4:] == ["80", "+8", "88", "graded"]
    assert cells(text, "student-02")[-4:] == ["80", "+8", "70.4", "graded"]
    assert cells(text, "student-03")[-4:] == ["80", "+8", "0", "graded"]
    assert cells(text, "student-04")[-3:] == ["80", "+8", "graded"]
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "…" not in text


def test_console_lists_the_late_ones_with_their_reasons():
    """Who lost something is listed with both times; who came in time is not."""
    text = " ".join(printed(RESULT).split())
    told = text.partition("Late, in final but not in total:")[2].partition("Ungraded")[0]
    assert re.findall(r"student-\d+", told) == ["student-02", "student-03"]
    assert "2 started days late, 20 % of the points are taken off. 88 points become 70.4." in told
    assert "more than 5 days late, so it earns nothing. 88 points become 0." in told


def test_reports_where_no_lateness_is_known_say_nothing_of_it():
    """Without times there is no column, no list and no line."""
    assert "final" not in printed(NOBODY)
    assert "Late" not in printed(NOBODY)
    assert "Days late" not in class_html(NOBODY)
    page = submission_page(NOBODY, NOBODY.grades[0], when=None, versions={})
    assert 'class="late"' not in page


def test_class_page_has_days_and_final_points_of_each():
    """The table has a column for days and one for what is left."""
    page = class_html(RESULT)
    assert '<th scope="col" class="n">Days late</th><th scope="col" class="n">Final</th>' in page
    row = page[page.index("student-02</bdi>") :].partition("</tr>")[0]
    cells = re.findall(r'<td class="n" data-v="([\d.]+)">([\d.]+)</td>', row)
    assert [shown for _, shown in cells[-4:]] == ["80", "8", "2", "70.4"]
    assert [float(value) for value, _ in cells[-4:]] == [80, 8, 2, 70.4]
    ungraded = page[page.rindex("student-05</bdi>") :].partition("</tr>")[0]
    assert ungraded.count("<td") == row.count("<td")


def test_submission_page_tells_the_score_and_then_the_lateness():
    """A student reads the raw score first, then what lateness makes of it."""
    page = submission_page(RESULT, RESULT.grades[1], when=None, versions={})
    score, late = page.index('<p class="score">80 of 100'), page.index('<p class="late">')
    assert score < late
    assert "88 points become 70.4." in page[late:]


@pytest.mark.parametrize(
    ("after", "end"),
    [
        (timedelta(hours=-1), ": in time."),
        (timedelta(minutes=5), "within the 15 minutes that cost nothing."),
        (timedelta(hours=1), "88 points become 79.2."),
    ],
)
def test_late_sentence_names_points_only_where_some_are_lost(after, end):
    """Points are told where they change."""
    assert late_sentence(grade("a", after)).endswith(end)


def test_late_sentence_of_no_points_takes_none():
    """Of nothing, nothing is taken off."""
    sentence = late_sentence(grade("a", timedelta(hours=1), points=0.0, bonus=0.0))
    assert "become" not in sentence
    assert late_sentence(grade("a")) == ""
