"""Grading as an ordinary user, who gets the layers through a user namespace of their own."""

import ctypes
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
USER = 54321
COMMAND = (sys.executable, "-B", "-m", "autograder.cli", "grade")
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
SECRET = "an ordinary user's secret"
ATTACKS = ("01_read_files", "03_memory_of_others", "18_bombs", "23_network", "25_privileges")
PLACE = "/mnt"  # exists on every machine, and nothing else is needed of it in the private namespace


def _mount(source, target, kind, flags, options=None):
    libc = ctypes.CDLL(None, use_errno=True)
    words = [one.encode() if one else None for one in (source, target, kind)]
    if libc.mount(*words, ctypes.c_ulong(flags), options and options.encode()) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"mount {kind or 'bind'} at {target}: {os.strerror(number)}")


def _closed_folders(paths):
    """List the folders on the way to some paths that an ordinary user may not pass, topmost."""
    found = []
    for path in paths:
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & 0o001:
                found.append(folder)
                break
    return list(dict.fromkeys(found))


def _open_the_way(needed):
    """Replace closed folders by empty ones that hold only what is needed, in this namespace."""
    ctypes.CDLL(None).unshare(CLONE_NEWNS)
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    closed = _closed_folders(needed)
    _mount("tmpfs", PLACE, "tmpfs", 0, "mode=755")
    for number, path in enumerate(needed):
        kept = Path(PLACE) / str(number)
        kept.mkdir()
        _mount(str(path), str(kept), None, MS_BIND | MS_REC)
    for folder in closed:
        _mount("tmpfs", str(folder), "tmpfs", 0, "mode=755")
    for number, path in enumerate(needed):
        if any(path.is_relative_to(folder) for folder in closed):
            path.mkdir(parents=True, exist_ok=True)
            _mount(f"{PLACE}/{number}", str(path), None, MS_BIND | MS_REC)


def _become_ordinary():
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)


def _make_course(folder):
    for part in ("assignments", "solutions", "tests/hidden"):
        shutil.copytree(ROOT / part, folder / "course" / part)
    (folder / "course/docs").mkdir()
    for name in ("grading.yml", "docs/errata.md"):
        shutil.copy(ROOT / name, folder / "course" / name)
    submissions = folder / "submissions"
    submissions.mkdir()
    shutil.copy(ROOT / "solutions/activations.py", submissions / "honest.py")
    for name in ATTACKS:
        shutil.copy(ROOT / "tests/hostile" / f"{name}.py", submissions)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture
def course(tmp_path_factory):
    """A copy of the course that everybody on the machine may read."""
    folder = tmp_path_factory.mktemp("ordinary")
    _make_course(folder)
    return folder


def _user_namespaces_are_allowed():
    program = (
        f"import ctypes, os, sys; os.setuid({USER}); "
        f"sys.exit(ctypes.CDLL(None).unshare({CLONE_NEWUSER}) != 0)"
    )
    attempt = [sys.executable, "-c", program]
    return subprocess.run(attempt, check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user for the test")
def test_ordinary_user_grades_through_a_user_namespace(course):
    """Without root the layers come from a user namespace, files and sockets stay blocked."""
    if not _user_namespaces_are_allowed():
        pytest.skip("this machine gives ordinary users no user namespaces")
    interpreter = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT}
    needed = sorted({*interpreter, course})

    def prepare():
        _open_the_way(needed)
        _become_ordinary()

    done = subprocess.run(
        [*COMMAND, "activations", str(course / "submissions"), "--json", "-"],
        cwd=course / "course",
        env={"PATH": os.environ["PATH"], "AUTOGRADER_SECRET": SECRET, "HOME": "/nonexistent"},
        preexec_fn=prepare,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stdout, done.stderr
    result = json.loads(done.stdout)
    layers = result["isolation"]
    assert layers["user_namespace"] == "on", layers
    assert layers["user_switch"].startswith("off: only root")
    for layer in ("pid_namespace", "mount_namespace", "network_namespace", "landlock", "seccomp"):
        assert layers[layer] == "on", layers
    grades = {grade["submission"]: grade for grade in result["grades"]}
    assert (grades["honest"]["points"], grades["honest"]["bonus"]) == (100, 8)
    for name in ATTACKS:
        assert (grades[name]["status"], grades[name]["points"]) == ("graded", 22), name
        assert "tried" in grades[name]["printed"], name
        assert "BREACH" not in grades[name]["printed"], grades[name]["printed"]
    assert SECRET not in done.stdout
