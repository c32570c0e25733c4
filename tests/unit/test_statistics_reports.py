"""Statistics as text, page and JSON, and read from a file of results."""

from __future__ import annotations

import html
import io
import json
import re

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from autograder.config import load_course
from autograder.errors import InstructorError
from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report import as_json as results_json
from autograder.statistics import as_json
from autograder.statistics.console import print_statistics
from autograder.statistics.count import class_statistics
from autograder.statistics.html import statistics_page
from autograder.statistics.pictures import bars
from autograder.statistics.reading import read_results

WORTH = {"T1.1": 60.0, "T1.2": 40.0}
CHECK = CheckOutcome("test_a", "T1.1", "values", Verdict.FAILED, "Twice <1> is 2.")


def grade(number, *shares):
    questions = tuple(
        QuestionGrade(
            name,
            title,
            (function,),
            round(worth * share, 2),
            worth,
            False,
            Verdict.PASSED if share == 1 else Verdict.FAILED,
            (),
            (CHECK,) if name == "T1.1" and share < 1 else (),
            misconception="sign" if share < 0.2 else "",
            advice="Look at <the> sign." if share < 0.2 else "",
        )
        for (name, worth), title, function, share in zip(
            WORTH.items(), ("Twice", "Mean"), ("double", "mean"), shares, strict=True
        )
    )
    points = sum(question.points for question in questions)
    return Grade(f"s{number}", "ab", Status.GRADED, points, 100, 0, questions, seconds=0.5)


def class_of(count):
    rng = np.random.default_rng(3)
    able = rng.uniform(size=count)
    other = np.clip(able + rng.normal(0, 0.2, size=count), 0, 1)
    grades = tuple(grade(at, float(able[at]), float(other[at])) for at in range(count))
    refused = Grade("broken", "", Status.UNGRADED, 0, 100, 0, reason="Not a zip archive.")
    return ClassResult("toy", "Toys", 100, "sha256:ab", grades=(*grades, refused))


LARGE, SMALL, TINY = (class_statistics(class_of(count)) for count in (40, 12, 2))


def printed(found, **options):
    file = io.StringIO()
    print_statistics(found, Console(file=file, width=80, **options))
    return file.getvalue()


def words_of(page):
    """Give what is read, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.split("</head>")[1])).split())


def test_statistics_console_fits_80_columns_and_is_plain():
    """What is piped is plain text that a standard terminal shows without a break."""
    for found in (LARGE, SMALL, TINY):
        text = printed(found)
        assert max(map(cell_len, text.splitlines())) <= 80
        assert "\x1b" not in text
        assert "…" not in text


def test_statistics_console_tells_every_number_of_a_question():
    """Mean, shares of all and none, discrimination, and the distribution are on one line."""
    asked = LARGE.questions[0]
    line = next(line for line in printed(LARGE).splitlines() if line.startswith("T1.1 Twice"))
    tenths = asked.spread.counts
    fifths = [str(tenths[at] + tenths[at + 1]) for at in range(0, 10, 2)]
    mean = f"{int(100 * asked.spread.mean)} %"
    share = f"{int(100 * asked.full / asked.graded)} %"
    value = f"{asked.discrimination.value:.2f}"
    assert line.split() == f"T1.1 Twice {mean} {share} 0 % {value}".split() + fifths


def test_statistics_of_small_classes_say_so_instead_of_a_number():
    """Too few hand-ins are told in words, in the terminal and on the page."""
    for found, words in (
        (SMALL, "12 graded hand-ins are too few to tell discrimination: 30 are needed."),
        (TINY, "2 graded hand-ins are too few for means and distributions: 5 are needed."),
    ):
        assert words in " ".join(printed(found).split())
        assert words in words_of(statistics_page(found))
    assert "too few" not in printed(LARGE)
    line = next(line for line in printed(SMALL).splitlines() if line.startswith("T1.1"))
    assert "?" in line.split()


def test_statistics_page_has_a_picture_a_question_with_its_words():
    """Each picture is named by the sentence below it, which says every bar's count."""
    page = statistics_page(LARGE)
    assert page.count('<svg role="img"') == 3
    text = words_of(page)
    for spread in (LARGE.spread, *(asked.spread for asked in LARGE.questions)):
        for step, count in enumerate(spread.counts):
            if count:
                assert f"{10 * step} to {10 * step + 10} %: {count}" in text
    assert statistics_page(SMALL).count("<svg") == 3
    assert "<svg" not in statistics_page(TINY)


def test_statistics_page_is_sound_and_needs_no_network():
    """No script, no address, every name once, and what students wrote is text."""
    page = statistics_page(LARGE)
    assert "<script" not in page
    assert "http:" not in page
    assert "https:" not in page
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'aria-labelledby="([^"]*)"', page)) <= set(ids)
    assert "Look at &lt;the&gt; sign." in page
    assert statistics_page(LARGE) == page


def test_statistics_json_holds_every_number():
    """The keys are the records' names, and numbers are as exact as they are."""
    data = json.loads(as_json.dumps(LARGE))
    assert data["schema"] == 1
    first, asked = data["questions"][0], LARGE.questions[0]
    assert first["discrimination"]["value"] == asked.discrimination.value
    assert first["spread"]["counts"] == list(asked.spread.counts)
    assert data["mistakes"][0]["id"] == "sign"
    assert json.loads(as_json.dumps(TINY))["spread"] is None


def test_bars_stand_on_the_line_and_the_highest_reaches_the_top():
    """Heights are proportional to counts, and nothing is drawn outside of the frame."""
    drawn = bars([0, 2, 4, 1])
    assert [bar.height for bar in drawn.bars] == [0, 51, 102, 25.5]
    assert all(bar.y + bar.height == drawn.bottom for bar in drawn.bars)
    assert drawn.left <= drawn.bars[0].x
    assert drawn.bars[-1].x + drawn.bars[-1].width <= drawn.right
    assert [bar.height for bar in bars([0, 0]).bars] == [0, 0]


@pytest.fixture
def policy(tiny_course):
    return load_course(tiny_course.root / "grading.yml").assignment("toy")


def test_results_read_from_a_file_give_the_same_statistics(policy, tmp_path):
    """What `grade --json` wrote is enough for every number, titles come from the policy."""
    path = tmp_path / "toy.json"
    path.write_text(results_json.dumps(class_of(40)))
    found = class_statistics(read_results(path, "toy", policy))
    assert found.questions == LARGE.questions
    assert (found.mistakes, found.hardest, found.times) == (
        LARGE.mistakes,
        LARGE.hardest,
        LARGE.times,
    )
    assert found.title == "Toys"


def test_results_read_from_a_file_take_the_bonus_from_the_policy(tiny_course, tmp_path):
    """The file does not say which question is a bonus, so the policy does."""
    text = tiny_course.texts["grading.yml"].replace("points: 60}", "points: 100}")
    tiny_course.write("grading.yml", text.replace("points: 40,", "points: 40, stretch: true,"))
    policy = load_course(tiny_course.root / "grading.yml").assignment("toy")
    path = tmp_path / "toy.json"
    path.write_text(results_json.dumps(class_of(1)))
    questions = read_results(path, "toy", policy).grades[0].questions
    assert [question.stretch for question in questions] == [False, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "can be read: No such file"),
        ("{", "as JSON"),
        ("[]", "expected the results of a class"),
        ('{"schema": 1}', "assignment: expected the results of a class"),
        (
            '{"schema": 1, "assignment": "loss", "max_points": 1, "suite": "", "grades": []}',
            "expected schema 1 of toy, received schema 1 of loss",
        ),
        (
            '{"schema": 2, "assignment": "toy", "max_points": 1, "suite": "", "grades": []}',
            "received schema 2 of toy",
        ),
    ],
    ids=["missing", "broken", "a list", "no assignment", "another", "another schema"],
)
def test_results_that_are_none_are_refused_with_what_to_do(text, words, policy, tmp_path):
    """The message names the file, what was expected, and the command that writes it."""
    path = tmp_path / "toy.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InstructorError) as caught:
        read_results(path, "toy", policy)
    told = str(caught.value)
    assert str(path) in told
    assert words in told
    assert "look at --from" in told or "autograder grade toy ... --json toy.json" in told
