"""Finds a student's folder and reads what `assignment.json` says about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.errors import InstructorError, nearest_name
from autograder.workspace.question import Question

__all__ = ["ASSIGNMENT_FILE", "ERRATA_FILE", "Limits", "Question", "Workspace", "find_workspace"]

ASSIGNMENT_FILE: Final = "assignment.json"
ERRATA_FILE: Final = "errata.md"
_ARCHIVE_RATIO: Final = 100.0
_UNPACK_AGAIN: Final = "Unpack the bundle of the assignment once more and take that file from it."


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a hand-in may be; as intake takes it.

    Attributes:
        files: How many files.
        file_kib: Size of one, in KiB.
        total_kib: Size of all together, in KiB.
        archive_ratio: How far an entry of a zip may unpack.
    """

    files: int
    file_kib: int
    total_kib: int
    archive_ratio: float = _ARCHIVE_RATIO


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with one assignment in it.

    Attributes:
        folder: Where it is.
        id: The assignment's id, which is the module's name.
        title: The assignment's title.
        release: The digest of the bundle; empty in a course's own folder.
        questions: In the order of the assignment.
        allowed_imports: Top-level modules that may be imported.
        limits: How large a hand-in may be.
    """

    folder: Path
    id: str
    title: str
    release: str
    questions: tuple[Question, ...]
    allowed_imports: tuple[str, ...]
    limits: Limits

    @property
    def module(self) -> Path:
        """Return the file that the student writes."""
        return self.folder / f"{self.id}.py"

    @property
    def public_tests(self) -> Path:
        """Return the file with the public tests."""
        return self.folder / f"test_{self.id}.py"


class _LimitsFile(BaseModel):
    model_config = ConfigDict(extra="ignore")
    files: int
    file_kib: int
    total_kib: int


class _AssignmentFile(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    title: str
    release: str = ""
    questions: tuple[Question, ...]
    allowed_imports: tuple[str, ...]
    limits: _LimitsFile


def find_workspace(assignment: str = "", start: Path | None = None) -> Workspace:
    """Find the folder of an assignment: here, above, or in a folder of its name.

    In a course's own folder it is `assignments/<id>`, so that an instructor can try things out.

    Args:
        assignment: The assignment's id; empty takes the one whose folder this is.
        start: Where to look; the current folder by default.

    Raises:
        InstructorError: There is no such folder, or its `assignment.json` cannot be used.
    """
    first = (start or Path()).resolve()
    above = [first, *first.parents]
    beside = [folder / assignment for folder in (first, first.parent)] if assignment else []
    others = []
    for folder in (*beside, *above):
        if (folder / ASSIGNMENT_FILE).is_file():
            workspace = _read(folder)
            if assignment in ("", workspace.id):
                return workspace
            others.append(workspace)
    course = next((folder for folder in above if (folder / "grading.yml").is_file()), None)
    if course is not None:
        return _in_course(course, assignment or _folder_in_course(course, first))
    raise InstructorError(_not_found(assignment, first, others))


def _read(folder: Path) -> Workspace:
    path = folder / ASSIGNMENT_FILE
    try:
        found = _AssignmentFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InstructorError(f"{path}: cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        message = f"{path}: {key}: {first['msg']}. {_UNPACK_AGAIN}"
        raise InstructorError(message) from error
    return Workspace(
        folder=folder,
        id=found.id,
        title=found.title,
        release=found.release,
        questions=found.questions,
        allowed_imports=found.allowed_imports,
        limits=Limits(**dict(found.limits)),
    )


def _in_course(course_dir: Path, assignment: str) -> Workspace:
    """Make an assignment's public part in a course's own folder a workspace."""
    from autograder.config import load_course  # noqa: PLC0415 - a student's folder needs none

    course = load_course(course_dir / "grading.yml")
    policy = course.assignment(assignment)
    return Workspace(
        folder=course_dir / "assignments" / assignment,
        id=assignment,
        title=policy.title,
        release="",
        questions=tuple(
            Question(id_, asked.title, asked.functions, asked.points, asked.stretch, asked.sources)
            for id_, asked in policy.questions.items()
        ),
        allowed_imports=tuple(course.rules_of(assignment).allowed_imports),
        limits=Limits(course.intake.files, course.intake.file_kib, course.intake.total_kib),
    )


def _folder_in_course(course: Path, here: Path) -> str:
    """Tell in whose folder of a course this is; otherwise ask for the name.

    Raises:
        InstructorError: It is in none.
    """
    inside = here.relative_to(course).parts
    if len(inside) > 1 and inside[0] == "assignments":
        return inside[1]
    names = sorted(path.name for path in (course / "assignments").glob("*") if path.is_dir())
    raise InstructorError(
        f"{here} is a course's folder: say which assignment, one of {', '.join(names)}"
    )


def _not_found(assignment: str, here: Path, others: list[Workspace]) -> str:
    if others:
        found = others[0]
        meant = nearest_name(assignment, [found.id])
        return f"{found.folder} is the folder of {found.id}, not of {assignment}; " + (
            f"did you mean {meant}?" if meant else f"go to the folder of {assignment}"
        )
    return (
        f"{here}: expected the folder of an assignment, with {ASSIGNMENT_FILE} in it; found none "
        "here or above. Go to the folder that you unpacked, and try again"
    )
