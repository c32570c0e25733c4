"""The course's policy as frozen records: what `grading.yml` may say, and what each value means."""

from __future__ import annotations

import keyword
import math
import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from autograder.errors import InstructorError, nearest_name

__all__ = [
    "RULES_GROUP",
    "About",
    "AssignmentPolicy",
    "Course",
    "ForbidPolicy",
    "IntakeLimits",
    "Limits",
    "QuestionPolicy",
    "Rules",
    "ScorePolicy",
    "SpeedPolicy",
    "Tolerance",
]

RULES_GROUP: Final = "hygiene"


def _check_points_decimals(points: float) -> float:
    if round(points, 2) != points:
        raise PydanticCustomError("points", "expected points with at most 2 decimals")
    return points


def _check_title(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("title", "expected a title of a few words")
    return text


def _check_name(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise PydanticCustomError("name", "expected a name that Python can define")
    return name


def _check_dotted(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise PydanticCustomError("dotted", "expected a name such as numpy.tanh")
    return name


def _check_question(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*", name):
        raise PydanticCustomError("question", "expected letters, digits and dots, such as A1.2")
    return name


_Title = Annotated[str, AfterValidator(_check_title)]
_Name = Annotated[str, AfterValidator(_check_name)]
_Dotted = Annotated[str, AfterValidator(_check_dotted)]
_QuestionId = Annotated[str, AfterValidator(_check_question)]
_Positive = Annotated[float, Field(gt=0)]
_Points = Annotated[float, Field(gt=0), AfterValidator(_check_points_decimals)]
_Count = Annotated[int, Field(ge=1)]
_NotNegative = Annotated[float, Field(ge=0)]


class _Record(BaseModel):
    """Frozen, with nothing converted and nothing ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class About(_Record):
    """What the course is called.

    Attributes:
        title: As pages and reports show it.
    """

    title: _Title


class Tolerance(_Record):
    """How far an answer may be from the reference's, for one dtype.

    An answer agrees where |actual - expected| <= atol * max|expected| + rtol * |expected|.

    Attributes:
        rtol: Relative to each expected value; a fraction, 0 or more.
        atol: Relative to the largest expected value of the array; a fraction, 0 or more.
    """

    rtol: _NotNegative
    atol: _NotNegative


class ScorePolicy(_Record):
    """How checks become points.

    Attributes:
        group_weights: Check group to its share of a question, in per cent; they add up to 100.
            A group that a question lacks shares its weight among the others, in proportion.
        critical_cap: Per cent of a question's points that a failed critical check leaves, 0..100.
        total_cap: Per cent of an assignment's points that core and stretch questions can reach
            together, 100 or more.
    """

    group_weights: dict[_Name, _Positive]
    critical_cap: Annotated[float, Field(ge=0, le=100)]
    total_cap: Annotated[float, Field(ge=100)]


class Rules(_Record):
    """The exercise rules of every assignment, checked on the syntax tree.

    They tell a student what the exercise is about; the sandbox is what protects the grader.

    Attributes:
        allowed_imports: Top-level modules that a submission may import; its own always may be.
        forbidden_names: Dotted names, or builtins, that no question's code may use.
    """

    allowed_imports: tuple[_Name, ...]
    forbidden_names: tuple[_Dotted, ...]


class Limits(_Record):
    """What one submission's worker may use; the unit is in the name.

    Attributes:
        call_cpu_seconds: Processor time of one call, all threads together.
        call_wall_seconds: Time on the clock that one call may take.
        import_cpu_seconds: Processor time for loading the module, or all cells of a notebook.
        import_wall_seconds: Time on the clock for the same.
        submission_wall_seconds: Time on the clock for all of a submission's calls together.
        memory_mib: Memory of the worker's data, in MiB (2**20 bytes).
        scratch_mib: Files that it may write in its private temporary folder, in MiB.
        open_files: Descriptors open at once.
        threads: Threads at once, the first included.
        printed_kib: Printed text that is kept, in KiB (2**10 bytes); the rest is dropped.
    """

    call_cpu_seconds: _Positive
    call_wall_seconds: _Positive
    import_cpu_seconds: _Positive
    import_wall_seconds: _Positive
    submission_wall_seconds: _Positive
    memory_mib: _Count
    scratch_mib: _Count
    open_files: _Count
    threads: _Count
    printed_kib: _Count


class IntakeLimits(_Record):
    """How large a hand-in may be; a larger one is refused before anything of it is unpacked.

    Attributes:
        files: Files in a folder or archive.
        file_kib: Size of each file, in KiB.
        total_kib: Size of all files together, unpacked, in KiB.
        archive_ratio: Unpacked size divided by packed size, at most.
    """

    files: _Count
    file_kib: _Count
    total_kib: _Count
    archive_ratio: _Count


class SpeedPolicy(_Record):
    """When a timed call is fast enough: below the floor, or within the ratio.

    Attributes:
        ratio: Processor time of the student's call divided by the reference's, 1 or more.
        floor_ms: Processor time in milliseconds that is always fast enough.
    """

    ratio: Annotated[float, Field(ge=1)]
    floor_ms: _NotNegative


class ForbidPolicy(_Record):
    """What one question forbids, beyond the rules of every assignment.

    Attributes:
        names: Dotted names such as `numpy.tanh`, builtins, or functions of the assignment.
        loops: Whether loops and comprehensions are forbidden.
        group: The check group that a broken rule counts in.
        critical: Whether a broken rule caps the question.
    """

    names: tuple[_Dotted, ...] = ()
    loops: bool = False
    group: str = RULES_GROUP
    critical: bool = False


class QuestionPolicy(_Record):
    """What one question asks for and is worth.

    Attributes:
        title: What it is about, in a few words.
        functions: The names that the student defines. The hidden checks lie in
            `tests/hidden/<assignment>/test_<first of them>.py`.
        points: At most to be earned, above 0.
        stretch: Whether the points are a bonus on top of the 100 of the core questions.
        forbid: What its code may not use.
    """

    title: _Title
    functions: Annotated[tuple[_Name, ...], Field(min_length=1)]
    points: _Points
    stretch: bool = False
    forbid: ForbidPolicy = ForbidPolicy()


class AssignmentPolicy(_Record):
    """One assignment.

    Attributes:
        title: As pages and reports show it.
        tolerance: The name, in `tolerances`, of how exact its answers must be.
        speed: When a timed call is fast enough.
        questions: Question id, such as `A1.2`, to its policy; in the order of the file.
    """

    title: _Title
    tolerance: str
    speed: SpeedPolicy
    questions: Annotated[dict[_QuestionId, QuestionPolicy], Field(min_length=1)]

    @property
    def max_points(self) -> float:
        """Add up what the core questions are worth."""
        return math.fsum(policy.points for policy in self.questions.values() if not policy.stretch)


class Course(_Record):
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
    """

    course: About
    order: tuple[str, ...]
    score: ScorePolicy
    tolerances: dict[str, dict[Literal["float64", "float32"], Tolerance]]
    rules: Rules
    limits: Limits
    intake: IntakeLimits
    assignments: Annotated[dict[_Name, AssignmentPolicy], Field(min_length=1)]

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
