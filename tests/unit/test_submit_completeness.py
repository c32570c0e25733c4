"""Is a hand-in complete? What is missing is told in sentences, without running any of it."""

from __future__ import annotations

import pytest

from autograder.errors import StudentFault
from autograder.workspace.completeness import examine
from autograder.workspace.folder import Limits, Question, Workspace

RIGHT = """\
import numpy as np

KERNELS = {'a': 1}


def pad(x):
    return np.pad(x, 1)


def conv(x):
    return x
"""
LIMITS = Limits(files=4, file_kib=8, total_kib=16)
QUESTIONS = (
    Question("T1.1", "Pad", ("pad", "KERNELS"), 10, stretch=False),
    Question("T1.2", "Convolve", ("conv",), 10, stretch=False),
)


@pytest.fixture
def look(tmp_path):
    """Examine a folder with a module of this text, and more files."""

    def examine_text(text, limits=LIMITS, **more):
        (tmp_path / "toy.py").write_text(text)
        (tmp_path / "test_toy.py").write_text("import toy\n")
        for name, content in more.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
        allowed = ("numpy", "math")
        return examine(Workspace(tmp_path, "toy", "Toys", "r", QUESTIONS, allowed, limits))

    return examine_text


def test_complete_work_has_no_faults(look):
    """All names are there, functions and values."""
    found = look(RIGHT)
    assert (found.faults, found.notes) == ((), ())
    assert (found.written, found.asked) == (3, 3)
    assert list(found.files) == ["toy.py"]


def test_missing_function_names_the_one_that_was_most_likely_meant(look):
    """A renamed function is worth nothing to the grader; the student learns its name."""
    found = look(RIGHT.replace("def pad", "def padd"))
    assert found.faults == ("T1.1: there is no `pad` in toy.py; rename `padd`.",)
    assert found.written == 2


def test_missing_value_is_told_too(look):
    """A table such as KERNELS is asked for like a function."""
    found = look(RIGHT.replace("KERNELS", "TABLE"))
    assert found.faults == (
        "T1.1: there is no `KERNELS` in toy.py; put it back from the bundle's file.",
    )


@pytest.mark.parametrize(
    "binding",
    [
        "def conv(x):\n    return x\n",
        "conv = len\n",
        "conv: object = len\n",
        "from math import floor as conv\n",
        "import math as conv\n",
        "class conv:\n    pass\n",
        "a, (conv, b) = 1, (2, 3)\n",
        "if True:\n    def conv(x):\n        return x\n",
        "try:\n    pass\nexcept ValueError:\n    conv = len\n",
        "with open('x'):\n    conv = len\n",
        "from math import *\n",
    ],
)
def test_name_that_is_bound_in_any_way_is_there(look, binding):
    """Python has many ways to give a name; each counts, and of a star import nothing is known."""
    assert look(RIGHT.replace("def conv(x):\n    return x\n", binding)).faults == ()


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("    return np.pad(x, 1)", "    '''Pad.'''\n    raise NotImplementedError('T1.1')", "pad"),
        ("    return np.pad(x, 1)", "    raise NotImplementedError", "pad"),
        ("KERNELS = {'a': 1}", "KERNELS: dict = {}", "KERNELS"),
        ("KERNELS = {'a': 1}", "KERNELS = None", "KERNELS"),
    ],
)
def test_unwritten_function_is_a_note_and_no_fault(look, old, new, name):
    """Who could not solve a question hands in the others."""
    found = look(RIGHT.replace(old, new))
    assert found.faults == ()
    assert found.notes == (f"T1.1: `{name}` is not written yet.",)
    assert (found.written, found.asked) == (2, 3)


def test_file_of_another_assignment_is_told_in_one_sentence(look):
    """Nine missing functions are one mistake."""
    (fault,) = look("def step(x):\n    return x\n").faults
    assert "has none of the functions of toy. Is it the file of another assignment?" in fault


def test_import_that_is_not_allowed_names_file_and_line(look):
    """The rule is the grader's own, so only code that a question reaches breaks it."""
    text = RIGHT.replace("    return x\n", "    import scipy\n    return helper.f(x)\n")
    text = "import helper\n" + text + "\n\ndef plot():\n    import matplotlib\n"
    found = look(text, **{"helper.py": "import os\n\n\ndef f(x):\n    return os.name\n"})
    assert found.faults == (
        "helper.py, line 1: `os` is imported; allowed are math, numpy. Write it without.",
        "toy.py, line 12: `scipy` is imported; allowed are math, numpy. Write it without.",
    )


def test_helper_modules_are_found_through_imports_alone(look):
    """What the work needs goes along; tests, scratch files and environments stay."""
    text = "import helper\nfrom pkg import inner\nimport numpy\nimport random\n" + RIGHT
    files = {
        "helper.py": "from pkg.deep import x\n",
        "pkg/__init__.py": "",
        "pkg/inner.py": "from . import other\n",
        "pkg/deep.py": "x = 1\n",
        "pkg/other.py": "from ..oops import x\n",
        "random.py": "never = 'taken'\n",
        "scratch.py": "oops(\n",
    }
    found = look(text, Limits(files=9, file_kib=8, total_kib=16), **files)
    names = [
        "helper.py",
        "pkg/__init__.py",
        "pkg/deep.py",
        "pkg/inner.py",
        "pkg/other.py",
        "toy.py",
    ]
    assert sorted(found.files) == names


def test_notebook_goes_along(look):
    """The lesson notebook is part of the work, if it is there."""
    assert sorted(look(RIGHT, **{"toy.ipynb": "{}", "other.ipynb": "{}"}).files) == [
        "toy.ipynb",
        "toy.py",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def conv(x:\n", r"toy\.py, line 1: '\(' was never closed"),
        ("", "`toy.py` is empty"),
        ("x = 1\n" * 2000, "`toy.py` is too large"),
    ],
)
def test_work_that_could_not_be_graded_is_refused(look, text, words):
    """There is no sense in handing it in anyway."""
    with pytest.raises(StudentFault, match=words):
        look(text)


@pytest.mark.parametrize("name", ["toy (1).py", "Toys.py", "my_toy.py"])
def test_renamed_module_is_found_and_told(look, tmp_path, name):
    """Browsers and students rename files; the grader wants the name of the assignment."""
    look(RIGHT)
    (tmp_path / "toy.py").rename(tmp_path / name)
    workspace = Workspace(tmp_path, "toy", "Toys", "r", QUESTIONS, (), LIMITS)
    with pytest.raises(StudentFault) as caught:
        examine(workspace)
    assert f"expected `toy.py`, found `{name}`" in str(caught.value)
    assert f"Rename `{name}` to `toy.py`" in str(caught.value)
