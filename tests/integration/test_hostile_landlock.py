"""A kernel without Landlock: `strict` refuses to grade, `best-effort` grades and says so.

A filter of system calls around the whole grader answers for Landlock as a kernel before 5.13 does.
"""

import runpy
from pathlib import Path

import pytest

RUNS = runpy.run_path(str(Path(__file__).with_name("hostile_runs.py")))
Setting = RUNS["Setting"]
# What Landlock is there against, and other layers stop too.
READERS = {
    "01_read_files",
    "01_read_through_imports",
    "03_memory_of_others",
    "04_told_by_the_kernel",
    "05_neighbours",
    "10_write_results",
}

pytest.importorskip("pyseccomp", reason="libseccomp is missing, which makes the filter")


@pytest.fixture(params=[False, True], ids=["machine", "container"])
def setting(request):
    """A machine of one's own, and a container: both without Landlock."""
    return Setting(ordinary=not RUNS["AS_ROOT"], container=request.param, landlock=False)


def test_strict_without_landlock_grades_nothing_and_names_the_mend(setting, tmp_path):
    """Nothing is graded, the status is our own fault's, and the message says what is missing."""
    RUNS["lay_out"](tmp_path, only={"01_read_files"})
    run = RUNS["grade_there"](tmp_path, setting)
    assert (run.status, run.grades) == (3, {})
    assert "is not held by Landlock; the hidden suite is not run beside it" in run.messages
    assert "landlock: off: ENOSYS" in run.messages
    assert "landlock: a kernel of 5.13 or later" in run.messages
    assert "--isolation best-effort grades all the same" in run.messages
    assert run.changes == RUNS["Changes"]()


def test_best_effort_without_landlock_grades_and_tells_it(tmp_path):
    """Whoever asks for it gets grades, and reads in the result which layer was off."""
    RUNS["lay_out"](tmp_path, only=READERS)
    setting = Setting(ordinary=not RUNS["AS_ROOT"], landlock=False)
    run = RUNS["grade_there"](tmp_path, setting, ["--isolation", "best-effort"])
    assert run.status == 0, run.messages
    assert run.isolation["landlock"].startswith("off: ENOSYS")
    honest = [grade for name, grade in run.grades.items() if name.endswith("_honest")]
    assert {(grade["points"], grade["bonus"]) for grade in honest} == {(100, 8)}
    if run.isolation["mount_namespace"] == "on":
        found = {
            name: RUNS["differences"](run.grades[name], RUNS["expectation"](name))
            for name in READERS
        }
        assert {name: words for name, words in found.items() if words} == {}
    assert run.changes == RUNS["Changes"]()
