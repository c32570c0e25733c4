"""Collecting a suite: what becomes of its tests, and which mistakes are told."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograder.errors import InstructorError

ONE = '@pytest.mark.group("values")\ndef test_one(student):\n    """Claim."""\n'


def by_id(course):
    return {check.id: check for check in course.collect().checks}


def test_collect_tiny_course_gives_public_then_hidden_in_order(tiny_course):
    """Checks come in the order of the files and tests, public ones first."""
    assert list(by_id(tiny_course)) == [
        "test_toy.py::test_double_of_two_numbers",
        "test_double.py::test_agrees[shape0]",
        "test_double.py::test_agrees[shape1]",
        "test_double.py::TestHygiene::test_input_kept",
        "test_mean.py::test_agrees",
        "test_mean.py::test_nothing_to_average",
    ]


def test_collect_marks_are_read(tiny_course):
    """Question, group, claim, weight and criticality come from the file and the marks."""
    checks = by_id(tiny_course)
    first = checks["test_double.py::test_agrees[shape1]"]
    assert (first.question, first.group, first.critical, first.weight) == (
        "T1.1",
        "values",
        True,
        1,
    )
    assert first.claim == "The answer is twice the input, whatever the shape."
    assert first.parameters == {"shape": (2, 3)}
    assert first.fixtures == ("student", "reference", "rng")
    assert not first.public


def test_collect_class_gives_its_mark_to_its_methods(tiny_course):
    """A mark on a class holds for its methods, and `self` is no fixture."""
    check = by_id(tiny_course)["test_double.py::TestHygiene::test_input_kept"]
    assert (check.group, check.weight, check.critical) == ("hygiene", 2.5, False)
    assert check.fixtures == ("student", "rng")


def test_collect_nearest_mark_wins_over_the_module(tiny_course):
    """A test's own group goes before its module's."""
    checks = by_id(tiny_course)
    assert checks["test_mean.py::test_agrees"].group == "values"
    assert checks["test_mean.py::test_nothing_to_average"].group == "stability"


def test_collect_public_test_is_an_example(tiny_course):
    """A public test is of the group `example`, whatever it is marked."""
    check = by_id(tiny_course)["test_toy.py::test_double_of_two_numbers"]
    assert (check.question, check.group, check.public) == ("T1.1", "example", True)


MISTAKES = {
    "no group": ('def test_bad(student):\n    """Claim."""\n', "mark `group`"),
    "unknown group": (ONE.replace("values", "vibes").replace("one", "bad"), "mark `group`"),
    "group that is no text": (ONE.replace('"values"', "[1]").replace("one", "bad"), "mark `group`"),
    "unknown fixture": (ONE.replace("student", "tmp_path").replace("one", "bad"), "tmp_path"),
    "no docstring": ('@pytest.mark.group("values")\ndef test_bad():\n    pass\n', "docstring"),
    "skip": ("@pytest.mark.skip\n" + ONE.replace("one", "bad"), "skip"),
    "skipif": ("@pytest.mark.skipif(False, reason='x')\n" + ONE.replace("one", "bad"), "skipif"),
    "xfail": ("@pytest.mark.xfail\n" + ONE.replace("one", "bad"), "xfail"),
    "usefixtures": ("@pytest.mark.usefixtures('rng')\n" + ONE.replace("one", "bad"), "usefixtures"),
    "skip on a parameter": (
        (
            "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.skip)])\n"
            '@pytest.mark.group("values")\ndef test_bad(n):\n    """Claim."""\n'
        ),
        "skip",
    ),
    "defined twice": (ONE.replace("one", "bad") * 2, "defined 2 times"),
    "points of text": ("@pytest.mark.points('2')\n" + ONE.replace("one", "bad"), "points(n)"),
    "points below 0": ("@pytest.mark.points(-1)\n" + ONE.replace("one", "bad"), "points(n)"),
    "no points": ("@pytest.mark.points()\n" + ONE.replace("one", "bad"), "points(n)"),
    "async": (ONE.replace("def test_one", "async def test_bad"), "plain function"),
    "setup": (
        (
            "class TestBad:\n    def setup_method(self):\n        self.x = 1\n\n"
            '    @pytest.mark.group("values")\n    def test_bad(self):\n        """Claim."""\n'
        ),
        "setup functions",
    ),
    "automatic fixture": (
        "@pytest.fixture(autouse=True)\ndef early():\n    pass\n\n" + ONE.replace("one", "bad"),
        "automatic fixtures",
    ),
    "unittest": (
        (
            'import unittest\n\n@pytest.mark.group("values")\nclass TestBad(unittest.TestCase):\n'
            '    def test_bad(self):\n        """Claim."""\n'
        ),
        "test_bad",
    ),
}


@pytest.mark.parametrize(("text", "words"), MISTAKES.values(), ids=MISTAKES)
def test_collect_mistake_in_a_hidden_test_names_file_and_test(tiny_course, text, words):
    """Every mistake is an InstructorError that names the file, the test and what is wrong."""
    tiny_course.add_hidden(text)
    with pytest.raises(InstructorError) as caught:
        tiny_course.collect()
    message = str(caught.value)
    assert "test_double.py::" in message
    assert "test_bad" in message
    assert words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import no_such_module\n", "no_such_module"),
        ("def test_x(:\n", "SyntaxError"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("import pytest\npytest.skip('later', allow_module_level=True)\n", "later"),
        ("import pytest\n@pytest.mark.critcal\ndef test_x(): ...\n", "critcal"),
    ],
)
def test_collect_file_that_cannot_be_read_is_named(tiny_course, text, words):
    """A file that does not import, or hides its tests, is named with the reason."""
    tiny_course.write("tests/hidden/toy/test_mean.py", text)
    with pytest.raises(InstructorError, match=r"(?s)test_mean\.py.*" + words):
        tiny_course.collect()


@pytest.mark.parametrize("text", ["", '"""Nothing yet."""\n', "def agrees(): ...\n"])
def test_collect_hidden_file_without_tests_is_an_error(tiny_course, text):
    """A question without a hidden test cannot be graded."""
    tiny_course.write("tests/hidden/toy/test_mean.py", text)
    with pytest.raises(InstructorError, match=r"test_mean\.py: there is no test for T1\.2"):
        tiny_course.collect()


def test_collect_public_test_without_question_is_an_error(tiny_course):
    """A public test says which question it belongs to."""
    tiny_course.set_public('def test_x():\n    """Claim."""\n')
    with pytest.raises(InstructorError, match=r"test_toy\.py::test_x: .*question.*T1\.1"):
        tiny_course.collect()


def test_collect_several_mistakes_are_told_together(tiny_course):
    """All mistakes are in one message."""
    tiny_course.add_hidden(MISTAKES["no group"][0])
    tiny_course.add_hidden(MISTAKES["no docstring"][0], "test_mean.py")
    with pytest.raises(InstructorError) as caught:
        tiny_course.collect()
    assert "test_double.py::test_bad" in str(caught.value)
    assert "test_mean.py::test_bad" in str(caught.value)


def test_collect_same_id_in_two_files_is_an_error(tiny_course):
    """A public and a hidden test of the same file and test name would be one in the results."""
    hidden = tiny_course.root / "tests" / "hidden" / "toy"
    tiny_course.set_public('@pytest.mark.question("T1.2")\ndef test_agrees():\n    """Claim."""\n')
    public = tiny_course.root / "assignments" / "toy" / "test_toy.py"
    public.rename(public.with_name("test_mean.py"))
    from autograder.suite.collect import collect  # noqa: PLC0415 - only here

    with pytest.raises(InstructorError, match=r"test_mean\.py::test_agrees: 2 tests"):
        collect(
            "toy",
            public_tests=public.with_name("test_mean.py"),
            hidden_files={"T1.2": hidden / "test_mean.py"},
            reference=tiny_course.root / "solutions" / "toy.py",
            groups=["example", "values", "stability"],
        )


def test_collect_broken_reference_names_the_file(tiny_course):
    """A reference that cannot be imported is the instructor's to mend."""
    tiny_course.write("solutions/toy.py", "1 / 0\n")
    with pytest.raises(InstructorError, match=r"toy\.py: the reference cannot be imported"):
        tiny_course.collect()


def test_collect_reference_with_a_dataclass_is_imported(tiny_course):
    """A reference may use whatever looks its own module up while it is imported."""
    head = "from __future__ import annotations\nfrom dataclasses import dataclass\n\n\n"
    extra = "@dataclass\nclass Pair:\n    a: int\n\n\n"
    tiny_course.write("solutions/toy.py", head + extra + tiny_course.texts["solutions/toy.py"])
    assert tiny_course.collect().reference.Pair(3).a == 3


def test_collect_twice_reads_the_files_anew(tiny_course):
    """A second collection in one process sees what changed in between."""
    before = len(tiny_course.collect().checks)
    tiny_course.add_hidden(ONE)
    assert len(tiny_course.collect().checks) == before + 1


def test_collect_leaves_the_process_as_it_was(tiny_course):
    """Modules, path, environment and current folder are the same before and after."""
    tiny_course.collect()  # imports that stay, such as pytest's own, are done by now
    before = (set(sys.modules), list(sys.path), dict(os.environ), Path.cwd())
    tiny_course.collect()
    assert (set(sys.modules), list(sys.path), dict(os.environ), Path.cwd()) == before


def test_collect_puts_a_real_module_of_the_same_name_back(tiny_course, monkeypatch):
    """A module that happens to have the assignment's name is there again afterwards."""
    monkeypatch.setitem(sys.modules, "toy", pytest)
    tiny_course.collect()
    assert sys.modules["toy"] is pytest


def test_collect_ignores_the_surroundings(tiny_course, tmp_path, monkeypatch):
    """Neither the current folder, nor a pytest.ini or conftest.py, nor PYTEST_ADDOPTS matter."""
    expected = list(by_id(tiny_course))
    for folder in (tiny_course.root, tiny_course.root / "tests" / "hidden" / "toy"):
        (folder / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
        (folder / "conftest.py").write_text("collect_ignore_glob = ['*']\n1 / 0\n")
    monkeypatch.chdir(tiny_course.root / "tests" / "hidden" / "toy")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing --no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    assert list(by_id(tiny_course)) == expected
    assert os.environ["PYTEST_ADDOPTS"] == "-k nothing --no-such-option"
    monkeypatch.chdir(tmp_path)
    assert list(by_id(tiny_course)) == expected


def test_collect_prints_nothing_on_standard_output(tiny_course, capfd):
    """Standard output belongs to the results, even if a suite prints while it is imported."""
    tiny_course.add_hidden("print('chatty')\n")
    tiny_course.collect()
    assert capfd.readouterr().out == ""
