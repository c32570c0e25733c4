"""Releases of the course: the same bytes wherever and whenever, and a whole zip for Otter."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from autograder.archive import unzip
from autograder.job import open_job
from autograder.secret import make_private

COURSE = Path(__file__).resolve().parents[2]
ASSIGNMENTS = yaml.safe_load((COURSE / "grading.yml").read_text())["order"]
SECRET = "a secret of the release tests"
PARTS = ("autograder", "assignments", "solutions", "tests/hidden", "student_template")
FILES = ("grading.yml", "pyproject.toml", "README.md", "LICENSE", ".gitignore", "requirements")
ERRATA = "docs/errata.md"
CACHES = shutil.ignore_patterns("__pycache__", ".pytest_cache", ".ruff_cache")


def clone(course, target):
    """Copy what a checkout of the course holds of what a release reads."""
    (target / ERRATA).parent.mkdir(parents=True)
    for name in (*PARTS, *FILES, ERRATA):
        source = course / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=CACHES)
        else:
            shutil.copy(source, target / name)
    return target


def release(course, *arguments, umask=0o022, **environment):
    """Run `autograder release` with a clone's own code, in a process of its own."""
    inherited = {"PATH": os.environ["PATH"], "AUTOGRADER_SECRET": SECRET}
    return subprocess.run(
        [sys.executable, "-B", "-m", "autograder.cli", "release", *map(str, arguments)],
        cwd=course,
        env={**inherited, "PYTHONPATH": str(course), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        umask=umask,
    )


def hashes(folder):
    """Hash every file of a folder, and note its permissions."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mode,
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A clone of the course with its release."""
    course = clone(COURSE, tmp_path_factory.mktemp("first"))
    ran = release(course, "--out", course / "dist" / "release")
    assert ran.returncode == 0, ran.stderr
    return course


@pytest.fixture(scope="module")
def released(first):
    return first / "dist" / "release"


def test_release_in_another_folder_on_another_day_is_the_same(released, first, tmp_path):
    """Folder, day, file times, umask, locale, time zone and hash seed do not show anywhere."""
    course = clone(first, tmp_path / "a much longer name of a folder")
    for path in course.rglob("*"):
        os.utime(path, (981_173_106, 981_173_106))
    ran = release(
        course,
        *reversed(ASSIGNMENTS),
        "--out",
        tmp_path / "elsewhere",
        umask=0o077,
        TZ="Pacific/Kiritimati",
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONHASHSEED="7",
        SOURCE_DATE_EPOCH="1700000000",
        HOME=str(tmp_path),
    )
    assert ran.returncode == 0, ran.stderr
    assert hashes(tmp_path / "elsewhere") == hashes(released)


def test_release_with_another_secret_differs_only_where_graders_look(first, tmp_path, released):
    """The secret is in the autograder zips, its fingerprint in the manifest, and nowhere else."""
    ran = release(first, "--out", tmp_path / "out", AUTOGRADER_SECRET="another secret of the tests")
    assert ran.returncode == 0, ran.stderr
    one, other = hashes(released), hashes(tmp_path / "out")
    assert one.keys() == other.keys()
    zips = {f"{name}-autograder.zip" for name in ASSIGNMENTS}
    assert {path for path in one if one[path] != other[path]} == {"manifest.json", *zips}


def test_release_manifest_names_every_file_with_its_hash_and_no_place(released, first):
    """The hashes are right, the points are those of the policy, and no folder is named."""
    text = (released / "manifest.json").read_text()
    manifest = json.loads(text)
    found = {path: f"sha256:{digest}" for path, (digest, _) in hashes(released).items()}
    assert found.pop("manifest.json")
    assert manifest["files"] == found
    policy = yaml.safe_load((COURSE / "grading.yml").read_text())["assignments"]
    for name, page in manifest["assignments"].items():
        questions = policy[name]["questions"]
        assert page["questions"] == {one: asked["points"] for one, asked in questions.items()}
    assert manifest["versions"]["otter-grader"].startswith("7.")
    assert SECRET not in text
    assert str(first) not in text
    assert str(Path.home()) not in text


def test_release_made_again_as_its_manifest_says_is_the_same(released, first, tmp_path):
    """The line in the manifest rebuilds the release."""
    line = json.loads((released / "manifest.json").read_text())["rebuild"].split()
    assert line[:2] == ["autograder", "release"]
    arguments = [str(tmp_path / "out") if word == "DIR" else word for word in line[2:]]
    ran = release(first, *arguments)
    assert ran.returncode == 0, ran.stderr
    assert hashes(tmp_path / "out") == hashes(released)


def test_release_in_a_repository_is_not_committed_by_accident(released, tmp_path):
    """Git sees no file of a release: the autograder zips hold the solutions and the secret."""
    shutil.copytree(released, tmp_path / "release")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    ran = subprocess.run(status, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout == ""


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_released_folder_and_zip_hold_the_same(released, assignment):
    """The student's zip unpacks to the folder beside it."""
    packed = unzip((released / f"{assignment}.zip").read_bytes())
    folder = {
        path.relative_to(released).as_posix(): path.read_bytes()
        for path in (released / assignment).rglob("*")
        if path.is_file()
    }
    assert packed == folder
    assert len(packed) > 10


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_released_grader_holds_one_assignment_and_what_gradescope_expects(released, assignment):
    """Scripts that run, one test file a question, the suite, the reference, the secret."""
    archive = zipfile.ZipFile(released / f"{assignment}-autograder.zip")
    modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    questions = yaml.safe_load((COURSE / "grading.yml").read_text())["assignments"][assignment]
    assert {name for name in modes if name.startswith("tests/")} == {
        f"tests/{question}.py" for question in questions["questions"]
    }
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert modes["course/.autograder/secret"] == modes[f"course/solutions/{assignment}.py"] == 0o600
    assert archive.read("course/.autograder/secret").decode().strip() == SECRET
    for other in set(ASSIGNMENTS) - {assignment}:
        assert not [name for name in modes if other in name]
    manifest = json.loads((released / "manifest.json").read_text())["assignments"][assignment]
    page = json.loads(archive.read("course/release.json"))
    assert (page["assignment"], page["suite"]) == (assignment, manifest["suite"])
    facts = json.loads((released / assignment / "assignment.json").read_text())
    assert page["bundle"] == manifest["bundle"] == facts["release"]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_released_environment_pins_every_package_and_installs_the_wheel(released, assignment):
    """Otter's environment has one version a package, and this project's wheel by its place."""
    archive = zipfile.ZipFile(released / f"{assignment}-autograder.zip")
    environment = yaml.safe_load(archive.read("environment.yml"))
    (pip,) = [part["pip"] for part in environment["dependencies"] if isinstance(part, dict)]
    *pins, wheel = pip
    assert all("==" in pin for pin in pins)
    place, name = wheel.rsplit("/", 1)
    assert place == "/autograder/source/wheel"
    assert f"wheel/{name}" in archive.namelist()
    assert b"/autograder/source/environment.yml" in archive.read("setup.sh")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_released_course_is_the_one_that_the_suite_digest_names(released, assignment, tmp_path):
    """The grader opens the course in the zip, and its suite is that of the manifest."""
    archive = zipfile.ZipFile(released / f"{assignment}-autograder.zip")
    archive.extractall(tmp_path)
    make_private(tmp_path / "course")  # as the grader does: unpacking loses the modes
    job = open_job(assignment, tmp_path / "course")
    manifest = json.loads((released / "manifest.json").read_text())["assignments"][assignment]
    assert job.suite_digest == manifest["suite"]
    assert job.secret == SECRET.encode()


def test_release_check_of_an_unchanged_course_finds_nothing(released, first):
    """Status 0, an empty list, and nothing is written."""
    before = hashes(released)
    ran = release(first, "--check", "--out", released)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "would change nothing" in ran.stderr
    assert hashes(released) == before


def test_release_check_of_a_changed_course_lists_what_would_change(released, first, tmp_path):
    """A new hidden check changes the autograder zip and the manifest, and no student's file."""
    course = clone(first, tmp_path)
    place = "tests/hidden/activations/test_relu.py"
    (course / place).write_text((course / place).read_text() + "\n# one more thought\n")
    before = hashes(released)
    ran = release(course, "--check", "--out", released)
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.splitlines() == [
        "changed  activations-autograder.zip",
        "changed  activations-autograder.zip!course/release.json",
        f"changed  activations-autograder.zip!course/{place}",
        "changed  manifest.json",
    ]
    assert hashes(released) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--out"),
        (("activation", "--out", "dist/x"), "did you mean activations?"),
        (("--out", "assignments"), "which would be lost"),
        (("--out", ".."), "which would be lost"),
        (("--out", "grading.yml"), "this is a file"),
    ],
)
def test_release_with_a_mistake_is_told_and_writes_nothing(first, arguments, words):
    """A mistake on the command line has status 2, a sentence and no traceback."""
    before = hashes(first)
    ran = release(first, *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
    assert hashes(first) == before


def test_release_that_fails_leaves_the_old_one(released, first, tmp_path):
    """A lesson that went missing is told, and the earlier release is still there."""
    course = clone(first, tmp_path / "course")
    out = tmp_path / "out"
    shutil.copytree(released, out)
    before = hashes(out)
    (course / "assignments" / "convolution" / "convolution.md").unlink()
    ran = release(course, "--out", out)
    assert ran.returncode == 2
    assert "convolution.md: expected a file that every release has" in ran.stderr
    assert hashes(out) == before
