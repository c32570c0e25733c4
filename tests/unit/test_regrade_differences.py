"""What changed between two grades, and how it is told."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from autograder.errors import InstructorError
from autograder.gradebook import Adjustment
from autograder.gradebook.standing import adjusted, check_adjustment
from autograder.records import CheckOutcome, Grade, QuestionGrade, Status, Verdict
from autograder.regrade.console import print_regrade
from autograder.regrade.differences import (
    changed_questions,
    check_counts,
    held_questions,
    summarise,
)
from autograder.regrade.records import CheckChange, Left, Move, Regraded

WHEN = datetime(2027, 5, 3, tzinfo=UTC)


def check(name, fraction, question="T1.1"):
    verdict = Verdict.PASSED if fraction == 1 else Verdict.FAILED
    return CheckOutcome(name, question, "values", verdict, f"{name} holds.", fraction=fraction)


def question(points, *checks, name="T1.1", worth=60.0):
    return QuestionGrade(name, name, ("f",), points, worth, False, Verdict.FAILED, (), checks)


def grade(*questions):
    points = sum(one.points for one in questions)
    return Grade("a", "", Status.GRADED, points, 100, 0, questions)


def move(who, before, after, questions=()):
    return Move(who, f"{who}.py", 1, before, after, questions)


def shown(moves, left=()):
    """Print a regrade; give the text."""
    paper = io.StringIO()
    found = Regraded("toy", "Toys", "sha256:0123456789abcdef", 2, 0, tuple(moves), left, ())
    print_regrade(found, Console(file=paper, width=80))
    return paper.getvalue()


def test_changed_questions_of_equal_grades_are_none():
    """Where nothing differs, nothing is listed."""
    one = grade(question(30, check("a", 1)))
    assert changed_questions(one, one) == ()


def test_changed_questions_name_the_checks_that_ended_otherwise():
    """A check that passes now, one that is new and one that is gone are told; the others not."""
    before = grade(question(30, check("a", 0), check("b", 1), check("old", 1)))
    after = grade(question(45, check("a", 1), check("b", 1), check("new", 0.5)))
    (found,) = changed_questions(before, after)
    assert (found.id, found.before, found.after) == ("T1.1", 30, 45)
    assert [(one.id, one.claim, one.before, one.after) for one in found.checks] == [
        ("a", "a holds.", "failed", "passed"),
        ("new", "new holds.", "", "failed, 50 % earned"),
        ("old", "old holds.", "passed", ""),
    ]


def test_changed_questions_tell_questions_that_come_and_go():
    """A question that was not asked before, or is not asked any more, has no points there."""
    before = grade(question(30, name="T1.1"))
    after = grade(question(20, name="T1.2"))
    found = {
        one.id: (one.before, one.after, one.max_after) for one in changed_questions(before, after)
    }
    assert found == {"T1.2": (None, 20, 60), "T1.1": (30, None, None)}


def test_changed_questions_tell_a_new_worth():
    """A question that is worth more now is told though its points are the same."""
    found = changed_questions(grade(question(30)), grade(question(30, worth=80.0)))
    assert [(one.max_before, one.max_after) for one in found] == [(60, 80)]


def test_held_questions_are_those_that_would_move():
    """Only where the suite gives other points now does a person's decision hold something."""
    made = [Adjustment("T1.1", points, "J. Doe", "a slip", WHEN) for points in (40, 50)]
    before, after = grade(question(30)), grade(question(35))
    held = held_questions(made, before, after)
    assert (held["T1.1"].points, held["T1.1"].before, held["T1.1"].after) == (50, 30, 35)
    assert held_questions(made, before, before) == {}
    assert held_questions(made, before, grade())["T1.1"].after is None


def test_summarise_counts_moves_and_gives_means_of_what_has_a_score():
    """Who has no score before or after counts as a move, and is left out of the means."""
    moves = [move("a", 10, 30), move("b", 20, 10), move("c", 5, 5), move("d", None, 50)]
    found = summarise(moves)
    assert (found.up, found.down, found.same) == (2, 1, 1)
    assert (found.mean_before, found.mean_after) == (35 / 3, 15)
    assert summarise([move("d", None, None)]).mean_after is None


def test_check_counts_put_the_most_frequent_change_first():
    """The class shows through which checks most of it moves."""
    often, once = (CheckChange("T1.1", name, "c", "failed", "passed") for name in ("a", "b"))
    (found,) = changed_questions(grade(question(1)), grade(question(2)))
    both = dataclasses.replace(found, checks=(once, often))
    one = dataclasses.replace(found, checks=(often,))
    moves = [move("a", 1, 2, (both,)), move("b", 1, 2, (one,))]
    assert check_counts(moves) == [(often, 2), (once, 1)]


def test_console_tells_moves_holds_and_what_was_left():
    """Points, checks, persons' decisions, what stays as it is, and the class are all told."""
    made = [Adjustment("T1.1", 60, "J. Doe", "a slip", WHEN)]
    before = grade(question(30, check("a", 0)), question(5, name="T1.2", worth=40.0))
    after = grade(question(20, check("a", 1), worth=50.0), question(9, name="T1.2", worth=40.0))
    held = held_questions(made, before, after)
    changes = changed_questions(adjusted(before, made, 110), adjusted(after, made, 110), held)
    text = shown([move("ann", 65, 69, changes)], (Left("", "b\x1b[31m", "it is gone"),))
    assert "ann (ann.py): 65 -> 69 (+4)\n" in text
    assert "T1.1 T1.1: 60 of 60 -> 60 of 50\n" in text
    assert "kept at 60 points by J. Doe (a slip); without that 30 -> 20; that is more" in text
    assert "a: failed -> passed: a holds.\n" in text
    assert "no check ended otherwise: points or weights changed" in text
    assert "b keeps its grade: it is gone\n" in text
    assert "1 up, 0 down, 0 the same; 1 left as they are; mean 65.00 -> 69.00 (+4.00)" in text


def test_console_of_a_large_class_is_cut_and_counts_the_rest():
    """Forty hand-ins are shown; of those that keep their points none is."""
    moves = [move(f"s{number}", 1, 2) for number in range(50)] + [move("still", 3, 3)]
    text = shown(moves)
    assert text.count(" -> 2 (+1)") == 40
    assert "and 10 more: --json has them all" in text
    assert "still" not in text


def test_adjusted_grade_has_a_note_of_the_last_decision():
    """The student's page says who set which points and why, once a question."""
    made = [Adjustment("T1.1", points, "J. Doe", "a slip", WHEN) for points in (40, 50.5)]
    found = adjusted(grade(question(30), question(9, name="T1.2")), made, 110)
    assert (found.points, found.notes) == (
        59.5,
        ("T1.1: 50.5 points instead of 30, by J. Doe: a slip",),
    )


@pytest.mark.parametrize("points", [-1, 60.5, float("nan")])
def test_check_adjustment_out_of_range_is_refused(points):
    """A question earns from nothing to what it is worth."""
    with pytest.raises(InstructorError, match="from 0 to 60; received"):
        check_adjustment([grade(question(30))], "T1.1", points)
