"""No byte that students get holds a line of the staff's: in no file, zip or notebook."""

from __future__ import annotations

import io
import json
import re
import runpy
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml

from autograder.errors import AutograderError
from autograder.misconceptions import load_misconceptions
from autograder.release.build import build_release

COURSE = Path(__file__).resolve().parents[2]
POLICY = yaml.safe_load((COURSE / "grading.yml").read_text())
ASSIGNMENTS = POLICY["order"]
# What answers with models has no recognised.json.
TOLD = [name for name in ASSIGNMENTS if POLICY["assignments"][name].get("runtime") != "keras"]
SECRET = "a secret of the leak tests"
LARGE = 500_000  # arrays beyond it are pictures; what a zip holds is looked at file by file
SEARCH = runpy.run_path(str(Path(__file__).with_name("leaks.py")))
staff_lines, strings = SEARCH["staff_lines"], SEARCH["strings"]
COURSE_PARTS = ("assignments", "solutions", "student_template", "tests/hidden")
CACHES = shutil.ignore_patterns("__pycache__", ".pytest_cache")
ANSWER_WORDS = (
    "answer differs raises dtype shape numbers items float64 int64 uint8 nan -inf ValueError"
)


# A package that Otter imports uses an old form of another one's.
pytestmark = pytest.mark.filterwarnings("ignore:Traits should be given:DeprecationWarning")


def texts(path, content):
    """Yield every text in a file: zips are opened, and in JSON the strings without their escapes.

    Yields:
        Where the text is, and the text.
    """
    if zipfile.is_zipfile(io.BytesIO(content)):
        archive = zipfile.ZipFile(io.BytesIO(content))
        for entry in archive.infolist():
            yield from texts(f"{path}!{entry.filename}", archive.read(entry))
            yield f"{path}!{entry.filename}", entry.filename + entry.comment.decode("latin-1")
    if len(content) < LARGE or not path.endswith((".npy", ".npz", ".zip")):
        yield path, content.decode("utf-8", "replace")
    if path.endswith((".json", ".ipynb")):
        yield path, "\n".join(strings(json.loads(content)))


def leaks(files, lines):
    """Find staff lines in files.

    Returns:
        A pair for each line found: the file that it is in, and where it is from.
    """
    return {
        (place, origin)
        for path, content in files.items()
        for place, text in texts(path, content)
        for line, origin in lines.items()
        if line in text
    }


def student_files(course, assignments=ASSIGNMENTS):
    """Build a release, and keep what does not go to the grading machine."""
    files = build_release(course, assignments)
    graders = {f"{name}-autograder.zip" for name in assignments}
    assert graders < files.keys()
    return {path: file.content for path, file in files.items() if path not in graders}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A copy of the course, to plant something in."""
    monkeypatch.setenv("AUTOGRADER_SECRET", SECRET)
    for name in COURSE_PARTS:
        shutil.copytree(COURSE / name, tmp_path / name, ignore=CACHES)
    (tmp_path / "docs").mkdir()
    for name in ("grading.yml", "docs/errata.md"):
        shutil.copy(COURSE / name, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="module")
def lines():
    return {**staff_lines(), SECRET: "the secret"}


def test_staff_lines_are_many_and_of_every_kind(lines):
    """The grep looks for something: solutions, hidden tests, comments of the policy, the secret."""
    origins = set(lines.values())
    assert {str(path) for path in (COURSE / "tests/hidden").rglob("test_*.py")} < origins
    assert {str(path) for path in (COURSE / "solutions").rglob("*.py")} < origins
    assert {str(COURSE / "grading.yml"), "the secret"} < origins
    assert len(lines) > 700


def test_release_holds_no_line_of_the_staffs(course, lines):
    """Nothing that students get has a line of a solution, a hidden test, the policy, the secret."""
    assert leaks(student_files(course), lines) == set()


def test_release_leaks_in_the_graders_zip_would_be_seen(course, lines):
    """The same grep finds every staff file of an assignment where it belongs: with the grader."""
    (name, *_) = ASSIGNMENTS
    file = build_release(course, [name])[f"{name}-autograder.zip"]
    found = {origin for _, origin in leaks({"x.zip": file.content}, lines)}
    assert found >= {str(path) for path in (COURSE / f"tests/hidden/{name}").rglob("*.py")}
    assert found >= {str(COURSE / f"solutions/{name}.py"), str(COURSE / "grading.yml")}
    assert "the secret" in found


@pytest.mark.parametrize("name", TOLD)
def test_release_tells_messages_of_known_wrong_code_and_nothing_else_of_it(course, name):
    """recognised.json has messages, digests of calls, and answers: numbers, and words of stubs."""
    file = build_release(course, [name])[f"{name}/recognised.json"]
    questions = POLICY["assignments"][name]["questions"]
    asked = {id_: question["functions"] for id_, question in questions.items()}
    functions = {one: id_ for id_, names in asked.items() for one in names}
    known = load_misconceptions(COURSE / "solutions" / "misconceptions" / f"{name}.py", functions)
    told = {(one.question, one.message, one.convention) for one in known}
    words = (COURSE / "assignments" / name / f"{name}.py").read_text() + ANSWER_WORDS
    mistakes = json.loads(file.content)["mistakes"]
    assert mistakes
    for mistake in mistakes:
        calls = mistake.pop("calls")
        assert (mistake["question"], mistake["message"], mistake["convention"]) in told
        assert mistake.pop("functions") == asked[mistake["question"]]
        assert mistake.keys() == {"question", "message", "convention"}
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in calls)
        for answer in calls.values():
            assert answer.keys() in ({"answer", "differs"}, {"raises"})
            assert [text for text in strings(answer) if text not in words] == []


PLANTED = ["activations", "convolution"]
PLANTS = [
    ("student_template/README.md", "\n{line}\n"),
    ("student_template/requirements.txt", "\n# {line}\n"),
    ("student_template/pytest.ini", "\n# {line}\n"),
    ("assignments/convolution/convolution.py", "\n# {line}\n"),
    ("assignments/activations/activations.md", "\n```python\nif True:\n    {line}\n```\n"),
    ("assignments/activations/data/notes.txt", "{line}"),
]


@pytest.mark.parametrize("kind", ["solutions", "tests/hidden", "grading.yml", "the secret"])
def test_release_with_planted_lines_is_found(course, lines, kind):
    """A staff line in any file that students get is found in the folder and in the zip."""
    (line, *_) = [line for line, origin in lines.items() if kind in origin and '"' not in line]
    for place, form in PLANTS:
        path = course / place
        path.parent.mkdir(exist_ok=True)
        before = path.read_text() if path.exists() else ""
        path.write_text(before + form.format(line=line))
    found = leaks(student_files(course, PLANTED), lines)
    assert {kind in origin for _, origin in found} == {True}
    places = [where for where, _ in found]
    for place, _ in PLANTS:
        stem = f"/{Path(place).stem}."  # the lesson becomes a notebook
        there = [where for where in places if stem in where]
        assert {"!" in where for where in there} == {True, False}, place


def test_release_with_a_solution_in_a_zip_among_the_data_is_found(course, lines):
    """An archive within the archive hides nothing."""
    data = course / "assignments" / "activations" / "data"
    data.mkdir()
    with zipfile.ZipFile(data / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(COURSE / "solutions" / "activations.py", "x/answers.txt")
    found = leaks(student_files(course, PLANTED), lines)
    assert any(where.endswith("more.zip!x/answers.txt") for where, _ in found)


@pytest.mark.parametrize("body", ["return 1 / (1 + np.exp(-x))", "pass"])
def test_release_of_a_stub_that_has_a_body_is_refused(course, body):
    """A solved stub does not reach students at all."""
    stub = course / "assignments" / "activations" / "activations.py"
    stub.write_text(stub.read_text().replace('raise NotImplementedError("A1.2 sigmoid")', body))
    with pytest.raises(AutograderError, match=r"A1\.2 sigmoid"):
        build_release(course, [])
