"""The lane of Keras assignments on machines with and without a GPU, with real workers.

Where there is no GPU, nothing here touches CUDA: what is shown is that a worker tells what it
computes on, that a GPU that is not seen grades nobody, and that the CPU is told as the CPU.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.cli import training
from autograder.errors import GraderFault, InstructorError
from autograder.executor import Task
from autograder.executor.local import LocalExecutor
from autograder.gpus import CPU, Mask, find_gpus
from autograder.grade import GradingBench, Isolation, grade_class
from autograder.job import masks_for, open_job
from autograder.records import Status
from autograder.report.as_json import dumps
from autograder.suite.device import ask_device
from autograder.suite.terms import terms_for

BACKENDS = ("tensorflow", "torch", "jax")
# A device that is there and is no GPU: the lane goes all the way, and the worker sees none.
NO_GPU = Mask("0", ("/dev/full",), 1)
POLICY = """\
    runtime: keras
    resources: {cpus: 2, gpus: 1}
    limits:
      call_cpu_seconds: 60
      call_wall_seconds: 60
      import_cpu_seconds: 20
      import_wall_seconds: 60
      submission_wall_seconds: 200
      memory_mib: 4096
      scratch_mib: 64
      open_files: 256
      threads: 128
    rules: {allowed_imports: [keras]}
"""
RIGHT = "def double(x):\n    return x + x\n\n\ndef mean(x):\n"
RIGHT += "    if not len(x):\n        raise ValueError\n    return float(sum(x) / len(x))\n"
# Draws at random without a seed: what it returns is told by the mismatch of a public check.
RANDOM = """\
import keras
import numpy as np


def double(x):
    return np.asarray(keras.random.normal((2,)), dtype=float)
"""

pytestmark = pytest.mark.skipif(
    find_spec("keras") is None, reason="Keras is not installed: the extra `keras` brings it"
)


@pytest.fixture(params=BACKENDS, autouse=True)
def backend(request, monkeypatch):
    """Choose what is below Keras; skip what is not installed."""
    if find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed: docs/gpu.md says how it is tried")
    monkeypatch.setenv("KERAS_BACKEND", request.param)
    return request.param


@pytest.fixture
def job(tiny_course):
    anchor = "    speed: {ratio: 20, floor_ms: 20}\n"
    text = tiny_course.texts["grading.yml"].replace(anchor, anchor + POLICY)
    tiny_course.write("grading.yml", text)
    return open_job("toy", tiny_course.root)


@pytest.fixture
def hand_in(tiny_course):
    def write(text, name="a"):
        return Task(tiny_course.write(f"{name}.py", text), name)

    return write


def zygote_for(job, mask):
    terms = terms_for(job.course, "toy", mask)
    zygote = terms.start_zygote(job.parts.reference)
    return zygote, terms


def threads_of(zygote):
    """Count the threads of the process that forks the workers."""
    pid = zygote.pid
    if zygote.isolation["pid_namespace"] == "on":  # then the process that was started only waits
        pid = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def test_worker_tells_what_it_computes_on_and_the_zygote_computes_nothing(job, backend):
    """Device, settings and threads are plain facts; asking twice starts nothing in the zygote."""
    zygote, terms = zygote_for(job, CPU)
    with zygote:
        before = threads_of(zygote)
        facts = [ask_device(zygote, terms.limits, CPU) for _ in range(2)]
        assert threads_of(zygote) == before
    assert facts[0] == facts[1]
    assert (facts[0]["backend"], facts[0]["on_gpu"], facts[0]["gpus"]) == (backend, False, [])
    assert (facts[0]["tf32"], facts[0]["deterministic"], facts[0]["threads"]) == (False, False, 2)


def test_worker_that_does_not_see_its_gpu_is_an_error(job):
    """A process that was given a GPU and computes on the CPU is refused, with what it was given."""
    zygote, terms = zygote_for(job, NO_GPU)
    with zygote, pytest.raises(GraderFault) as caught:
        ask_device(zygote, terms.limits, NO_GPU)
    for words in ("given 1 GPU", "CUDA_VISIBLE_DEVICES=0; /dev/full", "docs/gpu.md"):
        assert words in str(caught.value)


def test_bench_that_does_not_see_its_gpu_grades_nothing(job):
    """The bench does not open, so the class is not graded at all: no student pays for it."""
    with pytest.raises(GraderFault, match="nothing can be graded"):
        GradingBench(job, Isolation(strict=False), NO_GPU)


def test_class_on_a_gpu_that_no_process_sees_is_not_graded(job, hand_in):
    """The error reaches whoever started the run, from the grading process."""
    path = hand_in(RIGHT).path
    executor = LocalExecutor(1, task_seconds=120)
    with pytest.raises(GraderFault, match="nothing can be graded"):
        grade_class(job, [path], executor, Isolation(strict=False), lambda *_: None, masks=[NO_GPU])


def test_class_on_the_cpu_says_so_in_its_result(job, hand_in, monkeypatch, backend):
    """With leave, the class is graded on the CPU, and the result holds what was trained on."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    with pytest.raises(InstructorError, match="toy asks for 1 GPU"):
        masks_for(job, 1)
    masks = masks_for(job, 1, allow_cpu=True)
    executor = LocalExecutor(1, task_seconds=120)
    result = grade_class(
        job, [hand_in(RIGHT).path], executor, Isolation(strict=False), lambda *_: None, masks=masks
    )
    assert result.grades[0].points == 100
    told = json.loads(dumps(result))["training"]
    assert (told["device"], told["tf32"], told["task"]) == ("CPU", "off", "reduced")
    assert f" on {backend} " in told["backend"]


def test_bench_asks_again_where_a_gpu_may_have_failed(job, hand_in, caplog):
    """A check that ended in an error while the GPU was lost costs the student nothing."""
    stops = "def double(x):\n    raise RuntimeError('CUDA error')\n"
    with GradingBench(job, Isolation(strict=False), CPU) as bench:
        assert bench.grade(hand_in(stops)).status is Status.GRADED
        # From here on the bench holds that it has a GPU, which its processes do not see.
        bench._mask = NO_GPU
        assert bench.grade(hand_in(RIGHT)).status is Status.GRADED
        with caplog.at_level(logging.ERROR):
            grade = bench.grade(hand_in(stops))
    assert (grade.status, grade.points) == (Status.UNGRADED, 0)
    assert "nothing can be graded: a process that was given 1 GPU" in caplog.text


def test_bench_same_random_work_has_the_same_grade(job, hand_in):
    """Code that draws without a seed draws the same again, in any process."""
    grades = []
    for _ in range(2):
        with GradingBench(job, Isolation(strict=False), CPU) as bench:
            grades += [dataclasses.replace(bench.grade(hand_in(RANDOM)), seconds=0) for _ in "ab"]
    assert len({repr(grade) for grade in grades}) == 1
    messages = [check.message for check in grades[0].questions[0].checks if check.public]
    assert "values differ" in messages[0]


def test_doctor_tries_a_worker_and_says_what_it_sees():
    """Where driver and build are there, the sandbox itself is asked, and what it says is told."""
    told = training._tried(NO_GPU)
    assert told.startswith("no GPU is used: nothing can be graded: a process that was given 1 GPU")


def test_class_on_a_gpu_is_trained_there(job, hand_in):
    """On a machine with a GPU: the worker sees it, and the result names it and the full task."""
    found = find_gpus(os.environ)
    if found.reason:
        pytest.skip(f"no GPU: {found.reason}")
    executor = LocalExecutor(1, task_seconds=120)
    result = grade_class(
        job,
        [hand_in(RIGHT).path],
        executor,
        Isolation(strict=False),
        lambda *_: None,
        masks=masks_for(job, 1),
    )
    assert result.grades[0].points == 100
    assert result.training["device"].startswith("1 GPU")
    assert (result.training["determinism"], result.training["task"]) == ("on", "full")
