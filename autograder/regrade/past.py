"""Every grade of a student's hand-ins, why it came, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.errors import InstructorError, nearest_name
from autograder.gradebook import Entry
from autograder.gradebook.book import Gradebook
from autograder.gradebook.past import Decision, KeptHandIn, Past
from autograder.regrade.differences import changed_questions
from autograder.regrade.records import QuestionChange

__all__ = ["Attempt", "Step", "attempts_of", "counting_hand_in", "history_of"]

_HAVE_STOOD = frozenset({"stands", "replaced"})


@dataclass(frozen=True, slots=True)
class Step:
    """One grade of a hand-in.

    Attributes:
        past: The grade.
        moved: What differs from the grade that stood before it; empty for a first grade.
    """

    past: Past
    moved: tuple[QuestionChange, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One hand-in, and everything that became of it.

    Attributes:
        work: The hand-in.
        steps: Its grades, oldest first.
        decisions: What persons decided about it, oldest first.
        entry: What stands, adjustments and lateness included; None where it does not count, or has
            no grade yet.
    """

    work: KeptHandIn
    steps: tuple[Step, ...]
    decisions: tuple[Decision, ...]
    entry: Entry | None


def attempts_of(book: Gradebook, assignment: str, who: str) -> list[KeptHandIn]:
    """Find the hand-ins of a student, in the order of attempts.

    Args:
        book: The gradebook.
        assignment: The assignment's id.
        who: The student's id; or the name of a hand-in, if no two students have one of that name.

    Raises:
        InstructorError: There is none.
    """
    works = book.work(assignment)
    mine = [one for one in works if one.student == who]
    owners = {_owner(one) for one in works if one.name == who}
    if not mine and len(owners) == 1:
        mine = [one for one in works if _owner(one) in owners]
    if not mine:
        known = {_owner(one) for one in works}
        near = nearest_name(who, known)
        hint = f"did you mean {near}?" if near else "`autograder export csv` lists them"
        message = f"{who}: expected a student, or the name of one student's hand-in"
        raise InstructorError(f"{message}; {book} has no such one for {assignment}; {hint}")
    return mine


def _owner(work: KeptHandIn) -> str:
    return work.student or work.name


def counting_hand_in(book: Gradebook, assignment: str, who: str) -> KeptHandIn:
    """Find the hand-in of a student that counts.

    Args:
        book: The gradebook.
        assignment: The assignment's id.
        who: As for `attempts_of`.

    Raises:
        InstructorError: There is none.
    """
    return next(one for one in attempts_of(book, assignment, who) if one.counts)


def history_of(book: Gradebook, assignment: str, who: str) -> list[Attempt]:
    """Give every hand-in of a student with every grade it had.

    Args:
        book: The gradebook.
        assignment: The assignment's id.
        who: As for `attempts_of`.

    Raises:
        InstructorError: There is no such student.
    """
    works = attempts_of(book, assignment, who)
    decisions = book.decisions(assignment)
    # Only the last attempt stands, so there is one entry at most.
    entries = {one.attempt: one for one in book.entries(assignment, only={w.id for w in works})}
    return [
        Attempt(
            one,
            tuple(_steps(book.history(one.id))),
            tuple(decisions.get(one.id, ())),
            entries.get(one.attempt),
        )
        for one in works
    ]


def _steps(grades: Iterable[Past]) -> Iterator[Step]:
    stood: Past | None = None
    for one in grades:
        yield Step(one, changed_questions(stood.grade, one.grade) if stood else ())
        if one.state in _HAVE_STOOD:
            stood = one
