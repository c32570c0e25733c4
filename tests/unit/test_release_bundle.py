"""The student bundle: an allow-list of two folders, and the facts that students may know."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

from autograder.archive import content_digest
from autograder.config import load_course
from autograder.errors import InstructorError, SuiteError
from autograder.release import bundle as bundle_module
from autograder.release.bundle import public_files, student_bundle
from autograder.release.disclosure import facts_of

TEMPLATE = Path(__file__).resolve().parents[2] / "student_template"
PUBLIC_MEAN = '''

@pytest.mark.question("T1.2")
def test_mean_of_two_numbers():
    """mean([1, 2]) is 1.5."""
    assert toy.mean(np.array([1.0, 2.0])) == 1.5
'''
BARE = {"stretch": False, "sources": []}
LESSON = "# Toys\n\n```python\nimport toy\n```\n"


@pytest.fixture
def course(tiny_course):
    """A course that can be released: with a lesson, a template and a public test a question."""
    public = tiny_course.texts["assignments/toy/test_toy.py"]
    tiny_course.write("assignments/toy/test_toy.py", public + PUBLIC_MEAN)
    tiny_course.write("assignments/toy/toy.md", LESSON)
    caches = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    shutil.copytree(TEMPLATE, tiny_course.root / "student_template", ignore=caches)
    return tiny_course


def make(course):
    facts = facts_of(load_course(course.root / "grading.yml"), "toy")
    template = course.root / "student_template"
    return student_bundle(facts, course.root / "assignments" / "toy", template)


def test_bundle_holds_what_students_need_and_nothing_else(course):
    """Stub, public tests, notebook, Otter tests, instructions, requirements, facts."""
    course.write("assignments/toy/data/small.csv", "1,2\n")
    (course.root / "assignments/toy/__pycache__").mkdir()
    course.write("assignments/toy/__pycache__/toy.cpython-311.pyc", "left behind")
    from_template = {
        path.relative_to(TEMPLATE).as_posix()
        for path in TEMPLATE.rglob("*")
        if path.is_file() and "cache" not in path.as_posix()
    }
    assert set(make(course)) == {
        "toy.py",
        "test_toy.py",
        "toy.ipynb",
        "data/small.csv",
        "assignment.json",
        "tests/T1.1.py",
        "tests/T1.2.py",
        *from_template,
    }


def test_bundle_copies_stub_and_public_tests_byte_by_byte(course):
    """What students get is what the instructor wrote."""
    bundle = make(course)
    for name in ("toy.py", "test_toy.py"):
        assert bundle[name].content == (course.root / "assignments/toy" / name).read_bytes()


def test_bundle_facts_say_what_the_students_commands_need(course):
    """assignment.json has questions, limits, imports, and the digest of all other files."""
    policy = course.texts["grading.yml"].replace("points: 60", "points: 60, sources: [deck 004 L9]")
    course.write("grading.yml", policy)
    bundle = make(course)
    page = json.loads(bundle.pop("assignment.json").content)
    asked = {"id": "T1.1", "title": "Twice", "functions": ["double"]}
    assert page["release"] == content_digest(bundle)
    assert page["questions"] == [
        {**asked, "points": 60, "stretch": False, "sources": ["deck 004 L9"]},
        {"id": "T1.2", "title": "Mean", "functions": ["mean"], "points": 40, **BARE},
    ]
    assert (page["schema"], page["id"], page["title"], page["due"]) == (1, "toy", "Toys", "")
    assert (page["max_points"], page["allowed_imports"]) == (100, ["numpy", "math"])
    assert page["limits"] == {"files": 50, "file_kib": 512, "total_kib": 4096}


def test_bundle_holds_what_was_made_for_students_and_its_digest_covers_it(course):
    """Further files are taken as they are given."""
    facts = facts_of(load_course(course.root / "grading.yml"), "toy")
    folders = (course.root / "assignments" / "toy", course.root / "student_template")
    bundle = student_bundle(facts, *folders, {"errata.md": b"# Errata"})
    page = json.loads(bundle.pop("assignment.json").content)
    assert bundle["errata.md"].content == b"# Errata"
    assert page["release"] == content_digest(bundle)


def test_bundle_digest_follows_every_file(course):
    """A changed stub or a changed lesson makes another release."""
    digests = [json.loads(make(course)["assignment.json"].content)["release"]]
    for name in ("assignments/toy/toy.md", "student_template/requirements.txt"):
        path = course.root / name
        path.write_text(path.read_text() + "\n# more\n")
        digests.append(json.loads(make(course)["assignment.json"].content)["release"])
    assert len(set(digests)) == 3


def test_bundle_readme_says_points_rules_and_due_date(course):
    """The page is filled in from the facts: nothing of the template's language is left."""
    path = course.root / "grading.yml"
    text = path.read_text().replace(
        "course: {title: A tiny course}",
        "course:\n  title: A tiny course\n  time_zone: Europe/Berlin",
    )
    text = text.replace("    title: Toys\n", "    title: Toys\n    due: 2027-04-30 23:59\n")
    path.write_text(text)
    readme = make(course)["README.md"].content.decode()
    assert "2027-04-30 23:59" in readme
    assert "Europe/Berlin" in readme
    assert "| T1.1 | Twice | `double` | 60 |" in readme
    assert "You may import `numpy`, `math`," in " ".join(readme.split())
    assert "50 files of at most 512 KiB each" in " ".join(readme.split())
    assert not re.search(r"{{|}}|{%|%}", readme)


def test_bundle_readme_without_a_due_date_does_not_speak_of_one(course):
    """Where nothing is ever late the page does not frighten anybody."""
    assert "Due" not in make(course)["README.md"].content.decode()


def test_bundle_readme_with_an_unknown_name_is_refused(course):
    """A slip in the template is an error, not a gap on the students' page."""
    course.write("student_template/README.md", "{{ facts.titel }}\n")
    with pytest.raises(InstructorError, match=r"README\.md.*titel"):
        make(course)


@pytest.mark.parametrize(
    "name",
    [
        "assignments/toy/solution.py",
        "assignments/toy/toy.py~",
        "assignments/toy/notes/answers.md",
        "student_template/grading.yml",
        "student_template/tests/test_mean.py",
    ],
)
def test_bundle_with_a_file_off_the_allow_list_is_refused(course, name):
    """A stray file is told with its path, and is not released."""
    course.write(name, "an answer")
    with pytest.raises(SuiteError, match="expected a file that students may have") as caught:
        make(course)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("assignments/toy/data/x.py", "solutions/toy.py"),
        ("assignments/toy/data", "solutions"),
        ("student_template/.github/points.py", "tests/hidden/toy/test_mean.py"),
        ("assignments/toy", "solutions"),
    ],
)
def test_bundle_with_a_link_out_of_the_two_folders_is_refused(course, link, target):
    """A link to a solution is not followed, be it to a file or to a folder."""
    place = course.root / link
    place.parent.mkdir(exist_ok=True)
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.symlink_to(course.root / target)
    with pytest.raises(SuiteError, match="a link could lead anywhere"):
        make(course)


def test_bundle_with_files_missing_tells_all_of_them(course):
    """Everything that is missing in a folder is told at once, with what to do."""
    folder = course.root / "assignments" / "toy"
    (folder / "toy.md").unlink()
    (folder / "test_toy.py").unlink()
    with pytest.raises(SuiteError) as caught:
        public_files("toy", folder)
    assert [Path(problem.file).name for problem in caught.value.problems] == [
        "test_toy.py",
        "toy.md",
    ]


def test_bundle_module_imports_nothing_that_knows_the_staffs_files():
    """The module that writes for students names no module that could find an answer."""
    tree = ast.parse(Path(bundle_module.__file__).read_text())
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in names if name.startswith("autograder")} == {
        "autograder.errors",
        "autograder.archive",
        "autograder.release.facts",
        "autograder.release.notebook",
        "autograder.workspace.publictests",
    }


def test_bundle_with_requirements_of_its_own_has_them_below_the_usual_ones(course):
    """An assignment that needs more than the others says so in its folder."""
    usual = make(course)["requirements.txt"].content
    course.write("assignments/toy/requirements.txt", "keras>=3,<4\n")
    assert make(course)["requirements.txt"].content == usual + b"keras>=3,<4\n"
