"""What executors are told: the hand-ins of several assignments, and what each of these takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from autograder.executor import Needs, Opener, Task, Work
from autograder.grade import Isolation, open_bench
from autograder.job import Job, masks_for
from autograder.node import needs_of, node_bench

__all__ = ["local_work", "ray_work"]


def local_work(
    jobs: Mapping[str, Job],
    tasks: Mapping[str, tuple[Task, ...]],
    workers: int,
    isolation: Isolation,
    *,
    allow_cpu: bool = False,
) -> list[Work]:
    """Write down what `LocalExecutor.run_all` is to do.

    Args:
        jobs: Assignment to what it takes to grade it.
        tasks: Assignment to its hand-ins.
        workers: Processors to keep busy.
        isolation: What the sandbox must give.
        allow_cpu: Train on the CPU where a GPU is asked for and there is none.

    Raises:
        InstructorError: An assignment asks for a GPU, and this machine has too few.
    """
    works = []
    for assignment, job in jobs.items():
        needs = needs_of(job)
        lanes = max(1, workers // needs.cpus)
        masks = masks_for(job, lanes, allow_cpu=allow_cpu)
        needs = needs_of(job, allow_cpu=not masks[0].count)
        opener = partial(open_bench, job, isolation, masks)
        works.append(_work(job, tasks[assignment], opener, needs, len(masks)))
    return works


def ray_work(
    jobs: Mapping[str, Job],
    tasks: Mapping[str, tuple[Task, ...]],
    workers: int,
    isolation: Isolation,
    *,
    allow_cpu: bool = False,
) -> list[Work]:
    """Write down what `RayExecutor.run_all` is to do.

    Args:
        jobs: As for `local_work`.
        tasks: As for `local_work`.
        workers: At most so many hand-ins of an assignment at a time; 0 for as many as there is
            room for.
        isolation: What the sandbox must give; it must be strict.
        allow_cpu: Train on the CPU where a GPU is asked for, whether there is one or not.

    Raises:
        InstructorError: The sandbox would let student code reach the cluster.
    """
    return [
        _work(
            job,
            tasks[assignment],
            node_bench(job, tasks[assignment], isolation, allow_cpu=allow_cpu),
            needs_of(job, allow_cpu=allow_cpu),
            workers,
        )
        for assignment, job in jobs.items()
    ]


def _work(job: Job, tasks: tuple[Task, ...], opener: Opener, needs: Needs, lanes: int) -> Work:
    limits = job.course.limits_of(job.parts.id)
    patience = 60 + 3 * (limits.submission_wall_seconds + limits.import_wall_seconds)
    training = ""
    if job.parts.policy.runtime == "keras":
        training = "full" if needs.gpus else "reduced"
    return Work(tasks, opener, needs, lanes, patience, training)
