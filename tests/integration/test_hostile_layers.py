"""One layer off at a time: which hand-ins it alone had stopped, and that the others still hold.

`needs` in `expected.yml` lists, for each hand-in, the layers without which it gets something: it
prints BREACH, or comes to something else than it must. That the tests see it then shows that they
can fail. Whatever single layer is off, nothing outside the workers changes.
"""

import json
import runpy
from pathlib import Path

import pytest

from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import open_job
from autograder.plain import grade_to_json
from autograder.sandbox.host import Zygote
from autograder.sandbox.layers import Layer

RUNS = runpy.run_path(str(Path(__file__).with_name("hostile_runs.py")))
EXPECTED = RUNS["EXPECTED"]
# Off in turn; the first is for ordinary users alone, and root's tests run here.
LAYERS = [layer for layer in Layer if layer is not Layer.USER_NAMESPACE]
# Quick ones that need no layer by itself.
HOLDING = {"02_search_memory", "08_equal_to_everything", "13_change_inputs"}
# Without limits they take all memory that there is. Measured once, and not tried in each test run.
GREEDY = {"18_bombs", "18_bombs_in_calls"}
LIMITS = {
    "call_cpu_seconds": 0.2,
    "call_wall_seconds": 0.5,
    "import_cpu_seconds": 1,
    "import_wall_seconds": 1,
}


def needers(layer):
    """Name the hand-ins that get something without a layer, save those that would get too much."""
    found = {name for name, expected in EXPECTED.items() if layer in expected.get("needs", [])}
    return found - GREEDY if layer is Layer.RLIMITS else found


def gets_something(grade):
    """Tell whether an attack was worth it: it reports so, or it is graded otherwise."""
    plain = json.loads(grade_to_json(grade))
    return bool(RUNS["differences"](plain, RUNS["expectation"](grade.submission)))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A course and its hand-ins, on a machine that gives every layer.

    Where another one is missing, these hand-ins could reach the machine without one more.
    """
    with Zygote({}, RUNS["ROOT"] / "solutions/activations.py") as zygote:
        missing = sorted(layer for layer in LAYERS if zygote.isolation[layer] != "on")
    if missing:
        pytest.skip(f"only where every other layer is on: {', '.join(missing)} is not")
    base = tmp_path_factory.mktemp("layers")
    names = HOLDING.union(*(needers(layer) for layer in LAYERS))
    RUNS["lay_out"](base, only=names, limits=LIMITS)
    return base


@pytest.fixture(scope="module")
def job(base):
    return open_job("activations", base / "course")


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_off_lets_through_what_needs_it_and_nothing_else(layer, base, job):
    """What needs the layer is seen to get through; the others, and the machine, are as ever."""
    names = needers(layer) | HOLDING
    paths = [base / "submissions" / f"{name}.py" for name in sorted(names)]
    isolation = Isolation(strict=False, without=frozenset([layer]))
    with RUNS["watched"](base) as changes:
        result = grade_class(job, paths, LocalExecutor(2), isolation, lambda *_: None)
    assert result.isolation[layer] == "off: switched off by request"
    assert changes() == RUNS["Changes"]()
    through = {grade.submission for grade in result.grades if gets_something(grade)}
    assert through == needers(layer)


def test_layers_that_alone_stop_something_are_seen_to():
    """The calls that a worker may not make, and its limits, are needed; the table says for what."""
    assert {layer for layer in LAYERS if needers(layer)} == {
        Layer.NO_NEW_PRIVILEGES,
        Layer.RLIMITS,
        Layer.SECCOMP,
    }
