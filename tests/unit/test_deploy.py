"""What is deployed for GPU runners: the container's options, its image, the workflow, the page.

No container is built or started here: the options are held against what the sandbox asks for.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

COURSE = Path(__file__).resolve().parents[2]
RUN = COURSE / "deploy" / "gpu" / "run.sh"
DOCKERFILE = COURSE / "deploy" / "gpu" / "Dockerfile"
WORKFLOW = COURSE / "deploy" / "github" / "gpu.yml"
PAGE = COURSE / "docs" / "gpu.md"
ON = True  # YAML 1.1 takes the key `on` for a truth value


@pytest.fixture
def started(tmp_path):
    """Run the script with a `docker` that prints what it is started with."""
    fake = tmp_path / "bin" / "docker"
    fake.parent.mkdir()
    fake.write_text('#!/usr/bin/env bash\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)

    def run(*command, **environment):
        ran = subprocess.run(
            ["bash", RUN, *command],
            cwd=tmp_path,
            env={"PATH": f"{fake.parent}:{os.environ['PATH']}"} | environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return ran.stdout.splitlines()

    return run


def options(words):
    """Pair each option with its value, up to the image."""
    found, rest = [], iter(words[2:])
    for word in rest:
        if not word.startswith("--"):
            return found, [word, *rest]
        found.append((word, next(rest)))
    return found, []


def test_container_is_started_with_what_the_sandbox_needs(started, tmp_path):
    """GPUs, namespaces and a limit of memory; no network, and no privilege beyond that."""
    words = started("autograder", "grade", "keras_cnn", "a b.py")
    assert words[:2] == ["run", "--rm"]
    found, command = options(words)
    assert command == ["autograder-gpu", "autograder", "grade", "keras_cnn", "a b.py"]
    assert ("--gpus", "all") in found
    assert ("--network", "none") in found
    assert ("--memory", "16g") in found
    assert ("--volume", f"{tmp_path}:/course") in found
    assert [value for name, value in found if name == "--cap-add"] == ["SYS_ADMIN"]
    assert {value for name, value in found if name == "--security-opt"} == {
        "seccomp=unconfined",
        "apparmor=unconfined",
    }
    assert "--privileged" not in words
    assert not {name for name, _ in found} & {"--device", "--pid", "--ipc", "--userns", "--mount"}


def test_container_gives_what_doctor_asks_for(started):
    """Where namespaces are missing, doctor names an option; the script has it."""
    named = {
        option
        for mend in importlib.import_module("autograder.sandbox.demands").MENDS.values()
        for option in re.findall(r"--[a-z-]+ [\w=]+", mend)
    }
    assert len(named) > 1
    found, _ = options(started("true"))
    assert named <= {f"{name} {value}" for name, value in found}


def test_container_has_the_variables_that_the_lane_reads(started):
    """The secret, the choice of GPUs and the backend reach the grader; nothing else does."""
    found, _ = options(started("true", SECRET="x"))
    assert {value for name, value in found if name == "--env"} == {
        "AUTOGRADER_SECRET",
        "CUDA_VISIBLE_DEVICES",
        "KERAS_BACKEND",
    }


def test_container_takes_other_gpus_memory_and_image(started):
    """Three variables choose them; a list of devices keeps the quotes that Docker wants."""
    found, command = options(started("true", GPUS='"device=0,2"', MEMORY="32g", IMAGE="mine"))
    assert ("--gpus", '"device=0,2"') in found
    assert ("--memory", "32g") in found
    assert command == ["mine", "true"]


def test_page_explains_every_option(started):
    """The table of the page lists the options of the script, and no others."""
    rows = re.findall(r"^\| `(--[a-z-]+)(?: ([^`]+))?` \|", PAGE.read_text(), re.MULTILINE)
    explained = {(name, value) if value else (name,) for name, value in rows}
    used = {
        (name, value) if any(row[0] == name and len(row) == 2 for row in explained) else (name,)
        for name, value in options(started("true"))[0]
    }
    assert explained == used


def instructions():
    """Split the Dockerfile into instructions."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE)
    return [line.split(maxsplit=1) for line in text.replace("\\\n", "").splitlines() if line]


def test_image_has_a_python_that_the_project_runs_on():
    """The image's Python is within the project's bounds, and it is the one of the workflows."""
    (version,) = [rest.partition("=")[2] for name, rest in instructions() if name == "ARG"]
    project = tomllib.loads((COURSE / "pyproject.toml").read_text())["project"]
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_image_installs_the_locked_set_and_the_library_of_the_filter():
    """Packages come from the lock, with hashes; seccomp's library and the driver's parts are in."""
    text = DOCKERFILE.read_text()
    assert "--require-hashes --requirement requirements/gpu.txt" in text
    assert "libseccomp2" in text
    assert re.search(r"NVIDIA_DRIVER_CAPABILITIES=compute,utility\b", text)
    assert "://" not in text


def test_image_copies_what_is_there_and_nothing_of_the_course():
    """Every source exists, and neither solutions nor tests nor the policy are among them."""
    sources = {
        source for name, rest in instructions() if name == "COPY" for source in rest.split()[:-1]
    }
    assert {source.rstrip("/") for source in sources} == {
        "requirements",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "autograder",
    }
    assert all((COURSE / source).exists() for source in sources)


@pytest.fixture
def workflow():
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))


def test_workflow_runs_where_the_plan_sends_gpu_assignments(workflow):
    """The labels are those that grading plans for an assignment that asks for a GPU."""
    spec = importlib.util.spec_from_file_location("plan", COURSE / ".github" / "plan_grading.py")
    plan = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plan)
    assert [job["runs-on"] for job in workflow["jobs"].values()] == [plan.OWN]


def test_workflow_keeps_the_rules_of_the_others(workflow):
    """It may only read, leaves no token, ends by itself, and puts no input into a command."""
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["defaults"] == {"run": {"shell": "bash"}}
    assert set(workflow[ON]) == {"workflow_dispatch"}
    assert 0 < job["timeout-minutes"] < 360
    for step in job["steps"]:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_workflow_does_everything_in_the_container(workflow):
    """The grader runs through the script alone, strictly, and the paths that are named exist."""
    (job,) = workflow["jobs"].values()
    commands = "\n".join(step.get("run", "") for step in job["steps"]).replace("\\\n", " ")
    for line in commands.splitlines():
        words = shlex.split(line, comments=True)
        if {"autograder", "python"} & set(words):
            assert words[0] == "deploy/gpu/run.sh", line
    assert "--isolation strict" in commands
    for path in re.findall(r"(?:deploy|bench)/[\w./]+", commands):
        assert (COURSE / path).is_file(), path


@pytest.mark.parametrize("page", [PAGE, RUN.parent / "README.md"], ids=["docs", "deploy"])
def test_page_says_that_no_gpu_was_at_hand(page):
    """Nobody reads a promise into it: no figure was taken."""
    words = " ".join(page.read_text().split())
    assert "no figure was taken" in words or "nobody has run this container on a GPU yet" in words


@pytest.mark.parametrize("page", [PAGE, RUN.parent / "README.md"], ids=["docs", "deploy"])
def test_page_names_files_that_are_there(page):
    """Commands and links of the pages lead somewhere."""
    text = page.read_text()
    paths = re.findall(r"\b((?:deploy|bench|docs|requirements|tests/integration)/[\w./-]+\w)", text)
    assert paths
    for path in paths:
        assert (COURSE / path).is_file(), path
