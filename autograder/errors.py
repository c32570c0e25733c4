"""What can go wrong, in three families: the instructor's fault, the student's fault, ours.

Who has to act decides the family. A command ends with the family's exit status; a message says
what was checked, what was expected, what was found, where, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

__all__ = [
    "AutograderError",
    "ConfigError",
    "GraderFault",
    "InstructorError",
    "Problem",
    "SandboxUnavailable",
    "StudentFault",
    "SuiteError",
    "WorkerLost",
    "nearest_name",
]

_CLOSE_ENOUGH: Final = 0.6


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Find the known name that somebody who wrote `name` most likely meant.

    Args:
        name: What was written.
        known: What could have been written.

    Returns:
        One of `known`, or an empty string if none is like it.
    """
    folded = {other.casefold(): other for other in known}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=_CLOSE_ENOUGH)
    return folded[close[0]] if close else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the course's files.

    Attributes:
        file: The file's path, as the reader can find it.
        line: Counted from 1; 0 if the problem has no line.
        key_path: What was checked: dotted keys such as `score.critical_cap`, or a function's name.
        value: What was found, as text; empty if nothing was.
        rule: What was expected.
        nearest: The known name that was most likely meant; empty if none is like it.
        mend: What to do about it; empty where `nearest` says enough.
    """

    file: str
    line: int
    key_path: str
    value: str
    rule: str
    nearest: str = ""
    mend: str = ""

    def __str__(self) -> str:
        """Write the problem in one line, and what to do about it in a second."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        found = f"{self.rule}; found {self.value}" if self.value else self.rule
        first = ": ".join(part for part in (place, self.key_path, found) if part)
        meant = f"did you mean {self.nearest}?" if self.nearest else ""
        advice = " ".join(part for part in (meant, self.mend) if part)
        return f"{first}\n    {advice}" if advice else first


class AutograderError(Exception):
    """Anything that this project raises on purpose.

    Attributes:
        exit_status: With what status a command ends that cannot go on.
    """

    exit_status: ClassVar[int] = 3


class InstructorError(AutograderError):
    """The course's files or the command line cannot be used: the instructor has to act."""

    exit_status: ClassVar[int] = 2


class _ProblemsError(InstructorError):
    """Several problems, found in one pass and told at once."""

    heading: ClassVar[str]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Write the heading and every problem below it."""
        count = len(self.problems)
        heading = f"{self.heading}: {count} problem{'s' if count != 1 else ''}"
        return "\n".join([heading, *(f"  {problem}" for problem in self.problems)])


class ConfigError(_ProblemsError):
    """`grading.yml` cannot be used; `problems` holds everything that is wrong with it."""

    heading: ClassVar[str] = "the configuration cannot be used"


class SuiteError(_ProblemsError):
    """An assignment's files are missing or do not fit together; `problems` holds all of it."""

    heading: ClassVar[str] = "the assignment is not complete"


class StudentFault(AutograderError):
    """A hand-in cannot be used as it is: the student has to act."""

    exit_status: ClassVar[int] = 1


class GraderFault(AutograderError):
    """The grader itself failed: no submission may lose a point by it."""

    exit_status: ClassVar[int] = 3


class WorkerLost(GraderFault):
    """The process that runs a submission ended, and it was not the submission's doing."""


class SandboxUnavailable(GraderFault):
    """This machine cannot confine student code as the run demands."""
