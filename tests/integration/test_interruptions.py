"""Processes that are killed in the middle of a class: no score comes of it, and nothing stays."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: whatever is orphaned below us becomes our child
_PATIENCE_SECONDS = 90.0

RIGHT = """\
def double(x):
    return x + x


def mean(x):
    if len(x) == 0:
        raise ValueError("empty")
    return float(sum(x) / len(x))
"""
# The first call takes 0.9 s of processor time, so that there is a middle to strike in.
SLOW = "import time\n\n_done = []\n\n\n" + RIGHT.replace(
    "    return x + x",
    "    while not _done and time.process_time() < 0.9:\n        pass\n"
    "    _done.append(1)\n    return x + x",
)
WRONG = RIGHT.replace("x + x", "x + 1")


@dataclass
class Process:
    """A process below the grader's, as /proc shows it.

    Attributes:
        depth: 1 for the grader's own children.
        spaces: How many pid namespaces it is in beyond the grader's own.
    """

    pid: int
    parent: int
    depth: int
    spaces: int
    cpu_seconds: float
    children: list[int] = field(default_factory=list)


def spaces_of(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("NSpid:"):
            return len(line.split()) - 1
    return 1


def processes_below(root):
    """List every process below one."""
    parents, seconds = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
                ticks = int(fields[11]) + int(fields[12])
                seconds[int(entry.name)] = ticks / os.sysconf("SC_CLK_TCK")
    found, level, depth = {}, [root], 0
    while level:
        depth += 1
        level_below = [pid for pid, parent in parents.items() if parent in level]
        for pid in level_below:
            try:
                spaces = spaces_of(pid) - spaces_of(root)
            except OSError:
                continue
            found[pid] = Process(pid, parents[pid], depth, spaces, seconds[pid])
        level = level_below
    return found


def busy_chain(root):
    """Return the pids from a grading process down to a busy worker, if there is one.

    With a pid namespace the zygote is two processes, and its workers lie one deeper.
    """
    found = processes_below(root)
    for process in found.values():
        is_worker = process.depth >= (3 if process.spaces == 0 else 4)
        if is_worker and process.cpu_seconds >= 0.3:
            chain = [process.pid]
            while found[chain[-1]].depth > 1:
                chain.append(found[chain[-1]].parent)
                if chain[-1] not in found:
                    return []
            return chain[::-1]
    return []


def leftovers():
    """Reap what is below this process until nothing is left; return what stays."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.02)
        except ChildProcessError:
            return []
    return list(processes_below(os.getpid()))


@pytest.fixture(autouse=True)
def _adopting():
    """Make this process the parent of everything that a grader leaves behind."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    yield
    libc.prctl(_SUBREAPER, 0, 0, 0, 0)


@pytest.fixture
def hand_ins(tiny_course):
    folder = tiny_course.root / "hand-ins"
    grading = tiny_course.texts["grading.yml"].replace("[numpy, math]", "[numpy, math, time]")
    tiny_course.write("grading.yml", grading)
    for name, text in (("a-wrong", WRONG), ("b-slow", SLOW), ("c-right", RIGHT), ("d-slow", SLOW)):
        tiny_course.write(f"hand-ins/{name}.py", text)
    return folder


def start(course, folder, workers=1):
    """Start `autograder grade` in a course, with SIGINT as a terminal would leave it."""
    heed = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    program = heed + "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    command = [sys.executable, "-c", program, "-m", "autograder.cli", "grade", "toy", str(folder)]
    return subprocess.Popen(
        [*command, "--json", "-", "--workers", str(workers), "--isolation", "best-effort"],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(grader):
    """Return exit status, grades by name, and what was said."""
    out, err = grader.communicate(timeout=_PATIENCE_SECONDS)
    grades = json.loads(out)["grades"] if out else []
    return grader.returncode, {grade["submission"]: grade for grade in grades}, err


def wait_for_worker(grader):
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        chain = busy_chain(grader.pid)
        if chain:
            return chain
        assert grader.poll() is None, grader.communicate()
        time.sleep(0.01)
    raise AssertionError("no worker was busy")


EXPECTED = {"b-slow": 100, "c-right": 100, "d-slow": 100}


def points(grades):
    return {name: grade["points"] for name, grade in grades.items()}


def test_interruption_none_grades_everything(tiny_course, hand_ins):
    """Undisturbed, everything is graded, with status 0 and nothing left running."""
    status, grades, err = finish(start(tiny_course, hand_ins))
    assert (status, err) == (0, "")
    assert {name: points(grades)[name] for name in EXPECTED} == EXPECTED
    assert points(grades)["a-wrong"] < 100
    assert leftovers() == []


@pytest.mark.parametrize(
    ("victim", "workers"),
    [("trusted", 1), ("trusted", 2), ("zygote", 1), ("zygote's last", 1), ("worker", 2)],
)
def test_interruption_kill_gives_a_retry_or_ungraded(tiny_course, hand_ins, victim, workers):
    """Whoever is killed: the same points as undisturbed, or ungraded with the reason."""
    grader = start(tiny_course, hand_ins, workers)
    chain = wait_for_worker(grader)
    pid = {"trusted": chain[0], "zygote": chain[1], "zygote's last": chain[-2], "worker": chain[-1]}
    os.kill(pid[victim], signal.SIGKILL)
    status, grades, err = finish(grader)
    assert set(grades) == {"a-wrong", *EXPECTED}, err
    ungraded = {name for name, grade in grades.items() if grade["status"] != "graded"}
    assert ungraded <= {"b-slow", "d-slow"}
    for name, expected in EXPECTED.items():
        if name in ungraded:
            assert grades[name]["points"] == 0
            assert grades[name]["reason"]
        else:
            assert grades[name]["points"] == expected
    assert points(grades)["a-wrong"] < 100
    assert status == (1 if ungraded else 0)
    assert leftovers() == []


def test_interruption_kill_again_and_again_leaves_it_ungraded(tiny_course, hand_ins):
    """A submission whose worker is killed at every try is ungraded; the others are graded."""
    grader = start(tiny_course, hand_ins)
    killed = set()
    while len(killed) < 2:
        worker = wait_for_worker(grader)[-1]
        if worker not in killed:
            killed.add(worker)
            os.kill(worker, signal.SIGKILL)
    status, grades, err = finish(grader)
    assert status == 1
    assert grades["b-slow"]["status"] == "ungraded"
    assert "killed" in grades["b-slow"]["reason"]
    assert grades["b-slow"]["points"] == 0
    assert "Traceback" not in err
    assert {name: points(grades)[name] for name in ("c-right", "d-slow")} == {
        "c-right": 100,
        "d-slow": 100,
    }
    assert leftovers() == []


@pytest.mark.parametrize(
    ("number", "to_all"),
    [(signal.SIGINT, False), (signal.SIGINT, True), (signal.SIGTERM, False)],
)
def test_interruption_of_the_grader_ends_cleanly(tiny_course, hand_ins, number, to_all):
    """Ctrl-C, at the parent alone or at the whole group, ends everything with one line."""
    grader = start(tiny_course, hand_ins, workers=2)
    wait_for_worker(grader)
    if to_all:
        os.killpg(grader.pid, number)
    else:
        os.kill(grader.pid, number)
    status, grades, err = finish(grader)
    assert status == 130
    assert grades == {}
    assert err.strip().splitlines()[-1] == "autograder: stopped; nothing was left running"
    assert "Traceback" not in err
    assert leftovers() == []


def test_interruption_kill_of_the_grader_leaves_nothing(tiny_course, hand_ins):
    """Even if the parent itself is killed outright, everything below it ends."""
    grader = start(tiny_course, hand_ins, workers=2)
    wait_for_worker(grader)
    grader.kill()
    grader.communicate(timeout=_PATIENCE_SECONDS)
    assert leftovers() == []
