"""Several assignments in one run: `grade all` takes folders whose children are named for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from autograder.errors import InstructorError, nearest_name
from autograder.executor import Needs, Opener, Task, Work
from autograder.grade import Isolation, open_bench
from autograder.intake import find_submissions, submission_names
from autograder.job import Job, masks_for
from autograder.node import needs_of, node_bench

__all__ = ["assignment_folders", "local_work", "ray_work", "tasks_in"]


def assignment_folders(folders: Sequence[Path], order: Sequence[str]) -> dict[str, list[Path]]:
    """Find the hand-ins of each assignment: in the child of a folder that has the assignment's id.

    Files beside these children are left alone: a class' list or notes may lie there.

    Args:
        folders: Folders such as `submissions/`, with `submissions/activations/` and others.
        order: The course's assignments.

    Returns:
        Assignment to folders of hand-ins, in the course's order.

    Raises:
        InstructorError: A folder's child is named for no assignment, or none is.
    """
    found: dict[str, list[Path]] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InstructorError(f"{folder}: expected a folder with a folder for each assignment")
        children = [path for path in sorted(folder.iterdir()) if path.is_dir()]
        for child in (path for path in children if not path.name.startswith(".")):
            if child.name not in order:
                near = nearest_name(child.name, order)
                meant = f"; did you mean {near}?" if near else ""
                expected = f"expected the id of an assignment: {', '.join(order)}"
                raise InstructorError(f"{child}: {expected}{meant}")
            found.setdefault(child.name, []).append(child)
    if not found:
        places = ", ".join(map(str, folders))
        raise InstructorError(f"{places}: expected a folder named for an assignment; there is none")
    return {assignment: found[assignment] for assignment in order if assignment in found}


def tasks_in(assignment: str, paths: Sequence[Path]) -> tuple[Task, ...]:
    """List the hand-ins of an assignment.

    Args:
        assignment: The id.
        paths: Hand-ins, or folders whose children are.

    Raises:
        InstructorError: There are none.
    """
    found = find_submissions(paths)
    if not found:
        places = ", ".join(map(str, paths))
        raise InstructorError(f"{places}: there is no hand-in to grade; a folder must hold some")
    names = submission_names(found)
    return tuple(
        Task(path.absolute(), name, assignment) for path, name in zip(found, names, strict=True)
    )


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
