"""Grading in this process: it says what the sandbox would say, and gives up where that would."""

from __future__ import annotations

import os
import signal
import time
from functools import partial

import numpy as np
import pytest

from autograder.errors import GraderFault
from autograder.job import open_job
from autograder.records import Verdict
from autograder.sandbox.codec import encode
from autograder.suite.student import Request
from autograder.verify.forks import Experiment, run_forked
from autograder.verify.inprocess import InProcess, load_source
from autograder.verify.observing import observe
from autograder.verify.probes import PROBES, spoil
from autograder.verify.records import Observation

EVERYTHING = ("T1.1", "T1.2")
RIGHT = """\
def double(x):
    return 2 * x


def mean(x):
    if x.size == 0:
        raise ValueError("empty")
    return float(x.mean())
"""


@pytest.fixture
def job(tiny_course, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SECRET", "0123456789abcdef")
    return open_job("toy", tiny_course.root)


def observed(job, source, **options):
    """Put a module's source before the suite."""
    return observe(job, partial(load_source, source, "toy"), EVERYTHING, **options)


def answer(source, name, *arguments, seconds=5.0, **options):
    """Ask a module for one answer."""
    request = Request(name, encode((arguments, {})), **options)
    return InProcess(load_source(source, "toy"), seconds).answer([request])[0]


def test_in_process_answer_of_a_value_is_the_value():
    """A function's answer comes back, with the arguments that it changed."""
    reply = answer("def double(x):\n    x *= 2\n    return x\n", "double", np.ones(2))
    assert reply.verdict is Verdict.PASSED
    assert reply.value.tolist() == [2.0, 2.0]
    assert reply.mutated == (0,)


def test_in_process_answer_notes_floating_point_errors():
    """A division by zero on the way is told, as the worker tells it."""
    reply = answer("import numpy as np\ndef f(x):\n    return 1 / x\n", "f", np.zeros(1))
    assert reply.float_errors == ("divide by zero",)


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("def f(x):\n    raise IndexError('no')\n", Verdict.STUDENT_ERROR),
        ("def f(x):\n    raise SystemExit\n", Verdict.STUDENT_ERROR),
        ("def f(x):\n    raise NotImplementedError\n", Verdict.NOT_ATTEMPTED),
        ("def g(x):\n    return x\n", Verdict.NOT_ATTEMPTED),
        ("def f(x):\n    while True:\n        pass\n", Verdict.LIMIT_EXCEEDED),
    ],
)
def test_in_process_answer_without_a_value_has_its_verdict(source, verdict):
    """What raises, is missing or never ends gets the verdict that a worker's session gives."""
    assert answer(source, "f", 1, seconds=0.05).verdict is verdict


def test_in_process_function_that_hangs_twice_is_not_called_again():
    """A function that hung twice has the same verdict a third time, without being asked."""
    source = "calls = []\n\ndef f(x):\n    calls.append(x)\n    while True:\n        pass\n"
    module = load_source(source, "toy")
    request = Request("f", encode(((1,), {})))
    replies = InProcess(module, 0.05).answer([request] * 3)
    assert [reply.verdict for reply in replies] == [Verdict.LIMIT_EXCEEDED] * 3
    assert module.calls == [1, 1]


def test_in_process_timer_ends_with_the_call():
    """No alarm is left behind that would ring in code of our own."""
    answer("def f(x):\n    return x\n", "f", 1, seconds=0.05)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_observe_right_code_passes_everything(job):
    """Right code has no verdict but passed, whatever the seed."""
    assert observed(job, RIGHT, seeds=3) == Observation()


def test_observe_wrong_code_names_the_failed_checks(job):
    """Wrong code is told with each check that failed and its verdict."""
    found = observed(job, RIGHT.replace("2 * x", "3 * x"))
    assert found.verdicts["test_double.py::test_agrees[shape0]"] == "failed"
    assert not any("test_mean" in check for check in found.verdicts)


def test_observe_only_the_questions_that_are_asked_for(job):
    """Checks of other questions are not run."""
    load = partial(load_source, "def double(x):\n    return 2 * x\n", "toy")
    assert not observe(job, load, ("T1.1",)).caught
    assert observe(job, load, EVERYTHING).caught


def test_observe_a_verdict_that_changes_is_told(job):
    """A mistake that shows with some inputs only is unstable."""
    source = RIGHT.replace("2 * x", "2 * x if x.flat[0] > 0 else x")
    found = observed(job, source, seeds=20)
    assert found.unstable["test_double.py::test_agrees[shape0]"] == ("failed", "passed")


def test_observe_a_question_that_draws_nothing_ends_after_some_rounds(tiny_course, job):
    """Checks without random inputs are repeated a few times, not with every seed."""
    tiny_course.set_hidden(
        '@pytest.mark.group("values")\ndef test_two(student):\n    """Twice 2."""\n'
        "    assert student.double(2) == 4\n"
    )
    changed = open_job("toy", tiny_course.root)
    load = partial(load_source, RIGHT, "toy")
    assert observe(changed, load, ("T1.1",), seeds=10) == Observation()


def test_observe_code_that_cannot_be_loaded_ends_so(job):
    """A module that raises while it runs is caught, and says why."""
    assert observed(job, "1 / 0").ended == "it cannot be loaded: ZeroDivisionError"


def test_observe_margins_tell_how_near_an_answer_came(job):
    """Half of the allowed error is a share of one half, and the tolerance's width is known."""
    found = observed(job, RIGHT.replace("2 * x", "2 * x * (1 + 0.5e-9)"), margins=True)
    margin = next(m for m in found.margins if m.check == "test_double.py::test_agrees[shape0]")
    assert (margin.question, margin.dtype) == ("T1.1", "float64")
    assert 0.4 < margin.share <= 0.55
    assert margin.width == pytest.approx(1.1e-9)


def test_observe_margins_leave_the_comparison_in_its_place(job):
    """The suite compares as before once the margins are known."""
    scope = job.suite.checks[0].function.__globals__
    before = scope["assert_agrees"]
    observed(job, RIGHT, margins=True)
    assert scope["assert_agrees"] is before


@pytest.mark.parametrize("probe", PROBES)
def test_spoil_changes_what_a_function_does(probe):
    """Each probe makes a right function wrong in one respect that can be seen from outside."""
    source = "import numpy as np\ndef f(x):\n    if x.size == 0:\n        raise ValueError\n"
    source += "    return 2 * x\n"
    module = spoil(load_source(source, "toy"), ["f"], probe)
    right, argument = InProcess(load_source(source, "toy"), 5.0), np.array([1.0, 2.0])
    calls = [Request("f", encode(((value,), {}))) for value in (argument, argument, np.zeros(0))]
    replies = InProcess(module, 5.0).answer(calls)
    assert list(map(repr, replies)) != list(map(repr, right.answer(calls)))


def experiment(run, *, seconds=30.0, memory_mib=0, key="one"):
    return Experiment(key, run, seconds, memory_mib)


def observation_of(run, **options):
    """Run one experiment in a child."""
    return next(run_forked([experiment(run, **options)], workers=2))[1]


def test_run_forked_brings_every_observation_back():
    """Each experiment is answered once, by a process of its own."""
    runs = [experiment(lambda: Observation(ended=str(os.getpid())), key=str(k)) for k in range(5)]
    found = {one.key: observation.ended for one, observation in run_forked(runs, workers=2)}
    assert sorted(found) == ["0", "1", "2", "3", "4"]
    assert len({*found.values(), str(os.getpid())}) == 6


def test_run_forked_child_that_sleeps_is_ended_at_its_deadline():
    """What takes too long is an observation too."""
    begin = time.monotonic()
    found = observation_of(lambda: time.sleep(60), seconds=0.2)
    assert found.ended == "it passed its deadline"
    assert time.monotonic() - begin < 30


def test_run_forked_child_that_crashes_says_how():
    """A crash is an observation too, with the signal."""
    found = observation_of(lambda: os.kill(os.getpid(), signal.SIGSEGV))
    assert found.ended == f"it crashed ({-signal.SIGSEGV})"


def test_run_forked_child_that_wants_too_much_memory_is_stopped():
    """The limit counts from what the parent has."""
    found = observation_of(lambda: np.ones(2**27), memory_mib=64)
    assert found.ended == "it used up its memory"


def test_run_forked_experiment_that_raises_is_our_fault():
    """An error outside of what was tried is never taken for a finding."""
    with pytest.raises(GraderFault, match="ZeroDivisionError"):
        observation_of(lambda: 1 / 0)


def test_run_forked_output_of_children_goes_nowhere(capfd):
    """What a tried implementation prints does not mix with the report."""
    observation_of(lambda: (os.write(1, b"loud"), Observation())[1])
    assert capfd.readouterr().out == ""
