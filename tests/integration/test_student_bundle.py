"""What students receive works as its README says, with what its requirements install and no more.

The commands are taken from the README itself, so that it cannot promise what does not work.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.catalog import find_course
from autograder.config import load_course
from autograder.intake import read_submission
from autograder.records import Submission
from autograder.release.bundle import student_bundle
from autograder.release.disclosure import facts_of

COURSE_DIR = find_course(Path(__file__).parent)
COURSE = load_course(COURSE_DIR / "grading.yml")
# A kernel for each notebook takes its time: one assignment stands for all.
ASSIGNMENTS = ("convolution",)
PATIENCE_SECONDS = 120
FENCE = re.compile(r"^\s*```\n(.*?)^\s*```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Make a fresh virtual environment with the students' requirements; about a minute."""
    home = tmp_path_factory.mktemp("student")
    subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "PYTEST_ADDOPTS", "PYTHONHOME", "PYTHONWARNINGS")
    variables = {name: value for name, value in os.environ.items() if name not in hidden}
    variables["PATH"] = f"{home / 'venv' / 'bin'}{os.pathsep}{variables['PATH']}"
    variables["IPYTHONDIR"] = str(home / "ipython")
    variables["JUPYTER_RUNTIME_DIR"] = str(home / "runtime")
    variables["PYTHONIOENCODING"] = "utf-8"
    requirements = COURSE_DIR / "student_template" / "requirements.txt"
    install = ["python", "-m", "pip", "install", "--quiet", "--no-compile", "-r", str(requirements)]
    done = subprocess.run(install, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return variables


@pytest.fixture
def bundle(tmp_path):
    """Unpack the bundle of an assignment, with the stub or the reference in it."""

    def unpack(assignment, *, solved=False):
        public = COURSE_DIR / "assignments" / assignment
        template = COURSE_DIR / "student_template"
        folder = tmp_path / assignment
        members = student_bundle(facts_of(COURSE, assignment), public, template)
        for path, member in members.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(member.content)
        if solved:
            shutil.copy(COURSE_DIR / "solutions" / f"{assignment}.py", folder)
        return folder

    return unpack


def run(command, folder, variables=None):
    """Run a command in a folder, and give what it printed."""
    return subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, encoding="utf-8", check=False
    )


def ours(command, folder):
    """Run `autograder`, which a student may have or not."""
    return run([sys.executable, "-P", "-m", "autograder.cli", *command], folder)


def readme_commands(folder):
    """Take the commands out of the README's blocks."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    blocks = FENCE.findall(text)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_environment_has_nothing_of_this_project(environment, tmp_path):
    """Otherwise the other tests would show nothing."""
    done = run(["python", "-c", "import autograder"], tmp_path, environment)
    assert "No module named 'autograder'" in done.stderr


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_readme_steps_work_as_written_for_solved_work(assignment, bundle, environment):
    """Every command ends well, and all passes; JupyterLab is opened in a browser, below."""
    folder = bundle(assignment, solved=True)
    commands = readme_commands(folder)
    assert "python -m pip install -r requirements.txt" in commands  # as `environment` has done
    assert any(command.startswith("python -m pytest") for command in commands)
    assert any(command.startswith("otter check") for command in commands)
    for command in commands:
        words = shlex.split(command)
        if words[0] == "autograder" or words[:2] == ["jupyter", "lab"] or "pip" in words:
            continue
        done = run(words, folder, environment)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        if words[0] == "otter":
            assert "All tests passed!" in done.stdout


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_stub_is_told_what_is_missing_by_stock_tools(assignment, bundle, environment):
    """Both tools name the functions to write, and no traceback of Otter's own appears."""
    folder = bundle(assignment)
    tested = run(["python", "-m", "pytest"], folder, environment)
    assert tested.returncode == 1
    assert "NotImplementedError: A" in tested.stdout
    first = next(iter(COURSE.assignment(assignment).questions))  # each takes two seconds
    checked = run(["otter", "check", f"{assignment}.py", "-q", first], folder, environment)
    assert checked.returncode == 0, checked.stderr
    assert f"{first} results:" in checked.stdout
    assert "AssertionError: not written yet: A" in checked.stdout
    assert "Traceback" not in checked.stdout + checked.stderr


SETTINGS = {
    # Every cell is there, in view or not; and nothing is asked of the network.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@pytest.fixture
def jupyterlab(environment, tmp_path):
    """Start the students' JupyterLab in a folder, on loopback; give the address of its files."""
    servers = []

    def start(folder):
        for name, values in SETTINGS.items():
            path = tmp_path / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        token = secrets.token_hex(16)
        words = ["jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
        words += [f"--port={port}", "--ServerApp.port_retries=0"]
        own = {"JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"), "JUPYTER_TOKEN": token}
        own["JUPYTER_CONFIG_DIR"] = str(tmp_path / "config")
        told = tmp_path / "jupyterlab.log"
        with told.open("w") as log:
            server = subprocess.Popen(
                words, cwd=folder, env=environment | own, stdout=log, stderr=log
            )
        servers.append(server)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return f"http://127.0.0.1:{port}/lab/tree/{{}}?token={token}"
            time.sleep(0.2)
        raise AssertionError(told.read_text()[-3000:])

    yield start
    for server in servers:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def test_lesson_in_jupyterlab_runs_and_a_check_shows_its_result(
    bundle, jupyterlab, browser, tmp_path
):
    """In a browser the lesson opens, its cells run, and below each check stands that all passed."""
    from playwright.sync_api import expect  # noqa: PLC0415 - as the fixture

    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.goto(jupyterlab(bundle("convolution", solved=True)).format("convolution.ipynb"))
    notebook = page.locator(".jp-Notebook")
    title = notebook.locator("h1").first
    expect(title).to_contain_text("Convolution")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    for question in COURSE.assignment("convolution").questions:
        cell = notebook.locator(".jp-CodeCell").filter(has_text=f'grader.check("{question}")')
        expect(cell.locator(".jp-OutputArea-output")).to_contain_text(f"{question} passed!")
        cell.scroll_into_view_if_needed()
    picture = page.screenshot(path=tmp_path / "jupyterlab.png")
    assert len(picture) > 20_000, "the picture is all but empty"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_solved_bundle_is_checked_submitted_and_graded_in_full(assignment, bundle, tmp_path):
    """The way of a student with our package, from the bundle to the points."""
    folder = bundle(assignment, solved=True)
    checked = ours(["check"], folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    submitted = ours(["submit"], folder)
    assert submitted.returncode == 0, submitted.stderr
    assert submitted.stderr == ""
    path = folder / f"{assignment}-handin.zip"
    grade = ["grade", assignment, str(path), "--isolation", "best-effort", "--json", "-"]
    graded = ours(grade, COURSE_DIR)
    assert graded.returncode == 0, graded.stderr
    (found,) = json.loads(graded.stdout)["grades"]
    assert found["points"] == json.loads(graded.stdout)["max_points"]
    assert found.get("notes", []) == []


@pytest.mark.parametrize("shape", ["folder", "zip", "zip without its top folder"])
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_whole_bundle_folder_is_a_hand_in_without_a_note(assignment, shape, bundle, tmp_path):
    """Whoever zips the folder as it is has handed in the module, and reads no alarm."""
    folder = bundle(assignment, solved=True)
    assert ours(["submit"], folder).returncode == 0
    path = folder
    if shape != "folder":
        root, base = (tmp_path, assignment) if shape == "zip" else (folder, ".")
        path = Path(shutil.make_archive(str(tmp_path / "student-1"), "zip", root, base))
    submission = read_submission(path, assignment, COURSE.intake)
    assert isinstance(submission, Submission), submission
    alone = read_submission(folder / f"{assignment}.py", assignment, COURSE.intake)
    assert isinstance(alone, Submission)
    assert (submission.sha256, submission.notes) == (alone.sha256, ())
