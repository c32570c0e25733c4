"""The reference pages: they say what the code says, and nothing is without words."""

from __future__ import annotations

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
from autograder.reference.policy import policy_page
from autograder.reference.suites import _fixtures, _marks
from autograder.reference.wording import section_words, table
from autograder.suite.plugin import FIXTURES

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
    with pytest.raises(UndocumentedError, match="A grade, new_key"):
        results_pages._section("A grade", Grade, {"points": 1, "new_key": 1}, {})


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
