"""The Ray executor without a cluster: what travels, who is refused, who waits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest

from autograder.errors import InstructorError, SandboxUnavailable
from autograder.executor import Needs, Task
from autograder.executor.raynode import RayGrader
from autograder.executor.raysession import Node, ray_session, room_for, waiting_words
from autograder.grade import Isolation
from autograder.job import open_job
from autograder.node import needs_of, node_bench
from autograder.plain import grade_from_json
from autograder.records import Grade, Status

GRADE = Grade("a", "00", Status.GRADED, 1, 1, 0, printed="\x00 <b> \ud800")


class Bench:
    """Gives every hand-in the same grade."""

    isolation = {"seccomp": "on"}  # noqa: RUF012 - as a bench has it
    training = {"device": "CPU"}  # noqa: RUF012 - as above

    def grade(self, task):
        """Grade by name."""
        return replace(GRADE, submission=task.name)


@contextmanager
def open_bench(slot):
    yield Bench()


@contextmanager
def refuse(slot):
    raise SandboxUnavailable("no sandbox here")
    yield


def test_ray_grader_answers_with_text_alone():
    """What leaves a node is JSON, and it makes the same grades again."""
    grader = RayGrader()
    opened = json.loads(grader.open(open_bench))
    assert opened == {"isolation": {"seccomp": "on"}, "training": {"device": "CPU"}}
    text = grader.grade([("a.py", "a", "toy"), ("b.py", "b", "toy")])
    grades = [grade_from_json(one) for one in json.loads(text)]
    assert grades == [GRADE, replace(GRADE, submission="b")]


def test_ray_grader_without_bench_says_why_in_text():
    """A node that cannot grade says so in JSON, with whose fault it is."""
    said = json.loads(RayGrader().open(refuse))
    assert (said["refused"], said["exit_status"]) == ("no sandbox here", 3)


@pytest.fixture
def hand_in(tiny_course):
    return Task(tiny_course.write("hand-ins/a.py", tiny_course.texts["solutions/toy.py"]), "a")


@pytest.fixture
def order(tiny_course, hand_in):
    return node_bench(open_job("toy", tiny_course.root), [hand_in], Isolation())


def test_node_bench_with_the_same_course_grades(order, hand_in):
    """Where course, secret and hand-ins are the same, the node grades."""
    with order(0) as bench:
        assert bench.grade(hand_in).points == 100


def test_node_bench_order_holds_no_secret(order, tiny_course):
    """What travels to a node tells neither the secret nor a line of the suite."""
    secret = (tiny_course.root / ".autograder" / "secret").read_text().strip()
    text = repr(order)
    assert secret not in text
    assert "assert_agrees" not in text


def refusal(order):
    with pytest.raises(InstructorError) as caught, order(0):
        pass
    return str(caught.value)


def test_node_bench_where_the_suite_differs_is_refused(order, tiny_course):
    """A node with another suite does not grade: its scores would mean something else."""
    tiny_course.add_hidden("# one line more\n")
    assert "make the two the same" in refusal(order)


def test_node_bench_where_the_secret_differs_is_refused(order, tiny_course):
    """A node with another secret does not grade: its inputs would be others."""
    (tiny_course.root / ".autograder" / "secret").write_text("another secret of the course")
    assert "the course secret" in refusal(order)


def test_node_bench_where_another_version_is_installed_is_refused(order):
    """A node with another version of the grader does not grade."""
    assert "dlcv-autograder: expected 9.9" in refusal(replace(order, version="9.9"))


@pytest.mark.parametrize("lacking", ["folder", "hand_ins"])
def test_node_bench_where_files_are_missing_is_refused(order, tmp_path, lacking):
    """A node that does not see the course or the hand-ins says which path it lacks."""
    gone = str(tmp_path / "gone")
    other = replace(order, **{lacking: gone if lacking == "folder" else (gone,)})
    assert f"{gone}: expected on every node" in refusal(other)


def test_node_bench_without_strict_isolation_is_refused(tiny_course, hand_in):
    """Student code that reaches files could read Ray's token, so it never runs that way."""
    job = open_job("toy", tiny_course.root)
    with pytest.raises(InstructorError, match="isolation strict"):
        node_bench(job, [hand_in], Isolation(strict=False))


def test_needs_are_those_of_the_policy(tiny_course, tiny_policy):
    """What Ray is asked for is what grading.yml says; a GPU may be done without."""
    asked = "title: Toys\n    runtime: keras\n    resources: {cpus: 3, gpus: 2}"
    tiny_course.write("grading.yml", tiny_policy.replace("title: Toys", asked))
    job = open_job("toy", tiny_course.root)
    assert needs_of(job) == Needs(3, 2, 1024)
    assert needs_of(job, allow_cpu=True).gpus == 0


CLUSTER = [Node("1", "10.0.0.1", 8, 0, 4096), Node("2", "10.0.0.2", 4, 1, 65536)]


@pytest.mark.parametrize(
    ("needs", "room"),
    [
        (Needs(), 12),
        (Needs(3), 3),
        (Needs(1, 0, 2048), 6),
        (Needs(2, 1), 1),
        (Needs(2, 2), 0),
        (Needs(16), 0),
    ],
)
def test_room_is_what_every_node_has_by_itself(needs, room):
    """A hand-in does not span nodes, and each resource limits."""
    assert room_for(needs, CLUSTER) == room


def test_waiting_words_say_what_is_asked_and_what_there_is():
    """Who waits reads what is missing, node by node."""
    head, *rest = waiting_words("keras_cnn", Needs(2, 2, 4608), CLUSTER).splitlines()
    assert head.startswith("keras_cnn waits for a node with 2 CPUs, 2 GPUs, 4608 MiB")
    assert "the cluster has 2 nodes, and none of them has as much" in head
    assert rest == [
        "  10.0.0.1: 8 CPUs, 0 GPUs, 4096 MiB",
        "  10.0.0.2: 4 CPUs, 1 GPU, 65536 MiB",
    ]


def test_session_of_ray_client_address_is_refused():
    """An address of Ray's client, through which no node is seen, is told apart."""
    with pytest.raises(InstructorError, match="HOST:PORT"), ray_session("ray://head:10001", 1, 1):
        pass


def test_ray_executor_is_imported_without_ray():
    """Who does not use Ray neither needs it nor waits for it."""
    program = "import sys, autograder.executor.ray; print('ray' in sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
