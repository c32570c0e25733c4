"""What isolation costs a submission: the same grading with every layer and with none, in turns.

Two benches grade the same hand-ins in one process, one hand-in after the other: all layers, none,
none, all layers, and so on, so that whatever else the machine does falls on both alike. The promise
is a mean difference below 5 ms; two standard errors stand beside each.

    make bench

which is `OMP_NUM_THREADS=1 python bench/isolation.py`.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median, stdev

from autograder.catalog import COURSE_FILE
from autograder.config import load_course
from autograder.executor import Task
from autograder.executor.local import LocalExecutor
from autograder.grade import GradingBench, Isolation, grade_class
from autograder.job import Job, open_job
from autograder.records import Status
from autograder.sandbox.layers import Layer
from autograder.threads import hold_to_one_thread

COURSE = Path(__file__).resolve().parents[1]
PROMISED_MS = 5.0
_ALL = Isolation()
_NONE = Isolation(strict=False, without=frozenset(Layer))
_WARM_UPS = 10
_WORKERS = 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=300, help="of each assignment, each way")
    parser.add_argument("--rounds", type=int, default=4, help="whole classes, each way")
    options = parser.parse_args()
    hold_to_one_thread()
    course = load_course(COURSE / COURSE_FILE)
    names = [name for name in course.order if course.assignment(name).runtime == "numpy"]
    print("one submission after the other, in milliseconds")
    print(f"{'assignment':16}{'isolated':>10}{'no layer':>10}{'more':>8}{'+-':>7}", end="")
    print(f"{'median':>8}{'times':>7}")
    differences: list[float] = []
    for name in names:
        job = open_job(name, COURSE)
        isolated, bare = _in_turns(job, options.submissions)
        pairs = [one - other for one, other in zip(isolated, bare, strict=True)]
        differences += pairs
        error = 2 * stdev(pairs) / len(pairs) ** 0.5
        print(
            f"{name:16}{mean(isolated):10.2f}{mean(bare):10.2f}{mean(pairs):8.2f}{error:7.2f}"
            f"{median(pairs):8.2f}{mean(isolated) / mean(bare):7.2f}"
        )
    verdict = "below" if mean(differences) < PROMISED_MS else "NOT below"
    print(f"mean of all: {mean(differences):.2f} ms, {verdict} the promised {PROMISED_MS:g} ms")
    _print_classes(open_job(names[0], COURSE), options.submissions, options.rounds)


def _in_turns(job: Job, count: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each grading of the reference, isolated and with no layer."""
    task = Task(job.parts.reference, "reference")
    milliseconds: tuple[list[float], list[float]] = ([], [])
    with GradingBench(job, _ALL) as isolated, GradingBench(job, _NONE) as bare:
        _require_layers(isolated, bare)
        benches = (isolated, bare)
        for number in range(-_WARM_UPS, count):
            for which in (0, 1) if number % 2 else (1, 0):
                begin = time.perf_counter()
                grade = benches[which].grade(task)
                spent = (time.perf_counter() - begin) * 1e3
                assert (grade.status, grade.points) == (Status.GRADED, grade.max_points)
                if number >= 0:
                    milliseconds[which].append(spent)
    return milliseconds


def _require_layers(isolated: GradingBench, bare: GradingBench) -> None:
    """Say which layers are measured, and hold that the other side has none."""
    assert "on" not in bare.isolation.values()
    off = [f"{layer} {state}" for layer, state in isolated.isolation.items() if state != "on"]
    if off and not all("not needed" in state for state in off):
        print("not measured:", "; ".join(off))


def _print_classes(job: Job, count: int, rounds: int) -> None:
    """Grade whole classes on all processors, in turns, and print a submission's share."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"student-{number:05}.py" for number in range(count)]
        for path in paths:
            shutil.copy(job.parts.reference, path)
        shares: dict[Isolation, list[float]] = {_ALL: [], _NONE: []}
        for number in range(rounds):
            for isolation in (_ALL, _NONE) if number % 2 else (_NONE, _ALL):
                shares[isolation].append(_share(job, paths, isolation))
    isolated, bare = mean(shares[_ALL]), mean(shares[_NONE])
    print(
        f"a class of {count} in {_WORKERS} processes, a submission's share: "
        f"{isolated:.2f} ms isolated, {bare:.2f} ms with no layer, "
        f"{isolated - bare:.2f} ms more ({isolated / bare:.2f} times)"
    )


def _share(job: Job, paths: Sequence[Path], isolation: Isolation) -> float:
    """Return the milliseconds a submission of grading a class, from the first grade to the last."""
    times: list[float] = []
    executor = LocalExecutor(_WORKERS, task_seconds=600)
    result = grade_class(
        job, paths, executor, isolation, lambda *_: times.append(time.perf_counter())
    )
    assert all(grade.status is Status.GRADED for grade in result.grades)
    return (times[-1] - times[1]) / (len(paths) - 1) * 1e3


if __name__ == "__main__":
    main()
