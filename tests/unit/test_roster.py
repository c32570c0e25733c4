"""Who takes the course: reading the roster, and finding people on it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from autograder.errors import InstructorError
from autograder.roster import Directory, Student, can_name_a_hand_in, match, read_roster

ANN = Student("s1", "Ann Lee", "ann@example.org")
BOB = Student("s2", "Lee, Robert", "bob@example.org")
CAT = Student("s3", "Cat Noir", "cat@example.org")
TWIN = Student("s4", "Cat Noir")
CLASS = {one.id: one for one in (ANN, BOB, CAT, TWIN)}


@pytest.fixture
def roster(tmp_path):
    """Write a roster and read it."""

    def read(content):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(path)

    return read


def test_read_roster_reads_every_column_in_any_order(roster):
    """Cells are trimmed, columns may come in any order, and extensions are points in time."""
    read = roster(
        "\ufeffEmail,ID,Name,Section,Extension\r\n"
        "ann@example.org, s1 ,Ann Lee,A,"
        "activations 2026-10-27T23:59:00+02:00; loss 2026-11-03T23:59:00Z\r\n"
        ",s2,,,\r\n"
    )
    assert list(read) == ["s1", "s2"]
    assert (read["s1"].name, read["s1"].email, read["s1"].section) == (
        "Ann Lee",
        "ann@example.org",
        "A",
    )
    assert read["s1"].extensions == {
        "activations": datetime(2026, 10, 27, 21, 59, tzinfo=UTC),
        "loss": datetime(2026, 11, 3, 23, 59, tzinfo=UTC),
    }
    assert read["s2"] == Student("s2")


def test_read_roster_needs_the_id_alone(roster):
    """A list of ids is a roster."""
    assert roster("id\ns1\ns2\n") == {"s1": Student("s1"), "s2": Student("s2")}


def test_read_roster_tells_every_bad_line_with_its_number(roster, tmp_path):
    """All mistakes come at once, each with its line, its column and what was found."""
    with pytest.raises(InstructorError) as caught:
        roster(
            "id,email,extension\n"
            "s1,ann@example.org,\n"
            "S1,bob@example.org,\n"
            "s2,ANN@example.org,\n"
            ",cat@example.org,\n"
            "s4,cat at example.org,\n"
            "s5,,activations tomorrow\n"
            "s6,,2026-10-27T23:59:00Z\n"
            "../s7,,\n"
            "s8,,loss 2026-10-27T23:59:00Z; loss 2026-10-28T23:59:00Z\n"
            "s9\n"
        )
    told = str(caught.value).replace(f"{tmp_path}/", "")
    starts = [
        "roster.csv:3: id: expected each id once; found S1, which is on line 2 too",
        "roster.csv:4: email: expected each email once; found ANN@example.org, which is on line 2",
        "roster.csv:5: id: expected the student's id",
        "roster.csv:6: email: expected one address such as student@example.org",
        "roster.csv:7: extension: expected a time such as",
        "roster.csv:8: extension: expected an assignment's id and a time",
        "roster.csv:9: id: expected an id that can name a folder",
        "roster.csv:10: extension: expected one time for each assignment; found loss twice",
        "roster.csv:11: expected 3 cells, as in the header; found 1",
    ]
    assert told.splitlines()[0] == "the roster cannot be used: 9 problems"
    for line, start in zip(told.splitlines()[1::2], starts, strict=True):
        assert line.strip().startswith(start)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "begin with id,name,email,section,extension"),
        ("id,nmae\ns1,Ann\n", "did you mean name?"),
        ("id,shoe size\ns1,40\n", "remove the column"),
        ("name\nAnn\n", "expected a column id"),
        ("id,id\ns1,s1\n", "expected one column id"),
        (b"id\n\xff\n", "expected CSV in UTF-8"),
    ],
)
def test_read_roster_of_another_table_says_what_is_expected(roster, content, words):
    """A table that is no roster is refused with what to do."""
    with pytest.raises(InstructorError) as caught:
        roster(content)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("known", "student"),
    [
        ({"id": "s1"}, ANN),
        ({"id": "S1"}, None),
        ({"email": " ANN@Example.org"}, ANN),
        ({"name": "ann  LEE"}, ANN),
        ({"name": "Lee, Ann"}, ANN),
        ({"name": "Robert Lee"}, BOB),
        ({"name": "\uff21\uff4e\uff4e Lee"}, ANN),
        ({"name": "Lee Ann"}, None),
        ({"name": "Cat Noir"}, None),
        ({"name": "Cat Noir", "email": "cat@example.org"}, CAT),
        ({"id": "s1", "email": "bob@example.org"}, None),
        ({"id": "s9", "email": "bob@example.org", "name": "Ann Lee"}, BOB),
        ({"id": "s9", "name": "Ann Lee"}, ANN),
        ({}, None),
        ({"id": " ", "email": "", "name": " "}, None),
    ],
)
def test_match_finds_who_is_certain_and_nobody_else(known, student):
    """Ids are exact, addresses and names forgive spelling, and doubt is nobody."""
    assert match(CLASS, **known) is student
    assert Directory(CLASS.values()).find(**known) is student


@pytest.mark.parametrize(
    "name", ["", ".git", "__pycache__", "-rf", "=1+1", "+1", "@x", "a/b", "a\\b", "C:x", "a\nb"]
)
def test_can_name_a_hand_in_of_a_dangerous_name_is_false(name):
    """Hidden names, paths, options and formulas name nothing."""
    assert not can_name_a_hand_in(name)


@pytest.mark.parametrize("name", ["s1", "Ann Lee", "12.345", "ann@example.org", "Jos\u00e9"])
def test_can_name_a_hand_in_of_an_ordinary_name_is_true(name):
    """Ids, addresses and names name hand-ins."""
    assert can_name_a_hand_in(name)
