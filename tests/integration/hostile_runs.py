"""Runs `autograder grade` on the hostile hand-ins in a setting of isolation, and looks around it.

Tests load this file by its path (`runpy.run_path`); the settings are in `hostile_settings.py`.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import re
import runpy
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ROOT / "tests" / "hostile"
_SETTINGS = runpy.run_path(str(Path(__file__).with_name("hostile_settings.py")))
AS_ROOT, SETTINGS, USER, Setting = (
    _SETTINGS[name] for name in ("AS_ROOT", "SETTINGS", "USER", "Setting")
)
user_namespaces_are_allowed = _SETTINGS["user_namespaces_are_allowed"]
_HAND_INS = runpy.run_path(str(HOSTILE / "hand_ins.py"))
EXPECTED: Mapping[str, Any] = _HAND_INS["EXPECTED"]
write_hand_ins = _HAND_INS["write_hand_ins"]

MARKER = "planted_marker_0123456789abcdef"
SECRET = "planted_marker_fedcba9876543210"
HONEST_EVERY = 6
_COMMAND = (sys.executable, "-B", "-m", "autograder.cli", "grade", "activations")
_WORKERS = 4  # many hand-ins only wait
_PR_SET_CHILD_SUBREAPER = 36
# Shorter than a course's own, so that what waits for ever is soon over.
LIMITS = {
    "call_cpu_seconds": 1,
    "call_wall_seconds": 1,
    "import_cpu_seconds": 2,
    "import_wall_seconds": 2,
}
# So short that a setting beside the first costs little, and far more than an honest call takes.
SHORT_LIMITS = {**LIMITS, "call_cpu_seconds": 0.5, "import_cpu_seconds": 1}
# Names that the submissions try to leave where others could find them.
_TRACES = ("left_behind", "forged", "linked", "out", "script", "device", "f0", "grades.json")
_FOR_THE_GRADER = ("temporary", "pages")
_SHARED_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/", "/run")


@dataclass(frozen=True)
class Changes:
    """What is not as it was.

    Attributes:
        files: Paths below the folder whose mode, time or content differ, or that came or went.
        traces: Paths in the machine's shared folders that came.
        processes: Number and command line of those that came and do not end.
    """

    files: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    processes: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True)
class Run:
    """What one run of the command came to, and what it changed around it.

    Attributes:
        isolation: As in the JSON.
        grades: Hand-in's name to its grade, as in the JSON.
        text: All texts of the JSON.
        status: The exit status.
        messages: Standard error.
        changes: What is not as it was.
        temporary: What is left in the folder for temporary files.
        course: The folder of the course.
        pages: The folder of the pages, where they were asked for.
    """

    isolation: dict
    grades: dict
    text: str
    status: int
    messages: str
    changes: Changes
    temporary: list
    course: Path
    pages: Path


def lay_out(
    base: Path,
    *,
    only: Collection[str] | None = None,
    limits: Mapping[str, float] = LIMITS,
) -> None:
    """Make a course with planted markers, hostile hand-ins with honest ones between, and canaries.

    Args:
        base: A folder that is there; everybody may enter it afterwards.
        only: Names of the hostile hand-ins; all of them if None.
        limits: What is different from the course's own.
    """
    base.chmod(0o755)
    copy_course(base / "course", limits)
    for number, name in enumerate(write_hand_ins(base / "submissions", only=only)):
        if number % HONEST_EVERY == 0:
            honest = f"{name.partition('_')[0]}_{number}_honest.py"
            shutil.copy(ROOT / "solutions/activations.py", base / "submissions" / honest)
    (base / "canary").mkdir()
    (base / "canary" / "canary.txt").write_text(MARKER)


def copy_course(course: Path, limits: Mapping[str, float] = LIMITS) -> None:
    """Copy what grading needs; plant a marker where student code must not be able to look.

    Args:
        course: The folder that is made.
        limits: What is different from the course's own.
    """
    for part in ("assignments", "solutions", "tests/hidden"):
        shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    policy = (ROOT / "grading.yml").read_text(encoding="utf-8")
    for name, seconds in limits.items():
        policy, count = re.subn(rf"(?m)^(  {name}:) [\d.]+", rf"\g<1> {seconds}", policy)
        assert count == 1, name
    (course / "grading.yml").write_text(policy, encoding="utf-8")
    (course / "docs").mkdir()
    shutil.copy(ROOT / "docs/errata.md", course / "docs")
    for path in (course / "solutions/activations.py", *course.glob("tests/hidden/*/*.py")):
        path.write_text(path.read_text(encoding="utf-8") + f'\n_PLANTED = "{MARKER}"\n')
    (course / "canary.txt").write_text(MARKER)


def grade_there(base: Path, setting: Setting, options: Sequence[str] = ()) -> Run:
    """Grade what lies in `base`, and compare what is around before and after.

    Args:
        base: From `lay_out`.
        setting: What the grader runs below.
        options: More options for the command; pages go to `base/pages`.
    """
    for name in _FOR_THE_GRADER:
        (base / name).mkdir()
        if setting.ordinary and AS_ROOT:
            os.chown(base / name, USER, USER)
    with watched(base) as changes:
        done = run_grading(base, setting, options)
    return outcome(base, done, changes())


def outcome(base: Path, done: subprocess.CompletedProcess[str], changes: Changes) -> Run:
    """Say what a run of the command came to that graded what lies in `base`."""
    result = json.loads(done.stdout or '{"isolation": {}, "grades": []}')
    return Run(
        isolation=result["isolation"],
        grades={grade["submission"]: grade for grade in result["grades"]},
        text="\n".join(_strings(result)),
        status=done.returncode,
        messages=done.stderr,
        changes=changes,
        temporary=list((base / "temporary").iterdir()),
        course=base / "course",
        pages=base / "pages",
    )


@contextlib.contextmanager
def watched(base: Path) -> Iterator[Callable[[], Changes]]:
    """Look around before and after; orphans of whatever runs meanwhile become our children.

    Args:
        base: The folder whose files are compared.

    Yields:
        What says, after the end, what has changed.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    files, traces, children = _files(base), _traces(), _children()
    found: list[Changes] = []
    try:
        yield lambda: found[0]
        left = tuple(_survivors(children))
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    after = _files(base)
    changed = (name for name in {*files, *after} if files.get(name) != after.get(name))
    found.append(Changes(tuple(sorted(changed)), tuple(sorted(_traces() - traces)), left))


def run_grading(
    base: Path, setting: Setting, options: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    environment = {
        **({"PATH": os.environ["PATH"]} if setting.ordinary else os.environ),
        "HOME": "/nonexistent",
        "AUTOGRADER_SECRET": SECRET,
        "TMPDIR": str(base / "temporary"),
    }
    wanted = ["--json", "-", "--workers", str(_WORKERS), *options]
    return subprocess.run(
        [*_COMMAND, str(base / "submissions"), *wanted],
        cwd=base / "course",
        env=environment,
        preexec_fn=_SETTINGS["preparation"](setting, base),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def _files(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Describe every file: its mode, its time and its content; a folder has neither of the last."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if inside[0] in _FOR_THE_GRADER or "__pycache__" in inside:
            continue
        about = path.lstat()
        content, changed = "", 0
        if stat.S_ISLNK(about.st_mode):
            content = str(path.readlink())
        elif stat.S_ISREG(about.st_mode):
            changed = about.st_mtime_ns
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        found[str(path.relative_to(folder))] = (about.st_mode, changed, content)
    return found


def _traces() -> set[str]:
    paths = (Path(folder) / name for folder in _SHARED_FOLDERS for name in _TRACES)
    return {str(path) for path in paths if path.exists()}


def _children() -> set[tuple[int, bytes]]:
    """List this process' children that are not zombies, whatever their namespaces are."""
    found = set()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError):
            fields = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
            if entry.name.isdecimal() and fields[0] != "Z" and int(fields[1]) == os.getpid():
                found.add((int(entry.name), (entry / "cmdline").read_bytes()))
    return found


def _survivors(before: set[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Wait a moment for processes that are ending, and return those that are not."""
    left: set[tuple[int, bytes]] = set()
    for _ in range(50):
        left = _children() - before
        if not left:
            break
        time.sleep(0.1)
    return sorted(left)


def expectation(name: str, setting: str = "") -> dict[str, Any]:
    """Return what a hand-in must come to; a setting's own entry names what differs there."""
    expected = EXPECTED[name]
    return {**expected, **expected.get("settings", {}).get(setting, {})}


def differences(grade: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Say where a grade, as in the JSON, is not what it must be.

    Args:
        grade: Of a hostile hand-in.
        expected: From `expectation`.
    """
    found = [
        f"{name} {grade[name]}, not {expected.get(name, 0)}: {grade.get('reason')}"
        for name in ("status", "points", "bonus")
        if grade[name] != expected.get(name, 0)
    ]
    questions = {question["id"]: question for question in grade["questions"]}
    verdicts = {id_: question["verdict"] for id_, question in questions.items()}
    for id_, verdict in expected.get("verdicts", {}).items():
        if verdicts.get(id_) != verdict:
            found.append(f"{id_} {verdicts.get(id_)}, not {verdict}")
    told = [
        ("printed", grade.get("printed", "")),
        ("reason", grade.get("reason", "")),
        ("notes", "\n".join(grade.get("notes", []))),
    ]
    wanted = [(where, text, expected.get(where, [])) for where, text in told]
    for id_, parts in expected.get("message", {}).items():
        checks = questions[id_]["checks"] if id_ in questions else []
        wanted.append((id_, "\n".join(check["message"] for check in checks), parts))
    for where, text, parts in wanted:
        listed = [parts] if isinstance(parts, str) else parts
        found += [f"{where} lacks {one!r}: {text[-500:]}" for one in listed if one not in text]
    return found + re.findall(r"(?m)^BREACH.*", "\n".join(_strings(grade)))


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)
    elif isinstance(data, str):
        yield data
