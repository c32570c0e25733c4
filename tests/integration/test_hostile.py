"""Every hostile submission, graded by the real command beside honest ones, in four settings.

As root with every layer; as an ordinary user, through a user namespace; with what Docker's default
profile leaves, as root and as a user. No Docker engine takes part: `hostile_runs.py` says how a
container is imitated, and what that does not show. A fifth setting, a kernel without Landlock, is
in `test_hostile_landlock.py`.
"""

import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.intake import find_submissions, submission_names
from autograder.job import open_job

ROOT = Path(__file__).resolve().parents[2]
RUNS = runpy.run_path(str(Path(__file__).with_name("hostile_runs.py")))
AS_ROOT, EXPECTED, HOSTILE, MARKER, SECRET, SETTINGS = (
    RUNS[name] for name in ("AS_ROOT", "EXPECTED", "HOSTILE", "MARKER", "SECRET", "SETTINGS")
)
NAMESPACES = ("pid_namespace", "mount_namespace", "network_namespace", "ipc_namespace")


# What the layers are there against.
HELD_BY_LAYERS = {1, 2, 3, 4, 5, 10, 18, 22, 23, 24, 25}


def require(setting):
    """Skip where a setting cannot be had."""
    if not AS_ROOT and not setting.ordinary:
        pytest.skip("only root can grade as root")
    if setting.ordinary and not setting.container and not RUNS["user_namespaces_are_allowed"]():
        pytest.skip("this machine gives ordinary users no user namespaces")
    if setting.container:
        pytest.importorskip("pyseccomp", reason="libseccomp is missing, which makes the filter")


@pytest.fixture(scope="module", params=SETTINGS)
def setting(request):
    require(SETTINGS[request.param])
    return request.param


@pytest.fixture(scope="module")
def run(setting, tmp_path_factory):
    """Grade everything once in each setting.

    The first has longer limits than the others, and pages, which follow from the JSON.
    """
    base, is_first = tmp_path_factory.mktemp(setting), setting == "root"
    RUNS["lay_out"](base, limits=RUNS["LIMITS" if is_first else "SHORT_LIMITS"])
    options = ["--report", str(base / "pages")] if is_first else []
    return RUNS["grade_there"](base, SETTINGS[setting], options)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_hostile_submission_gets_what_its_right_code_is_worth(run, setting, name):
    """An attack changes neither its status nor its points, and does not get away with a verdict."""
    assert RUNS["differences"](run.grades[name], RUNS["expectation"](name, setting)) == []


def test_hostile_submissions_breach_nothing(run):
    """No submission reports that something worked that must not."""
    assert re.findall(r"(?m)^BREACH.*", run.text) == []


def test_honest_submissions_beside_them_keep_every_point(run):
    """Honest work gets full marks whoever is graded before, after and at the same time."""
    honest = [grade for name, grade in run.grades.items() if name.endswith("_honest")]
    assert len(honest) >= len(EXPECTED) // RUNS["HONEST_EVERY"]
    assert {(grade["points"], grade["bonus"]) for grade in honest} == {(100, 8)}


def test_command_grades_what_can_be_graded_and_complains_of_nothing(run):
    """What intake refuses is ungraded and no more is; no check fails by itself."""
    refused = {name for name, expected in EXPECTED.items() if expected["status"] == "ungraded"}
    assert run.status == int(bool(refused)), run.messages
    assert "Traceback" not in run.messages
    ungraded = {name for name, grade in run.grades.items() if grade["status"] != "graded"}
    assert ungraded == refused
    checks = [c for g in run.grades.values() for q in g["questions"] for c in q["checks"]]
    assert [check["id"] for check in checks if check["verdict"] == "grader_error"] == []


def test_no_process_is_left(run):
    """Whatever the submissions started has ended with the command."""
    assert run.changes.processes == ()


def test_no_file_appears_or_changes(run):
    """The course, the submissions, the canaries and the shared folders are as they were."""
    assert (run.changes.files, run.changes.traces, run.temporary) == ((), (), [])


def test_nothing_confidential_is_in_the_result(run):
    """Neither secret, marker, reference nor hidden check is quoted in the result or in messages."""
    for text in (run.text, run.messages):
        assert MARKER not in text
        assert SECRET not in text
    public = "\n".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in (*HOSTILE.rglob("*.py"), *ROOT.glob("assignments/activations/*.py"))
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


@pytest.fixture(scope="module")
def searched():
    """What one setting's search has seen need not be searched in the next."""
    return set()


def test_nothing_hidden_is_told_in_words_or_numbers(run, setting, searched, leaks, leaked):
    """No text for a student has a number of a hidden check, a line of the staff's or the secret."""
    job, secret = open_job("activations", ROOT), SECRET.encode()
    paths = find_submissions([run.course.parent / "submissions"])
    for name, path in zip(submission_names(paths), paths, strict=True):
        text = "\n".join(leaks.strings(run.grades[name]))
        if text not in searched:
            searched.add(text)
            own = leaks.code_of(path, job)
            assert leaked(job, run.grades[name], {"json": text}, own, secret) == set(), name
    pages = {page.name: page.read_text(encoding="utf-8") for page in run.pages.glob("*.html")}
    assert len(pages) > len(EXPECTED) or setting != "root"
    assert leaks.secret_told(pages, secret) == set()
    assert [name for name, page in pages.items() if MARKER in page] == []


def test_result_tells_the_layers_of_its_setting(run, setting):
    """What a setting leaves is what the result says: the test is of that setting."""
    layers, wanted = run.isolation, SETTINGS[setting]
    assert (layers["landlock"], layers["seccomp"]) == ("on", "on")
    assert layers["user_switch"].startswith("off: only root" if wanted.ordinary else "on")
    if wanted.container:
        assert {layers[layer].partition(" (")[0] for layer in NAMESPACES} == {"off: EPERM"}
    elif wanted.ordinary:
        assert {layers[layer] for layer in (*NAMESPACES, "user_namespace")} == {"on"}


def test_ordinary_user_in_a_container_is_held_too(tmp_path):
    """With neither namespaces nor root, whatever a layer is there against still gets nothing."""
    setting = RUNS["Setting"](ordinary=True, container=True)
    require(setting)
    names = {n for n, expected in EXPECTED.items() if HELD_BY_LAYERS & set(expected["attacks"])}
    RUNS["lay_out"](tmp_path, only=names, limits=RUNS["SHORT_LIMITS"])
    run = RUNS["grade_there"](tmp_path, setting)
    found = {
        name: RUNS["differences"](run.grades[name], RUNS["expectation"](name, "container"))
        for name in names
    }
    assert {name: words for name, words in found.items() if words} == {}
    assert (run.changes, run.temporary) == (RUNS["Changes"](), [])
    assert run.isolation["user_switch"].startswith("off: only root")


def test_docker_engine_if_there_is_one_has_the_profile_that_is_imitated():
    """Where an engine answers, its containers start below its built-in profile."""
    docker = shutil.which("docker")
    words = [docker or "false", "info", "--format", "{{.SecurityOptions}}"]
    asked = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)
    if asked.returncode != 0:
        pytest.skip("no Docker engine answers here: a container is imitated, and nothing compared")
    assert "name=seccomp,profile=builtin" in asked.stdout
