"""Submissions a second: this grader, `otter run` on the same checks, and the arithmetic alone.

All three in one run on one machine, on the same submission (the reference solution of
`activations`) and the same checks. The figures are ratios of each other; none is a test.

    make bench

which is `OMP_NUM_THREADS=1 python bench/throughput.py`: one thread in the arithmetic everywhere.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import nbformat

from autograder.catalog import COURSE_FILE
from autograder.config import load_course
from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import Job, open_job
from autograder.records import Status, Verdict
from autograder.sandbox.codec import REQUEST_LIMITS, decode
from autograder.suite.rehearsal import Rehearsal
from autograder.suite.run import run_suite
from autograder.suite.student import Reply, Request
from autograder.suite.terms import terms_for

_FEW_CHECKS = 45
_EACH = 200
COURSE = Path(__file__).resolve().parents[1]
_OTTER_TESTS = """\
OK_FORMAT = False
from otter.test_files import test_case
import plain_checks
name = "{question}"
points = {points}

@test_case(hidden=True)
def test_every_check(env):
    plain_checks.run("{question}", env)
"""
_OTTER_CHECKS = '''\
"""The same checks as exceptions in the student's own process, as Otter runs them."""
import sys
sys.path.insert(0, {course!r})
from bench.throughput import checks_in_process

def run(question, env):
    checks_in_process(question, env)
'''


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--otter", type=int, default=3)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    job = open_job("activations", COURSE)
    calls = _recorded_calls(job)
    print(
        f"activations: {len(job.suite.checks)} checks, {len(calls)} calls of student code, ", end=""
    )
    print(f"{options.workers} workers")
    arithmetic = _time_arithmetic(job, calls)
    otter = _time_otter(job, options.otter)
    rows = [("arithmetic alone, one process", 1 / arithmetic), ("otter run", 1 / otter)]
    for part in (_part(job, _FEW_CHECKS), job):
        for count in (20, 200, options.submissions):
            seconds, memory = _time_class(part, count, options.workers)
            checks = len(part.suite.checks)
            name = f"autograder grade, {checks} checks, {count} submissions ({memory})"
            rows.append((name, count / seconds))
    slowest = rows[1][1]
    print(f"{'':72}{'a second':>10}{'x otter':>10}")
    for name, rate in rows:
        print(f"{name:72}{rate:10.2f}{rate / slowest:10.0f}")
    _print_assignments(options.workers)


def _print_assignments(workers: int) -> None:
    """Grade the reference of every assignment with its whole suite."""
    print(f"\n{'assignment':20}{'checks':>8}{'calls':>8}{'a second':>10}{'checks a second':>17}")
    course = load_course(COURSE / COURSE_FILE)
    for assignment in course.order:
        if course.assignment(assignment).runtime != "numpy":
            continue  # nobody counts trainings by the second
        job = open_job(assignment, COURSE)
        calls, checks = len(_recorded_calls(job)), len(job.suite.checks)
        seconds, _ = _time_class(job, _EACH, workers)
        rate = _EACH / seconds
        print(f"{assignment:20}{checks:8}{calls:8}{rate:10.1f}{rate * checks:17.0f}")


def _part(job: Job, count: int) -> Job:
    """Return the job with so many of its checks, taken evenly from all questions."""
    checks = job.suite.checks
    chosen = tuple(checks[index * len(checks) // count] for index in range(count))
    return dataclasses.replace(job, suite=dataclasses.replace(job.suite, checks=chosen))


def _recorded_calls(job: Job) -> list[Request]:
    """Run the suite on the reference itself and keep every request."""
    kept: list[Request] = []
    rehearsal = Rehearsal(job.suite.reference)

    def answer(requests: Sequence[Request]) -> list[Reply]:
        kept.extend(requests)
        return [rehearsal.answer(request) for request in requests]

    terms = terms_for(job.course, job.parts.id)
    outcomes = run_suite(
        job.suite, answer, seed_key=b"bench", tolerances=terms.tolerances, speed=terms.speed
    )
    assert all(outcome.verdict is Verdict.PASSED for outcome in outcomes)
    return kept


def _time_arithmetic(job: Job, requests: Sequence[Request], repeats: int = 20) -> float:
    """Return the seconds of the student's and the reference's calls, and nothing around them."""
    arguments = [decode(request.blob, REQUEST_LIMITS) for request in requests if request.blob]
    functions = [getattr(job.suite.reference, request.name) for request in requests if request.blob]
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        for function, (positional, keywords) in zip(functions, arguments, strict=True):
            try:
                function(*positional, **keywords)
            except ValueError:
                continue
        best = min(best, time.perf_counter() - begin)
    return 2 * best


def _time_otter(job: Job, repeats: int) -> float:
    """Return the seconds of one `otter run` on a zip with the same checks."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        tests = work / "tests"
        tests.mkdir()
        for question, policy in job.parts.policy.questions.items():
            text = _OTTER_TESTS.format(question=question, points=policy.points)
            (tests / f"{question.replace('.', '_')}.py").write_text(text)
        (work / "plain_checks.py").write_text(_OTTER_CHECKS.format(course=str(COURSE)))
        # As a notebook: Otter takes a script only where no support file is one.
        cell = nbformat.v4.new_code_cell(job.parts.reference.read_text())
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), work / "activations.ipynb")
        otter = [sys.executable, "-m", "otter"]
        generate = [*otter, "generate", "-t", "tests", "-o", "autograder.zip", "plain_checks.py"]
        _quiet([*generate, "--no-environment", "--no-requirements"], work)
        begin = time.perf_counter()
        for _ in range(repeats):
            _quiet([*otter, "run", "-a", "autograder.zip", "--no-logo", "activations.ipynb"], work)
        seconds = (time.perf_counter() - begin) / repeats
        _require_full_marks(work / "results.json", job)
        return seconds


def _quiet(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _require_full_marks(results: Path, job: Job) -> None:
    tests = json.loads(results.read_text())["tests"]
    earned = sum(test.get("score", 0) for test in tests)
    possible = sum(question.points for question in job.parts.policy.questions.values())
    if earned != possible:
        raise SystemExit(f"otter run gave {earned} of {possible} points:\n{tests}")


def checks_in_process(question: str, env: dict[str, object]) -> None:
    """Run a question's checks on functions of this process; raise on the first that fails."""
    job = _otter_job()
    student = ModuleType("activations")
    student.__dict__.update(env)
    rehearsal = Rehearsal(student)
    terms = terms_for(job.course, job.parts.id)
    outcomes = run_suite(
        job.suite,
        lambda requests: [rehearsal.answer(request) for request in requests],
        seed_key=b"bench",
        tolerances=terms.tolerances,
        speed=terms.speed,
        only=frozenset(check.id for check in job.suite.checks if check.question == question),
    )
    failed = [outcome for outcome in outcomes if outcome.verdict is not Verdict.PASSED]
    assert not failed, failed[0].message


_JOBS: list[Job] = []


def _otter_job() -> Job:
    if not _JOBS:
        _JOBS.append(open_job("activations", COURSE))
    return _JOBS[0]


def _time_class(job: Job, count: int, workers: int) -> tuple[float, str]:
    """Return the seconds of grading so many copies, and the largest grading process."""
    executor = LocalExecutor(workers, task_seconds=600)
    begin = 0.0
    done = largest = 0

    def progress(_: int, grade: object) -> None:
        nonlocal begin, done, largest
        if grade is None:
            begin = time.perf_counter()
        done += 1
        if done % 20 == 0:
            largest = max(largest, *_children_kib())

    with tempfile.TemporaryDirectory() as folder:
        source = job.parts.reference.read_text()
        for number in range(count):
            (Path(folder) / f"student-{number:05}.py").write_text(source)
        result = grade_class(job, [Path(folder)], executor, Isolation(), progress)
    seconds = time.perf_counter() - begin
    assert all(grade.status is Status.GRADED for grade in result.grades)
    assert {grade.points for grade in result.grades} == {100}
    return seconds, f"largest process {largest / 1024:.0f} MiB"


def _children_kib() -> Iterator[int]:
    """Yield the resident memory of this process' children."""
    yield 0
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    for child in children:
        try:
            status = Path(f"/proc/{child}/status").read_text()
        except OSError:
            continue
        yield from (int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)


if __name__ == "__main__":
    main()
