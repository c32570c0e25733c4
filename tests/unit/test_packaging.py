"""What is installed: the requirement sets keep in step with pyproject.toml, and are locked."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

COURSE = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((COURSE / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
BUILD = ("editables", "hatchling")


def listed(name):
    lines = (COURSE / "requirements" / f"{name}.in").read_text().splitlines()
    return {line for line in lines if line and not line.startswith(("#", "-"))}


def versions(name):
    text = (COURSE / "requirements" / f"{name}.txt").read_text()
    return set(re.findall(r"^\S+==[^\s;]+", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("core", PROJECT["project"]["dependencies"]),
        ("cluster", EXTRAS["cluster"]),
        ("dev", EXTRAS["dev"]),
        ("full", EXTRAS["keras"] + EXTRAS["postgresql"] + EXTRAS["similarity"]),
        ("gpu", EXTRAS["gpu"]),
    ],
)
def test_requirement_set_lists_what_the_project_declares(name, declared):
    """A set and its part of pyproject.toml name the same packages with the same bounds."""
    own = {one for one in declared if not one.startswith("dlcv-autograder")}
    assert {line for line in listed(name) if not line.startswith(BUILD)} == own


@pytest.mark.parametrize("name", ["core", "full", "gpu", "cluster", "dev"])
def test_lock_file_holds_versions_and_hashes_and_no_address(name):
    """Every package of a lock has one version and a hash; no address is in it."""
    text = (COURSE / "requirements" / f"{name}.txt").read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert "://" not in text
    assert len(blocks) > 20
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==\S+", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_lock_of_core_is_part_of_the_others():
    """Whoever goes from one set to another keeps the versions."""
    core, *others = (versions(name) for name in ("core", "full", "gpu", "cluster", "dev"))
    for other in others:
        assert core <= other


def test_wheel_built_holds_the_templates_and_no_course(tmp_path):
    """The wheel carries the framework with its page templates, and nothing of a course."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=COURSE, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("autograder/report/templates/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "solutions/", "assignments/"))]
