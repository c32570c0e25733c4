"""The pages of the sample class in a real browser: widths, themes, axe-core, sorting, filtering."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.figures import Curves, Images, Matrix
from autograder.records import ClassResult, Status
from autograder.report.html import write_report

COURSE = Path(__file__).resolve().parents[2]
AXE = COURSE / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (360, 768, 1440)
# All that axe-core can judge of WCAG 2.2 AA by itself, and what it holds to be good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (tags) => {
  const found = await axe.run({ runOnly: { type: "tag", values: tags } });
  return found.violations.map((one) => [one.id, ...one.nodes.map((node) => node.html)]);
}"""
SAMPLES = {
    "activations": ("04.py", "07.py", "09.py", "11.py", "14.ipynb", "20.py"),
    # The second has the largest page of all sample submissions.
    "pooling": ("06.py", "12.py"),
    "convolution": ("01.py", "05.py", "08.py", "10.py", "15.py", "21.py"),
}
PAGES = (
    "activations/index.html",
    "activations/student-07.html",
    "activations/errata.html",
    "convolution/student-05.html",
    "keras/index.html",
    "keras/student-05.html",
)

pytestmark = [
    pytest.mark.skipif(
        not AXE.is_file(), reason="needs axe-core: npm ci --prefix tests/browser, as .ci/run does"
    ),
]


@dataclass
class Seen:
    """What a page did that no page may do.

    Attributes:
        faults: Errors and warnings of its console, and scripts that failed.
        requests: Addresses other than those of files.
    """

    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def reports(grade_paths: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the reports of two classes, and of one with every kind of picture."""
    folder = tmp_path_factory.mktemp("reports")
    errata = (COURSE / "docs" / "errata.md").read_text(encoding="utf-8")
    for assignment, names in SAMPLES.items():
        where = COURSE / "examples" / "submissions" / assignment
        result = grade_paths(assignment, *(where / f"student-{name}" for name in names))
        write_report(result, folder / assignment, errata=errata)
    write_report(with_training_pictures(result), folder / "keras", errata=errata)
    return folder


def with_training_pictures(result: ClassResult) -> ClassResult:
    """Put as many pictures as a check of `keras_cnn` shows below the first question."""
    rng = np.random.default_rng(3)
    losses = {f"training {n}": 2.3 * np.exp(-np.arange(12) / (2 + n)) for n in (1, 2, 3, 4)}
    losses["training 4"][7:] = np.nan
    captions = [f"said {n % 10}, is {(3 * n + 1) % 10}" for n in range(25)]
    figures = (
        Curves.of("Loss on the training images", "epoch", "loss", losses),
        Matrix.of("Confusion", "true digit", "said", range(10), rng.integers(0, 120, (10, 10))),
        Images.of(
            "Misread", rng.integers(0, 256, (25, 28, 28), np.uint8), captions, "White on black."
        ),
    )
    grades = []
    for grade in result.grades:
        first, *rest = grade.questions
        checks = (replace(first.checks[0], figures=figures), *first.checks[1:])
        grades.append(replace(grade, questions=(replace(first, checks=checks), *rest)))
    # One waits, so that the page says why.
    waits = replace(grades[0], status=Status.UNGRADED, reason="A check could not be made.")
    training = {
        "device": "CPU",
        "backend": "TensorFlow",
        "tf32": "off",
        "determinism": "on",
        "threads": "1",
        "task": "reduced",
    }
    return replace(
        result, title="Pictures of a training", grades=(waits, *grades[1:]), training=training
    )


@pytest.fixture
def visit(browser: Any, reports: Path) -> Iterator[Any]:
    """Open a page of the reports; hold at the end that it was quiet and loaded nothing."""
    seen = Seen()
    contexts = []

    def opened(name: str, **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: seen.faults.append(message.text))
        page.on("pageerror", lambda error: seen.faults.append(str(error)))
        page.on("request", lambda request: seen.requests.append(request.url))
        page.goto((reports / name).as_uri(), timeout=60_000)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert seen.faults == []
    assert [one for one in seen.requests if not one.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_page_at_every_width_and_theme_fits_and_axe_finds_nothing(name: str, visit: Any) -> None:
    """No sideways scrolling, no error, no violation of WCAG 2.2 AA that a program can find."""
    page = visit(name)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{theme}, {width} pixels: {wide} are needed"
            assert page.evaluate(RUN_AXE, RULES) == [], f"{theme}, {width} pixels"


def test_every_page_on_a_phone_has_no_sideways_scrolling(visit: Any, reports: Path) -> None:
    """Long words, long verdicts and long numbers too stay within 360 pixels."""
    page = visit("pooling/index.html", viewport={"width": 360, "height": 900})
    wide = {}
    for path in sorted(reports.glob("*/*.html")):
        page.goto(path.as_uri())
        wide[f"{path.parent.name}/{path.name}"] = page.evaluate(
            "document.documentElement.scrollWidth"
        )
    assert {name: width for name, width in wide.items() if width > 360} == {}


def names(page: Any) -> list[str]:
    """Read the names in the table's first column, those that are shown."""
    return page.locator("table.grid tbody tr:not([hidden]) th").all_inner_texts()


def test_class_table_sorts_by_a_column_both_ways(visit: Any) -> None:
    """A head sorts by numbers, says so to screen readers, and turns round at a second press."""
    page = visit("activations/index.html")
    head = page.get_by_role("columnheader", name="Total")
    button = head.get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    rising = page.locator("table.grid tbody tr td:nth-last-child(3)").all_inner_texts()
    assert [float(one) for one in rising] == sorted(float(one) for one in rising)
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    falling = page.locator("table.grid tbody tr td:nth-last-child(3)").all_inner_texts()
    assert falling == sorted(falling, key=float, reverse=True) != rising


def test_class_table_is_narrowed_by_name_and_by_what_is_not_passed(visit: Any) -> None:
    """Both fields choose rows, and how many are shown is said."""
    page = visit("activations/index.html")
    assert len(names(page)) == 6
    page.get_by_label("Name contains").fill("-0")
    assert names(page) == ["student-04", "student-07", "student-09"]
    assert page.get_by_role("status").inner_text() == "3 of 6 shown"
    page.get_by_label("Name contains").fill("")
    page.get_by_label("Show").select_option(label="A1.8 not passed")
    shown = names(page)
    assert "student-20" in shown
    assert "student-14" not in shown


def test_class_page_without_script_is_whole_and_has_no_idle_controls(visit: Any) -> None:
    """Every row is there, and nothing that would not work."""
    page = visit("activations/index.html", java_script_enabled=False)
    assert len(names(page)) == 6
    assert not page.locator("#tools").is_visible()
    assert page.locator("table.grid thead button").count() == 0


def test_largest_pages_stay_below_300_kilobytes(reports: Path) -> None:
    """With a picture for most public checks, or all that a training shows."""
    sizes = {path: path.stat().st_size for path in reports.glob("*/student-*.html")}
    assert len(sizes) == 20
    assert max(sizes.values()) < 300_000
