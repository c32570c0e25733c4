"""Proves suites: plans what to try, tries what is not known yet, and judges."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.job import Job
from autograder.verify.forks import run_forked
from autograder.verify.judge import judge
from autograder.verify.plan import Plan, make_plan
from autograder.verify.records import AssignmentProof, Observation
from autograder.verify.store import Store

__all__ = ["prove"]


def prove(
    jobs: Sequence[Job],
    *,
    workers: int,
    fresh: bool = False,
    progress: Callable[[int, int], None] = lambda _total, _done: None,
) -> tuple[AssignmentProof, ...]:
    """Prove the suites of some assignments.

    What was observed before is not tried again as long as nothing that it depends on has changed.
    What was observed stays, also when the run is interrupted.

    Args:
        jobs: The assignments.
        workers: How many processes.
        fresh: Try everything anew.
        progress: Called with the number of experiments and of those that are done.

    Raises:
        InstructorError: A file of the course cannot be used.
        GraderFault: An experiment failed by itself.
    """
    plans = [make_plan(job) for job in jobs]
    stores = [_store(plan, fresh=fresh) for plan in plans]
    pairs = list(zip(plans, stores, strict=True))
    try:
        _try(pairs, workers, progress)
    finally:
        for store in stores:
            store.save()
    return tuple(judge(plan, _observed(plan, store)) for plan, store in pairs)


def _try(
    pairs: Sequence[tuple[Plan, Store]], workers: int, progress: Callable[[int, int], None]
) -> None:
    """Run the experiments that the stores know nothing of."""
    every = [(one, store) for plan, store in pairs for one in plan.experiments.values()]
    waiting = {one: store for one, store in every if store.get(one.key) is None}
    done = len(every) - len(waiting)
    progress(len(every), done)
    for experiment, observation in run_forked(tuple(waiting), workers):
        waiting[experiment].put(experiment.key, observation)
        done += 1
        progress(len(every), done)


def _store(plan: Plan, *, fresh: bool) -> Store:
    parts = plan.job.parts
    return Store(parts.hidden.parents[2], parts.id, fresh=fresh)


def _observed(plan: Plan, store: Store) -> dict[str, Observation]:
    found = {label: store.get(one.key) for label, one in plan.experiments.items()}
    return {label: one for label, one in found.items() if one is not None}
