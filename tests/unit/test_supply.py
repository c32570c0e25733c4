"""What is installed is what was locked, and what is known of its holes is told as it is."""

from __future__ import annotations

import base64
import hashlib
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

COURSE = Path(__file__).resolve().parents[2]
AUDIT = runpy.run_path(str(COURSE / "requirements" / "audit.py"))
METADATA = "Metadata-Version: 2.1\nName: locked\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
# Where a machine, an image or a runner is told what to install.
INSTALLERS = sorted(
    path
    for pattern in ("Makefile", ".ci/run", ".github/workflows/*", "deploy/**/*")
    for path in COURSE.glob(pattern)
    if path.is_file()
)


# Hashes at install


def make_wheel(folder, code):
    """Make a wheel of one module, as a build would."""
    folder.mkdir(exist_ok=True)
    path = folder / "locked-1.0-py3-none-any.whl"
    files = {
        "locked.py": code,
        "locked-1.0.dist-info/METADATA": METADATA,
        "locked-1.0.dist-info/WHEEL": WHEEL,
    }
    with zipfile.ZipFile(path, "w") as archive:
        record = ""
        for name, text in files.items():
            archive.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            record += f"{name},sha256={digest.decode().rstrip('=')},{len(text)}\n"
        archive.writestr("locked-1.0.dist-info/RECORD", f"{record}locked-1.0.dist-info/RECORD,,\n")
    return path


def install(wheels, lock, target):
    """Install a lock file as the Makefile does, from a folder and without the network."""
    command = [sys.executable, "-m", "pip", "install", "--require-hashes", "--requirement", lock]
    command += ["--no-index", "--find-links", wheels, "--target", target, "--no-cache-dir"]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PIP_CONFIG_FILE": "/dev/null"}
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("nothing", ""),
        ("wheel", "DO NOT MATCH THE HASHES"),
        ("hash", "DO NOT MATCH THE HASHES"),
        ("no hash", "Hashes are required"),
    ],
)
def test_install_of_a_lock_takes_only_what_its_hashes_name(tmp_path, change, said):
    """Another wheel, another hash, a line without one: nothing is installed."""
    wheel = make_wheel(tmp_path / "wheels", "VALUE = 1\n")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if change == "wheel":
        make_wheel(tmp_path / "wheels", "VALUE = 2\n")
    if change == "hash":
        digest = "0" * 64
    lock = tmp_path / "lock.txt"
    hashed = "" if change == "no hash" else f" \\\n    --hash=sha256:{digest}"
    lock.write_text(f"locked==1.0{hashed}\n")
    done = install(wheel.parent, lock, tmp_path / "site")
    assert (done.returncode != 0) == bool(said), done.stderr
    assert said in done.stdout + done.stderr
    assert (tmp_path / "site" / "locked.py").exists() == (change == "nothing")


def pip_lines():
    """List every line that installs Python packages where this project says how."""
    for path in INSTALLERS:
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"\bpip install\b", line) and not line.lstrip().startswith("#"):
                yield f"{path.relative_to(COURSE)}: {line.strip()}"


def test_every_install_is_of_hashes_or_of_this_project_alone():
    """Nothing is installed that no lock names: not even what builds the project itself."""
    lines = list(pip_lines())
    assert len(lines) >= 8
    alone = re.compile(r"pip install (--quiet )?--no-deps --no-build-isolation (--editable )?\.$")
    loose = [line for line in lines if "--require-hashes" not in line and not alone.search(line)]
    assert loose == []


# Known holes

CLEAN = {"name": "numpy", "version": "2.4.1", "vulns": []}
HOLED = {
    "name": "old",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": [], "description": ""}],
}
OPEN = {**HOLED, "vulns": [{"id": "PYSEC-2026-2", "fix_versions": []}]}
SKIPPED = {"name": "new", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "failure", "status", "words"),
    [
        ([CLEAN, CLEAN], "", 0, "dev: 2 packages, no known hole"),
        ([CLEAN, HOLED], "", 1, "dev: old 1.0: PYSEC-2026-1, mended in 1.1"),
        ([OPEN], "", 1, "mended in no version yet"),
        ([CLEAN, SKIPPED], "", 2, "1 of 2 packages could not be looked up, so nothing is known of"),
        ([HOLED, SKIPPED], "", 1, "could not be looked up"),
        ([SKIPPED] * 9, "", 2, "new, new, new, new, new, …"),
        ([], "", 2, "the file lists no package"),
        ([], "ConnectionError", 2, "is pypi.org in reach? ConnectionError"),
    ],
)
def test_audit_tells_holes_from_what_it_could_not_look_up(packages, failure, status, words):
    """A package of which nothing is known is never counted as free of holes."""
    found, lines = AUDIT["judge"]("dev", packages, failure)
    assert found == status
    assert words in lines


def test_audit_without_the_network_says_so(tmp_path, monkeypatch):
    """Where nobody answers, the real tool's failure becomes a sentence and a status of its own."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    lock = tmp_path / "one.txt"
    lock.write_text(f"numpy==2.4.1 --hash=sha256:{'0' * 64}\n")
    packages, failure = AUDIT["ask"](lock)
    assert packages == []
    assert "Error" in failure
    assert AUDIT["judge"]("one", packages, failure)[0] == 2


def test_audit_asks_about_every_locked_package():
    """The sets that `make audit` names hold all others'."""
    (line,) = re.findall(r"audit\.py (.*)", (COURSE / "Makefile").read_text(encoding="utf-8"))
    locks = {path.stem: path.read_text("utf-8") for path in COURSE.glob("requirements/*.txt")}
    pins = {
        name: set(re.findall(r"^\S+==[^\s;]+", lock, re.MULTILINE)) for name, lock in locks.items()
    }
    asked = set().union(*(pins[name] for name in line.split()))
    assert asked == set().union(*pins.values())
