"""What the driver found, in the words in which it is shown: it travels as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter

__all__ = ["Kind", "Outcome", "QuestionOutcome", "from_json", "to_json"]


class Kind(StrEnum):
    """What became of a hand-in."""

    GRADED = "graded"
    POSTPONED = "postponed"
    REFUSED = "refused"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """One question's result.

    Attributes:
        id: Such as `A1.2`.
        title: What the question is about.
        points: Earned.
        max_points: What it is worth.
        public_passed: Whether every public check passed.
        public_words: What a student reads about the public checks at once.
        hidden_passed: Whether every other check passed.
        hidden_words: What a student reads about these, when the policy allows it.
    """

    id: str
    title: str
    points: float
    max_points: float
    public_passed: bool
    public_words: str
    hidden_passed: bool
    hidden_words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one run.

    Attributes:
        kind: Graded; postponed, where only the public checks count for now; refused, which is the
            student's to mend; or undecided, which is ours.
        score: Everything together: bonus within its limit, lateness taken off. When postponed,
            the score of the hand-in that stands.
        max_points: What the core questions are worth together.
        questions: In the order of the policy; empty unless graded or postponed.
        reason: Why it is not graded, as a sentence for the student; for the instructor when
            undecided.
        notes: Sentences for the student that are shown at once.
        late: What is said about a late hand-in; empty if it is in time.
        sum: How the score comes about, in lines.
        hidden_results: When results of hidden checks are shown, as `grading.yml` says it.
        details: Lines for the instructor alone.
        identity: Names and digests of what graded what.
        isolation: Layer name to `on` or `off: reason`.
    """

    kind: Kind
    score: float = 0.0
    max_points: float = 0.0
    questions: tuple[QuestionOutcome, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()
    late: str = ""
    sum: str = ""
    hidden_results: str = "never"
    details: tuple[str, ...] = ()
    identity: dict[str, str] = field(default_factory=dict)
    isolation: dict[str, str] = field(default_factory=dict)

    def require(self, question_id: str, *, public: bool) -> None:
        """Hold that the checks of a question passed: the body of Otter's test cases.

        Args:
            question_id: Such as `A1.2`.
            public: Which of its checks.

        Raises:
            AssertionError: They did not, or nothing is known of them. The plugin puts our words
                in the place of this message.
        """
        for question in self.questions:
            passed = question.public_passed if public else question.hidden_passed
            if question.id == question_id and passed:
                return
        raise AssertionError("not all checks passed")


_ADAPTER: Final = TypeAdapter(Outcome)


def to_json(outcome: Outcome) -> bytes:
    """Write an outcome as JSON."""
    return _ADAPTER.dump_json(outcome, indent=1)


def from_json(data: bytes) -> Outcome:
    """Read what `to_json` wrote.

    Raises:
        ValueError: It is something else.
    """
    return _ADAPTER.validate_json(data)
