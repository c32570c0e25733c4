"""Spreading a class over processes, some of which die, hang, or never start."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.errors import InstructorError, SandboxUnavailable
from autograder.executor import Task
from autograder.executor.local import LocalExecutor
from autograder.records import Grade, Status

PLENTY = 60.0


@dataclass
class Bench:
    """Grades by name: `die`, `die once`, `hang`, `slow`; anything else is graded at once."""

    notes: Path
    isolation: dict[str, str]
    training: dict[str, str] = field(default_factory=dict)
    slot: int = 0

    def grade(self, task: Task) -> Grade:
        """Do what the task's name says."""
        with (self.notes / "order").open("a") as file:
            file.write(f"{task.name}\n")
        with (self.notes / "slots").open("a") as file:
            file.write(f"{self.slot} {task.name}\n")
        if task.name.startswith("die once"):
            marker = self.notes / task.name
            if not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        elif task.name.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        elif task.name.startswith("hang"):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)
        elif task.name.startswith("slow"):
            time.sleep(0.2)
        return Grade(task.name, "00", Status.GRADED, 1, 1, 0)


def bench_in(notes, failing_after=None):
    """Make an opener of benches; from the given number on it fails."""

    @contextmanager
    def open_bench(slot):
        with (notes / "opened").open("a+") as file:
            file.write("x")
            file.seek(0)
            count = len(file.read())
        if failing_after is not None and count > failing_after:
            raise SandboxUnavailable("no sandbox any more")
        with (notes / "benches").open("a") as file:
            file.write(f"{slot}\n")
        training = {"device": f"GPU of model {slot % 2}", "tf32": "off"}
        yield Bench(notes, {"seccomp": "on"}, training, slot)

    return open_bench


def tasks(*names):
    return [Task(Path(name), name) for name in names]


def graded(notes, names, workers=1, task_seconds=PLENTY, **options):
    executor = LocalExecutor(workers, task_seconds)
    grades = list(executor.run(tasks(*names), bench_in(notes, **options)))
    assert multiprocessing.active_children() == []
    assert len(grades) == len(names)
    return {grade.submission: grade for grade in grades}


def reasons(grades):
    return {name: grade.reason for name, grade in grades.items() if grade.status != "graded"}


def test_local_one_worker_keeps_the_order(tmp_path):
    """One process grades in the order of the tasks."""
    names = [f"s{n}" for n in range(7)]
    assert list(graded(tmp_path, names)) == names


def test_local_three_workers_grade_everything_once(tmp_path):
    """Several processes grade every task, none twice."""
    names = [f"slow {n}" for n in range(8)]
    assert set(graded(tmp_path, names, workers=3)) == set(names)
    assert sorted((tmp_path / "order").read_text().splitlines()) == sorted(names)
    assert (tmp_path / "opened").read_text() == "xxx"


def test_local_no_more_processes_than_tasks(tmp_path):
    """A process that would have nothing to do is not started."""
    graded(tmp_path, ["a", "b"], workers=8)
    assert (tmp_path / "opened").read_text() == "xx"


def test_local_no_tasks_opens_nothing(tmp_path):
    """Without tasks nothing is started."""
    assert graded(tmp_path, [], workers=3) == {}
    assert not (tmp_path / "opened").exists()


def test_local_isolation_is_what_the_benches_report(tmp_path):
    """The executor knows the layers of the benches."""
    executor = LocalExecutor(1, PLENTY)
    list(executor.run(tasks("a"), bench_in(tmp_path)))
    assert executor.isolation == {"seccomp": "on"}


def test_local_training_is_what_the_benches_report_each_thing_once(tmp_path):
    """What the benches train on is told once where they agree, and side by side where not."""
    executor = LocalExecutor(4, PLENTY)
    list(executor.run(tasks("a", "b", "c", "d"), bench_in(tmp_path)))
    assert executor.training == {"device": "GPU of model 0; GPU of model 1", "tf32": "off"}


def slots_in(notes):
    """Return which tasks ran at which place."""
    lines = (notes / "slots").read_text().splitlines()
    return [(int(slot), name) for slot, _, name in (line.partition(" ") for line in lines)]


def test_local_processes_at_work_together_have_places_of_their_own(tmp_path):
    """Every process has a place that no other has, counted from 0."""
    graded(tmp_path, [f"slow {n}" for n in range(9)], workers=3)
    assert {slot for slot, _ in slots_in(tmp_path)} == {0, 1, 2}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_local_process_that_replaces_another_has_its_place(tmp_path, place):
    """The place of a process that died goes to the one that replaces it: its GPU is free."""
    names = [f"slow {n}" for n in range(9)]
    names[place] = "die once"
    graded(tmp_path, names, workers=3)
    died = next(slot for slot, name in slots_in(tmp_path) if name == "die once")
    opened = [int(line) for line in (tmp_path / "benches").read_text().splitlines()]
    assert (sorted(opened[:3]), opened[3:]) == ([0, 1, 2], [died])


@pytest.mark.parametrize("workers", [1, 3])
def test_local_process_that_dies_once_is_retried(tmp_path, workers):
    """A task whose process died is graded in a new one, and the others are not affected."""
    names = ["a", "die once", "b", "c"]
    assert reasons(graded(tmp_path, names, workers)) == {}
    order = (tmp_path / "order").read_text().splitlines()
    assert order.count("die once") == 2
    assert len(order) == 5


@pytest.mark.parametrize("workers", [1, 3])
def test_local_process_that_dies_twice_leaves_its_task_ungraded(tmp_path, workers):
    """A task that takes its process down twice is ungraded with the reason."""
    found = reasons(graded(tmp_path, ["a", "die", "b", "die too", "c"], workers))
    assert set(found) == {"die", "die too"}
    assert all("ended 2 times" in reason for reason in found.values())


def test_local_process_that_hangs_is_killed(tmp_path):
    """A task that takes longer than it may is ended, retried, and left ungraded."""
    found = reasons(graded(tmp_path, ["a", "hang", "b"], workers=2, task_seconds=4.0))
    assert set(found) == {"hang"}


@pytest.mark.parametrize("workers", [1, 3])
def test_local_bench_that_cannot_be_opened_stops_the_run(tmp_path, workers):
    """Where no bench opens, the reason reaches the caller as it was raised."""
    executor = LocalExecutor(workers, PLENTY)
    with pytest.raises(SandboxUnavailable, match="no sandbox any more"):
        list(executor.run(tasks("a", "b", "c"), bench_in(tmp_path, failing_after=workers - 1)))
    assert multiprocessing.active_children() == []


def test_local_error_with_arguments_of_its_own_reaches_the_caller(tmp_path):
    """Any family of errors crosses the process border."""

    @contextmanager
    def open_bench(slot):
        raise InstructorError("mend this")
        yield

    with pytest.raises(InstructorError, match="mend this"):
        list(LocalExecutor(1, PLENTY).run(tasks("a"), open_bench))


def test_local_last_process_that_cannot_be_replaced_loses_no_grade(tmp_path):
    """When no process can be started again, what is left is ungraded and what is done stays."""
    found = graded(tmp_path, ["a", "die", "b", "c"], failing_after=1)
    assert found["a"].status == "graded"
    left = reasons(found)
    assert set(left) == {"die", "b", "c"}
    assert all("no sandbox any more" in reason for reason in left.values())


def test_local_process_that_cannot_be_replaced_leaves_the_work_to_the_others(tmp_path):
    """As long as one process is left, it grades the rest."""
    names = ["die once", *(f"slow {n}" for n in range(4))]
    assert reasons(graded(tmp_path, names, workers=2, failing_after=2)) == {}


def wait_for_children_to_end():
    deadline = time.monotonic() + 30
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.02)
    return multiprocessing.active_children()


def test_local_run_closed_early_leaves_no_process(tmp_path):
    """A consumer that stops early ends every process, busy ones too."""
    run = LocalExecutor(3, PLENTY).run(tasks("a", "hang", "hang b"), bench_in(tmp_path))
    assert next(run).submission == "a"
    run.close()
    assert wait_for_children_to_end() == []


def test_local_interrupt_in_the_consumer_leaves_no_process(tmp_path):
    """Ctrl-C while a grade is looked at ends every process."""

    def consume():
        for _ in LocalExecutor(2, PLENTY).run(tasks("a", "hang", "b"), bench_in(tmp_path)):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consume()
    assert wait_for_children_to_end() == []
