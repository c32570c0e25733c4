"""Every lesson runs from top to bottom: with the stub it says what is missing, then all passes.

One kernel stands for both, as with a student: the notebook is run on the stub, the solution takes
the stub's place, and the same notebook is run again in the same kernel.
"""

from __future__ import annotations

import functools
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import yaml
from nbclient import NotebookClient

from autograder.config import load_course
from autograder.release.bundle import student_bundle
from autograder.release.disclosure import facts_of

COURSE_DIR = Path(__file__).resolve().parents[2]
COURSE = load_course(COURSE_DIR / "grading.yml")
ASSIGNMENTS = yaml.safe_load((COURSE_DIR / "grading.yml").read_text())["order"]
HELPER = re.compile(r"@contextmanager\ndef try_it\(.*", re.DOTALL)
CHECK = re.compile(r'grader\.check\("(.*?)"\)')
PNG = "image/png"


@dataclass(frozen=True)
class Ran:
    """A code cell that was run: its source, what it printed, and how many pictures it drew."""

    source: str
    text: str
    pictures: int


def cells_of(assignment):
    """Make the notebook of a lesson, as it is released."""
    public = COURSE_DIR / "assignments" / assignment
    bundle = student_bundle(facts_of(COURSE, assignment), public, COURSE_DIR / "student_template")
    return bundle, nbformat.reads(bundle[f"{assignment}.ipynb"].content.decode(), as_version=4)


def run_all(client, *, checks=None):
    """Run every cell once, or only so many checks; a cell that fails raises, with its traceback."""
    ran, checked = [], 0
    for index, cell in enumerate(client.nb.cells):
        if CHECK.fullmatch(cell.source):
            checked += 1
            if checks is not None and checked > checks:
                continue
        client.execute_cell(cell, index)
        if cell.cell_type == "code":
            data = [output.get("data", {}) for output in cell.outputs]
            said = [output.get("text", "") for output in cell.outputs]
            said += [one.get("text/plain", "") for one in data if PNG not in one]
            ran.append(Ran(cell.source, "\n".join(said), sum(PNG in one for one in data)))
    return ran


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Run a lesson on the stub and then on the solution, once for all tests."""

    @functools.cache
    def execute(assignment):
        folder = tmp_path_factory.mktemp(assignment)
        bundle, notebook = cells_of(assignment)
        for path, member in bundle.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(member.content)
        client = NotebookClient(
            notebook,
            timeout=900,
            startup_timeout=300,
            resources={"metadata": {"path": str(folder)}},
        )
        with client.setup_kernel():
            # Each check runs pytest: on a stub, one that says what is missing stands for all.
            stub = run_all(client, checks=1)
            shutil.copy(COURSE_DIR / "solutions" / f"{assignment}.py", folder)
            return stub, run_all(client)

    return execute


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_lesson_with_the_stub_names_what_is_missing_and_goes_on(assignment, executed):
    """No cell fails, no check passes, and what needs a function tells which one."""
    stub, _ = executed(assignment)
    for cell in stub:
        question = CHECK.fullmatch(cell.source)
        if question:
            assert f"{question[1]} results:\n" in cell.text
            assert "not written yet: A" in cell.text
            assert "All test cases passed" not in cell.text
        elif "\nwith try_it(" in f"\n{cell.source}":
            assert re.search(r"^Not written yet: A\d\.\d \w", cell.text, re.MULTILINE), cell.source
            assert cell.pictures == 0, f"a half of a picture: {cell.source}"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_lesson_with_the_solution_passes_every_check_and_draws_every_picture(assignment, executed):
    """The same notebook, in the same kernel, reads the file anew: everything is written now."""
    _, solved = executed(assignment)
    for cell in solved:
        question = CHECK.fullmatch(cell.source)
        if question:
            assert f"{question[1]} results: All test cases passed!" in cell.text
        assert "not written yet" not in cell.text.lower(), cell.source
        assert cell.pictures == cell.source.count("plt.show()"), cell.source
    assert sum(cell.pictures for cell in solved) >= 3


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_lesson_checks_every_question_and_defines_none(assignment):
    """A question that the lesson forgets is one that students forget; the work is the module's."""
    lesson = (COURSE_DIR / "assignments" / assignment / f"{assignment}.md").read_text()
    assert CHECK.findall(lesson) == list(COURSE.assignment(assignment).questions)
    assert re.findall(r"^(?:def|class) (\w+)", lesson, re.MULTILINE) == ["try_it"]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_lesson_says_in_words_what_each_picture_shows(assignment):
    """Who does not see a picture reads it: below each cell that draws stands what it shows."""
    _, notebook = cells_of(assignment)
    for cell, below in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if cell.cell_type == "code" and "plt.show()" in cell.source:
            assert below is not None, cell.source
            assert "In words:" in below.source, cell.source


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_lesson_names_errata_that_there_are(assignment):
    """An erratum that a lesson names is in the list of errata."""
    lesson = (COURSE_DIR / "assignments" / assignment / f"{assignment}.md").read_text()
    listed = re.findall(
        r"^\| (E\d\d) ", (COURSE_DIR / "docs" / "errata.md").read_text(), re.MULTILINE
    )
    named = set(re.findall(r"\bE\d\d\b", lesson))
    assert named <= set(listed), named - set(listed)
    assert named


def test_lessons_have_one_helper_in_common():
    """What is explained in one lesson need not be learned again in the next."""
    texts = set()
    for assignment in ASSIGNMENTS:
        _, notebook = cells_of(assignment)
        (first, *_) = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        texts.add(HELPER.search(first)[0])
    assert len(texts) == 1, texts
