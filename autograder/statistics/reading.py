"""What `grade --json` wrote -> the grades of a class, as far as statistics need them."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.config import AssignmentPolicy
from autograder.errors import InstructorError
from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict

__all__ = ["read_results"]

_SCHEMA = 1


class _Data(BaseModel):
    """A JSON object whose other keys do not matter here."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _Check(_Data):
    id: str
    group: str
    verdict: Verdict
    claim: str = ""


class _Question(_Data):
    id: str
    function: str
    points: float
    max_points: float
    verdict: Verdict
    misconception: str = ""
    advice: str = ""
    checks: tuple[_Check, ...]


class _Grade(_Data):
    submission: str
    sha256: str
    status: Status
    reason: str = ""
    points: float
    bonus: float
    max_points: float
    seconds: float
    questions: tuple[_Question, ...]


class _Results(_Data):
    schema_: int
    assignment: str
    max_points: float
    suite: str
    grades: tuple[_Grade, ...]

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))


def read_results(path: Path, assignment: str, policy: AssignmentPolicy) -> ClassResult:
    """Read the results of a class from a file.

    Args:
        path: What `grade --json` wrote.
        assignment: The assignment's id; results of another one are refused.
        policy: Which questions are a bonus, and the titles: the file does not tell them.

    Raises:
        InstructorError: The file cannot be read, or holds something else.
    """
    mend = f"write it with `autograder grade {assignment} ... --json {path.name}`"
    try:
        found = _Results.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        message = f"{path}: expected a file that can be read: {error.strerror}; look at --from"
        raise InstructorError(message) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = f"{path}: {place}: expected the results of a class: {first['msg']}; {mend}"
        raise InstructorError(message) from error
    except ValueError as error:  # not UTF-8, or not JSON
        message = f"{path}: expected the results of a class as JSON: {error}; {mend}"
        raise InstructorError(message) from error
    if (found.schema_, found.assignment) != (_SCHEMA, assignment):
        received = f"schema {found.schema_} of {found.assignment}"
        message = f"{path}: expected schema {_SCHEMA} of {assignment}, received {received}; {mend}"
        raise InstructorError(message)
    grades = tuple(_grade(one, policy) for one in found.grades)
    return ClassResult(assignment, policy.title, found.max_points, found.suite, grades=grades)


def _grade(found: _Grade, policy: AssignmentPolicy) -> Grade:
    return Grade(
        found.submission,
        found.sha256,
        found.status,
        found.points,
        found.max_points,
        found.bonus,
        tuple(_question(one, policy) for one in found.questions),
        reason=found.reason,
        seconds=found.seconds,
    )


def _question(found: _Question, policy: AssignmentPolicy) -> QuestionGrade:
    asked = policy.questions.get(found.id)
    return QuestionGrade(
        found.id,
        found.function if asked is None else asked.title,
        tuple(found.function.split(", ")),
        found.points,
        found.max_points,
        asked is not None and asked.stretch,
        found.verdict,
        groups=(),
        checks=tuple(
            CheckOutcome(one.id, found.id, one.group, one.verdict, one.claim)
            for one in found.checks
        ),
        misconception=found.misconception,
        advice=found.advice,
    )
