"""`autograder similarity` on the sample class, a disguised copy, and independent solutions."""

from __future__ import annotations

import ast
import shutil

import numpy as np
import pytest
from typer.testing import CliRunner

from autograder.catalog import locate
from autograder.cli import app
from autograder.config import load_course
from autograder.similarity.compare import take_prints
from autograder.similarity.documents import given_code, read_documents
from autograder.similarity.find import find_pairs
from autograder.similarity.records import DEFAULT_THRESHOLD


@pytest.fixture(scope="module")
def parts(course_dir):
    return locate(course_dir, load_course(course_dir / "grading.yml"), "activations")


class _Renamed(ast.NodeTransformer):
    """Give every name that is assigned another one, and drop docstrings and annotations."""

    def __init__(self, tree):
        stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.ctx == ast.Store()}
        self._names = {name: f"thing_{at}" for at, name in enumerate(sorted(stored))}

    def visit_Name(self, node):
        """Rename."""
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_FunctionDef(self, node):
        """Drop what only people read."""
        self.generic_visit(node)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        return node


def disguised(text):
    """Rename variables, turn the functions' order round, and lay everything out anew."""
    tree = ast.parse(text)
    tree = _Renamed(tree).visit(tree)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [node for node in tree.body if node not in functions]
    tree.body = [*others, *reversed(functions)]
    return ast.unparse(tree)


@pytest.fixture(scope="module")
def hand_ins(course_dir, tmp_path_factory):
    """Lay four separately written hand-ins of the sample class and a disguised copy out."""
    folder = tmp_path_factory.mktemp("class")
    samples = course_dir / "examples" / "submissions" / "activations"
    for name in ("student-01.py", "student-02.py", "student-03.py", "student-09.py"):
        shutil.copy(samples / name, folder)
    shutil.copy(samples / "student-14.ipynb", folder)
    (folder / "student-99.py").write_text(disguised((folder / "student-03.py").read_text()))
    return folder


def names(pair):
    return {pair.left.document.name, pair.right.document.name}


def test_similarity_of_the_sample_class_finds_the_disguised_copy(parts, hand_ins):
    """Renamed and reordered, a copy is found; hand-ins that were written apart are not."""
    found = find_pairs(parts, [hand_ins])
    listed = [names(pair) for pair in found.pairs]
    # The notebook of the sample class holds the code of the first module.
    assert listed == [{"student-01", "student-14"}, {"student-03", "student-99"}]
    assert found.found == 2
    assert found.pairs[0].number > found.pairs[1].number
    assert sum(found.counts) == 10
    assert [one.name for one in found.unread] == ["student-09"]  # the stub itself


def test_similarity_with_earlier_terms_compares_with_them_alone(parts, hand_ins, tmp_path):
    """A copy from last year is found, and what is alike within last year is not shown."""
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    for name in ("old-a.py", "old-b.py"):
        shutil.copy(hand_ins / "student-03.py", earlier / name)
    found = find_pairs(parts, [hand_ins / "student-02.py", hand_ins / "student-99.py"], [earlier])
    assert [names(pair) for pair in found.pairs] == [
        {"student-99", "earlier: old-a"},
        {"student-99", "earlier: old-b"},
    ]
    assert (found.compared, found.previous, sum(found.counts)) == (2, 2, 5)


@pytest.mark.parametrize("assignment", ["activations", "sgd_update"])
def test_similarity_of_independent_solutions_stays_below_the_threshold(assignment, course_dir):
    """Right solutions that were written apart from each other are no pair, by some distance."""
    course = load_course(course_dir / "grading.yml")
    parts = locate(course_dir, course, assignment)
    variants = course_dir / "tests" / "integration" / "variants" / assignment
    documents, _ = read_documents(assignment, [variants, parts.reference], [], course.intake)
    prints, unread = take_prints(documents, given_code(parts.stub))
    assert not unread
    assert np.nanmax(prints.numbers()) < DEFAULT_THRESHOLD / 2


def test_similarity_command_writes_pages_and_tells_who_was_not_read(
    hand_ins, course_dir, tmp_path, monkeypatch
):
    """The table is on standard output, the pages in the folder; a refused file gives status 1."""
    monkeypatch.chdir(course_dir)
    few = [hand_ins / "student-03.py", hand_ins / "student-99.py"]
    arguments = ["similarity", "activations", *map(str, few), "--out", str(tmp_path / "out")]
    ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 0, ran.output
    assert "2 hand-ins compared: 1 pair of 1 reaches 60 %." in ran.stdout
    page = (tmp_path / "out" / "pair-student-03-and-student-99.html").read_text()
    assert page.count("<mark") > 20
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    ran = CliRunner().invoke(app, [*arguments, str(tmp_path / "broken.zip"), "--threshold", "1"])
    assert ran.exit_code == 1
    assert "0 pairs of 1 reach 100 %." in ran.stdout
    assert "student-99" not in ran.stdout  # 97 % alike: below this threshold
    assert "Not compared: broken" in ran.stdout
