"""Joining the stages: what becomes of a hand-in when one of them fails."""

from __future__ import annotations

import logging
import os
from dataclasses import replace

import pytest

from autograder.errors import SandboxUnavailable
from autograder.executor import Task
from autograder.grade import GradingBench, Isolation
from autograder.job import open_job
from autograder.records import Status

RIGHT = "def double(x):\n    return x + x\n\n\ndef mean(x):\n"
RIGHT += (
    "    if not len(x):\n        raise ValueError('empty')\n    return float(sum(x) / len(x))\n"
)


@pytest.fixture
def job(tiny_course):
    return open_job("toy", tiny_course.root)


@pytest.fixture
def bench(job):
    with GradingBench(job, Isolation(strict=False)) as made:
        yield made


@pytest.fixture
def hand_in(tiny_course):
    def write(text, name="a"):
        return Task(tiny_course.write(f"{name}.py", text), name)

    return write


def test_bench_right_hand_in_has_every_point(bench, hand_in):
    """A right hand-in has all points, its digest and its time."""
    grade = bench.grade(hand_in(RIGHT))
    assert (grade.status, grade.points, grade.max_points) == (Status.GRADED, 100, 100)
    assert len(grade.sha256) == 64
    assert grade.seconds > 0


def test_bench_refused_hand_in_is_ungraded_with_the_reason(bench, tiny_course):
    """What cannot be read is ungraded; the reason is for the student."""
    path = tiny_course.write("a.docx", "words")
    grade = bench.grade(Task(path, "a"))
    assert (grade.status, grade.points) == (Status.UNGRADED, 0)
    assert "is not a hand-in" in grade.reason


def test_bench_defect_of_ours_is_told_to_the_instructor_alone(job, hand_in, caplog):
    """A traceback goes to the log; the reason, which students see, has the kind of error only."""
    weights = job.course.score.model_copy(update={"group_weights": {}})
    broken = replace(job, course=job.course.model_copy(update={"score": weights}))
    with GradingBench(broken, Isolation(strict=False)) as bench:
        with caplog.at_level(logging.WARNING):
            grade = bench.grade(hand_in(RIGHT))
        assert grade.status is Status.UNGRADED
        assert "Traceback" not in grade.reason
        assert "\n" not in grade.reason
        assert "a person must look" in grade.reason
    assert "a" in caplog.text


def test_bench_zygote_that_died_is_replaced(bench, hand_in, caplog):
    """A dead zygote costs the next hand-in nothing: it is tried again with a new one."""
    os.kill(bench._zygote.pid, 9)
    with caplog.at_level(logging.WARNING):
        assert bench.grade(hand_in(RIGHT)).points == 100
    assert "try 1" in caplog.text


def test_bench_same_work_has_the_same_grade_whoever_was_before(bench, hand_in):
    """A hostile hand-in in between changes nothing of another's grade."""
    hostile = (
        "import numpy as np\nnp.add = None\nnp.ndarray.__eq__ = None\n"
        "def double(x):\n    import os\n    os._exit(0)\n"
    )
    wrong = hand_in(RIGHT.replace("x + x", "x * 3"), "wrong")
    before = bench.grade(wrong)
    bench.grade(hand_in(hostile, "hostile"))
    assert replace(bench.grade(wrong), seconds=0) == replace(before, seconds=0)


def test_bench_renamed_hand_in_has_the_same_inputs(bench, hand_in):
    """Inputs belong to what was handed in, not to who did."""
    text = RIGHT.replace("x + x", "x * 3")
    one, two = bench.grade(hand_in(text, "one")), bench.grade(hand_in(text, "two"))
    assert one.questions == two.questions


def test_bench_strict_refuses_where_the_sandbox_has_gaps(job):
    """Without the layers that keep files and sockets away, strict grading does not begin."""
    layers = ("landlock", "mount_namespace", "network_namespace", "seccomp")
    layers += ("user_namespace", "pid_namespace", "user_switch", "capabilities")
    with pytest.raises(SandboxUnavailable, match="could reach files and sockets") as caught:
        GradingBench(job, Isolation(without=frozenset(layers)))
    assert "landlock: off: switched off by request" in str(caught.value)


def test_bench_strict_refuses_without_landlock_whatever_else_is_there(job):
    """One layer before the files is too few for a hidden suite; the message names the mend."""
    with pytest.raises(SandboxUnavailable, match="is not held by Landlock") as caught:
        GradingBench(job, Isolation(without=frozenset(["landlock"])))
    assert "landlock: a kernel of 5.13 or later" in str(caught.value)
    with GradingBench(job, Isolation(strict=False, without=frozenset(["landlock"]))) as bench:
        assert bench.isolation["landlock"] == "off: switched off by request"


def test_bench_notes_tell_what_did_not_load(bench, hand_in):
    """A failure while loading is a note for the student, with file and line."""
    grade = bench.grade(hand_in("import torch\n" + RIGHT))
    assert (grade.status, grade.points) == (Status.GRADED, 0)
    assert any("ModuleNotFoundError at toy.py, line 1" in note for note in grade.notes)
