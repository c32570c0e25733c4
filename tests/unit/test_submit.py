"""`autograder submit`: the file to upload, or what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest

FACTS = {
    "schema": 1,
    "id": "toy",
    "title": "Toys",
    "release": "sha256:1",
    "questions": [
        {"id": "T1.1", "title": "Twice", "functions": ["double"], "points": 60, "stretch": False},
        {"id": "T1.2", "title": "Mean", "functions": ["mean"], "points": 40, "stretch": False},
    ],
    "allowed_imports": ["numpy"],
    "limits": {"files": 50, "file_kib": 512, "total_kib": 4096},
}
RIGHT = "def double(x):\n    return 2 * x\n\n\ndef mean(x):\n    return sum(x) / len(x)\n"


@pytest.fixture
def submit(tmp_path):
    """Run `autograder submit` in a student's folder whose module has this text."""
    folder = tmp_path / "toy"
    folder.mkdir()

    def run(text, *arguments):
        (folder / "assignment.json").write_text(json.dumps(FACTS))
        (folder / "test_toy.py").write_text("import toy\n")
        (folder / "toy.py").write_text(text)
        return subprocess.run(
            [sys.executable, "-m", "autograder.cli", "submit", *map(str, arguments)],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


def test_complete_work_is_packed_and_the_file_is_named(submit, tmp_path):
    """The last line is what to do."""
    done = submit(RIGHT)
    path = tmp_path / "toy" / "toy-handin.zip"
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "2 of 2 functions are written.",
        f"Upload this file: {path}",
    ]
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["handin.json", "toy.ipynb", "toy.py"]
        assert json.loads(archive.read("handin.json"))["release"] == "sha256:1"


def test_second_submit_writes_the_same_bytes(submit, tmp_path):
    """The file itself does not become part of the work."""
    path = tmp_path / "toy" / "toy-handin.zip"
    submit(RIGHT)
    first = path.read_bytes()
    submit(RIGHT)
    assert path.read_bytes() == first
    (tmp_path / "out").mkdir()
    submit(RIGHT, "--out", tmp_path / "out")
    assert (tmp_path / "out" / "toy-handin.zip").read_bytes() == first


def test_code_is_not_run(submit, tmp_path):
    """Handing in has no side effects."""
    marker = tmp_path / "ran"
    done = submit(f"open({str(marker)!r}, 'w')\n" + RIGHT)
    assert done.returncode == 0, done.stderr
    assert not marker.exists()


def test_missing_function_stops_unless_asked_otherwise(submit, tmp_path):
    """Nothing is written by default; `--anyway` writes it with the same sentence."""
    path = tmp_path / "toy" / "toy-handin.zip"
    done = submit(RIGHT.replace("def mean", "def meen"))
    assert done.returncode == 1
    assert "T1.2: there is no `mean` in toy.py; rename `meen`." in done.stderr
    assert "Nothing was written" in done.stderr
    assert not path.exists()
    done = submit(RIGHT.replace("def mean", "def meen"), "--anyway")
    assert done.returncode == 0
    assert "1 of 2 functions are written." in done.stdout
    assert "rename `meen`" in done.stderr
    assert path.exists()


def test_unfinished_function_is_packed_with_a_note(submit, tmp_path):
    """Half of the work is work."""
    done = submit(RIGHT.replace("    return 2 * x", "    raise NotImplementedError('T1.1')"))
    assert done.returncode == 0
    assert "T1.1: `double` is not written yet." in done.stderr
    assert "1 of 2 functions are written." in done.stdout


@pytest.mark.parametrize("arguments", [(), ("--anyway",)])
def test_work_that_is_no_python_is_refused_with_its_line(submit, arguments):
    """No function of it could be graded, so `--anyway` does not help."""
    done = submit(RIGHT + "def f(:\n", *arguments)
    assert done.returncode == 1
    assert "toy.py, line 7: invalid syntax: `def f(:`" in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_notebook_is_told_with_what_to_do(submit, tmp_path):
    """Otter would stumble over it."""
    (tmp_path / "toy" / "toy.ipynb").write_text("{")
    done = submit(RIGHT)
    assert done.returncode == 1
    assert "`toy.ipynb` cannot be read as a notebook" in done.stderr
    assert "Traceback" not in done.stderr


def test_place_to_write_that_is_not_there_is_a_usage_error(submit, tmp_path):
    """A typing error in `--out` is told before anything else."""
    done = submit(RIGHT, "--out", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "--out: expected a folder that is there" in done.stderr
