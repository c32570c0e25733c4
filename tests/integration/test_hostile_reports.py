"""What hostile names and words come to wherever grades are shown: they are read, and never act."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder.archive import unzip
from autograder.cli import app
from autograder.roster import can_name_a_hand_in

ROOT = Path(__file__).resolve().parents[2]
HAND_INS = runpy.run_path(str(ROOT / "tests" / "hostile" / "hand_ins.py"))
EXPECTED = HAND_INS["EXPECTED"]
SHOWN = {28, 29, 30}
NAMES = sorted(name for name, one in EXPECTED.items() if SHOWN.intersection(one["attacks"]))
# Of these only the hand-in's name is hostile: what is in them is the same as in `plain`.
ODD_NAMES = [name for name in NAMES if not re.fullmatch(r"\w+", name) or "nnn" in name]
WORDS = ("28_script_in_words", "29_formulas_in_words", "30_escapes_in_words")
PLAIN = "plain"
# What acts on a terminal, hides text or turns it around; tabs and line ends are the report's own.
ACTS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
FORMULA = re.compile("[ \t\r\n]*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
CANVAS_HEAD = [
    "Student",
    "ID",
    "SIS User ID",
    "SIS Login ID",
    "Section",
    "Activation functions (1)",
]
MOODLE_HEAD = ["Identifier", "ID number", "Grade", "Maximum grade", "Feedback comments"]
# A page may link to pages beside it, and to places in itself.
OWN_LINK = re.compile(r"(?:[A-Za-z0-9_%-][A-Za-z0-9._%-]*\.html)?(?:#[A-Za-z0-9._-]+)?")


@dataclass(frozen=True)
class Graded:
    """One graded class, and where its results lie.

    Attributes:
        base: Course, hand-ins, pages and gradebook.
        table: What the command printed.
        messages: What it said besides.
    """

    base: Path
    table: str
    messages: str

    @property
    def json_text(self) -> str:
        """What `--json` wrote."""
        return (self.base / "grades.json").read_text(encoding="utf-8")

    @property
    def pages(self) -> dict[str, str]:
        """The text of each page, by its file's name."""
        return {path.name: path.read_text("utf-8") for path in (self.base / "pages").iterdir()}

    def run(self, command: str, *arguments: str) -> Any:
        """Run another command on the course, in this process."""
        with contextlib.chdir(self.base / "course"):
            ran = CliRunner().invoke(app, [command, *arguments])
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        assert ran.exit_code in (0, 1), ran.output
        return ran

    def export(self, format_: str, *arguments: str) -> bytes:
        """Export the grades."""
        out = self.base / f"exported-{format_}"
        book = str(self.base / "grades.sqlite")
        self.run(
            "export", format_, "activations", "--gradebook", book, "--out", str(out), *arguments
        )
        return out.read_bytes()


def write_rows(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def read_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Graded:
    """Grade the hand-ins, and one without malice, by the command."""
    base = tmp_path_factory.mktemp("shown")
    for part in ("assignments", "solutions", "tests/hidden"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, base / "course" / part, ignore=ignored)
    shutil.copy(ROOT / "grading.yml", base / "course")
    (base / "course" / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "errata.md", base / "course" / "docs")
    ids = [name for name in (*NAMES, PLAIN) if can_name_a_hand_in(name)]
    rows = [["id", "email"], *([id_, f"s{number}@x.org"] for number, id_ in enumerate(ids))]
    roster = write_rows(base / "roster.csv", rows)
    written = HAND_INS["write_hand_ins"](base / "hand-ins", only=NAMES)
    shutil.copy(written["+1+1"], base / "hand-ins" / f"{PLAIN}.py")
    command = [
        sys.executable,
        "-m",
        "autograder.cli",
        "grade",
        "activations",
        str(base / "hand-ins"),
    ]
    command += ["--gradebook", str(base / "grades.sqlite"), "--json", str(base / "grades.json")]
    command += ["--report", str(base / "pages"), "--roster", str(roster)]
    done = subprocess.run(
        command,
        cwd=base / "course",
        env=os.environ | {"AUTOGRADER_SECRET": "0" * 32, "COLUMNS": "200", "FORCE_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return Graded(base, done.stdout, done.stderr)


class Parsed(HTMLParser):
    """The elements of a page with their attributes, its text, and whatever is neither."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.others: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Note an element."""
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.values += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data):
        """Note text."""
        self.texts.append(data)

    def handle_comment(self, data):
        """Note a comment."""
        self.others.append(data)

    def handle_pi(self, data):
        """Note an instruction."""
        self.others.append(data)

    def unknown_decl(self, data):
        """Note a section."""
        self.others.append(data)


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)
    elif isinstance(data, str):
        yield data


def without_colours(text: str) -> str:
    """Take away what Rich itself writes for a terminal: colours, and the bar's going away."""
    return re.sub(r"\x1b\[(?:[0-9;]*m|1A|2K|\?25[lh])", "", text)


def test_graded_class_has_a_page_a_hand_in_and_one_of_the_class(graded):
    """No name takes the place of another's page, or of the class page."""
    names = [grade["submission"] for grade in json.loads(graded.json_text)["grades"]]
    assert sorted(names) == sorted([*NAMES, PLAIN])
    assert len(graded.pages) == len(names) + 2
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*\.html", page) for page in graded.pages)


def test_pages_hold_no_element_and_no_attribute_of_a_student(graded):
    """Each page has its template's elements: no script but the class page's own, no handler."""
    for name, text in graded.pages.items():
        page = Parsed(text)
        scripts = [tag for tag, _ in page.elements if tag == "script"]
        assert scripts == (["script"] if name == "index.html" else []), name
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"iframe", "object", "embed", "base", "form", "link", "animate", "audio"}
        assert page.others == [], name
        for tag, attribute, value in page.values:
            assert not attribute.startswith("on"), (name, tag, attribute)
            if attribute in ("href", "src", "action", "srcdoc", "xlink:href"):
                assert OWN_LINK.fullmatch(value) or value.startswith("data:image/"), (name, value)
                assert value.partition("#")[0] in ("", *graded.pages), (name, value)
            assert attribute != "http-equiv" or value == "Content-Security-Policy", name
        assert "script-src 'unsafe" not in text
        assert ACTS.search(text) is None, name


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_page_of_an_odd_name_has_the_elements_of_a_plain_one(graded, name):
    """A name changes the text of its page, and not one element or attribute."""
    pages = map(Parsed, graded.pages.values())
    (found,) = [page for page in pages if f"{name}: Activation functions" in page.texts]
    assert found.elements == Parsed(graded.pages[f"{PLAIN}.html"]).elements
    assert name in found.texts


def test_class_page_has_a_row_of_the_same_elements_for_each_hand_in(graded):
    """The table of the class grows by the same elements for any name."""
    page = Parsed(graded.pages["index.html"])
    rows, row = [], None
    for tag, attributes in page.elements:
        if (tag, attributes) == ("tr", ("data-kinds",)):
            row = []
            rows.append(row)
        elif tag == "section":
            row = None
        elif row is not None:
            row.append((tag, attributes))
    graded_rows = [row for row in rows if len(row) == len(rows[0])]
    assert len(rows) == len(NAMES) + 1 == len(graded_rows)
    assert all(row == rows[0] for row in rows)
    assert {name for name in ODD_NAMES if name not in page.texts} == set()


def test_words_of_a_student_are_shown_as_they_were_written(graded):
    """Escaping is not deleting: what was printed or raised can be read on the page."""
    text = "".join(Parsed(graded.pages["28_script_in_words.html"]).texts)
    for shown in (
        "</pre></details><script>alert(1)</script>",
        "{{ 7 * 7 }} {% include",
        "&lt;b&gt;",
    ):
        assert shown in text
    assert "49" not in text.partition("What your code printed")[2]


def test_table_on_a_terminal_holds_nothing_but_its_own_colours(graded):
    """Names are neither read as markup nor passed on to the terminal."""
    text = without_colours(graded.table)
    assert graded.table != text, "colours were asked for"
    assert ACTS.search(text) is None
    assert "[blink]" in text
    assert ":skull:" in text
    assert ACTS.search(without_colours(graded.messages).replace("\r", "")) is None


@pytest.mark.parametrize("name", WORDS)
def test_single_result_on_a_terminal_holds_nothing_but_its_own_colours(graded, name):
    """The words of the first failure are printed, and what would act in them is gone."""
    text = graded.run("grade", "activations", str(graded.base / "hand-ins" / f"{name}.py")).stdout
    assert "Mend first" in text
    assert ACTS.search(without_colours(text)) is None


def test_json_holds_no_character_that_acts(graded):
    """Neither the file nor any string in it acts where it is printed."""
    assert ACTS.search(graded.json_text) is None
    acting = [one for one in strings(json.loads(graded.json_text)) if ACTS.search(one)]
    assert acting == []


def formulas_in(rows: list[list[str]]) -> list[str]:
    """List the cells that a spreadsheet would compute, however it splits the file's lines."""
    cells = [cell for row in rows for cell in row]
    parts = [part for cell in cells for part in re.split(r'[;,|"\t\r\n]', cell)[1:]]
    return [one for one in (*cells, *parts) if FORMULA.match(one)]


def test_table_for_spreadsheets_holds_no_formula(graded):
    """Every name is in its cell, and no cell or part of one begins a formula."""
    rows = read_rows(graded.export("csv"))
    names = {row[rows[0].index("activations submission")] for row in rows[1:]}
    assert len(names) == len(NAMES) + 1
    assert formulas_in(rows) == []
    assert {len(row) for row in rows} == {len(rows[0])}


def test_lines_for_programs_hold_no_character_that_acts(graded):
    """A line a hand-in, whatever line ends their words hold."""
    text = graded.export("jsonl").decode()
    assert len(text.splitlines()) == len(NAMES) + 1
    assert ACTS.search(text) is None
    assert [
        one for line in text.splitlines() for one in strings(json.loads(line)) if ACTS.search(one)
    ] == []


def test_platforms_files_get_grades_and_nothing_that_acts(graded):
    """Canvas and Moodle get numbers, and feedback that is text."""
    canvas = write_rows(
        graded.base / "canvas.csv",
        [
            CANVAS_HEAD,
            ["    Points Possible", "", "", "", "", "100.00"],
            ["P", "1", "", PLAIN, "", ""],
        ],
    )
    rows = read_rows(graded.export("canvas", "--update", str(canvas)))
    assert formulas_in(rows) == []
    moodle = write_rows(
        graded.base / "moodle.csv",
        [
            MOODLE_HEAD,
            *([f"Participant {n}", name, "", "100.00", ""] for n, name in enumerate(WORDS)),
        ],
    )
    rows = read_rows(graded.export("moodle", "--update", str(moodle)))
    shown = [row[MOODLE_HEAD.index("Feedback comments")] for row in rows[1:]]
    assert all(shown)
    assert {tag for text in shown for tag, _ in Parsed(text).elements} <= {"br", "a"}
    assert ACTS.search("".join(shown)) is None


def test_gradescopes_results_are_text_that_does_not_act(graded):
    """Every result says that its words are plain text, and holds nothing that acts."""
    files = unzip(graded.export("gradescope"))
    results = [json.loads(data) for name, data in files.items() if name.startswith("results/")]
    assert len(results) > len(WORDS) + len(ODD_NAMES) // 2
    for result in results:
        assert all(test["output_format"] == "text" for test in result["tests"])
        assert [one for one in strings(result) if ACTS.search(one)] == []


def test_other_pages_and_tables_of_the_class_hold_nothing_that_acts(graded):
    """Similarity, statistics and history show the same names and code, as safely."""
    book = str(graded.base / "grades.sqlite")
    out = graded.base / "alike"
    ran = [
        graded.run("similarity", "activations", str(graded.base / "hand-ins"), "--out", str(out)),
        graded.run("statistics", "activations", "--gradebook", book),
        *(graded.run("history", "activations", name, "--gradebook", book) for name in WORDS),
    ]
    for one in ran:
        assert ACTS.search(without_colours(one.output)) is None
    pages = list(out.glob("**/*.html"))
    assert pages
    for path in pages:
        page = Parsed(path.read_text(encoding="utf-8"))
        assert not {tag for tag, _ in page.elements} & {"script", "iframe", "img", "base", "form"}
        assert [name for _, name, _ in page.values if name.startswith("on")] == []
        assert ACTS.search("".join(page.texts)) is None
