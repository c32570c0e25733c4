"""Otter zips of the course, `otter run` on many submissions, and the folders of Gradescope."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

COURSE = Path(__file__).resolve().parents[3]
MANY = Path(__file__).with_name("grade_many.py")
PROCESSES = 2
OTTER_RUN = "otter run"
ASSIGNMENTS = ("activations", "convolution")
# Shorter than the course's own, so that what waits for ever is soon over.
LIMITS = {
    "call_cpu_seconds": 1,
    "call_wall_seconds": 1,
    "import_cpu_seconds": 2,
    "import_wall_seconds": 2,
}


@pytest.fixture(scope="session")
def otter_zips(tmp_path_factory) -> dict[str, Path]:
    """The released Otter zip of each assignment."""
    return _release(COURSE, ASSIGNMENTS, tmp_path_factory.mktemp("zips"))


def _release(course_dir: Path, assignments: Sequence[str], folder: Path) -> dict[str, Path]:
    # In a process of its own: importing Otter gives warnings, which are errors in tests.
    command = [sys.executable, "-m", "autograder.cli", "release", *assignments, "--out"]
    done = subprocess.run(
        [*command, str(folder / "release")],
        cwd=course_dir,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: folder / "release" / f"{name}-autograder.zip" for name in assignments}


@pytest.fixture(scope="session")
def hasty_course(tmp_path_factory) -> Path:
    """A copy of the course with limits that endless code reaches soon."""
    folder = tmp_path_factory.mktemp("hasty") / "course"
    for part in ("assignments", "solutions", "student_template", "tests/hidden"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(COURSE / part, folder / part, ignore=ignored)
    policy = (COURSE / "grading.yml").read_text(encoding="utf-8")
    for name, seconds in LIMITS.items():
        policy, count = re.subn(rf"(?m)^(  {name}:) [\d.]+", rf"\g<1> {seconds}", policy)
        assert count == 1, name
    (folder / "grading.yml").write_text(policy, encoding="utf-8")
    (folder / "docs").mkdir()
    shutil.copy(COURSE / "docs" / "errata.md", folder / "docs")
    return folder


@pytest.fixture(scope="session")
def hasty_zip(hasty_course, tmp_path_factory) -> Path:
    """The Otter zip of `activations` in that course."""
    zips = _release(hasty_course, ["activations"], tmp_path_factory.mktemp("zip"))
    return zips["activations"]


@pytest.fixture(scope="session")
def otter_run_all(tmp_path_factory) -> Callable[..., dict[str, Any]]:
    """Run Otter on submissions in a few processes; `hows` names a way of `grade_many.py`."""

    def run(
        jobs: Mapping[str, tuple[Path, Path]],
        hows: Mapping[str, str] = MappingProxyType({}),
        processes: int = PROCESSES,
    ) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("runs")
        listed = [
            [name, hows.get(name, OTTER_RUN), str(zip_), str(path)]
            for name, (zip_, path) in jobs.items()
        ]
        running = []
        for number in range(processes):
            process = subprocess.Popen(
                [sys.executable, str(MANY), str(folder / f"{number}.json")],
                stdin=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=folder,
            )
            process.stdin.write(json.dumps(listed[number::processes]))
            process.stdin.close()
            running.append(process)
        assert [process.wait(timeout=600) for process in running] == [0] * processes
        found: dict[str, Any] = {}
        for number in range(processes):
            found |= json.loads((folder / f"{number}.json").read_text(encoding="utf-8"))
        return found

    return run


@dataclass(frozen=True)
class GradescopeRun:
    """What one run in Gradescope's folders left."""

    root: Path
    status: int
    stdout: str

    @property
    def results(self) -> dict[str, Any]:
        """What students and instructor get."""
        return json.loads((self.root / "results" / "results.json").read_text(encoding="utf-8"))

    @property
    def shown(self) -> str:
        """Everything that a student may read at once."""
        tests = [one for one in self.results.get("tests", ()) if one["visibility"] == "visible"]
        return "\n".join([self.results.get("output", ""), *(one["output"] for one in tests)])


@pytest.fixture(scope="session")
def gradescope_folders(tmp_path_factory) -> Callable[..., Path]:
    """Lay out `source/`, `submission/`, `results/` and the metadata as Gradescope does."""

    def lay_out(zip_: Path, metadata: Mapping[str, Any] = MappingProxyType({})) -> Path:
        root = tmp_path_factory.mktemp("gradescope") / "autograder"
        for name in ("source", "submission", "results"):
            (root / name).mkdir(parents=True)
        with zipfile.ZipFile(zip_) as archive:
            archive.extractall(root / "source")
        text = json.dumps(dict(metadata))
        (root / "submission_metadata.json").write_text(text, encoding="utf-8")
        return root

    return lay_out


@pytest.fixture(scope="session")
def run_otter_py(leaks) -> Callable[..., GradescopeRun]:
    """Start `run_otter.py` as Otter's `run_autograder` does; no word of it holds the secret."""

    def run(root: Path, **options: Any) -> GradescopeRun:
        done = subprocess.run(
            [sys.executable, str(root / "source" / "run_otter.py")],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
            **options,
        )
        said = {path.name: path.read_text("utf-8") for path in root.glob("results/*.json")}
        secret = (root / "source/course/.autograder/secret").read_bytes().strip()
        assert leaks.secret_told({"stdout": done.stdout, **said}, secret) == set()
        return GradescopeRun(root, done.returncode, done.stdout)

    return run
