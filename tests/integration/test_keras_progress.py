"""How far a training is, on the way from a worker to the line of whoever grades."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import contextmanager

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from autograder.cli.live import epochs_behind
from autograder.executor.epochs import Epoch, epoch_of

# A process that names itself, and its own child that does; both wait until their input closes.
NAMED = """\
import os, sys
name = bytes.fromhex(sys.argv[1])
if os.fork():
    os.wait()
else:
    open("/proc/self/comm", "wb").write(name)
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextmanager
def named(name: bytes):
    """Have a process below this one that has a child of this name."""
    process = subprocess.Popen(
        [sys.executable, "-c", NAMED, name.hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
        process.stdin.close()


def test_epoch_is_read_from_the_name_of_a_process_below():
    """Number, total and loss are those of the name, however deep its process is."""
    with named(b"3/5 0.1234") as pid:
        assert epoch_of(pid) == Epoch(3, 5, 0.1234)
        assert str(epoch_of(pid)) == "epoch 3 of 5, loss 0.123"
    assert epoch_of(pid) is None


@pytest.mark.parametrize(
    "name",
    [
        b"python",
        b"\x1b[31m3/5 0.1",
        b"3/5 0.1\x1b[2J",
        b"3/5 [red]",
        b"3/5 1.2.3",
        b"3/5 \xd9\xa1",
        b"-3/5 0.1",
        b"3/5 0.1\n4/5 0.1",
        b"",
    ],
)
def test_epoch_of_an_odd_name_is_none(name):
    """Whatever a student's code calls its process, nothing of it is shown but numbers."""
    with named(name) as pid:
        assert epoch_of(pid) is None


def bar_on(paper: io.StringIO) -> Progress:
    console = Console(file=paper, force_terminal=True, width=200, color_system=None)
    return Progress(TextColumn("{task.description}"), console=console, auto_refresh=False)


def test_epochs_stand_behind_the_bar_and_go_away():
    """The line names the hand-in with its epoch, and nothing once the training is over."""
    paper = io.StringIO()
    with bar_on(paper) as bar:
        task = bar.add_task("keras_cnn")
        watch = epochs_behind(bar, task)
        with named(b"2/5 0.5") as pid:
            watch({"student-\x1b[31m01[red]": pid, "gone": None})
        shown = bar.tasks[0].fields["now"]
        assert shown == "student-01[red]: epoch 2 of 5, loss 0.5"
        assert shown in paper.getvalue()
        watch({"student-01": pid})
        assert bar.tasks[0].fields["now"] == ""
