"""Where a student can look things up: on the page, in JSON, in Otter's words, and the errata."""

from __future__ import annotations

import dataclasses
import json

import pytest

from autograder.otter.wording import check_words
from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report.as_json import class_to_dict
from autograder.report.errata import corrections, errata_body
from autograder.report.files import page_names
from autograder.report.html import write_report
from autograder.report.words import look_up_words, source_words

ERRATA = r"""
# Errata of the lectures

See [the tests](../tests/unit/test_x.py), [a page](https://example.org) and [no](javascript:x).

## Deck 000

| id | line | it says | right is |
|---|---|---|---|
| E03 | 240 | from 0 | `i = 1` to n, \|i\| < 9 |
| E04 | 9 | <script>x</script> | a < b |
"""
FAILED = CheckOutcome("test_q.py::test_a", "A3.1", "values", Verdict.FAILED, "It agrees.")
PASSED = dataclasses.replace(FAILED, verdict=Verdict.PASSED, fraction=1.0)


def question(*checks, verdict=Verdict.FAILED, sources=("deck 004 L343", "E03")):
    """Make a question that can be looked up."""
    return QuestionGrade(
        "A3.1", "MSE", ("mse",), 5, 16, False, verdict, (), checks, sources=sources
    )


def pages(folder, one, errata=ERRATA):
    """Write the report of one hand-in; give the pages by name."""
    grade = Grade("ann", "00", Status.GRADED, 5, 16, 0, (one,))
    result = ClassResult("loss", "Losses", 16, "sha256:1", {}, (grade,))
    write_report(result, folder, versions={}, errata=errata)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def looked_up(page):
    """Give the line about where to look things up; empty if the page has none."""
    return next((line for line in page.splitlines() if "<strong>Look up:" in line), "")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("deck 004 L343", "deck 004, line 343"),
        ("deck 000 L309-329", "deck 000, lines 309-329"),
        ("E03", "erratum E03"),
    ],
)
def test_source_in_words_says_deck_and_line_or_erratum(source, words):
    """As somebody would say it."""
    assert source_words(source) == words


def test_look_up_words_name_the_file_of_errata_if_one_is_named():
    """Without an erratum among the sources the file would be no help."""
    assert look_up_words(["E03"], "errata.md") == "Look up: erratum E03 (see errata.md)"
    assert look_up_words(["deck 004 L1"], "errata.md") == "Look up: deck 004, line 1"


def test_page_of_a_question_that_lost_points_says_where_to_look_it_up(tmp_path):
    """The lecture's line; the erratum as a link, with what is right."""
    page = pages(tmp_path, question(PASSED, FAILED))["ann.html"]
    assert looked_up(page) == (
        '<p><strong>Look up:</strong> deck 004, line 343; erratum <a href="errata.html#E03">E03</a>'
        ": <code>i = 1</code> to n, |i| &lt; 9</p>"
    )


def test_page_of_a_question_not_attempted_says_where_to_look_it_up(tmp_path):
    """Whoever has not begun needs the lecture most."""
    waiting = dataclasses.replace(FAILED, verdict=Verdict.NOT_ATTEMPTED)
    assert looked_up(pages(tmp_path, question(waiting, verdict=Verdict.NOT_ATTEMPTED))["ann.html"])


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.GRADER_ERROR])
def test_page_of_a_question_without_a_students_fault_has_no_such_line(tmp_path, verdict):
    """Right work, and our own fault, need no lecture."""
    one = dataclasses.replace(FAILED, verdict=verdict)
    assert looked_up(pages(tmp_path, question(one, verdict=verdict))["ann.html"]) == ""


def test_page_without_errata_names_them_without_a_link(tmp_path):
    """There is no page to link to, and none is written."""
    files = pages(tmp_path, question(FAILED), errata="")
    assert looked_up(files["ann.html"]).endswith("deck 004, line 343; erratum E03</p>")
    assert files.keys() == {"index.html", "ann.html"}


def test_errata_page_has_a_row_for_each_link(tmp_path):
    """The page is in the frame of the others, and each row can be linked to."""
    page = pages(tmp_path, question(FAILED))["errata.html"]
    assert page.startswith("<!DOCTYPE html>")
    assert "Content-Security-Policy" in page
    assert page.count("<h1>") == page.count("<main>") == page.count("<footer>") == 1
    assert '<tr id="E03">\n  <th scope="row">E03</th>' in page
    assert page.count("<caption>Deck 000</caption>") == page.count("<table>") == 1


def test_errata_page_escapes_and_keeps_links_to_other_sites_only():
    """A link to a file of the course would lead nowhere from where the page is."""
    body = errata_body(ERRATA)
    assert "&lt;script&gt;" in body
    assert "See the tests, " in body
    assert '<a href="https://example.org">a page</a>' in body
    assert "javascript" not in body


def test_corrections_are_escaped_html():
    """They are put into a page as they are."""
    assert corrections(ERRATA)["E04"] == "a &lt; b"
    assert corrections("") == {}


def test_page_of_a_student_cannot_take_the_place_of_the_errata():
    """A hand-in may be called anything."""
    assert page_names(["errata", "Errata"]) == ("errata-2.html", "Errata-3.html")


def test_json_of_a_question_has_its_sources(tmp_path):
    """As they are in grading.yml; no key where there are none."""
    for sources in (("deck 004 L343", "E03"), ()):
        grade = Grade("ann", "00", Status.GRADED, 5, 16, 0, (question(FAILED, sources=sources),))
        page = class_to_dict(ClassResult("loss", "Losses", 16, "sha256:1", {}, (grade,)))
        (found,) = json.loads(json.dumps(page))["grades"][0]["questions"]
        assert found.get("sources", []) == list(sources)
        assert ("sources" in found) == bool(sources)


@pytest.mark.parametrize("public", [True, False])
def test_words_on_gradescope_end_with_where_to_look_it_up(public):
    """Where the checks in view found something wrong, and only there."""
    one = question(PASSED, dataclasses.replace(FAILED, public=True))
    grade = Grade("ann", "00", Status.GRADED, 5, 16, 0, (one,))
    told = check_words(grade, one, public=public)
    assert told.endswith("\nLook up: deck 004, line 343; erratum E03") == public
    assert ("Look up" in told) == public


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", "in <code>loss.ipynb</code>."),
        ("https://x.org/{assignment}.html", 'in <a href="https://x.org/loss.html">the lesson</a>.'),
    ],
)
def test_page_names_the_lesson_and_links_to_it_where_it_is_on_the_web(tmp_path, address, expected):
    """A course that has its lessons on the web says where; the others have the notebook."""
    grade = Grade("ann", "00", Status.GRADED, 5, 16, 0, (question(FAILED),))
    result = ClassResult("loss", "Losses", 16, "sha256:1", {}, (grade,))
    write_report(result, tmp_path, versions={}, lessons=address)
    assert expected in (tmp_path / "ann.html").read_text(encoding="utf-8")
