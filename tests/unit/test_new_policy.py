"""An entry is put into `grading.yml` as text: nothing else of the file moves."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from autograder.errors import InstructorError
from autograder.scaffold.policy import insert_assignment

PROJECT = Path(__file__).resolve().parents[2]
ENTRY = "new_one:\n  # A comment of the entry.\n  title: New\n  questions: {A9.1: {points: 100}}\n"
FLOW = """\
# The course.
order: [one, two]  # as students meet them

assignments:
  one: {title: One}
  two:
    title: Two
    # The last line of two.
# What comes after.
late: {percent: 10}
"""
BLOCK = """\
assignments:
    one: {title: One}
    two:
        title: |
            Two,
            in two lines
order:
- one
- two   # the last
"""
SPREAD = """\
assignments:
  one: {title: One}
order: [
  one,  # the first
]"""
LAST = FLOW.partition("# What comes after.")[0]
LAYOUTS = {
    "flow": FLOW,
    "block": BLOCK,
    "spread": SPREAD,
    "block, last line not ended": BLOCK.rstrip("\n"),
    "assignments last": LAST,
    "assignments last, last line not ended": LAST.rstrip("\n"),
}


def without(text, *additions):
    """Take additions out of a text, each of which is in it once."""
    for addition in additions:
        assert text.count(addition) == 1, addition
        text = text.replace(addition, "")
    return text


@pytest.mark.parametrize("name", LAYOUTS)
def test_insert_assignment_adds_it_last_to_both(name):
    """The new id is the last of the order, and its entry the last of the assignments."""
    before = yaml.safe_load(LAYOUTS[name])
    after = yaml.safe_load(insert_assignment(LAYOUTS[name], "new_one", ENTRY))
    assert after["order"] == [*before["order"], "new_one"]
    assert list(after["assignments"]) == [*before["assignments"], "new_one"]
    assert after["assignments"].pop("new_one") == yaml.safe_load(ENTRY)["new_one"]
    assert after["assignments"] == before["assignments"]


def test_insert_assignment_into_a_list_on_one_line_leaves_the_rest():
    """What follows the order and the assignments stays behind them, comments too."""
    changed = insert_assignment(FLOW, "new_one", ENTRY)
    added = "\n  new_one:\n    # A comment of the entry.\n    title: New\n"
    added += "    questions: {A9.1: {points: 100}}\n"
    assert without(changed, ", new_one", added) == FLOW
    assert "[one, two, new_one]  # as students meet them\n" in changed
    assert "    # The last line of two.\n" + added + "# What comes after.\n" in changed


def test_insert_assignment_into_a_list_of_lines_indents_as_the_file_does():
    """An entry stands as far to the right as the others, and so does a line of the order."""
    changed = insert_assignment(BLOCK, "new_one", ENTRY)
    assert changed.endswith("- two   # the last\n- new_one\n")
    assert "\n            in two lines\n\n    new_one:\n" in changed


def test_insert_assignment_into_a_file_with_other_line_ends_keeps_them():
    """A file whose lines end in CR LF has only such lines afterwards."""
    changed = insert_assignment(FLOW.replace("\n", "\r\n"), "new_one", ENTRY)
    assert changed.count("\r\n") == changed.count("\n")
    assert changed.replace("\r\n", "\n") == insert_assignment(FLOW, "new_one", ENTRY)


def test_insert_assignment_into_the_course_of_the_project_is_two_insertions():
    """Every other byte of the project's own file stays, its comments and its order."""
    text = (PROJECT / "grading.yml").read_bytes().decode()
    changed = insert_assignment(text, "new_one", ENTRY)
    entry = changed[changed.index("\n  new_one:") :]
    assert changed.endswith(entry)
    assert without(changed, entry, ", new_one") == text


@pytest.mark.parametrize(
    "text",
    [
        "order: [one]\nassignments: {one: {title: One}}\n",
        "order: [one]\nassignments:\n  one:\n    title: A title that\n      goes on\n",
        "{order: [one], assignments: {one: {title: One}}}\n",
    ],
    ids=["flow mapping", "plain text of two lines", "flow file"],
)
def test_insert_assignment_into_an_odd_layout_is_whole_or_refused(text):
    """A layout that cannot be added to is told, with the lines to add; never a broken file."""
    told = ""
    try:
        changed = insert_assignment(text, "new_one", ENTRY)
        assert yaml.safe_load(changed)["order"] == ["one", "new_one"]
    except InstructorError as refusal:
        told = str(refusal)
    assert not told or ("nothing was written" in told and "\n  new_one:\n" in told)
