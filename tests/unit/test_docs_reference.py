"""The reference pages: they say what the code says, and nothing is without words."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, get_args

import pytest
import typer
from pydantic import Field

from autograder.cli import app
from autograder.config import Course, QuestionPolicy, kinds
from autograder.figures import Figure
from autograder.records import Grade
from autograder.reference import UndocumentedError, pages
from autograder.reference import results as results_pages
from autograder.reference.commands import commands_page
from autograder.reference.documents import Document, document_sections
from autograder.reference.examples import NAME, example, examples
from autograder.reference.policy import policy_page
from autograder.reference.programs import documents
from autograder.reference.suites import _fixtures, _marks
from autograder.reference.wording import section_words, table
from autograder.statistics.as_json import dumps as dumps_statistics
from autograder.statistics.records import ClassStatistics, Spread
from autograder.suite.plugin import FIXTURES


@dataclass(frozen=True, slots=True)
class GrownSpread(Spread):
    """A record that got an attribute.

    Attributes:
        mean: As before.
        median: As before.
        counts: As before.
    """

    untold: int


@dataclass(frozen=True, slots=True)
class Grown(ClassStatistics):
    """A record whose attribute got one."""

    spread: GrownSpread | None


REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def written():
    return pages()


def test_reference_pages_are_those_that_the_code_writes(written):
    """Each page is committed as `make docs` writes it, and there is no other one."""
    kept = {path.name: path.read_text(encoding="utf-8") for path in REFERENCE.iterdir()}
    assert sorted(kept) == sorted(written)
    changed = [name for name, text in written.items() if kept[name] != text]
    assert changed == [], "run make docs, and look at what changes"


def test_commands_page_has_each_command_and_option(written):
    """Whatever `--help` knows is on the page."""
    page = written["commands.md"]
    for name, command in typer.main.get_command(app).commands.items():
        section = page.partition(f"\n## autograder {name}\n")[2].partition("\n## ")[0]
        assert " ".join(command.help.split("\n\n")[0].split()) in section, name
        for one in command.params:
            assert f"| {one.help.replace('|', chr(92) + '|')}" in section, (name, one.opts)
            if one.param_type_name == "option":
                assert all(opt in section for opt in (*one.opts, *one.secondary_opts)), name


def test_commands_page_without_help_is_refused():
    """Commands and options without words are told by their names, all at once."""

    def silent(*, loud: Annotated[bool, typer.Option("--loud")] = False) -> None:
        pass

    made = typer.Typer()
    made.command()(silent)
    made.command("pages")(pages)  # has words
    with pytest.raises(UndocumentedError, match=r": autograder silent, autograder silent --loud; "):
        commands_page(made)


def test_policy_page_has_each_key_of_the_schema(written):
    """Every property of every record stands in a table."""
    schema = Course.model_json_schema()
    for record in (schema, *schema["$defs"].values()):
        for key in record["properties"]:
            assert f"\n| `{key}` | " in written["grading.md"], key


def test_policy_page_of_a_key_without_words_is_refused():
    """A key that its record's docstring does not name is told by its path."""

    class Undescribed(kinds.Record):
        """A record.

        Attributes:
            told: This one is.
        """

        told: int
        untold: Annotated[int, Field(ge=1)]

    with pytest.raises(UndocumentedError, match=r"not documented: untold; "):
        policy_page(Undescribed)


def test_policy_page_tells_kind_rule_and_default(written):
    """A line has them all."""
    line = "| `percent_per_day` | number ≥ 0 and ≤ 100 | `0` | What each started day after the due"
    assert line in written["grading.md"]


def test_policy_kinds_with_a_rule_of_their_own_say_it():
    """A kind that the schema cannot describe has a description, which the page shows."""
    ruled = ("Title", "Name", "Dotted", "QuestionId", "Points", "ZoneName", "StudentId")
    for name in (*ruled, "LocalTime", "CoursePath", "LookUp"):
        notes = getattr(kinds, name).__metadata__
        assert any(getattr(note, "description", None) for note in notes), name


def test_suites_page_names_each_fixture(written):
    """Every fixture that a suite can ask for is there."""
    assert FIXTURES
    for name in FIXTURES:
        assert f"\n| `{name}` | " in written["suites.md"]


def test_suites_page_of_a_fixture_or_a_mark_without_words_is_refused():
    """Both are told by their names."""
    with pytest.raises(UndocumentedError, match="student"):
        _fixtures({"student": lambda: None}, object)
    with pytest.raises(UndocumentedError, match="slow"):
        _marks(("slow",))


def test_results_page_has_each_key_of_the_fullest_result(written):
    """Question, check and figures are gone through as the JSON has them."""
    grade = results_pages.class_to_dict(results_pages._full())["grades"][0]
    question = grade["questions"][0]
    check = question["checks"][0]
    for found in (grade, grade["late"], question, check, *check["figures"]):
        for key in found:
            assert f"\n| `{key}`" in written["results.md"], key


def test_results_page_shows_each_kind_of_figure():
    """The example has one of each."""
    assert tuple(map(type, results_pages._FIGURES)) == get_args(Figure)


def test_results_page_of_a_key_without_words_is_refused():
    """A key of the JSON that no docstring speaks of is told."""
    with pytest.raises(UndocumentedError, match=": A grade, new_key; "):
        results_pages._section("A grade", Grade, {"points": 1, "new_key": 1}, {})


def paths_of(document):
    """Collect the path of each key, walked without the page's own walk."""
    found = set()

    def look(value, path):
        if isinstance(value, list):
            for one in value:
                look(one, f"{path}[]")
        elif isinstance(value, dict) and path not in document.elsewhere:
            for key, one in value.items():
                below = f"{path}.{key}".lstrip(".")
                if path not in document.names:
                    found.add(below)
                look(one, f"{path}.{NAME}" if path in document.names else below)

    for one in document.examples:
        look(one, "")
    return found


def test_json_page_has_each_key_of_each_document(written):
    """Whatever stands anywhere in what the commands write has a line in their section."""
    for one in documents():
        section = written["json.md"].partition(f"\n## {one.title}\n")[2].partition("\n## ")[0]
        for path in paths_of(one):
            assert f"\n| `{path.rpartition('.')[2]}`" in section, (one.title, path)


def test_json_page_or_the_result_page_has_each_command_with_json():
    """A command that takes `--json` is not forgotten."""
    commands = typer.main.get_command(app).commands.items()
    having = {name for name, one in commands if any("--json" in two.opts for two in one.params)}
    told = {one.title.split()[1] for one in documents() if one.title.endswith("--json")}
    assert having == told | {"grade"}


def test_json_page_speaks_of_nothing_that_is_gone():
    """Each path that has words, a record or names of its own is in what is written."""
    for one in documents():
        held = {*paths_of(one), *(f"{path}.{NAME}" for path in one.names)}
        known = {"", *held, *(f"{path}[]" for path in held)}
        spoken_of = {*one.words, *one.records, *one.names, *one.elsewhere}
        assert spoken_of <= known, one.title


def test_json_page_of_a_new_attribute_without_words_is_refused():
    """An attribute that a record gets is told by its path once no docstring speaks of it."""
    statistics = next(one for one in documents() if "statistics" in one.title)
    found = [json.loads(dumps_statistics(one)) for one in examples(Grown)]
    grown = replace(statistics, examples=found, records={"": (Grown, ClassStatistics)})
    with pytest.raises(UndocumentedError, match=": autograder statistics --json, spread, untold;"):
        document_sections(grown)


def test_json_page_of_an_object_without_a_record_is_refused():
    """What is made by hand inside a document is told too: its keys would be without words."""
    made = Document("made", "", [{"known": {"untold": 1}}], {}, {"known": "Words."})
    with pytest.raises(UndocumentedError, match=r": made, known; .*which record"):
        document_sections(made)


def test_example_with_fewer_optionals_has_none_in_their_place():
    """The fullest one has everything, the leanest nothing that may be missing."""
    assert example(Grown).spread == GrownSpread(0.5, 0.5, (1,), 1)
    assert example(Grown, 0).spread is None
    assert example(tuple[str, ...] | None, 1) == ("",)


def test_section_words_of_a_docstring_join_its_lines():
    """Entries may be broken; what comes after the section is not part of it."""
    doc = """Do.

    Args:
        first: One
            line more.
        second: Two: with a colon.

    Raises:
        ValueError: Never.
    """
    assert section_words(doc, "Args") == {"first": "One line more.", "second": "Two: with a colon."}
    assert section_words(QuestionPolicy.__doc__, "Args") == {}


def test_table_is_markdown():
    """A head, a rule, and a line for each row."""
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
