"""The frozen records that pass between the stages of a grading run.

Only `figures` of the project's own is imported here: every stage may import this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from autograder.figures import Figure

__all__ = [
    "CheckOutcome",
    "ClassResult",
    "Grade",
    "GroupTally",
    "Lateness",
    "QuestionGrade",
    "Refusal",
    "SourceFile",
    "Status",
    "Submission",
    "Verdict",
]


class Verdict(StrEnum):
    """What became of a check or of a question."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    STUDENT_ERROR = "student_error"
    LIMIT_EXCEEDED = "limit_exceeded"
    GRADER_ERROR = "grader_error"


class Status(StrEnum):
    """Whether a submission has a grade, or waits for somebody to look."""

    GRADED = "graded"
    UNGRADED = "ungraded"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A piece of Python source with the name that tracebacks and messages use.

    Attributes:
        path: A path inside the submission with forward slashes, such as `activations.py`,
            or `activations.ipynb[cell 3]` for one code cell of a notebook.
        text: The source, decoded.
    """

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One hand-in, read and checked, nothing of it executed.

    Attributes:
        name: What it is called in results: the file's or folder's name without its ending.
        sha256: Hexadecimal digest of everything that is executed: `units` and `helpers`.
        units: What is executed, in order, to make the assignment's module: one file of a
            `.py` hand-in, or the code cells of a notebook.
        helpers: Modules beside the main one that it may import.
        notes: Sentences for the student about what was left out or renamed.
    """

    name: str
    sha256: str
    units: tuple[SourceFile, ...]
    helpers: tuple[SourceFile, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_notebook(self) -> bool:
        """Tell whether the units are cells: a cell that fails does not stop the next one."""
        return bool(self.units) and self.units[0].path.endswith("]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A hand-in that cannot be read safely or sensibly, and why.

    Attributes:
        name: As `Submission.name`.
        reason: A sentence that says what was found, what is expected, and what to do.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What one check of the suite found.

    Attributes:
        id: File and test name as pytest writes them, such as `test_sigmoid.py::test_x[3]`.
        question: The question's id, such as `A1.2`.
        group: The check group, such as `values`.
        verdict: What became of it.
        claim: The first line of the test's docstring: what the check holds to be true.
        message: Empty when passed; otherwise what a student may read about it.
        detail: What only an instructor may read, such as the traceback of a grader error.
        fraction: How much of the check was earned, 0..1; 1 when passed.
        weight: How much the check counts within its group; 1 unless marked otherwise.
        critical: Whether a failure caps the question.
        public: Whether the student has this check too, so that inputs and answers may be shown.
        figures: Pictures for the student of what the check found, passed or not.
    """

    id: str
    question: str
    group: str
    verdict: Verdict
    claim: str = ""
    message: str = ""
    detail: str = ""
    fraction: float = 0.0
    weight: float = 1.0
    critical: bool = False
    public: bool = False
    figures: tuple[Figure, ...] = ()

    def __reduce__(self) -> tuple[type[CheckOutcome], tuple[object, ...]]:
        """Travel between processes as plain arguments: there are many of these."""
        return CheckOutcome, tuple(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class GroupTally:
    """How many of a group's checks passed.

    Attributes:
        name: The group.
        earned: Sum of fraction times weight.
        possible: Sum of the weights.
    """

    name: str
    earned: float
    possible: float


@dataclass(frozen=True, slots=True)
class QuestionGrade:
    """The points of one question, and everything they were made from.

    Attributes:
        id: Such as `A1.2`.
        title: What the question is about, in a few words.
        functions: The names that the student writes.
        points: Earned, 0..max_points, rounded to 2 decimals.
        max_points: What the question is worth.
        stretch: Whether the points are a bonus.
        verdict: The question's own verdict, made from its checks'.
        groups: In the order of `grading.yml`.
        checks: In the order of the suite.
        cap: The failed critical check that limits the points, as a sentence; empty if none did.
        misconception: The id of the known-wrong implementation that answers alike; empty if none.
        advice: What a tutor would say about it.
        sources: Where to look it up, such as `deck 004 L343` or, for an erratum, `E03`.
    """

    id: str
    title: str
    functions: tuple[str, ...]
    points: float
    max_points: float
    stretch: bool
    verdict: Verdict
    groups: tuple[GroupTally, ...]
    checks: tuple[CheckOutcome, ...]
    cap: str = ""
    misconception: str = ""
    advice: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a hand-in came, and what that costs; the raw points stay as they are.

    Attributes:
        due: Up to when this student's work was in time; aware, in the course's zone.
        submitted: When it came; aware, in the course's zone.
        seconds_late: After the due time, grace or not; 0 if in time.
        days: Started days that count; 0 if in time or within the grace.
        percent: What is taken off, 0..100.
        penalty_points: What is taken off points and bonus together.
        final_points: What is left of them; with `penalty_points` their sum.
        cut_off: Whether it came so late that nothing counts.
        words: All this as a sentence or two for the student.
    """

    due: datetime
    submitted: datetime
    seconds_late: float
    days: int
    percent: float
    penalty_points: float
    final_points: float
    cut_off: bool
    words: str


@dataclass(frozen=True, slots=True)
class Grade:
    """The result for one submission.

    Attributes:
        submission: Its name.
        sha256: Its digest; empty for a refusal.
        status: Graded or ungraded.
        points: Sum over the core questions, 0..max_points; 0 when ungraded.
        max_points: What the core questions are worth together.
        bonus: Sum over the stretch questions, limited so that points + bonus <= the course's cap.
        questions: In the order of `grading.yml`; empty for a refusal.
        reason: Why it is ungraded; empty when graded.
        notes: Sentences for the student: what was left out, what failed while loading.
        printed: What the student's code printed while it was loaded and in public checks, capped.
        seconds: Wall time of grading it.
        late: What handing in late costs; None where no due time or no time of arrival is known,
            and for a submission without a grade.
    """

    submission: str
    sha256: str
    status: Status
    points: float
    max_points: float
    bonus: float
    questions: tuple[QuestionGrade, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()
    printed: str = ""
    seconds: float = 0.0
    late: Lateness | None = None


@dataclass(frozen=True, slots=True)
class ClassResult:
    """The results of one `grade` run.

    Attributes:
        assignment: The assignment's id.
        title: The assignment's title.
        max_points: What its core questions are worth together.
        suite: `sha256:` and the digest of the suite, the reference and the policy.
        isolation: Layer name to `on`, or `off: ` and the reason.
        training: What was trained on and how: `device`, `backend`, `tf32`, `determinism`,
            `threads` and `task` (`full` or `reduced`); empty where nothing is trained.
        grades: In the order of the submissions' names.
    """

    assignment: str
    title: str
    max_points: float
    suite: str
    isolation: dict[str, str] = field(default_factory=dict)
    grades: tuple[Grade, ...] = ()
    training: dict[str, str] = field(default_factory=dict)
