"""Otter and `autograder grade` give the same points: for samples, and for each attack."""

import json
import re
import runpy
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import open_job
from autograder.otter.wording import check_words
from autograder.records import Grade, Status, Verdict
from autograder.workspace.pack import pack_hand_in

COURSE = Path(__file__).resolve().parents[3]
HAND_INS = runpy.run_path(str(COURSE / "tests" / "hostile" / "hand_ins.py"))
EXPECTED = HAND_INS["EXPECTED"]
WAITING = 4  # processes: many of these wait for ever, which costs no processor
# Graded by Otter from end to end, which takes six seconds of processor time: attacks on its files,
# its names, its words and its notebooks. Of every other attack one hand-in is graded by what the
# kernel of Otter executes, a tenth of the work.
COMPLETE = (
    "01_read_files",
    "09_exit",
    "10_write_results",
    "12_shadow_modules",
    "16_magics",
    "16_pretended_results",
    "26_links",
    "28_names_inside",
    "28_script_in_words",
)
ACTS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def _files_of(path):
    """Give the files of a folder or of a zip."""
    if path.is_dir():
        members = [member for member in path.rglob("*") if member.is_file()]
        return {member.relative_to(path).as_posix(): member.read_bytes() for member in members}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def _prepared(paths, assignment, folder):
    """Pack what is more than one file as `autograder submit` does: Otter opens no folders."""
    for path in paths:
        if path.suffix in {".py", ".ipynb"}:
            yield path.stem, path
        else:
            packed = folder / f"{path.stem}.zip"
            packed.write_bytes(pack_hand_in(assignment, _files_of(path), ""))
            yield path.stem, packed


def _points(grade):
    return {question.id: question.points for question in grade.questions}


@pytest.mark.parametrize(("assignment", "every"), [("activations", 4), ("convolution", 10)])
def test_otter_run_of_samples_gives_the_points_of_grade(
    assignment, every, otter_zips, otter_run_all, grade_paths, tmp_path
):
    """Each question has the same points, and so has the total; some of them, for the time."""
    samples = COURSE / "examples" / "submissions" / assignment
    paths = [path for path in sorted(samples.iterdir()) if path.name[0] not in "._"][::every]
    local = {grade.submission: grade for grade in grade_paths(assignment, samples).grades}
    jobs = dict(_prepared(paths, assignment, tmp_path))
    found = otter_run_all({name: (otter_zips[assignment], path) for name, path in jobs.items()})
    assert len(found) == len(paths) > 2
    assert {name: one.get("error") for name, one in found.items() if "error" in one} == {}
    for name, one in found.items():
        assert one["points"] == _points(local[name]), name
        assert one["total"] == pytest.approx(local[name].points + local[name].bonus), name


@dataclass(frozen=True)
class Hostile:
    """The hostile hand-ins, graded here and through the zip.

    Attributes:
        local: Name to grade.
        found: Name to what `grade_many.py` tells.
    """

    local: dict[str, Grade]
    found: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def hostile(hasty_course, hasty_zip, otter_run_all, tmp_path_factory):
    """Grade one hand-in of each attack, and more; none whose name is odd: Otter names them."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "course").symlink_to(hasty_course)  # where links in them lead
    plain = [name for name in EXPECTED if re.fullmatch(r"\w+", name)]
    tried: set[int] = set()
    names = []
    for name in dict.fromkeys((*COMPLETE, *plain)):
        if name in COMPLETE or not tried.issuperset(EXPECTED[name]["attacks"]):
            names.append(name)
            tried.update(EXPECTED[name]["attacks"])
    paths = HAND_INS["write_hand_ins"](folder / "hand-ins", only=names)
    job = open_job("activations", hasty_course)
    executor = LocalExecutor(WAITING, task_seconds=600)
    result = grade_class(job, [folder / "hand-ins"], executor, Isolation(), lambda *_: None)
    modules = {name for name, path in paths.items() if path.suffix == ".py" and name in COMPLETE}
    hows = dict.fromkeys(names, "driver") | dict.fromkeys(COMPLETE, "gradescope")
    hows |= dict.fromkeys(modules, "otter run")
    jobs = {name: (hasty_zip, path) for name, path in paths.items()}
    found = otter_run_all(jobs, hows, processes=WAITING)
    return Hostile({grade.submission: grade for grade in result.grades}, found)


def test_otter_of_every_hostile_hand_in_gives_the_points_of_grade(hostile):
    """Attacks earn through Otter what they earn without it, question by question."""
    assert sorted(hostile.found) == sorted(hostile.local)
    errors = {name: one["error"] for name, one in hostile.found.items() if "error" in one}
    assert errors == {}
    for name, one in hostile.found.items():
        grade = hostile.local[name]
        assert one["points"] == _points(grade), name
        assert one["total"] == pytest.approx(grade.points + grade.bonus), name
        assert grade.status == EXPECTED[name]["status"], name


def test_otter_of_every_hostile_hand_in_gives_the_verdicts_of_grade(hostile):
    """Each check has the same verdict, and what is refused is refused for the same reason."""
    for name, one in hostile.found.items():
        grade = hostile.local[name]
        assert one["kind"] == ("graded" if grade.status is Status.GRADED else "refused"), name
        assert one["reason"] == grade.reason, name
        verdicts = [
            line for line in one["details"] if re.match(r"A1\.\d \S+\.py::|A1\.\d rules", line)
        ]
        assert verdicts == [
            f"{question.id} {check.id}: {check.verdict.value}"
            for question in grade.questions
            for check in question.checks
            if check.verdict is not Verdict.PASSED
        ], name


def test_otter_of_every_hostile_hand_in_tells_what_grade_tells(hostile):
    """A student reads the same words, where no limit was reached that the machine's load moves."""
    compared = 0
    for name, one in hostile.found.items():
        grade = hostile.local[name]
        for question in grade.questions:
            if any(check.verdict is Verdict.LIMIT_EXCEEDED for check in question.checks):
                continue
            words = [check_words(grade, question, public=public) for public in (True, False)]
            assert one["words"][question.id] == words, (name, question.id)
            compared += 1
    assert compared > 100


def test_otters_results_of_hostile_words_are_text_that_does_not_act(hostile):
    """Gradescope is told that everything is plain text, and none of it acts on a terminal."""
    shown = {name: one["results"] for name, one in hostile.found.items() if "results" in one}
    assert set(shown) >= {name for name in COMPLETE if name.startswith(("16", "26"))}
    for name, results in shown.items():
        assert results["output_format"] == results["test_output_format"] == "text", name
        assert ACTS.search(json.dumps(results, ensure_ascii=False)) is None, name
