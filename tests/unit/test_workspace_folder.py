"""Where a student's folder is, and what a wrong place is told."""

from __future__ import annotations

import json

import pytest

from autograder.errors import InstructorError
from autograder.workspace.folder import ASSIGNMENT_FILE, find_workspace

FACTS = {
    "schema": 1,
    "id": "toy",
    "title": "Toys",
    "release": "sha256:1",
    "due": "",
    "max_points": 100,
    "questions": [
        {"id": "T1.1", "title": "Twice", "functions": ["double"], "points": 60, "stretch": False}
    ],
    "allowed_imports": ["numpy", "math"],
    "limits": {"files": 50, "file_kib": 512, "total_kib": 4096},
}


@pytest.fixture
def folder(tmp_path):
    """Make a student's folder."""
    path = tmp_path / "toy"
    path.mkdir()
    (path / ASSIGNMENT_FILE).write_text(json.dumps(FACTS))
    return path


def test_workspace_holds_what_the_bundle_says(folder):
    """Everything that the commands need is in `assignment.json`."""
    workspace = find_workspace("", folder)
    assert (workspace.id, workspace.title, workspace.release) == ("toy", "Toys", "sha256:1")
    assert workspace.questions[0].functions == ("double",)
    assert workspace.allowed_imports == ("numpy", "math")
    assert workspace.limits.total_kib == 4096
    assert workspace.module == folder.resolve() / "toy.py"


def test_workspace_knows_where_its_questions_can_be_looked_up(folder):
    """An older bundle does not say it, nor always whether points are a bonus."""
    asked = {"id": "T1.1", "title": "Twice", "functions": ["double"], "points": 60}
    questions = [asked, {**asked, "sources": ["deck 004 L343", "E03"]}]
    (folder / ASSIGNMENT_FILE).write_text(json.dumps({**FACTS, "questions": questions}))
    older, newer = find_workspace("", folder).questions
    assert (older.sources, older.stretch) == ((), False)
    assert newer.sources == ("deck 004 L343", "E03")


@pytest.mark.parametrize(
    ("assignment", "start"),
    [("", "."), ("toy", "."), ("", "data"), ("toy", ".."), ("toy", "../other")],
)
def test_workspace_is_found_from_places_around_it(folder, assignment, start):
    """Here, from a folder in it, from the folder around it, and from the one beside it."""
    (folder / "data").mkdir()
    (folder.parent / "other").mkdir()
    assert find_workspace(assignment, folder / start).folder == folder.resolve()


def test_workspace_in_a_course_is_the_public_part(tiny_course):
    """An instructor tries the public tests on the stub without a release."""
    workspace = find_workspace("toy", tiny_course.root)
    assert workspace.folder == (tiny_course.root / "assignments" / "toy").resolve()
    assert (workspace.release, workspace.questions[1].functions) == ("", ("mean",))
    assert find_workspace("", workspace.folder).id == "toy"


@pytest.mark.parametrize(
    ("assignment", "words"), [("", "say which assignment, one of toy"), ("tois", "toy")]
)
def test_course_without_the_name_of_its_assignment_asks_for_it(tiny_course, assignment, words):
    """In a course's folder the name decides."""
    with pytest.raises(InstructorError, match=words):
        find_workspace(assignment, tiny_course.root)


def test_place_without_an_assignment_says_where_to_go(tmp_path):
    """Whoever is in the wrong folder learns that."""
    with pytest.raises(InstructorError, match=r"expected the folder of an assignment.*unpacked"):
        find_workspace("", tmp_path)


@pytest.mark.parametrize(
    ("asked", "words"), [("tay", "did you mean toy"), ("loss", "go to the folder")]
)
def test_folder_of_another_assignment_is_told_with_its_name(folder, asked, words):
    """Asking for another assignment does not check this one."""
    with pytest.raises(InstructorError, match=rf"is the folder of toy, not of {asked}.*{words}"):
        find_workspace(asked, folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "JSON"), ("[]", "object"), (json.dumps({**FACTS, "limits": {}}), "limits.files")],
)
def test_damaged_assignment_file_is_named_with_its_key(folder, text, words):
    """The file, the place in it, and where to get a good one."""
    (folder / ASSIGNMENT_FILE).write_text(text)
    with pytest.raises(InstructorError, match=rf"assignment\.json: .*{words}.* once more"):
        find_workspace("", folder)
