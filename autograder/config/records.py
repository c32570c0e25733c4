"""The course's policy as frozen records: what `grading.yml` may say, and what each value means."""

from __future__ import annotations

import math
from typing import Annotated, Final, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field

from autograder.config.kinds import (
    Count,
    CoursePath,
    Dotted,
    LessonAddress,
    LocalTime,
    LookUp,
    Name,
    NotNegative,
    Points,
    Positive,
    QuestionId,
    Record,
    StudentId,
    Title,
    ZoneName,
)
from autograder.config.limits import IntakeLimits, LimitName, Limits, MoreRules, Rules
from autograder.config.schedule import LatePolicy, ReleasePolicy, ResourcePolicy
from autograder.errors import InstructorError, nearest_name

__all__ = [
    "RULES_GROUP",
    "About",
    "AssignmentPolicy",
    "Course",
    "ForbidPolicy",
    "QuestionPolicy",
    "ScorePolicy",
    "SpeedPolicy",
    "Tolerance",
]

RULES_GROUP: Final = "hygiene"


class About(Record):
    """What the course is called, and where its clock is.

    Attributes:
        title: As pages and reports show it.
        time_zone: The IANA name of the zone in which all due times are written.
        errata: The Markdown file, seen from the course's folder, with tables of what the lectures
            say that is not right; None without one.
        lessons: Where students read the lessons, with `{assignment}` for an assignment's id; pages
            link there. None if they have the notebooks alone.
    """

    title: Title
    time_zone: ZoneName = "UTC"
    errata: CoursePath | None = None
    lessons: LessonAddress | None = None


class Tolerance(Record):
    """How far an answer may be from the reference's, for one dtype.

    An answer agrees where |actual - expected| <= atol * max|expected| + rtol * |expected|.

    Attributes:
        rtol: Relative to each expected value; a fraction, 0 or more.
        atol: Relative to the largest expected value of the array; a fraction, 0 or more.
    """

    rtol: NotNegative
    atol: NotNegative


class ScorePolicy(Record):
    """How checks become points.

    Attributes:
        group_weights: Check group to its share of a question, in per cent; they add up to 100.
            A group that a question lacks shares its weight among the others, in proportion.
        critical_cap: Per cent of a question's points that a failed critical check leaves, 0..100.
        total_cap: Per cent of an assignment's points that core and stretch questions can reach
            together, 100 or more.
    """

    group_weights: dict[Name, Positive]
    critical_cap: Annotated[float, Field(ge=0, le=100)]
    total_cap: Annotated[float, Field(ge=100)]


class SpeedPolicy(Record):
    """When a timed call is fast enough: below the floor, or within the ratio.

    Attributes:
        ratio: Processor time of the student's call divided by the reference's, 1 or more.
        floor_ms: Processor time in milliseconds that is always fast enough.
    """

    ratio: Annotated[float, Field(ge=1)]
    floor_ms: NotNegative


class ForbidPolicy(Record):
    """What one question forbids, beyond the rules of every assignment.

    Attributes:
        names: Dotted names such as `numpy.tanh`, a whole import such as `keras`, builtins, or
            functions of the assignment.
        loops: Whether loops and comprehensions are forbidden.
        group: The check group that a broken rule counts in.
        critical: Whether a broken rule caps the question.
    """

    names: tuple[Dotted, ...] = ()
    loops: bool = False
    group: str = RULES_GROUP
    critical: bool = False


class QuestionPolicy(Record):
    """What one question asks for and is worth.

    Attributes:
        title: What it is about, in a few words.
        functions: The names that the student defines. The hidden checks lie in
            `tests/hidden/<assignment>/test_<first of them>.py`.
        points: At most to be earned, above 0.
        stretch: Whether the points are a bonus on top of the 100 of the core questions.
        forbid: What its code may not use.
        sources: Where to look things up: places in the lectures, and ids of errata. They change
            no score, so they are no part of the suite's digest.
    """

    title: Title
    functions: Annotated[tuple[Name, ...], Field(min_length=1)]
    points: Points
    stretch: bool = False
    forbid: ForbidPolicy = ForbidPolicy()
    sources: Annotated[tuple[LookUp, ...], Field(exclude=True)] = ()


class AssignmentPolicy(Record):
    """One assignment.

    What decides when work is due, what is shown and where it is graded changes no raw score. It
    is left out of `model_dump`, so that an extension for one student gives no new suite digest.
    `Course` merges `late`, `release`, `limits` and `rules` with its own.

    Attributes:
        title: As pages and reports show it.
        tolerance: The name, in `tolerances`, of how exact its answers must be.
        speed: When a timed call is fast enough.
        questions: Question id, such as `A1.2`, to its policy; in the order of the file.
        due: The course's local time up to which work is in time; None if it is never late.
        extensions: A student's id or address of mail to that student's own due time.
        late: What differs from the course's `late`.
        release: What differs from the course's `release`.
        resources: What a machine must have to grade it.
        runtime: What its workers have imported before student code: a Keras worker keeps models
            and hands out handles to them.
        limits: Limits that differ from the course's.
        rules: What its code may use besides.
    """

    title: Title
    tolerance: str
    speed: SpeedPolicy
    questions: Annotated[dict[QuestionId, QuestionPolicy], Field(min_length=1)]
    due: Annotated[LocalTime | None, Field(exclude=True)] = None
    extensions: Annotated[dict[StudentId, LocalTime], Field(default_factory=dict, exclude=True)]
    late: Annotated[LatePolicy, Field(exclude=True)] = LatePolicy()
    release: Annotated[ReleasePolicy, Field(exclude=True)] = ReleasePolicy()
    resources: Annotated[ResourcePolicy, Field(exclude=True)] = ResourcePolicy()
    runtime: Literal["numpy", "keras"] = "numpy"
    limits: Annotated[dict[LimitName, Count | Positive], Field(default_factory=dict)]
    rules: MoreRules = MoreRules()

    @property
    def max_points(self) -> float:
        """Add up what the core questions are worth."""
        return math.fsum(policy.points for policy in self.questions.values() if not policy.stretch)


class Course(Record):
    """Everything that `grading.yml` says.

    Attributes:
        course: What the course is called.
        order: Assignment ids in the order in which students meet them.
        score: How checks become points.
        tolerances: Name to dtype to tolerance.
        rules: The exercise rules of every assignment.
        limits: What one submission's worker may use.
        intake: How large a hand-in may be.
        assignments: Assignment id, which is its module's name, to its policy.
        late: What a late hand-in loses, for every assignment that says nothing else.
        release: What students learn of the hidden checks, likewise.
    """

    course: About
    order: tuple[str, ...]
    score: ScorePolicy
    tolerances: dict[str, dict[Literal["float64", "float32"], Tolerance]]
    rules: Rules
    limits: Limits
    intake: IntakeLimits
    assignments: Annotated[dict[Name, AssignmentPolicy], Field(min_length=1)]
    late: LatePolicy = LatePolicy()
    release: ReleasePolicy = ReleasePolicy()

    @property
    def zone(self) -> ZoneInfo:
        """Give the time zone in which all due times are written."""
        return ZoneInfo(self.course.time_zone)

    def limits_of(self, assignment_id: str) -> Limits:
        """Tell what the worker of a submission to an assignment may use.

        Args:
            assignment_id: Such as `activations`.

        Raises:
            InstructorError: The course has no such assignment.
        """
        own = self.assignment(assignment_id).limits
        return Limits.model_validate({**self.limits.model_dump(), **own})

    def rules_of(self, assignment_id: str) -> Rules:
        """Tell what the code of an assignment may use.

        Args:
            assignment_id: Such as `activations`.

        Raises:
            InstructorError: The course has no such assignment.
        """
        more = self.assignment(assignment_id).rules.allowed_imports
        imports = (*self.rules.allowed_imports, *more)
        return self.rules.model_copy(update={"allowed_imports": imports})

    def late_policy(self, assignment_id: str) -> LatePolicy:
        """Tell what a late hand-in of an assignment loses.

        Args:
            assignment_id: Such as `activations`.

        Raises:
            InstructorError: The course has no such assignment.
        """
        return _merged(self.late, self.assignment(assignment_id).late)

    def release_policy(self, assignment_id: str) -> ReleasePolicy:
        """Tell what students learn of an assignment's hidden checks.

        Args:
            assignment_id: Such as `activations`.

        Raises:
            InstructorError: The course has no such assignment.
        """
        return _merged(self.release, self.assignment(assignment_id).release)

    def assignment(self, assignment_id: str) -> AssignmentPolicy:
        """Look up an assignment.

        Args:
            assignment_id: Such as `activations`.

        Raises:
            InstructorError: The course has no such assignment.
        """
        if assignment_id in self.assignments:
            return self.assignments[assignment_id]
        nearest = nearest_name(assignment_id, self.assignments)
        meant = f" did you mean {nearest}?" if nearest else ""
        message = f"assignment {assignment_id!r}: expected one of {', '.join(self.order)};{meant}"
        raise InstructorError(message.rstrip(";"))


_Policy = TypeVar("_Policy", LatePolicy, ReleasePolicy)


def _merged(course: _Policy, assignment: _Policy) -> _Policy:
    """Put what an assignment says in the place of what the course says."""
    own = {name: getattr(assignment, name) for name in assignment.model_fields_set}
    return course.model_copy(update=own)
