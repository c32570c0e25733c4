"""The pages: autograder.report.html and its templates."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from autograder.figures import Curves, Heat, Images, Matrix
from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report.html import submission_page, write_report

VERSIONS = {"python": "3.11.7", "numpy": "2.1.0"}
SCRIPT = files("autograder.report").joinpath("templates", "class.js").read_text(encoding="utf-8")
SCRIPT_DIGEST = f"sha256-{b64encode(sha256(SCRIPT.encode()).digest()).decode()}"
VOID = {"meta", "br", "img", "link", "hr", "input"}


def check(
    number: int, verdict: Verdict, *, claim: str = "It agrees.", message: str = ""
) -> CheckOutcome:
    """Make a check of group values."""
    passed = float(verdict is Verdict.PASSED)
    return CheckOutcome(
        f"test_q.py::test_secret[{number}]", "q", "values", verdict, claim, message, fraction=passed
    )


def question(name: str, points: float, verdict: Verdict, *checks: CheckOutcome) -> QuestionGrade:
    """Make a core question worth 20 points."""
    return QuestionGrade(name, f"Title of {name}", ("f",), points, 20, False, verdict, (), checks)


GOOD = question("A1.1", 20, Verdict.PASSED, *(check(n, Verdict.PASSED) for n in range(3)))
BAD = question(
    "A1.2",
    10,
    Verdict.FAILED,
    check(1, Verdict.PASSED),
    check(2, Verdict.FAILED, message="values differ\n  worst: 0.1"),
    check(3, Verdict.FAILED, message="values differ\n  worst: 0.1"),
    check(4, Verdict.LIMIT_EXCEEDED, claim="It is quick.", message="over 2 seconds"),
)
STUB = question("A1.3", 0, Verdict.NOT_ATTEMPTED, check(1, Verdict.NOT_ATTEMPTED, message="a stub"))
BROKEN = question(
    "A1.4",
    0,
    Verdict.GRADER_ERROR,
    replace(check(1, Verdict.GRADER_ERROR), detail="Traceback: ours"),
)
GRADE = Grade(
    "student-01",
    "ab" * 32,
    Status.GRADED,
    30,
    100,
    0,
    (GOOD, BAD, STUB),
    notes=("Cell 3 was left out.",),
    printed="hello\nthere",
    seconds=0.5,
)
RESULT = ClassResult(
    "activations",
    "Activation functions",
    100,
    "sha256:cd",
    {"landlock": "on", "pid_namespace": "off: EPERM"},
    (
        GRADE,
        Grade("student-02", "cd" * 32, Status.GRADED, 100, 100, 8, (GOOD,)),
        Grade("student-03", "", Status.UNGRADED, 0, 100, 0, reason="Not a zip archive."),
        Grade("student-04", "ef", Status.UNGRADED, 0, 100, 0, (BROKEN,), reason="Our fault."),
    ),
)


@dataclass
class Page(HTMLParser):
    """A page taken apart: elements with attributes, texts, and what is wrong with the nesting."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the parser."""
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))
        if tag in {"td", "th"}:
            self.texts.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold that elements close in order."""
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        """Keep the text, and what is script apart; the style is neither."""
        if "script" in self.open:
            self.scripts.append(data)
        elif "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Give what is read, on one line."""
        return " ".join("".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """List the attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def parse(html: str) -> Page:
    """Take a page apart."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def render(grade: Grade = GRADE, result: ClassResult = RESULT) -> Page:
    """Render one submission's page and take it apart."""
    return parse(submission_page(result, grade, when=None, versions=VERSIONS))


def write(folder: Path, result: ClassResult = RESULT) -> dict[str, str]:
    """Write a report and read its files back."""
    write_report(result, folder, versions=VERSIONS)
    return {path.name: path.read_text() for path in folder.iterdir()}


def assert_sound(page: Page) -> None:
    """Hold what every page promises: structure, names, headings, no network, no foreign script."""
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("src") or "data:image/png;").startswith("data:image/png;")
    for link in page.all("a"):
        target = link["href"] or ""
        assert target.removeprefix("#") in ids or re.fullmatch(r"[\w.-]+\.html", target)
    names = [name for name, _ in page.elements]
    assert names.count("table") == names.count("caption") == names.count("thead")
    assert all("scope" in attributes for attributes in page.all("th"))
    assert all(attributes.get("alt") for attributes in page.all("img"))
    assert [names.count(landmark) for landmark in ("header", "main", "footer", "h1")] == [1] * 4
    levels = [int(name[1]) for name in names if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert not {"link", "iframe", "object", "form", "base"} & set(names)
    assert set(page.scripts) <= {SCRIPT}
    assert page.all("script") == [{}] * len(page.scripts)
    policy = next(meta for meta in page.all("meta") if meta.get("http-equiv"))
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
        + (f"; script-src '{SCRIPT_DIGEST}'" if page.scripts else "")
    )
    assert page.all("html") == [{"lang": "en"}]


def test_every_page_is_sound(tmp_path: Path) -> None:
    """Ids are unique, tables have captions and scopes, headings are in order, nothing is loaded."""
    files = write(tmp_path)
    assert set(files) == {"index.html", *(f"student-0{n}.html" for n in (1, 2, 3, 4))}
    for html in files.values():
        assert html.startswith("<!DOCTYPE html>")
        assert "url(" not in html
        assert "://" not in html
        assert_sound(parse(html))


def test_empty_class_has_a_page(tmp_path: Path) -> None:
    """A class without submissions is said to be one."""
    page = parse(write(tmp_path, replace(RESULT, grades=(), isolation={}))["index.html"])
    assert_sound(page)
    assert "There are no submissions." in page.text


def test_submission_page_says_score_first_step_and_every_part() -> None:
    """A student reads the score, what to mend first, each question, notes and what was printed."""
    text = render().text
    for part in (
        "30 of 100 points.",
        "A1.3 Title of A1.3: 20 points lost.",
        "It is not written yet. Start with f.",
        "A1.2 Title of A1.2: 10 of 20 points",
        "✗ failed: It agrees. (values; 2 checks alike)",
        "T time or memory limit: It is quick. (values)",
        "✓ passed: values, 1 of 4",
        "✓ passed: values, all 3",
        "Not written yet: 1 check waits for it.",
        "Cell 3 was left out.",
        "hello there",
        "pid namespace ! off: EPERM",
        "sha256:cd",
        "python 3.11.7, numpy 2.1.0",
    ):
        assert part in text
    assert text.count("worst: 0.1") == 1


def test_submission_page_shows_no_hidden_test_no_detail_and_nobody_else() -> None:
    """What only an instructor may read does not reach the student's page."""
    failed = replace(BAD.checks[1], detail="Traceback: ours")
    text = render(replace(GRADE, questions=(replace(BAD, checks=(failed,)),))).text
    for secret in ("test_secret", "test_q.py", "Traceback: ours", "student-02"):
        assert secret not in text


def test_submission_page_of_a_grader_error_costs_the_student_nothing() -> None:
    """An ungraded page says that it is no zero, and blames nobody."""
    page = render(RESULT.grades[3])
    assert_sound(page)
    assert "It is not a zero." in page.text
    assert (
        "? not checked: our fault: 1 check could not be made. That costs you nothing" in page.text
    )
    assert "What to mend first" not in page.text


def test_submission_page_of_full_marks_has_nothing_to_mend() -> None:
    """All passed is said, with the bonus."""
    text = render(RESULT.grades[1]).text
    assert "100 of 100 points, and 8 bonus points." in text
    assert "Every check passed: there is nothing to mend." in text


def test_class_page_links_every_submission_and_gives_reasons(tmp_path: Path) -> None:
    """The instructor's page reaches each page, and says why a grade is missing."""
    files = write(tmp_path)
    page = parse(files["index.html"])
    targets = {link["href"] for link in page.all("a")}
    assert targets == set(files) - {"index.html"}
    for part in (
        "2 submissions graded, 2 ungraded; mean 65, median 65 of 100 points.",
        "student-03: Not a zip archive.",
        "Traceback: ours",
        "A1.1 Title of A1.1 20 of 20",
        "90 to 100 % 1",
        "It agrees. (values) A1.2 1 of 1",
    ):
        assert part in page.text


def test_bars_have_widths_between_0_and_100(tmp_path: Path) -> None:
    """A bar never leaves its track."""
    page = parse(write(tmp_path)["index.html"])
    widths = [re.fullmatch(r"width:(\d+)%", span.get("style") or "") for span in page.all("span")]
    found = [int(width[1]) for width in widths if width]
    assert len(found) == 3 + 10
    assert all(0 <= width <= 100 for width in found)
    assert 100 in found


HOSTILE = (
    "</pre></style><script>alert(1)</script><img src=x onerror=y>{{ 7*7 }}"
    "\"'><b id=first>\x1b[31m\u202e"
)


PIXELS = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
FIGURES = (
    Curves.of("Loss", "epoch", "loss", {"training 1": [3, 2, 1], "training 2": [3, np.nan, 2]}),
    Matrix.of("Confusion", "true digit", "said", range(3), [[900, 0, 2], [30, 800, 0], [0, 0, 7]]),
    Images.of("Misread", PIXELS, ["said 3, is 5", "said 1, is 7"]),
)
SHOWN = replace(GOOD, checks=(replace(GOOD.checks[0], figures=FIGURES), *GOOD.checks[1:]))


def shown() -> Page:
    """Render the page of a submission whose only question shows pictures."""
    page = render(replace(GRADE, questions=(SHOWN,)))
    assert_sound(page)
    return page


def test_pictures_of_a_passed_check_stand_under_it_with_their_words() -> None:
    """Each picture is a figure with its caption, after the checks of its question."""
    page = shown()
    assert len(page.all("figure")) == 3
    places = [page.text.index(part) for part in ("passed: values, all 3", "Loss: ", "Misread: ")]
    assert places == sorted(places)
    assert all(figure.alt in page.text for figure in FIGURES)


def test_curves_are_drawn_as_svg_that_is_named_by_its_words() -> None:
    """An image to those who cannot see it, a line and a legend a series to the others."""
    page = shown()
    drawing, *legend = page.all("svg")
    assert (drawing["role"], drawing["aria-labelledby"]) == ("img", "question-1-picture-1")
    assert page.all("figcaption")[0]["id"] == "question-1-picture-1"
    assert len(legend) == 2
    assert next(path["d"] for path in page.all("path")).count("L") == 2
    assert len(page.all("circle")) == 3 + 2
    assert "training 1 training 2 Loss: training 1 last 1" in page.text


def test_matrix_is_a_table_with_heads_and_shades() -> None:
    """Numbers stay numbers, the shade is beside them, and the diagonal is marked."""
    page = shown()
    assert "said true digit 0 1 2 0 900 0 2 1 30 800 0 2 0 0 7" in page.text
    classes = [cell["class"] for cell in page.all("td") if "shade" in (cell.get("class") or "")]
    assert classes[:4] == ["n shade-4 right", "n shade-0", "n shade-1", "n shade-3"]


def test_heat_map_is_drawn_with_numbers_and_named_by_its_words() -> None:
    """A place that is off has a shade and its distance; one that is right has neither."""
    heat = Heat.of("conv: off", "h", "w", [[0, 360], [np.nan, 90]])
    checks = (replace(BAD.checks[1], figures=(heat,)),)
    page = render(replace(GRADE, questions=(replace(BAD, checks=checks),)))
    assert_sound(page)
    assert [square["class"] for square in page.all("rect")] == [
        "frame",
        "heat-4",
        "heat-4",
        "heat-1",
    ]
    assert "360 ? 90 0 1 0 1 h down, w across conv: off: 3 of 4 places are off" in page.text


def test_curves_over_inputs_stand_where_their_inputs_are() -> None:
    """The marks of both curves are one above the other, at the inputs' places."""
    series = {"expected": [0.1, 0.5, 0.9], "received": [0.9, 0.5, 0.1]}
    curves = Curves.of("sigmoid", "input", "answer", series, inputs=[-2, 0, 6])
    checks = (replace(BAD.checks[1], figures=(curves,)),)
    page = render(replace(GRADE, questions=(replace(BAD, checks=checks),)))
    places = [float(circle["cx"] or "") for circle in page.all("circle")]
    assert places[:3] == places[3:]
    assert (places[2] - places[1]) == pytest.approx(3 * (places[1] - places[0]))


def test_long_message_is_folded_behind_its_first_lines() -> None:
    """What was found is read at once, the arrays below it on demand; nothing is lost."""
    arrays = "".join(f"\n    [{n}]" for n in range(30))
    message = f"conv: values differ\n  mismatched: 2 of 30\n  expected:{arrays}"
    checks = (replace(BAD.checks[1], message=message),)
    page = render(replace(GRADE, questions=(replace(BAD, checks=checks),)))
    assert_sound(page)
    assert (
        "conv: values differ mismatched: 2 of 30 The numbers: 31 lines expected: [0]" in page.text
    )
    assert page.text.count("[29]") == 1


def test_many_failures_of_a_question_are_folded_after_the_fourth() -> None:
    """The page stays readable, and every failure is on it."""
    checks = tuple(replace(BAD.checks[1], message=f"difference {n}") for n in range(7))
    page = render(replace(GRADE, questions=(replace(BAD, checks=checks),)))
    assert_sound(page)
    folded = page.text.index("3 more failures of this question")
    assert page.text.index("difference 3") < folded < page.text.index("difference 4")
    assert "difference 6" in page.text


def test_submission_page_says_what_went_right_and_where_to_learn() -> None:
    """Questions without a fault are named, and those with one point into the lesson."""
    text = render().text
    assert "Every check passed in A1.1." in text
    lesson = "“A1.2 Title of A1.2” in activations.ipynb."
    assert f"{lesson} To check it again: autograder check activations --only A1.2" in text
    assert "“A1.1" not in text


def test_class_table_says_what_a_script_sorts_and_filters_by(tmp_path: Path) -> None:
    """Each row has its kinds, and each cell its number, none where there is none."""
    page = parse(write(tmp_path)["index.html"])
    rows = [row["data-kinds"] for row in page.all("tr") if "data-kinds" in row]
    assert rows == ["all graded q2 q3", "all graded", "all ungraded", "all ungraded q4"]
    assert page.all("div")[0] == {"id": "tools", "class": "tools", "hidden": None}
    values = [cell["data-v"] for cell in page.all("td") if "data-v" in cell]
    assert values[:6] == ["20", "10", "0", "", "30", "0"]


def test_images_have_alternative_text_and_their_size() -> None:
    """Each image says by itself what it is of; the text below is not read out twice."""
    images = shown().all("img")
    assert [image["alt"] for image in images] == ["said 3, is 5", "said 1, is 7"]
    assert {(image["width"], image["height"]) for image in images} == {("4", "3")}


def test_pictures_of_two_questions_keep_their_ids_apart() -> None:
    """Names that point to ids would else find another question's picture."""
    page = render(replace(GRADE, questions=(SHOWN, replace(SHOWN, id="A1.9"))))
    assert_sound(page)
    assert len(page.all("figure")) == 6


def test_hostile_text_in_pictures_stays_text() -> None:
    """Attack 28: titles, labels, names and captions are only shown."""
    figures = (
        Curves.of(HOSTILE, HOSTILE, HOSTILE, {HOSTILE: [1, 2]}),
        Matrix.of(HOSTILE, HOSTILE, HOSTILE, [HOSTILE], [[1]]),
        Images.of(HOSTILE, PIXELS, [HOSTILE] * 2, HOSTILE),
    )
    bad = replace(GOOD, checks=(replace(GOOD.checks[0], figures=figures),))
    html = submission_page(RESULT, replace(GRADE, questions=(bad,)), when=None, versions=VERSIONS)
    page = parse(html)
    assert_sound(page)
    assert not page.all("script") + page.all("b")
    assert len(page.all("img")) == 2
    assert not set(html) & set("\x1b\u202e")


def test_hostile_text_everywhere_stays_text(tmp_path: Path) -> None:
    """Attack 28: markup in names, messages, claims, notes, reasons and output is only shown."""
    bad = replace(
        check(1, Verdict.FAILED, claim=HOSTILE, message=HOSTILE), id=HOSTILE, group=HOSTILE
    )
    fault = replace(bad, verdict=Verdict.GRADER_ERROR, detail=HOSTILE)
    hostile = replace(
        question(HOSTILE, 1, Verdict.FAILED, bad, fault),
        title=HOSTILE,
        functions=(HOSTILE,),
        cap=HOSTILE,
    )
    grades = tuple(
        replace(
            GRADE,
            submission=HOSTILE,
            sha256=HOSTILE,
            status=status,
            questions=(hostile,),
            notes=(HOSTILE,),
            printed=HOSTILE,
            reason=HOSTILE,
        )
        for status in Status
    )
    result = ClassResult(HOSTILE, HOSTILE, 100, HOSTILE, {HOSTILE: HOSTILE}, grades)
    write_report(result, tmp_path, versions={HOSTILE: HOSTILE})
    for path in tmp_path.iterdir():
        html = path.read_text()
        page = parse(html)
        assert_sound(page)
        assert not page.all("img") + page.all("b")
        assert "<script>alert(1)</script><img src=x onerror=y>{{ 7*7 }}" in page.text
        assert not set(html) & set("\x1b\u202e")


def test_colliding_submissions_have_a_page_each(tmp_path: Path) -> None:
    """Two names with one safe form do not overwrite each other."""
    grades = tuple(replace(GRADE, submission=name) for name in ("a b", "a/b"))
    files = write(tmp_path, replace(RESULT, grades=grades))
    assert parse(files["a-b.html"]).text.startswith("a b: ")
    assert parse(files["a-b-2.html"]).text.startswith("a/b: ")


def test_two_runs_write_the_same_bytes_and_keep_other_files(tmp_path: Path) -> None:
    """Durations and the clock do not show, and what was there before stays."""
    (tmp_path / "old.html").write_text("old")
    first = write(tmp_path)
    slower = tuple(replace(grade, seconds=grade.seconds + 1) for grade in RESULT.grades)
    assert write(tmp_path, replace(RESULT, grades=slower)) == first
    assert first["old.html"] == "old"


def test_time_given_is_on_every_page_and_nowhere_else(tmp_path: Path) -> None:
    """A report with a time differs from one without in that one line."""
    without = write(tmp_path)
    write_report(RESULT, tmp_path, versions=VERSIONS, when=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    for path in tmp_path.iterdir():
        new = set(path.read_text().splitlines()) - set(without[path.name].splitlines())
        assert new == {
            '<p>Written <time datetime="2026-01-02T03:04:00+00:00">2026-01-02 03:04 UTC</time>.</p>'
        }


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_colours_of_both_schemes_have_enough_contrast() -> None:
    """WCAG AA: 4.5 for text on either background, 3 for bars; light and dark."""
    html = submission_page(RESULT, GRADE, when=None, versions=VERSIONS)
    schemes = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in html.split("@media")[:2]]
    for colours in schemes:
        for name in ("ink", "muted", "good", "bad", "warn", "wait", "link"):
            assert _contrast(colours[name], colours["paper"]) >= 4.5, name
        assert _contrast(colours["ink"], colours["inset"]) >= 4.5
        assert _contrast(colours["bar"], colours["track"]) >= 3
        shades = [colours[f"shade{level}"] for level in (1, 2, 3, 4)]
        heats = [colours[f"heat{level}"] for level in (1, 2, 3, 4)]
        for scale in (shades, heats):
            assert all(_contrast(colours["ink"], shade) >= 4.5 for shade in scale)
            assert all(_contrast(*two) >= 1.1 for two in pairwise([colours["paper"], *scale]))
