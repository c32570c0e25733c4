"""Several assignments in one run: short and long hand-ins side by side, found by folder."""

from __future__ import annotations

import multiprocessing
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.errors import InstructorError, SandboxUnavailable
from autograder.executor import Needs, Task, Work
from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation
from autograder.handins import assignment_folders, tasks_in
from autograder.job import open_job
from autograder.mixed import local_work, ray_work
from autograder.records import Grade, Status


@dataclass
class Bench:
    """Takes its time for every hand-in, and writes down from when to when."""

    log: Path
    seconds: float
    cpus: int
    isolation: dict[str, str]
    training: dict[str, str]

    def grade(self, task):
        """Wait, and give a point."""
        begin = time.monotonic()
        time.sleep(self.seconds)
        with self.log.open("a") as file:
            file.write(f"{begin} {time.monotonic()} {self.cpus}\n")
        return Grade(task.name, "00", Status.GRADED, 1, 1, 0)


def work_of(folder, assignment, count, *, seconds=0.0, needs=Needs(), lanes=0):  # noqa: B008 - frozen
    @contextmanager
    def open_bench(slot):
        log = folder / f"{assignment}.log"
        yield Bench(log, seconds, needs.cpus, {"seccomp": "on"}, {"device": assignment})

    tasks = tuple(Task(Path(f"s{n}"), f"s{n}", assignment) for n in range(count))
    return Work(tasks, open_bench, needs, lanes)


def graded(works, workers):
    executor = LocalExecutor(workers, 60)
    done = [(task.assignment, task.name) for task, _ in executor.run_all(works)]
    assert multiprocessing.active_children() == []
    assert sorted(done) == sorted((w.assignment, t.name) for w in works for t in w.tasks)
    return executor, [assignment for assignment, _ in done]


def spans(folder, *assignments):
    texts = [(folder / f"{name}.log").read_text() for name in assignments]
    lines = [line for text in texts for line in text.splitlines()]
    return [tuple(float(field) for field in line.split()) for line in lines]


@pytest.mark.parametrize("long_first", [False, True])
def test_mixed_neither_short_nor_long_hand_ins_wait_for_all_of_the_others(tmp_path, long_first):
    """Whichever comes first, the other is begun before it is done."""
    works = [
        work_of(tmp_path, "numpy", 30, seconds=0.02),
        work_of(tmp_path, "keras", 3, seconds=0.2, needs=Needs(2)),
    ]
    _, order = graded(works[::-1] if long_first else works, workers=2)
    first, last = ("keras", "numpy") if long_first else ("numpy", "keras")
    assert order.index(last) < len(order) - 1 - order[::-1].index(first)


def test_mixed_keeps_no_more_processors_busy_than_it_may(tmp_path):
    """Whatever runs at the same time needs no more processors than there are."""
    works = [
        work_of(tmp_path, "numpy", 30, seconds=0.02),
        work_of(tmp_path, "keras", 4, seconds=0.1, needs=Needs(2)),
    ]
    graded(works, workers=3)
    found = spans(tmp_path, "numpy", "keras")
    together = [
        sum(cpus for begin, end, cpus in found if begin <= moment < end) for moment, _, _ in found
    ]
    assert max(together) <= 3


def test_mixed_assignment_that_needs_more_than_there_is_gets_all(tmp_path):
    """On a small machine a large assignment is graded all the same, by itself."""
    works = [work_of(tmp_path, "numpy", 4), work_of(tmp_path, "keras", 2, needs=Needs(8))]
    graded(works, workers=1)


def test_mixed_assignments_with_gpus_take_turns(tmp_path):
    """Two assignments with GPUs never use them at the same time."""
    gpu = Needs(1, 1)
    names = ("first", "second")
    works = [work_of(tmp_path, n, 3, seconds=0.05, needs=gpu, lanes=1) for n in names]
    graded(works, workers=4)
    (_, ends, _), (begins, _, _) = max(spans(tmp_path, "first")), min(spans(tmp_path, "second"))
    assert ends <= begins


def test_mixed_training_is_told_for_each_assignment(tmp_path):
    """What was trained on is known assignment by assignment."""
    executor, _ = graded([work_of(tmp_path, name, 1) for name in ("a", "b")], workers=2)
    assert executor.trainings == {"a": {"device": "a"}, "b": {"device": "b"}}


def test_mixed_bench_that_cannot_be_opened_stops_the_run(tmp_path):
    """An assignment that cannot be graded at all is told, and nothing stays."""

    @contextmanager
    def refuse(slot):
        raise SandboxUnavailable("no sandbox")
        yield

    bad = Work((Task(Path("x"), "x", "bad"),), refuse)
    with pytest.raises(SandboxUnavailable, match="no sandbox"):
        list(LocalExecutor(2, 60).run_all([work_of(tmp_path, "good", 5, seconds=0.05), bad]))
    assert multiprocessing.active_children() == []


ORDER = ("toy", "loss")


def test_folders_are_found_by_the_assignments_names(tmp_path):
    """Children of every folder are taken by name, in the course's order; files are left alone."""
    for place in ("a/loss", "a/toy", "b/toy", "a/.cache"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "a" / "list.csv").touch()
    a, b = tmp_path / "a", tmp_path / "b"
    assert assignment_folders([a, b], ORDER) == {
        "toy": [a / "toy", b / "toy"],
        "loss": [a / "loss"],
    }
    assert list(assignment_folders([a, b], ORDER)) == ["toy", "loss"]


@pytest.mark.parametrize(
    ("child", "words"),
    [("tou", "did you mean toy"), ("", "there is none"), (None, "expected a folder with")],
)
def test_folders_that_fit_no_assignment_are_refused(tmp_path, child, words):
    """A name that is no assignment's is told with the nearest; nothing is guessed."""
    place = tmp_path / "class"
    if child is not None:
        (place / child).mkdir(parents=True)
    with pytest.raises(InstructorError, match=words):
        assignment_folders([place], ORDER)


def test_mixed_work_of_a_course_is_graded(tiny_course):
    """Folders to tasks to work to grades, on this machine."""
    tiny_course.write("class/toy/a.py", tiny_course.texts["solutions/toy.py"])
    tiny_course.write("class/toy/b.py", tiny_course.texts["assignments/toy/toy.py"])
    job = open_job("toy", tiny_course.root)
    folders = assignment_folders([tiny_course.root / "class"], job.course.order)
    tasks = {"toy": tasks_in("toy", folders["toy"])}
    works = local_work({"toy": job}, tasks, 2, Isolation())
    points = {task.name: grade.points for task, grade in LocalExecutor(2, 60).run_all(works)}
    assert points == {"a": 100, "b": 0}
    (remote,) = ray_work({"toy": job}, tasks, 5, Isolation())
    assert (remote.tasks, remote.needs, remote.lanes) == (tasks["toy"], Needs(1, 0, 1024), 5)
