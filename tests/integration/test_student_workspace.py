"""What a student has works with stock tools: NumPy and pytest, and nothing of this project."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

COURSE = Path(__file__).resolve().parents[2]
ASSIGNMENTS = yaml.safe_load((COURSE / "grading.yml").read_text())["order"]
# As on a machine where the project is not installed: importing it fails.
STOCK_PYTEST = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "autograder":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
sys.path.insert(0, "")
import pytest
sys.exit(pytest.main(["--disable-plugin-autoload", "-p", "no:cacheprovider", "-W", "error"]))
"""


@pytest.fixture
def workspace(tmp_path):
    """Make a student's folder of the template and an assignment's public part."""

    def make(assignment):
        shutil.copytree(COURSE / "student_template", tmp_path, dirs_exist_ok=True)
        shutil.copytree(COURSE / "assignments" / assignment, tmp_path, dirs_exist_ok=True)
        return tmp_path

    return make


def run_public_tests(folder):
    command = [sys.executable, "-B", "-c", STOCK_PYTEST]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


# That of Keras is tried in `test_workflows.py`, with the program that counts its points.
@pytest.mark.parametrize("assignment", [one for one in ASSIGNMENTS if one != "keras_cnn"])
def test_public_tests_of_a_right_module_pass_with_stock_tools(assignment, workspace):
    """A right module passes all public tests, without a warning."""
    folder = workspace(assignment)
    shutil.copy(COURSE / "solutions" / f"{assignment}.py", folder)
    done = run_public_tests(folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_public_tests_of_the_stub_fail_and_name_the_question(assignment, workspace):
    """The stub passes no public test, and what fails names what is to be written."""
    done = run_public_tests(workspace(assignment))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "NotImplementedError: A" in done.stdout
    assert "passed" not in done.stdout.splitlines()[-1]
