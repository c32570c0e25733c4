"""What Ray costs: the same submissions of `activations` by `local` and by `ray`, side by side.

Both grade with the same number of processes on this machine, in turns. The figure is the time that
the last four fifths take: by then all processes are at work. How long it takes to get there is told
beside it.

    OMP_NUM_THREADS=1 python bench/ray_overhead.py --submissions 1000 --rounds 3
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.executor import Work
from autograder.executor.local import LocalExecutor
from autograder.executor.ray import RayExecutor
from autograder.grade import Isolation
from autograder.handins import tasks_in
from autograder.job import open_job
from autograder.mixed import local_work, ray_work
from autograder.records import Grade
from autograder.threads import hold_to_one_thread

COURSE = Path(__file__).resolve().parents[1]
ASSIGNMENT = "activations"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    hold_to_one_thread()
    job = open_job(ASSIGNMENT, COURSE)
    source = job.parts.reference.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.submissions):
            path = Path(folder) / f"student-{number:05}.py"
            path.write_text(f"{source}\n# {number}\n", encoding="utf-8")
        tasks = {ASSIGNMENT: tasks_in(ASSIGNMENT, [Path(folder)])}
        jobs = {ASSIGNMENT: job}
        local = local_work(jobs, tasks, options.workers, Isolation())
        ray = ray_work(jobs, tasks, options.workers, Isolation())
        print(f"{options.submissions} submissions, {options.workers} workers, seconds:")
        print(f"{'':8}{'first fifth':>12}{'':12}{'last four fifths':>24}{'':12}")
        print(f"{'round':8}{'local':>12}{'ray':>12}{'local':>12}{'ray':>12}{'ratio':>12}")
        ratios = []
        for number in range(options.rounds):
            by_local = _seconds(local, options.workers)
            by_ray = _seconds(ray, 0)
            ratios.append(by_ray[1] / by_local[1])
            figures = (by_local[0], by_ray[0], by_local[1], by_ray[1], ratios[-1])
            print(f"{number + 1:<8}" + "".join(f"{figure:12.3f}" for figure in figures))
        print(f"median ratio ray / local: {statistics.median(ratios):.3f}")


def _seconds(works: list[Work], workers: int) -> tuple[float, float]:
    """Return the seconds of the first fifth of the grades, and of the others."""
    begin = time.perf_counter()
    times = [time.perf_counter() for _ in _grades(works, workers)]
    fifth = times[len(times) // 5]
    return fifth - begin, times[-1] - fifth


def _grades(works: list[Work], workers: int) -> Iterator[Grade]:
    executor = LocalExecutor(workers, 600) if workers else RayExecutor("", print)
    for _, grade in executor.run_all(works):
        assert grade.points == 100, grade
        yield grade


if __name__ == "__main__":
    main()
