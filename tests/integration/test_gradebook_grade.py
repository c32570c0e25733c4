"""`autograder grade --gradebook` interrupted, killed, twice at once: nothing is lost or double."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.gradebook import open_gradebook

PATIENCE_SECONDS = 120
WORK = """\
import time

_done = []


def double(x):
    while not _done and time.process_time() < 0.25:
        pass
    _done.append(1)
    return x + x


def mean(x):
    if len(x) == 0:
        raise ValueError("empty")
    return float(sum(x) / len(x)) + {error}
"""
NAMES = [f"s{number}" for number in range(6)]
COUNTS = re.compile(r"graded now: (\d+), from the gradebook: (\d+)")


@pytest.fixture
def course(tiny_course):
    """Give a course and its hand-ins, of which every other one is wrong."""
    grading = tiny_course.texts["grading.yml"].replace("[numpy, math]", "[numpy, math, time]")
    tiny_course.write("grading.yml", grading)
    for number, name in enumerate(NAMES):
        text = WORK.format(error=number % 2)
        tiny_course.write(f"hand-ins/{name}.py", f"{text}# by {name}\n")
    return tiny_course


def start(course, gradebook="g.sqlite", **options):
    """Start a run in the course's folder, with SIGINT as a terminal would leave it."""
    heed = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    program = heed + "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    command = [sys.executable, "-c", program, "-m", "autograder.cli", "grade", "toy", "hand-ins"]
    command += ["--json", "-", "--workers", "2", "--isolation", "best-effort"]
    return subprocess.Popen(
        [*command, "--gradebook", gradebook],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finish(run):
    """Return the status, the grades by name, how many were graded now and before, and messages."""
    out, err = run.communicate(timeout=PATIENCE_SECONDS)
    grades = {one["submission"]: one["points"] for one in json.loads(out)["grades"]} if out else {}
    counts = COUNTS.search(err)
    return run.returncode, grades, counts and tuple(map(int, counts.groups())), err


def wait_until(condition, run):
    """Wait for something to become so while a run lives; tell if it did."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and run.poll() is None:
        if condition():
            return True
        time.sleep(0.05)
    return False


def histories(course):
    """Give every grade that was ever recorded by hand-in, and without its time."""
    with open_gradebook(str(course.root / "g.sqlite"), course.root) as book:
        return {
            work.name: [
                dataclasses.replace(past.grade, seconds=0) for past in book.history(work.id)
            ]
            for work in book.work("toy")
        }


def recorded(course):
    """Count the grades that were recorded so far."""
    place = course.root / "g.sqlite"
    if not place.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as book:
            (count,) = book.execute("select count(*) from grades").fetchone()
    except sqlite3.Error:  # it is being made just now
        return 0
    return count


def test_grade_with_a_gradebook_goes_on_after_ctrl_c(course):
    """Ctrl-C says how to go on; the same command grades the rest, and then nothing any more."""
    run = start(course)
    assert wait_until(lambda: recorded(course) > 0, run)
    run.send_signal(signal.SIGINT)
    status, _, _, err = finish(run)
    assert status == 130
    assert "every grade so far is in" in err
    assert err.endswith("autograder: stopped; nothing was left running\n")
    assert "Traceback" not in err
    before = recorded(course)
    assert 0 < before < len(NAMES)
    status, grades, counts, err = finish(start(course))
    assert (status, counts) == (0, (len(NAMES) - before, before)), err
    assert list(grades) == NAMES
    assert grades["s0"] == 100
    assert grades["s1"] < 100
    status, again, counts, err = finish(start(course))
    assert (status, counts, again) == (0, (0, len(NAMES)), grades), err


def levels(pid):
    """List the processes below one by depth: those that grade, zygotes, and what they forked."""
    found, level = [], [pid]
    while level := [child for parent in level for child in children(parent)]:
        found.append(level)
    return found


def children(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:  # it has just ended
            continue
    return found


def victim(run, kind, chance):
    """Choose a process to kill; None if there is none of the kind just now."""
    if kind == "main":
        return run.pid
    below = levels(run.pid)
    depth = {"trusted": 0, "zygote": 1, "worker": len(below) - 1}[kind]
    return chance.choice(below[depth]) if 0 <= depth < len(below) else None


def test_grade_killed_at_random_moments_gives_the_same_gradebook(course):
    """Twenty runs, each struck somewhere: in the end each hand-in was graded once, as ever.

    (Workers and nodes of Ray's are struck in test_ray.)
    """
    names = [f"s{number:02}" for number in range(34)]
    for number, name in enumerate(names):
        text = WORK.format(error=number % 2).replace("0.25", "0.1")
        course.write(f"hand-ins/{name}.py", f"{text}# by {name}\n")
    undisturbed = finish(start(course, "other.sqlite"))[1]
    chance = random.Random(7)
    kinds = ["main", "trusted", "zygote", "worker"] * 5
    chance.shuffle(kinds)
    struck = 0
    for kind in kinds:
        run = start(course)
        so_far = recorded(course)
        wait_until(lambda so_far=so_far: recorded(course) > so_far, run)
        time.sleep(chance.uniform(0, 0.2))
        pid = victim(run, kind, chance)
        try:
            if pid is not None and run.poll() is None:
                os.kill(pid, signal.SIGKILL)
                struck += 1
        except ProcessLookupError:
            pass
        if kind != "main":
            # It goes on; then what is left is the next run's.
            so_far = recorded(course)
            wait_until(lambda so_far=so_far: recorded(course) > so_far, run)
            run.send_signal(signal.SIGINT)
        run.communicate(timeout=PATIENCE_SECONDS)  # what it printed may be cut off
    assert struck >= 10, "the class is graded too soon to strike"
    status, grades, _, err = finish(start(course))
    assert (status, grades) == (0, undisturbed), err
    found = histories(course)
    assert {name: len(history) for name, history in found.items()} == dict.fromkeys(undisturbed, 1)


def test_grade_twice_at_once_grades_nothing_twice(course):
    """Two runs on one gradebook share the class; both show all of it."""
    runs = [start(course), start(course)]
    ended = [finish(run) for run in runs]
    assert [status for status, *_ in ended] == [0, 0], ended
    assert ended[0][1] == ended[1][1]
    assert sum(counts[0] for _, _, counts, _ in ended) == len(NAMES)
    found = histories(course)
    assert {name: len(history) for name, history in found.items()} == dict.fromkeys(NAMES, 1)


def test_grade_on_a_full_disk_says_so_and_goes_on_later(course):
    """Where there is no room for the gradebook, it ends with a sentence; later it goes on."""
    finish(start(course, "other.sqlite"))
    with open_gradebook(str(course.root / "g.sqlite"), course.root, create=True):
        pass
    limit = 2 * (course.root / "g.sqlite").stat().st_size

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    status, _, _, err = finish(start(course, preexec_fn=little_room))
    assert status == 3, err
    assert "the same command goes on from there" in err
    assert "Traceback" not in err
    before = recorded(course)
    status, grades, counts, err = finish(start(course))
    assert (status, counts) == (0, (len(NAMES) - before, before)), err
    assert list(grades) == NAMES
