"""Where a question can be looked up: `sources` and `course.errata` in `grading.yml`."""

from __future__ import annotations

import pytest

from autograder.catalog import locate, suite_digest
from autograder.config import load_course, read_errata
from autograder.errors import ConfigError

ERRATA = r"""
# Errata

| id | line | it says | right is | kind |
|---|---|---|---|---|
| E01 | 3 | twice two is five | four | wrong |
| E02 | 4 | \|x\| is x | \|x\| is `-x` for x < 0 | wrong |

| id | it says |
|---|---|
| E10 | nothing |
| no id | E11 |
"""
HEAD = "course: {title: A tiny course}"
QUESTION = "T1.1: {title: Twice, functions: [double], points: 60}"


@pytest.fixture
def course(tiny_course):
    """Give the tiny course errata, and its first question sources; and load it."""

    def load(sources, errata="docs/errata.md"):
        text = tiny_course.texts["grading.yml"]
        text = text.replace(HEAD, f"course: {{title: A tiny course, errata: {errata}}}")
        asked = QUESTION.replace("points: 60", f"points: 60, sources: {sources}")
        return load_course(tiny_course.write("grading.yml", text.replace(QUESTION, asked)))

    tiny_course.write("docs/errata.md", ERRATA)
    return load


def problems(course, *arguments, **keywords):
    """Give what is said about a course, each problem without the file's folder."""
    with pytest.raises(ConfigError) as caught:
        course(*arguments, **keywords)
    return [str(problem).partition("grading.yml:")[2] for problem in caught.value.problems]


def test_errata_read_have_what_is_right_whatever_the_columns():
    """A bar within a cell stays; a table that does not say what is right gives nothing."""
    assert read_errata(ERRATA) == {"E01": "four", "E02": "|x| is `-x` for x < 0", "E10": ""}


def test_sources_are_places_in_lectures_and_ids_of_errata(course):
    """A question keeps them as they are written."""
    found = course("[deck 004 L343, deck 000 L309-329, E02]")
    assert found.assignments["toy"].questions["T1.1"].sources == (
        "deck 004 L343",
        "deck 000 L309-329",
        "E02",
    )
    assert found.course.errata == "docs/errata.md"


@pytest.mark.parametrize(
    "source", ["deck 4 L343", "deck 004", "deck 004 L9-8", "E3", "E003", "page 7"]
)
def test_source_of_another_form_is_told_with_its_place(course, source):
    """The key path, the value, and what one looks like."""
    (told,) = problems(course, f"[E01, {source}]")
    assert told == (
        "32: assignments.toy.questions.T1.1.sources[1]: expected a place in a lecture or an "
        f'erratum, such as deck 004 L343-345 or E03; found the text "{source}"'
    )


def test_source_that_is_no_listed_erratum_is_told_with_the_nearest(course):
    """A slip in an id would be a link to nowhere."""
    (told,) = problems(course, "[E12]")
    assert told == (
        "32: assignments.toy.questions.T1.1.sources[0]: expected the id of an erratum of "
        "docs/errata.md; found E12\n    did you mean E10?"
    )


@pytest.mark.parametrize("path", ["docs/nothing.md", "docs", "n" * 300])
def test_errata_file_that_is_not_there_is_told_once(course, path):
    """Its questions' errata are not told as well: the file is what is wrong."""
    (told,) = problems(course, "[E01]", errata=path)
    assert told == (
        f"1: course.errata: expected a file of the course; there is none; found {path}\n"
        "    write it, or remove the key"
    )


def test_errata_file_that_is_a_link_is_refused(course, tiny_course):
    """It goes to students, and a link could lead to a solution."""
    (tiny_course.root / "docs" / "link.md").symlink_to(tiny_course.root / "solutions" / "toy.py")
    (told,) = problems(course, "[deck 004 L343]", errata="docs/link.md")
    assert "expected a file of the course" in told


@pytest.mark.parametrize("path", ["../errata.md", "/errata.md", "docs/./errata.md"])
def test_errata_path_out_of_the_course_is_refused(course, path):
    """One problem, of the path alone."""
    (told,) = problems(course, "[E01]", errata=path)
    assert told.startswith("1: course.errata: expected a path inside the course's folder")


def test_errata_that_are_no_text_are_told(course, tiny_course):
    """The file is read before anything points to it."""
    (tiny_course.root / "docs" / "errata.md").write_bytes(b"\xff\xfe")
    (told,) = problems(course, "[E01]")
    assert "expected a file that can be read as text in UTF-8" in told


def test_course_without_errata_may_name_them_all_the_same(tiny_course):
    """There is no list to hold them against."""
    asked = QUESTION.replace("points: 60", "points: 60, sources: [E99]")
    text = tiny_course.texts["grading.yml"].replace(QUESTION, asked)
    course = load_course(tiny_course.write("grading.yml", text))
    assert course.assignments["toy"].questions["T1.1"].sources == ("E99",)


def test_suite_digest_with_and_without_sources_is_the_same(course, tiny_course):
    """Where to look things up changes no score."""
    plain = load_course(tiny_course.write("grading.yml", tiny_course.texts["grading.yml"]))
    before = suite_digest(locate(tiny_course.root, plain, "toy"))
    assert suite_digest(locate(tiny_course.root, course("[E01, deck 004 L1]"), "toy")) == before
