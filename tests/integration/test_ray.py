"""A Ray cluster of three nodes on this machine: who grades where, and what becomes of what dies.

The GPU is declared, not there: Ray places by what it is told. What grades is a stand-in that says
where it ran, save where hand-ins of the tiny course are graded for real.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from autograder.bookkeeping import Wishes, grade_into
from autograder.executor import Needs, Task, Work
from autograder.executor.local import LocalExecutor
from autograder.executor.ray import RayExecutor
from autograder.grade import Isolation, grade_class
from autograder.gradebook import open_gradebook
from autograder.handins import tasks_in
from autograder.job import open_job
from autograder.mixed import ray_work
from autograder.records import Grade, Status

# Ray leaves sockets and processes to the garbage collector; that is not ours to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ENVIRONMENT = {
    "RAY_AUTH_MODE": "token",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # loopback alone
}
STORE_BYTES = 80 * 2**20


@dataclass
class Bench:
    """Grades by name: `die` ends its process, `hang` never ends; notes say where it ran."""

    isolation: dict[str, str]
    training: dict[str, str] = field(default_factory=dict)

    def grade(self, task):
        """Do what the task's name says."""
        if task.name.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        if task.name.startswith("hang"):
            time.sleep(3600)
        import ray  # noqa: PLC0415 - only on a node

        node = ray.get_runtime_context().get_node_id()
        return Grade(
            task.name,
            "00",
            Status.GRADED,
            1,
            1,
            0,
            notes=(node, os.environ.get("CUDA_VISIBLE_DEVICES", "unset")),
        )


@contextmanager
def open_stand_in(slot):
    yield Bench({"seccomp": "on"}, {"device": "none"})


def work_of(assignment, names, needs=Needs(), **more):  # noqa: B008 - frozen
    tasks = tuple(Task(Path(name), name, assignment) for name in names)
    return Work(tasks, open_stand_in, needs, **more)


class ThreeNodes:
    """A head and another node; a third that says it has a GPU joins when it is waited for."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.plain = self.add()

    def add(self, **more):
        """Start a node."""
        node = {"num_cpus": 1, "object_store_memory": STORE_BYTES, **more}
        return self.cluster.add_node(include_dashboard=False, **node)

    def lose(self, node):
        """Kill a node and everything on it."""
        self.cluster.remove_node(node, allow_graceful=False)

    def run(self, *works, notice=print):
        """Grade, hold that each hand-in comes out once, and return the grades by name."""
        executor = RayExecutor(self.cluster.address, notice)
        done = list(executor.run_all(works))
        names = [(task.assignment, task.name) for task, _ in done]
        assert sorted(names) == sorted((w.assignment, t.name) for w in works for t in w.tasks)
        return {task.name: grade for task, grade in done}


@pytest.fixture(scope="module")
def three():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        folder = tempfile.mkdtemp(prefix="autograder-ray-")  # short: a socket's path has 107 bytes
        patch.setenv("RAY_TMPDIR", folder)
        import ray  # noqa: PLC0415 - reads the environment when it is imported
        from ray import cloudpickle  # noqa: PLC0415
        from ray.cluster_utils import Cluster  # noqa: PLC0415

        cloudpickle.register_pickle_by_value(sys.modules[__name__])
        Path(folder, "ray").mkdir()
        head = {"num_cpus": 1, "object_store_memory": STORE_BYTES, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        try:
            yield ThreeNodes(cluster)
        finally:
            ray.shutdown()
            cluster.shutdown()
            shutil.rmtree(folder, ignore_errors=True)


def test_ray_gpu_tasks_wait_for_a_gpu_node_and_run_there_alone(three):
    """Without a GPU nothing that needs one is graded, and that is said; then only where it is."""
    told, joined = [], []

    def join(words):
        told.append(words)
        if not joined:
            joined.append(three.add(num_gpus=1))

    on_gpu = [f"gpu {n}" for n in range(4)]
    numpy = work_of("numpy", [f"cpu {n}" for n in range(12)])
    grades = three.run(numpy, work_of("keras", on_gpu, Needs(gpus=1)), notice=join)
    assert "keras waits for a node with 1 CPU, 1 GPU" in told[0]
    assert "the cluster has 2 nodes, and none of them has as much" in told[0]
    assert {grades[name].notes for name in on_gpu} == {(joined[0].node_id, "0")}
    assert {grade.notes[1] for name, grade in grades.items() if name not in on_gpu} == {""}


def test_ray_task_that_ends_its_process_twice_is_set_aside(three):
    """What hangs, or kills its process, is left ungraded with the reason; the rest is graded."""
    names = ["hang", "a", "b", "die", *(f"c{n}" for n in range(20))]
    grades = three.run(work_of("numpy", names, lanes=1, task_seconds=8))
    found = {name: grade.reason for name, grade in grades.items() if grade.status != "graded"}
    assert set(found) == {"die", "hang"}
    assert all("ended 2 times" in reason for reason in found.values())


RIGHT = """\
import time


def double(x):
    time.sleep(0.1)
    return x + x


def mean(x):
    if len(x) == 0:
        raise ValueError("empty")
    return float(sum(x) / len(x))
"""


def grader_pids():
    """Return the processes of Ray's that grade."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                title = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if title.startswith(b"ray::RayGrader"):
                found.append(int(entry.name))
    return found


def without_seconds(grades):
    return {grade.submission: replace(grade, seconds=0) for grade in grades}


def test_ray_worker_and_nodes_killed_gives_the_undisturbed_gradebook(three, tiny_course):
    """Whatever is killed in the middle, every hand-in is graded once, as if nothing had been."""
    grading = tiny_course.texts["grading.yml"].replace("[numpy, math]", "[numpy, math, time]")
    tiny_course.write("grading.yml", grading)
    for n in range(24):
        text = RIGHT if n % 3 else RIGHT.replace("x + x", f"x + {n}")
        tiny_course.write(f"hand-ins/s{n:02}.py", f"# {n}\n{text}")
    job = open_job("toy", tiny_course.root)
    folder = tiny_course.root / "hand-ins"
    undisturbed = grade_class(job, [folder], LocalExecutor(2, 600), Isolation(), lambda *_: None)
    chance = random.Random(7)
    done = 0
    # After so many grades a worker is killed, or a node with all that is on it.
    workers = {chance.randrange(1, 16)}
    lost = dict(zip(chance.sample(range(2, 16), 2), (three.plain, three.add()), strict=True))

    def strike(total, grade):
        nonlocal done
        if grade is None:
            return
        done += 1
        if done in lost:
            three.lose(lost[done])
        elif done in workers:
            victims = grader_pids()
            if victims:
                os.kill(chance.choice(victims), signal.SIGKILL)

    def no_more(*_):
        """Strike nobody."""

    jobs, tasks = {"toy": job}, {"toy": tasks_in("toy", [folder])}
    executor = RayExecutor(three.cluster.address, print)
    with open_gradebook("", tiny_course.root, create=True) as book:
        works = ray_work(jobs, tasks, 0, Isolation())
        wishes = Wishes(lots=False)
        (first,) = grade_into(book, jobs, works, executor, wishes, progress=strike, tell=print)
        # Two blows can fall on one hand-in, which is then rightly set aside until somebody looks.
        aside = {grade.submission for grade in first.result.grades if grade.status != "graded"}
        assert len(aside) <= 1
        wishes = Wishes(retry=True, lots=False)
        (outcome,) = grade_into(book, jobs, works, executor, wishes, progress=no_more, tell=print)
        histories = {one.name: len(book.history(one.id)) for one in book.work("toy")}
    assert outcome.graded_now == len(aside)
    assert without_seconds(outcome.result.grades) == without_seconds(undisturbed.grades)
    assert {name for name, grades in histories.items() if grades > 1} == aside
    assert executor.isolation == undisturbed.isolation


JOIN = """\
import sys
from autograder.errors import InstructorError
from autograder.executor.raysession import ray_session
try:
    with ray_session(sys.argv[1], 1, 1):
        print("joined")
except InstructorError as error:
    print(error)
"""


def test_ray_cluster_takes_nobody_with_another_token(three):
    """Whoever has not the cluster's token is refused, and told what to look at."""
    environment = {**os.environ, "RAY_AUTH_TOKEN": "0" * 64}
    command = [sys.executable, "-c", JOIN, three.cluster.address]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "expected a Ray cluster that takes our token" in done.stdout


OWN = """\
import json
import os
from pathlib import Path
from autograder.executor.raysession import nodes, ray_session

def sockets():
    mark = f"MARK={os.environ['MARK']}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(bytes(1)):
                yield from (os.readlink(one) for one in (process / "fd").iterdir())
        except OSError:
            pass

def listening():
    ours = set(sockets())
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in ours:
                yield fields[1].partition(":")[0]

with ray_session("", 1, 64) as ray:
    (node,) = nodes(ray)
    print(node.address, node.cpus, node.memory_mib)
    print(*sorted(set(listening())))
print([name for name in os.environ if name.startswith("RAY_AUTH")], len(set(sockets())) > 9)
"""
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}


def test_ray_of_this_machine_alone_listens_on_loopback_and_ends():
    """A Ray that is started for a run is reached from this machine alone, and leaves nothing."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    command = [sys.executable, "-c", OWN]
    clean["MARK"] = secrets.token_hex(8)
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=True)
    machine, places, after = done.stdout.splitlines()
    assert machine == "127.0.0.1 1.0 64.0"
    assert places
    assert set(places.split()) <= LOOPBACK
    assert after == "[] False"


def test_ray_from_the_command_line_gives_what_local_gives(tiny_course):
    """`grade --executor ray` without an address starts a Ray, and the result is the same."""
    for n in range(3):
        tiny_course.write(
            f"hand-ins/s{n}.py", RIGHT.replace("time.sleep(0.1)", f"x = x + {n // 2}")
        )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    found = []
    for more in (["--executor", "ray", "--workers", "2"], []):
        command = [
            sys.executable,
            "-m",
            "autograder.cli",
            "grade",
            "toy",
            "hand-ins",
            "--json",
            "-",
        ]
        done = subprocess.run(
            [*command, *more], cwd=tiny_course.root, env=clean, capture_output=True, check=True
        )
        result = json.loads(done.stdout)
        found.append([{**grade, "seconds": 0} for grade in result["grades"]])
    assert found[0] == found[1]
    assert [grade["submission"] for grade in found[0]] == ["s0", "s1", "s2"]
