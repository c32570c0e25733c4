"""What the grading machine gets: pinned packages, the wheel, and what students may know."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import autograder
from autograder.config import load_course
from autograder.errors import InstructorError
from autograder.release.disclosure import facts_of
from autograder.release.environment import environment_text, pinned_packages
from autograder.release.manifest import secret_fingerprint
from autograder.release.wheel import build_wheel, source_checkout

COURSE = Path(__file__).resolve().parents[2]
LOCK = """\
alpha==1.0 \\
    --hash=sha256:00
    # via beta
beta[extra]==2.0 ; python_full_version < '3.12' \\
    --hash=sha256:00
beta[extra]==3.0 ; python_full_version >= '3.12' \\
    --hash=sha256:00
windows-only==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:00
"""
KERNEL = "ipykernel==7.0 \\\n    --hash=sha256:00\nmypy==1.0 \\\n    --hash=sha256:00\n"


def test_pins_are_those_of_the_grading_machine(tmp_path):
    """Markers are asked about Linux and the environment's Python, not about this machine."""
    (tmp_path / "core.txt").write_text(LOCK)
    (tmp_path / "dev.txt").write_text(LOCK + KERNEL)
    assert pinned_packages(tmp_path, "numpy") == ("alpha==1.0", "beta==2.0", "ipykernel==7.0")


def test_pins_of_this_project_name_each_package_once_and_cover_its_dependencies():
    """Everything that the project and Otter's kernel need is pinned to one version."""
    pins = dict(pin.split("==") for pin in pinned_packages(COURSE / "requirements", "numpy"))
    assert len(pins) == len(pinned_packages(COURSE / "requirements", "numpy"))
    declared = importlib.metadata.requires("dlcv-autograder") or []
    direct = {Requirement(one).name for one in declared if "extra" not in one}
    assert {*direct, "ipykernel", "nbconvert", "playwright"} <= pins.keys()


def test_pins_without_a_lock_are_told(tmp_path):
    """A missing lock is told with its path and the line that writes it."""
    with pytest.raises(
        InstructorError, match=r"core\.txt: expected the locked versions.*make lock"
    ):
        pinned_packages(tmp_path, "numpy")


def test_environment_names_python_the_pins_and_the_wheel():
    """The file is a Conda environment with a pip part, and the wheel comes last."""
    environment = yaml.safe_load(environment_text(("alpha==1.0",), "/autograder/source/w.whl"))
    assert environment["name"] == "otter-env"
    python, pip, packages = environment["dependencies"]
    assert (python, pip) == ("python=3.11", "pip")
    assert packages == {"pip": ["alpha==1.0", "/autograder/source/w.whl"]}


def test_wheel_of_this_project_is_whole_and_can_be_installed(tmp_path):
    """The wheel holds the package and its command; pip takes it as it is, hashes and all."""
    wheel = build_wheel(COURSE)
    path = tmp_path / wheel.name
    path.write_bytes(wheel.content)
    names = zipfile.ZipFile(path).namelist()
    assert wheel.version == importlib.metadata.version("dlcv-autograder")
    assert {"autograder/grade.py", "autograder/report/templates/style.css"} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(tmp_path / "site"), str(path)], check=True)
    assert (tmp_path / "site" / "autograder" / "grade.py").is_file()


def test_wheel_twice_is_the_same():
    """Neither the time nor a temporary folder's name shows."""
    assert build_wheel(COURSE) == build_wheel(COURSE)


def test_wheel_that_cannot_be_built_is_told(tmp_path):
    """A folder that is no project is an instructor's message with what the tool said."""
    with pytest.raises(InstructorError, match="the wheel of dlcv-autograder cannot be built"):
        build_wheel(tmp_path)


def test_wheel_without_a_source_checkout_is_told(tmp_path):
    """An installed package has no sources to build from: the message says how to have them."""
    installed = tmp_path / "site-packages"
    shutil.copytree(Path(autograder.__file__).parent, installed / "autograder")
    program = (
        "from autograder.release.wheel import source_checkout\n"
        "from autograder.errors import InstructorError\n"
        "try: source_checkout()\nexcept InstructorError as error: print(error)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=installed, capture_output=True, text=True, check=True
    )
    assert str(installed / "autograder") in ran.stdout
    assert "pip install --editable" in ran.stdout
    assert source_checkout() == COURSE


def test_facts_hold_nothing_of_the_policy_but_what_students_may_know(tiny_course):
    """Rules against cheating, limits of the sandbox and tolerances stay with the staff."""
    facts = repr(facts_of(load_course(tiny_course.root / "grading.yml"), "toy"))
    for kept in ("numpy.mean", "eval", "rtol", "memory", "ratio", "critical", "weights"):
        assert kept not in facts
    for told in ("T1.2", "mean", "math", "4096"):
        assert told in facts


def test_facts_of_an_unknown_assignment_name_the_nearest(tiny_course):
    """A slip of the pen is told with the id that was meant."""
    with pytest.raises(InstructorError, match="did you mean toy"):
        facts_of(load_course(tiny_course.root / "grading.yml"), "toi")


def test_secret_fingerprint_tells_secrets_apart_and_holds_none():
    """It is short, the same each time, and another for another secret."""
    one, other = secret_fingerprint(b"a" * 16), secret_fingerprint(b"a" * 15 + b"b")
    assert one == secret_fingerprint(b"a" * 16) != other
    assert len(one) == 16


def test_pinned_packages_of_a_keras_assignment_hold_tensorflow():
    """What trains is locked like everything else, and only where it is needed."""
    pins = {
        runtime: dict(pin.split("==") for pin in pinned_packages(COURSE / "requirements", runtime))
        for runtime in ("numpy", "keras")
    }
    assert {"keras", "tensorflow"} <= pins["keras"].keys()
    assert not {"keras", "tensorflow"} & pins["numpy"].keys()
    assert pins["numpy"].items() <= pins["keras"].items()
