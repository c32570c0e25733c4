"""The course's policy in the forms that the zygote, the session and the runner take."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.compare import Tolerance
from autograder.config import Course
from autograder.sandbox.host import Patience
from autograder.suite.fixtures import SpeedBudget
from autograder.suite.session import RuleBook, SessionLimits

__all__ = ["Terms", "terms_for"]

# Behind the limits for each call: the kernel ends a worker that outlived all of them.
_LAST_RESORT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """What an assignment's submissions are run under.

    Attributes:
        zygote_limits: For `Zygote`.
        limits: For `Session`.
        rules: For `Session`.
        tolerances: For `run_suite`.
        speed: For `run_suite`.
    """

    zygote_limits: dict[str, int]
    limits: SessionLimits
    rules: RuleBook
    tolerances: dict[str, Tolerance]
    speed: SpeedBudget


def terms_for(course: Course, assignment: str) -> Terms:
    """Work out the terms of one assignment."""
    policy = course.assignment(assignment)
    limits = course.limits
    return Terms(
        zygote_limits={
            "memory_mib": limits.memory_mib,
            "scratch_mib": limits.scratch_mib,
            "open_files": limits.open_files,
            "threads": limits.threads,
            "cpu_seconds": int(limits.submission_wall_seconds) + _LAST_RESORT_SECONDS,
            "file_kib": limits.scratch_mib * 1024,
        },
        limits=SessionLimits(
            call=Patience(limits.call_cpu_seconds, limits.call_wall_seconds),
            load=Patience(limits.import_cpu_seconds, limits.import_wall_seconds),
            wall_seconds=limits.submission_wall_seconds,
            printed_characters=limits.printed_kib * 1024,
        ),
        rules=RuleBook(
            course.rules.allowed_imports,
            course.rules.forbidden_names,
            {
                question_id: (question.functions, question.forbid.names, question.forbid.loops)
                for question_id, question in policy.questions.items()
            },
        ),
        tolerances={
            dtype: Tolerance(value.rtol, value.atol)
            for dtype, value in course.tolerances[policy.tolerance].items()
        },
        speed=SpeedBudget(policy.speed.ratio, policy.speed.floor_ms / 1000),
    )
