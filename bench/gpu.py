"""The Keras assignment on this machine's GPU: device, times and accuracies, as a table to paste.

The reference and three samples of the class are trained in the sandbox as grading does it: the
lecture's network, with the images and epochs of the full task, or of the reduced one on the CPU.
Then they are graded. It ends with status 2 where there is no GPU; `--allow-cpu` measures the CPU
instead, and the table says so.

    python bench/gpu.py
"""

# ruff: noqa: E402 - the environment is set before anything imports NumPy

from __future__ import annotations

from autograder.threads import hold_to_one_thread

hold_to_one_thread()

import argparse
import os
import runpy
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autograder.catalog import find_course
from autograder.errors import AutograderError, InstructorError
from autograder.executor.local import LocalExecutor
from autograder.gpus import CPU, Mask, find_gpus, masks
from autograder.grade import Isolation, grade_class
from autograder.intake import read_submission
from autograder.job import Job, open_job
from autograder.records import ClassResult, Refusal
from autograder.report.words import training_sentence
from autograder.suite.models import predict
from autograder.suite.session import Session
from autograder.suite.student import Student
from autograder.suite.terms import terms_for

ASSIGNMENT = "keras_cnn"
SAMPLES = ("student-01.py", "student-03.py", "student-05.py")
SUITE = Path("tests", "hidden", ASSIGNMENT, "test_train.py")
SEED = 0


def main() -> None:
    """Train, grade, and print."""
    parser = argparse.ArgumentParser(description="Time the Keras assignment on this machine.")
    parser.add_argument("--allow-cpu", action="store_true", help="measure the CPU without a GPU")
    options = parser.parse_args()
    try:
        _measure(allow_cpu=options.allow_cpu)
    except AutograderError as error:
        print(f"bench/gpu.py: {error}", file=sys.stderr)
        sys.exit(error.exit_status)


def _measure(*, allow_cpu: bool) -> None:
    course = find_course()
    job = open_job(ASSIGNMENT, course)
    workers = max(1, len(os.sched_getaffinity(0)) // job.parts.policy.resources.cpus)
    gpus = find_gpus(os.environ)
    if gpus.reason and not allow_cpu:
        raise InstructorError(f"no GPU to measure: {gpus.reason}; --allow-cpu measures the CPU")
    # A GPU is what this measures, whether or not `resources` asks for one.
    chosen = masks(gpus, 1, workers) or (CPU,) * workers
    paths = [job.parts.reference]
    paths += [course / "examples" / "submissions" / ASSIGNMENT / name for name in SAMPLES]
    trained = [_train(job, path, chosen[0], course) for path in paths]
    begin = time.perf_counter()
    executor = LocalExecutor(len(chosen), task_seconds=1200)
    result = grade_class(job, paths, executor, Isolation(), lambda *_: None, masks=chosen)
    _print(result, trained, time.perf_counter() - begin, len(chosen))


def _train(job: Job, path: Path, mask: Mask, course: Path) -> tuple[float, float, float]:
    """Train a hand-in's network twice in one process.

    Returns:
        Seconds of the first training, which starts CUDA and compiles; those of the second; and the
        second's accuracy on the 10,000 test images, 0..1.

    Raises:
        AutograderError: It cannot be read, or one of its functions gives no answer.
    """
    submission = read_submission(path, ASSIGNMENT, job.course.intake)
    if isinstance(submission, Refusal):
        raise AutograderError(submission.reason)
    terms = terms_for(job.course, ASSIGNMENT, mask)
    suite = runpy.run_path(str(course / SUITE))
    plan = suite["plan_for"](terms.task)
    x, y = suite["digits"](plan.path)
    test_x, test_y = suite["digits"](suite["TEST_IMAGES"])
    seconds: list[float] = []
    with (
        terms.start_zygote(job.parts.reference) as zygote,
        Session(zygote, submission, ASSIGNMENT, terms.rules, terms.limits) as session,
    ):
        student = Student(
            lambda request: session.answer([request])[0], job.suite.reference, public=True
        )
        for _ in range(2):
            model = student.build_mnist_cnn()
            begin = time.perf_counter()
            student.train(model, x[: plan.images], y[: plan.images], plan.epochs, plan.batch, SEED)
            seconds.append(time.perf_counter() - begin)
        accuracy = float(np.mean(predict(model, test_x).argmax(axis=1) == test_y))
    return seconds[0], seconds[1], accuracy


def _print(
    result: ClassResult,
    trained: Sequence[tuple[float, float, float]],
    seconds: float,
    processes: int,
) -> None:
    print(f"{training_sentence(result.training)}\n")
    print("| hand-in | first training | second training | accuracy | points | graded in |")
    print("|---|---:|---:|---:|---:|---:|")
    for grade, (first, second, accuracy) in zip(result.grades, trained, strict=True):
        points = f"{grade.points:g} + {grade.bonus:g}"
        print(
            f"| {grade.submission} | {first:.2f} s | {second:.2f} s | {accuracy:.2%} "
            f"| {points} | {grade.seconds:.1f} s |"
        )
    print(f"\n{len(result.grades)} hand-ins, {processes} at a time: {seconds:.1f} s in all.")


if __name__ == "__main__":
    main()
