"""Every hostile submission, graded by the real command beside an honest one."""

import ctypes
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ROOT / "tests" / "hostile"
EXPECTED = yaml.safe_load((HOSTILE / "expected.yml").read_text(encoding="utf-8"))
MARKER = "planted_marker_0123456789abcdef"
SECRET = "planted_marker_fedcba9876543210"
HONEST_EVERY = 3
COMMAND = (sys.executable, "-m", "autograder.cli", "grade")
# Shorter than a course's own, so that what waits for ever is soon over.
LIMITS = {
    "call_cpu_seconds": 1,
    "call_wall_seconds": 1,
    "import_cpu_seconds": 2,
    "import_wall_seconds": 2,
}
# Names that the submissions try to leave where others could find them.
TRACES = ("left_behind", "forged", "linked", "out", "script", "device", "f0", "grades.json")
SHARED_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/", "/run")
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Run:
    """What one run of the command came to, and what was around it before and after."""

    grades: dict
    text: str
    status: int
    messages: str
    files_before: dict
    files_after: dict
    traces_before: set
    traces_after: set
    temporary: list
    survivors: list


def _copy_course(course):
    """Copy what grading needs; plant a marker where student code must not be able to look."""
    for part in ("assignments", "solutions", "tests/hidden"):
        shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    policy = (ROOT / "grading.yml").read_text(encoding="utf-8")
    for name, seconds in LIMITS.items():
        policy, count = re.subn(rf"(?m)^(  {name}:) [\d.]+", rf"\g<1> {seconds}", policy)
        assert count == 1, name
    (course / "grading.yml").write_text(policy, encoding="utf-8")
    (course / "docs").mkdir()
    shutil.copy(ROOT / "docs/errata.md", course / "docs")
    for path in (course / "solutions/activations.py", *course.glob("tests/hidden/*/*.py")):
        path.write_text(path.read_text(encoding="utf-8") + f'\n_PLANTED = "{MARKER}"\n')
    (course / "canary.txt").write_text(MARKER)


def _copy_submissions(folder):
    folder.mkdir()
    honest = 0
    for number, path in enumerate(sorted(HOSTILE.glob("*.py"))):
        if number % HONEST_EVERY == 0:
            shutil.copy(ROOT / "solutions/activations.py", folder / f"{path.stem}_honest.py")
            honest += 1
        shutil.copy(path, folder)
    return honest


def _hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }


def _traces():
    paths = (Path(folder) / name for folder in SHARED_FOLDERS for name in TRACES)
    return {str(path) for path in paths if path.exists()}


def _children():
    """List this process' children that are not zombies, whatever their namespaces are."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
        except (OSError, IndexError):
            continue
        if entry.name.isdecimal() and fields[0] != "Z" and int(fields[1]) == os.getpid():
            found.add((int(entry.name), (entry / "cmdline").read_bytes()))
    return found


def _survivors(before):
    """Wait a moment for processes that are ending, and return those that are not."""
    for _ in range(20):
        left = _children() - before
        if not left:
            break
        time.sleep(0.1)
    return sorted(left)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Grade everything once; orphans of the command become children of this process."""
    base = tmp_path_factory.mktemp("hostile")
    course, submissions, temporary = base / "course", base / "submissions", base / "temporary"
    _copy_course(course)
    _copy_submissions(submissions)
    temporary.mkdir()
    (base / "canary").mkdir()
    (base / "canary" / "canary.txt").write_text(MARKER)
    environment = {
        **os.environ,
        "AUTOGRADER_SECRET": SECRET,
        "TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    files, traces, children = _hashes(base), _traces(), _children()
    try:
        done = subprocess.run(
            [*COMMAND, "activations", str(submissions), "--json", "-"],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        survivors = _survivors(children)
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    assert done.stdout, done.stderr
    return Run(
        grades={grade["submission"]: grade for grade in json.loads(done.stdout)["grades"]},
        text="\n".join(_strings(json.loads(done.stdout))),
        status=done.returncode,
        messages=done.stderr,
        files_before=files,
        files_after=_hashes(base),
        traces_before=traces,
        traces_after=_traces(),
        temporary=list(temporary.iterdir()),
        survivors=survivors,
    )


def _strings(data):
    if isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)
    elif isinstance(data, str):
        yield data


def test_hostile_submissions_each_have_an_expectation():
    """Every module under tests/hostile has its line in expected.yml, and the other way round."""
    assert sorted(EXPECTED) == sorted(path.stem for path in HOSTILE.glob("*.py"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_hostile_submission_gets_what_its_right_code_is_worth(run, name):
    """An attack changes neither its status nor its points, and does not get away with a verdict."""
    expected, grade = EXPECTED[name], run.grades[name]
    verdicts = {question["id"]: question["verdict"] for question in grade["questions"]}
    assert grade["status"] == expected["status"], grade.get("reason")
    assert (grade["points"], grade["bonus"]) == (expected["points"], expected.get("bonus", 0))
    wanted = expected.get("verdicts", {})
    assert {id_: verdicts[id_] for id_ in wanted} == wanted
    assert expected.get("printed", "") in grade["printed"]


def test_hostile_submissions_breach_nothing(run):
    """No submission reports that something worked that must not."""
    assert re.findall(r"BREACH.*", run.text) == []


def test_honest_submissions_beside_them_keep_every_point(run):
    """Honest work gets full marks whoever is graded before, after and at the same time."""
    honest = [grade for name, grade in run.grades.items() if name.endswith("_honest")]
    assert len(honest) >= len(EXPECTED) // HONEST_EVERY
    assert {(grade["points"], grade["bonus"]) for grade in honest} == {(100, 8)}


def test_command_grades_everything_and_complains_of_nothing(run):
    """The command ends well: no submission is left ungraded and no check fails by itself."""
    assert run.status == 0, run.messages
    assert "Traceback" not in run.messages
    assert {grade["status"] for grade in run.grades.values()} == {"graded"}
    checks = [c for g in run.grades.values() for q in g["questions"] for c in q["checks"]]
    assert [check["id"] for check in checks if check["verdict"] == "grader_error"] == []


def test_no_process_is_left(run):
    """Whatever the submissions started has ended with the command."""
    assert run.survivors == []


def test_no_file_appears_or_changes(run):
    """The course, the submissions, the canaries and the shared folders are as they were."""
    assert run.files_after == run.files_before
    assert run.traces_after == run.traces_before
    assert run.temporary == []


def test_nothing_confidential_is_in_the_result(run):
    """Neither secret, marker, reference nor hidden check is quoted anywhere in the result."""
    assert MARKER not in run.text
    assert SECRET not in run.text
    public = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (*HOSTILE.glob("*.py"), *ROOT.glob("assignments/activations/*.py"))
    )
    confidential = [ROOT / "solutions/activations.py", *ROOT.glob("tests/hidden/activations/*.py")]
    lines = {line.strip() for path in confidential for line in path.read_text().splitlines()}
    # A claim, which stands alone between quotes, is meant to be read.
    telling = [line for line in lines if len(line) > 25 and not line.startswith(('"""', "def "))]
    assert len(telling) > 100
    assert [line for line in telling if line in run.text and line not in public] == []


def test_hidden_inputs_are_not_told(run):
    """The words of a hidden check carry no number that its input could have held."""
    told = [
        check["message"]
        for question in run.grades["06_tell_inputs"]["questions"]
        for check in question["checks"]
        if not check.get("public") and re.search(r"\d[._]\d{4}", check["message"])
    ]
    assert told == []
