"""The course's policy in the forms that the zygote, the session and the runner take."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.compare import Tolerance
from autograder.config import Course
from autograder.gpus import CPU, Mask
from autograder.sandbox.channel import Patience
from autograder.sandbox.codec import DEFAULT_LIMITS, HANDLE_LIMITS
from autograder.sandbox.host import Zygote
from autograder.suite.fixtures import SpeedBudget
from autograder.suite.keras_environment import keras_environment
from autograder.suite.session import RuleBook, SessionLimits

__all__ = ["Terms", "terms_for"]

# Behind the limits for each call: the kernel ends a worker that outlived all of them.
_LAST_RESORT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """What an assignment's submissions are run under.

    Attributes:
        zygote_limits: For `Zygote`, as are `runtime`, `environment` and `devices`.
        limits: For `Session`.
        rules: For `Session`.
        tolerances: For `run_suite`.
        speed: For `run_suite`.
        models: For `run_suite`.
        runtime: What the zygote imports: `numpy` or `keras`.
        environment: Variables that its workers see.
        devices: Nodes of the GPUs that they use.
        task: For `run_suite`: `full` on a GPU, `reduced` without one.
    """

    zygote_limits: dict[str, int]
    limits: SessionLimits
    rules: RuleBook
    tolerances: dict[str, Tolerance]
    speed: SpeedBudget
    models: bool
    runtime: str
    environment: dict[str, str]
    devices: tuple[str, ...]
    task: str

    def start_zygote(self, canary: Path, without: frozenset[str] = frozenset()) -> Zygote:
        """Start the process that the assignment's workers are forked from.

        Args:
            canary: A file that no worker may be able to read, such as the reference solution.
            without: Layers of isolation to leave off, for tests of the others.

        Raises:
            GraderFault: It does not start.
        """
        return Zygote(
            self.zygote_limits,
            canary=canary,
            without=without,
            runtime=self.runtime,
            environment=self.environment,
            devices=self.devices,
        )


def terms_for(course: Course, assignment: str, mask: Mask = CPU) -> Terms:
    """Work out the terms of one assignment.

    Args:
        course: The policy.
        assignment: Its id.
        mask: Which GPUs the workers use; by default none.
    """
    policy = course.assignment(assignment)
    keras = policy.runtime == "keras"
    limits, rules = course.limits_of(assignment), course.rules_of(assignment)
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
            reply=HANDLE_LIMITS if keras else DEFAULT_LIMITS,
        ),
        rules=RuleBook(
            rules.allowed_imports,
            rules.forbidden_names,
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
        models=keras,
        runtime=policy.runtime,
        environment=keras_environment(
            os.environ, mask, cpus=policy.resources.cpus, epochs=limits.epochs
        )
        if keras
        else {},
        devices=mask.nodes,
        task="full" if mask.count else "reduced",
    )
