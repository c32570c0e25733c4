"""What a regrade found: plain records."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.gradebook.past import Proposal

__all__ = ["CheckChange", "Held", "Left", "Move", "QuestionChange", "Regraded", "Summary"]


@dataclass(frozen=True, slots=True)
class CheckChange:
    """A check that ended otherwise.

    Attributes:
        question: The id of its question.
        id: As pytest writes it.
        claim: What it holds to be true.
        before: How it ended, in words; empty where the earlier suite had no such check.
        after: Likewise; empty where the suite has no such check any more.
    """

    question: str
    id: str
    claim: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Held:
    """A question that keeps the points which a person set.

    Attributes:
        points: What the person set.
        by: Who did.
        reason: Why.
        before: What the suite gave when the person did so, or since.
        after: What it gives now; None where the question is gone.
    """

    points: float
    by: str
    reason: str
    before: float
    after: float | None


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question of which something changed.

    Attributes:
        id: The question's id.
        title: What it is about.
        before: Its points, 0 or more, as they stand; None where it was not asked.
        after: Its points as they would be; None where it is not asked any more.
        max_before: What it was worth; None likewise.
        max_after: What it is worth; None likewise.
        checks: Those that ended otherwise.
        held: Who set its points, if the suite would have changed them.
    """

    id: str
    title: str
    before: float | None
    after: float | None
    max_before: float | None
    max_after: float | None
    checks: tuple[CheckChange, ...]
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A hand-in that was graded again.

    Attributes:
        student: The roster's id, or empty.
        submission: The hand-in's name.
        attempt: Which of this student's it is.
        before: The final points as they stand, lateness and adjustments included; None if ungraded.
        after: The final points as they would be; None if ungraded.
        questions: Those of which something changed.
        reason: Why it would be ungraded; empty otherwise.
    """

    student: str
    submission: str
    attempt: int
    before: float | None
    after: float | None
    questions: tuple[QuestionChange, ...]
    reason: str = ""

    @property
    def who(self) -> str:
        """The student, or the hand-in that is nobody's."""
        return self.student or self.submission

    @property
    def change(self) -> float:
        """By how many points it moves; an ungraded hand-in counts as 0."""
        return round((self.after or 0.0) - (self.before or 0.0), 4)


@dataclass(frozen=True, slots=True)
class Left:
    """A hand-in whose grade stays as it is, though an earlier suite made it.

    Attributes:
        student: The roster's id, or empty.
        submission: The hand-in's name.
        reason: Why it was not graded again, or why its new grade must not stand.
    """

    student: str
    submission: str
    reason: str

    @property
    def who(self) -> str:
        """The student, or the hand-in that is nobody's."""
        return self.student or self.submission


@dataclass(frozen=True, slots=True)
class Summary:
    """The moves in numbers.

    Attributes:
        up: How many gain points.
        down: How many lose some.
        same: How many keep theirs.
        mean_before: Of the final points of those that are graded before and after; None if nobody.
        mean_after: Likewise.
    """

    up: int
    down: int
    same: int
    mean_before: float | None
    mean_after: float | None


@dataclass(frozen=True, slots=True)
class Regraded:
    """What the regrade of an assignment found.

    Attributes:
        assignment: Its id.
        title: Its title.
        suite: The digest of the suite as it is now.
        graded_now: How many hand-ins were graded for this.
        from_before: How many had been graded by this suite for an earlier regrade.
        moves: Those whose new grades can stand; the largest change comes first.
        left: Those whose grades stay.
        proposals: The grades behind `moves`.
        applied: Whether they stand now.
    """

    assignment: str
    title: str
    suite: str
    graded_now: int
    from_before: int
    moves: tuple[Move, ...]
    left: tuple[Left, ...]
    proposals: tuple[Proposal, ...]
    applied: bool = False
