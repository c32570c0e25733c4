"""Whose a hand-in is: found for certain, or left open."""

from __future__ import annotations

import pytest

from autograder.imports import HandIn, Person, assign
from autograder.imports.matching import safe_name
from autograder.roster import Student

CLASS = {
    one.id: one
    for one in (
        Student("s1", "Ann Lee", "ann@example.org"),
        Student("s2", "de la Cruz, Maria", "maria@example.org"),
        Student("s3", "Jan van Eyck"),
        Student("s4", "Cat Noir"),
        Student("s5", "Noir Cat"),
    )
}


def names(*people, roster=CLASS):
    """Return the names under which one hand-in of these people is laid out."""
    assigned = assign([HandIn("x", people)], roster)
    assert len(assigned.placed) + len(assigned.unplaced) == max(1, len(people))
    return [one.name for one in assigned.placed]


@pytest.mark.parametrize(
    ("person", "found"),
    [
        (Person("1", ids=("s1",)), ["s1"]),
        (Person("1", ids=("77", "s1")), ["s1"]),
        (Person("1", email="ANN@example.org"), ["s1"]),
        (Person("1", name="Lee, Ann"), ["s1"]),
        (Person("1", ids=("s1", "s2")), []),
        (Person("1", ids=("s1", "77"), email="maria@example.org"), []),
        (Person("1", ids=("s1",), name="Jan van Eyck"), ["s1"]),
        (Person("1", ids=("s1",), doubt="it is somebody else's"), []),
        (Person("1"), []),
        (Person("1", run_together="leeann"), ["s1"]),
        (Person("1", run_together="delacruzmaria"), ["s2"]),
        (Person("1", run_together="mariadelacruz"), []),
        (Person("1", run_together="vaneyckjan"), ["s3"]),
        (Person("1", run_together="eyckjanvan"), ["s3"]),
        (Person("1", run_together="noircat"), []),
    ],
)
def test_assign_looks_up_and_never_guesses(person, found):
    """One student who fits is found; none, or two that fit, are nobody."""
    assert names(person) == found


def test_assign_of_a_group_gives_the_hand_in_to_each_who_is_known():
    """Members of a group each have the hand-in; the one who is not on the roster is told."""
    group = HandIn("x", (Person("1", ids=("s1",)), Person("2", ids=("s9",), name="Who")))
    assigned = assign([group], CLASS)
    assert [(one.name, one.hand_in) for one in assigned.placed] == [("s1", group)]
    assert [one.looked_for for one in assigned.unplaced] == ["id s9, name Who"]


def test_assign_of_two_hand_ins_of_one_student_leaves_both_open():
    """Which of two hand-ins counts is not decided here."""
    first, second = (HandIn(name, (Person("1", ids=("s1",)),)) for name in "ab")
    assigned = assign([first, second], CLASS)
    assert assigned.placed == ()
    assert [one.hand_in for one in assigned.unplaced] == [first, second]
    assert {one.reason for one in assigned.unplaced} == {"several hand-ins would be those of s1"}


def test_assign_of_a_faulty_hand_in_says_the_fault():
    """A hand-in that cannot be taken is nobody's, with its reason."""
    assigned = assign([HandIn("x", (Person("1", ids=("s1",)),), fault="a link")], CLASS)
    assert (assigned.placed, assigned.unplaced[0].reason) == ((), "a link")


def test_assign_without_a_roster_takes_the_other_systems_names():
    """Where there is no roster, people are called what the other system calls them."""
    assert names(Person("ann@example.org", ids=("s1",)), roster=None) == ["ann@example.org"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ann@example.org", "ann@example.org"),
        ("../../etc/passwd", "etc-passwd"),
        ("=cmd()", "cmd-"),
        ("__init__", "init__"),
        ("a\nb\x1b[31m", "a-b-31m"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("x" * 500, "x" * 60),
    ],
)
def test_safe_name_of_anything_names_one_folder(text, name):
    """Nothing that a student is called leads out of the folder or starts a formula."""
    assert safe_name(text) == name
