"""What `autograder new` writes is proven, graded and released before a line of it is changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PROJECT = Path(__file__).resolve().parents[2]


def autograder(*arguments, cwd):
    """Run a command in a process of its own; it has to end with 0."""
    ran = subprocess.run(
        [sys.executable, "-m", "autograder.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "AUTOGRADER_SECRET": "a secret of the tests of new"},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory, tiny_policy):
    """Make a course with a new assignment; of the one that it had, only the policy is there."""
    root = tmp_path_factory.mktemp("grown")
    (root / "grading.yml").write_text(tiny_policy)
    shutil.copytree(PROJECT / "student_template", root / "student_template")
    autograder("new", "angles", cwd=root)
    return root


@pytest.fixture(scope="module")
def bundle(course, tmp_path_factory):
    """Release the new assignment, and unpack what students get."""
    autograder("release", "angles", "--out", course / "release", cwd=course)
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(course / "release" / "angles.zip") as archive:
        archive.extractall(folder)
    return folder / "angles"


def test_new_assignment_untouched_is_proven(course):
    """Every mutant is found without a reviewed list, the band is met, and nothing fails."""
    out = autograder("verify", "angles", "--workers", 2, "--json", "-", cwd=course)
    (proof,) = json.loads(out)["assignments"]
    assert proof["failures"] == []
    assert (proof["reference_percent"], proof["stub_percent"]) == (100, 0)
    assert proof["mutation"]["score_percent"] == 100
    assert proof["mutation"]["total"] >= 20
    assert [(one["named"], one["inside"]) for one in proof["known_wrong"]] == [
        ("unit-columns", True)
    ]


def test_new_assignment_graded_has_every_group_and_names_the_mistake(course, bundle, tmp_path):
    """The solution earns all, the stub nothing, and the mistake is called by its name."""
    shutil.copy(course / "solutions" / "angles.py", tmp_path / "right.py")
    shutil.copy(bundle / "angles.py", tmp_path / "stub.py")
    wrong = (
        "import numpy as np\n\n\ndef unit_rows(x):\n    if x.ndim != 2 or not x.any(axis=0).all():"
    )
    wrong += "\n        raise ValueError(x.shape)\n    x = x / np.abs(x).max(axis=0)\n"
    wrong += "    return x / np.linalg.norm(x, axis=0)\n"
    (tmp_path / "wrong.py").write_text(wrong)
    options = ("--isolation", "best-effort", "--workers", 2, "--json", "-")
    result = json.loads(autograder("grade", "angles", tmp_path, *options, cwd=course))
    grades = {grade["submission"]: grade for grade in result["grades"]}
    assert (grades["right"]["points"], grades["stub"]["points"]) == (100, 0)
    groups = {"example", "values", "shapes", "stability", "hygiene", "speed"}
    assert grades["right"]["questions"][0]["groups"].keys() == groups
    assert grades["wrong"]["questions"][0]["misconception"] == "unit-columns"


def test_new_lesson_runs_on_the_stub_and_on_the_solution(course, bundle):
    """On the stub it says what is missing; with the solution every check passes and all is drawn.

    One kernel stands for both, as with a student who saves the file and runs the cells again.
    """
    client = NotebookClient(
        nbformat.read(bundle / "angles.ipynb", as_version=4),
        timeout=900,
        startup_timeout=300,
        resources={"metadata": {"path": str(bundle)}},
    )
    with client.setup_kernel():
        stub = run_all(client)
        shutil.copy(course / "solutions" / "angles.py", bundle)
        solved = run_all(client)
    assert "not written yet: A2.1 unit_rows" in stub["check"]
    assert "Not written yet: A2.1 unit_rows." in stub["explore"]
    assert "A2.1 results: All test cases passed!" in solved["check"]
    assert solved["explore"] == ""
    assert (stub["pictures"], solved["pictures"]) == (1, 2)


def run_all(client):
    """Run every cell: what the check and the last cell print, and how many pictures there are."""
    found = {"pictures": 0}
    for index, cell in enumerate(client.nb.cells):
        client.execute_cell(cell, index)
        if cell.cell_type == "code":
            data = [output.get("data", {}) for output in cell.outputs]
            said = [output.get("text", "") for output in cell.outputs]
            said += [one.get("text/plain", "") for one in data if "image/png" not in one]
            found["pictures"] += sum("image/png" in one for one in data)
            kind = "check" if "grader.check(" in cell.source else "explore"
            found[kind] = "".join(said)
    return found
