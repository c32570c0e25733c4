"""A tiny course to grade, and a submission that answers in this process."""

# ruff: noqa: E402 - the environment is set before anything imports NumPy

from __future__ import annotations

import os

# One thread in the arithmetic, before anything imports NumPy: the tests fork, as the grader does.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.records import Verdict
from autograder.sandbox.codec import REQUEST_LIMITS, decode
from autograder.suite.collect import Suite, collect
from autograder.suite.student import Reply, Request

GRADING = """\
course: {title: A tiny course}
order: [toy]
score:
  group_weights: {example: 15, values: 40, shapes: 15, stability: 10, hygiene: 15, speed: 5}
  critical_cap: 30
  total_cap: 110
tolerances:
  exact:
    float64: {rtol: 1.0e-9, atol: 1.0e-10}
    float32: {rtol: 1.0e-5, atol: 1.0e-6}
rules:
  allowed_imports: [numpy, math]
  forbidden_names: [eval]
limits:
  call_cpu_seconds: 3
  call_wall_seconds: 10
  import_cpu_seconds: 5
  import_wall_seconds: 20
  submission_wall_seconds: 60
  memory_mib: 512
  scratch_mib: 16
  open_files: 64
  threads: 16
  printed_kib: 16
intake: {files: 50, file_kib: 512, total_kib: 4096, archive_ratio: 100}
assignments:
  toy:
    title: Toys
    tolerance: exact
    speed: {ratio: 20, floor_ms: 20}
    questions:
      T1.1: {title: Twice, functions: [double], points: 60}
      T1.2: {title: Mean, functions: [mean], points: 40, forbid: {names: [numpy.mean]}}
"""
STUB = '''\
"""Toys."""


def double(x):
    """Return 2x."""
    raise NotImplementedError("T1.1 double")


def mean(x):
    """Return the mean of a vector."""
    raise NotImplementedError("T1.2 mean")
'''
REFERENCE = '''\
"""Reference solution of toys."""


def double(x):
    """Return 2x."""
    return 2 * x


def mean(x):
    """Return the mean of a vector."""
    if x.size == 0:
        raise ValueError("empty")
    return float(x.sum() / x.size)
'''
PUBLIC = '''\
"""Public tests of toys."""
import numpy as np
import pytest
import toy
from autograder.suite import assert_agrees


@pytest.mark.question("T1.1")
def test_double_of_two_numbers():
    """double([1, 2.5]) is [2, 5]."""
    assert_agrees(toy.double(np.array([1.0, 2.5])), np.array([2.0, 5.0]), rtol=1e-7)
'''
HIDDEN_DOUBLE = '''\
"""Hidden checks of T1.1."""
import pytest
from autograder.suite import assert_agrees


@pytest.mark.group("values")
@pytest.mark.critical
@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_agrees(student, reference, rng, shape):
    """The answer is twice the input, whatever the shape.

    More about it that no student reads.
    """
    x = rng.normal(size=shape)
    assert_agrees(student.double(x), reference.double(x))


@pytest.mark.group("hygiene")
class TestHygiene:
    """Checks that share a group."""

    @pytest.mark.points(2.5)
    def test_input_kept(self, student, rng):
        """The input stays as it was."""
        x = rng.normal(size=3)
        before = x.copy()
        student.double(x)
        assert_agrees(x, before)
'''
HIDDEN_MEAN = '''\
"""Hidden checks of T1.2."""
import numpy as np
import pytest
from autograder.suite import assert_agrees

pytestmark = pytest.mark.group("values")


def test_agrees(student, reference, rng):
    """The answer is the mean."""
    x = rng.normal(size=5)
    assert_agrees(student.mean(x), reference.mean(x))


@pytest.mark.group("stability")
def test_nothing_to_average(student):
    """An empty vector is a ValueError."""
    with pytest.raises(ValueError):
        student.mean(np.zeros(0))
'''


@dataclass
class TinyCourse:
    """A course of one assignment with two questions, as files."""

    root: Path
    assignment: str = "toy"
    texts: dict[str, str] = field(
        default_factory=lambda: {
            "grading.yml": GRADING,
            "assignments/toy/toy.py": STUB,
            "assignments/toy/test_toy.py": PUBLIC,
            "solutions/toy.py": REFERENCE,
            "tests/hidden/toy/test_double.py": HIDDEN_DOUBLE,
            "tests/hidden/toy/test_mean.py": HIDDEN_MEAN,
        }
    )

    def __post_init__(self) -> None:
        for name, text in self.texts.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the course."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def add_hidden(self, text: str, name: str = "test_double.py") -> None:
        """Write more tests behind those of a hidden file."""
        place = f"tests/hidden/toy/{name}"
        self.write(place, self.texts[place] + "\n\n" + text)

    def set_hidden(self, text: str, name: str = "test_double.py") -> None:
        """Write a hidden file anew, with the usual imports."""
        head = "import numpy as np\nimport pytest\n"
        head += "from autograder.suite import assert_agrees\n\n"
        self.write(f"tests/hidden/toy/{name}", head + text)

    def set_public(self, text: str) -> None:
        """Write the public tests anew, with the usual imports."""
        head = "import numpy as np\nimport pytest\nimport toy\n"
        head += "from autograder.suite import assert_agrees\n\n"
        self.write("assignments/toy/test_toy.py", head + text)

    def collect(self) -> Suite:
        """Collect the suite as it is now."""
        hidden = self.root / "tests" / "hidden" / "toy"
        return collect(
            "toy",
            public_tests=self.root / "assignments" / "toy" / "test_toy.py",
            hidden_files={"T1.1": hidden / "test_double.py", "T1.2": hidden / "test_mean.py"},
            reference=self.root / "solutions" / "toy.py",
            groups=["example", "values", "shapes", "stability", "hygiene", "speed"],
        )


@pytest.fixture(scope="session")
def tiny_policy() -> str:
    """Give the policy of a tiny course, to be changed."""
    return GRADING


@pytest.fixture
def tiny_course(tmp_path: Path) -> TinyCourse:
    return TinyCourse(tmp_path / "course")


class InProcess:
    """A submission whose functions run in this process: a stand-in for `Session.answer`.

    Attributes:
        rounds: The names asked for, a list each time.
        blobs: The encoded arguments of every request, in order.
    """

    def __init__(self, **functions: Any) -> None:
        self._functions = functions
        self.rounds: list[list[str]] = []
        self.blobs: list[bytes | None] = []

    def __call__(self, requests: Sequence[Request]) -> list[Reply]:
        """Answer one round."""
        self.rounds.append([request.name for request in requests])
        self.blobs += [request.blob for request in requests]
        return [self._reply(request) for request in requests]

    def _reply(self, request: Request) -> Reply:
        target = self._functions.get(request.name)
        if isinstance(target, Reply):
            return target
        if target is None:
            return Reply(Verdict.NOT_ATTEMPTED, message=f"there is no {request.name}")
        if request.blob is None:
            return Reply(Verdict.PASSED, target)
        positional, keywords = decode(request.blob, REQUEST_LIMITS)
        try:
            value = target(*positional, **keywords)
            value = list(value) if request.iterated else value
            return Reply(Verdict.PASSED, value, cpu_seconds=1e-4)
        except NotImplementedError:
            return Reply(Verdict.NOT_ATTEMPTED, message="not attempted yet")
        except Exception as error:  # noqa: BLE001 - whatever the function raises
            bases = tuple(kind.__name__ for kind in type(error).__mro__)
            words = f"{type(error).__name__}: {error}"
            return Reply(Verdict.STUDENT_ERROR, message=words, bases=bases)


@pytest.fixture
def in_process() -> Callable[..., InProcess]:
    return InProcess


@pytest.fixture
def right(in_process: Callable[..., InProcess]) -> Callable[..., InProcess]:
    """Make a right submission, with other functions in some places."""

    def mean(x: Any) -> float:
        if not x.size:
            raise ValueError("nothing to average")
        return float(np_mean(x))

    def make(**others: Any) -> InProcess:
        return in_process(**{"double": lambda x: 2 * x, "mean": mean, **others})

    return make


def np_mean(x: Any) -> float:
    total = 0.0
    for value in x:
        total += float(value)
    return total / len(x)


@pytest.fixture(scope="session")
def solution() -> Callable[[str], ModuleType]:
    """Import a reference solution of the course by its assignment's id."""

    @cache
    def load(assignment: str) -> ModuleType:
        path = Path(__file__).parents[1] / "solutions" / f"{assignment}.py"
        spec = importlib.util.spec_from_file_location(f"solution_{assignment}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
