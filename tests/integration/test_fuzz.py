"""The fuzzers for a moment, always the same inputs; `make fuzz` has the time for more."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FUZZERS = Path(__file__).parents[1] / "fuzz"
TARGETS = sorted(path.stem.removeprefix("fuzz_") for path in FUZZERS.glob("fuzz_*.py"))
INPUTS = {"report": 40, "tables": 150, "policy": 200, "session": 250}
USUAL_INPUTS = 400
PLANTED = """\
import harness

def check(data):
    if data.startswith(b"large"):
        bytes(bytearray(700 << 20)).find(b"x")
    assert not data.startswith(b"wrong"), "planted"

harness.main(check, [b"right", {seed!r}])
"""

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris cannot be installed here: it is built for Linux on x86-64",
)


def fuzz(program: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a fuzzer that keeps what it has in a folder."""
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        env={
            **os.environ,
            "FUZZ_CPU_SECONDS": "60",  # no machine is as busy as that
            "FUZZ_FOLDER": str(folder),
            "PYTHONPATH": str(FUZZERS),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=900,
        check=False,
    )


@pytest.mark.parametrize("target", TARGETS)
def test_fuzzer_that_begins_anew_finds_nothing(target, tmp_path):
    """No seed and none of the first few hundred inputs made of them raises, hangs or grows."""
    number = INPUTS.get(target, USUAL_INPUTS)
    ran = fuzz(FUZZERS / f"fuzz_{target}.py", tmp_path, f"-runs={number}", "-seed=1")
    assert ran.returncode == 0, ran.stdout[-5000:]
    done = re.search(r"^Done (\d+) runs", ran.stdout, re.MULTILINE)
    assert done is not None, ran.stdout[-5000:]
    assert int(done[1]) >= number


@pytest.mark.parametrize(
    ("seed", "words"), [(b"wrong", "AssertionError: planted"), (b"large", "TooLargeError")]
)
def test_fuzzer_that_finds_something_keeps_an_input_that_shows_it_again(tmp_path, seed, words):
    """A finding ends the run with an error, and its file is tried again without a fuzzer."""
    program = tmp_path / "fuzz_planted.py"
    program.write_text(PLANTED.format(seed=seed))
    ran = fuzz(program, tmp_path / "out", "-runs=10", "-seed=1")
    assert ran.returncode != 0
    assert words in ran.stdout
    (kept,) = (tmp_path / "out" / "fuzz_planted").glob("crash-*")
    again = fuzz(program, tmp_path / "out", str(kept))
    assert again.returncode == 1
    assert words in again.stdout


def test_runner_of_a_target_that_is_none_names_those_that_are(tmp_path):
    """A slip of the pen does not look like a run that found nothing."""
    ran = fuzz(FUZZERS / "run.py", tmp_path, "decoed")
    assert ran.returncode == 2
    assert "unknown: decoed; expected of answer, archive" in ran.stdout
