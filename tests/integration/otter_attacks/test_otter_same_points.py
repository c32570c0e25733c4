"""Otter and `autograder grade` give the same points for every submission of this repository."""

import zipfile
from pathlib import Path

import pytest

from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import open_job
from autograder.workspace.pack import pack_hand_in

COURSE = Path(__file__).resolve().parents[3]
HOSTILE = sorted((COURSE / "tests" / "hostile").glob("*.py"))


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


@pytest.mark.parametrize("assignment", ["activations", "convolution"])
def test_otter_run_of_every_sample_gives_the_points_of_grade(
    assignment, otter_zips, otter_run_all, grade_paths, tmp_path
):
    """Each question of each sample submission has the same points, and so has the total."""
    samples = COURSE / "examples" / "submissions" / assignment
    paths = [path for path in sorted(samples.iterdir()) if path.name[0] not in "._"]
    local = {grade.submission: grade for grade in grade_paths(assignment, samples).grades}
    jobs = dict(_prepared(paths, assignment, tmp_path))
    found = otter_run_all({name: (otter_zips[assignment], path) for name, path in jobs.items()})
    assert sorted(found) == sorted(local)
    assert {name: one.get("error") for name, one in found.items() if "error" in one} == {}
    for name, one in found.items():
        assert one["points"] == _points(local[name]), name
        assert one["total"] == pytest.approx(local[name].points + local[name].bonus), name


def test_otter_run_of_every_hostile_submission_gives_the_points_of_grade(
    hasty_course, hasty_zip, otter_run_all
):
    """Attacks earn through Otter what they earn without it, question by question."""
    executor = LocalExecutor(2, task_seconds=600)
    job = open_job("activations", hasty_course)
    result = grade_class(job, HOSTILE, executor, Isolation(), lambda *_: None)
    local = {grade.submission: grade for grade in result.grades}
    found = otter_run_all({path.stem: (hasty_zip, path) for path in HOSTILE})
    assert sorted(found) == sorted(local)
    assert {name: one.get("error") for name, one in found.items() if "error" in one} == {}
    assert {name: one["points"] for name, one in found.items()} == {
        name: _points(grade) for name, grade in local.items()
    }
