"""How long a person waits: each command or call beside a named peer, in one run.

Every figure is the best of several, and a ratio to what could not be quicker. None is a test.

    make bench
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from autograder.catalog import COURSE_FILE
from autograder.compare import Mismatch, assert_agrees
from autograder.config import load_course
from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import open_job
from autograder.release.build import build_release
from autograder.report.as_json import dumps
from autograder.report.html import installed_versions, submission_page

COURSE = Path(__file__).resolve().parents[1]
_REPEATS = 5


def main() -> None:
    """Measure and print."""
    print(f"{'what':44}{'ms':>8}  {'beside':44}{'ms':>8}{'ratio':>8}")
    nothing = _command(["-c", "pass"])
    _row("import autograder", _command(["-c", "import autograder"]), "python -c pass", nothing)
    script = str(Path(sys.executable).with_name("autograder"))
    _row("autograder --help", _command([script, "--help"]), "python -c pass", nothing)
    peer = _command(["-c", "import numpy, pytest"])
    with tempfile.TemporaryDirectory() as folder:
        course = load_course(COURSE / COURSE_FILE)
        for assignment in course.order:
            if course.assignment(assignment).runtime != "numpy":
                continue  # the import of Keras is all that would be seen
            bundle = Path(folder) / assignment
            for state in ("stub", "reference"):
                _unpack(assignment, bundle, solved=state == "reference")
                name = f"autograder check, {assignment}, {state}"
                check = _command(["-P", "-m", "autograder.cli", "check"], bundle)
                _row(name, check, "import numpy, pytest", peer)
    _pages()
    _explanation()


def _row(name: str, timed: float, peer_name: str, peer: float) -> None:
    print(f"{name:44}{timed * 1e3:8.1f}  {peer_name:44}{peer * 1e3:8.1f}{timed / peer:8.1f}")


def _best(call: Callable[[], object]) -> float:
    times = []
    for _ in range(_REPEATS):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times)


def _command(words: Sequence[str], folder: Path = COURSE) -> float:
    command = [sys.executable, *words]
    return _best(lambda: subprocess.run(command, cwd=folder, capture_output=True, check=False))


def _unpack(assignment: str, folder: Path, *, solved: bool) -> None:
    """Write the folder that students of an assignment receive, with the stub or the reference."""
    for path, file in build_release(COURSE, [assignment]).items():
        if path.startswith(f"{assignment}/"):
            target = folder.parent / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
    if solved:
        shutil.copy(COURSE / "solutions" / f"{assignment}.py", folder)


def _pages() -> None:
    """Render the page of the reference's result beside writing the same result as JSON."""
    job = open_job("activations", COURSE)
    reference = job.parts.reference
    result = grade_class(job, [reference], LocalExecutor(1, 600), Isolation(), lambda *_: None)
    versions = installed_versions()
    page = _best(lambda: submission_page(result, result.grades[0], when=None, versions=versions))
    _row("page of one submission", page, "the same result as JSON", _best(lambda: dumps(result)))


def _explanation() -> None:
    """Explain a million wrong numbers beside finding that they are wrong."""
    rng = np.random.default_rng(0)
    expected, wrong = rng.normal(size=(2, 10, 100, 100, 10))

    def explain() -> None:
        try:
            assert_agrees(wrong, expected)
        except Mismatch:
            return

    peer = _best(lambda: np.allclose(wrong, expected))
    _row("explanation of a million wrong numbers", _best(explain), "np.allclose of them", peer)


if __name__ == "__main__":
    main()
