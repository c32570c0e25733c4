"""What a release tells of known mistakes, and what `autograder check` makes of it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from autograder.catalog import locate
from autograder.config import load_course
from autograder.release.disclosure import disclosed_files
from autograder.release.recognised import known_mistakes

PUBLIC = '''
@pytest.mark.question("T1.1")
def test_double_of_two_numbers():
    """double([1, 2.5]) is [2, 5]."""
    assert_agrees(toy.double(np.array([1.0, 2.5])), np.array([2.0, 5.0]), rtol=1e-7)


@pytest.mark.question("T1.1")
def test_double_twice():
    """Doubling twice is four times."""
    once = toy.double(np.array([3.0]))
    assert_agrees(toy.double(once), np.array([12.0]), rtol=1e-7)


@pytest.mark.question("T1.2")
def test_mean_of_two():
    """The mean of 1 and 4 is 2.5."""
    toy.mean(np.array([7.0]))  # nothing is said about this one
    assert_agrees(toy.mean(np.array([1.0, 4.0])), 2.5, rtol=1e-7)
'''
KNOWN = '''\
"""Known-wrong implementations of toys."""
import numpy as np
from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)
SECRET = "the staff's own thoughts"


@known_wrong("double", band=(0, 10), source="a source that stays here")
def double_plus(x):
    """You add 2: doubling is x + x."""
    return x + 2


@known_wrong("double", band=(0, 10), convention="somebody else")
def double_negative(x):
    """Your sign is wrong."""
    return -2 * x


@known_wrong("double", band=(50, 60))
def double_at_zero(x):
    """This shows at 0 only, which no public test asks for."""
    return np.where(x == 0, 1.0, 2 * x)


@known_wrong("double", band=(0, 10))
def double_raises(x):
    """The line of the error says it already."""
    raise TypeError


@known_wrong("double", band=(0, 10))
def double_complex(x):
    """Complex numbers are not written."""
    return 2j * x


@known_wrong("double", band=(0, 10), named=False)
def double_unnamed(x):
    """Its answers are said not to tell it."""
    return 3 * x


@known_wrong("mean", band=(0, 10))
def mean_sum(x):
    """You add up: divide by how many there are."""
    return float(x.sum())


@known_wrong("mean", band=(0, 10))
def mean_of_one(x):
    """The public tests see this one, and say nothing about it."""
    return 8.0 if x.size == 1 else reference.mean(x)
'''


@pytest.fixture
def course(tiny_course):
    """A course with known mistakes and errata."""
    tiny_course.set_public(PUBLIC)
    tiny_course.write("solutions/misconceptions/toy.py", KNOWN)
    tiny_course.write("docs/errata.md", "| id | right is |\n|---|---|\n| E01 | four |\n")
    text = tiny_course.texts["grading.yml"]
    text = text.replace("{title: A tiny course}", "{title: Toys, errata: docs/errata.md}")
    text = text.replace("points: 60", "points: 60, sources: [deck 004 L343, E01]")
    tiny_course.write("grading.yml", text)
    return tiny_course


def parts_of(course):
    return locate(course.root, load_course(course.root / "grading.yml"), "toy")


@pytest.fixture
def check(course, tmp_path):
    """Run `autograder check` in a student's folder of that course."""
    folder = tmp_path / "work"
    folder.mkdir()

    def run(double, mean="return float(x.sum() / x.size)", *arguments):
        parts = parts_of(course)
        for name, content in disclosed_files(course.root, parts).items():
            (folder / name).write_bytes(content)
        questions = [
            {
                "id": id_,
                "title": q.title,
                "functions": q.functions,
                "points": 1,
                "sources": q.sources,
            }
            for id_, q in parts.policy.questions.items()
        ]
        limits = {"files": 50, "file_kib": 512, "total_kib": 4096}
        facts = {"id": "toy", "title": "Toys", "questions": questions}
        facts |= {"allowed_imports": ["numpy"], "limits": limits}
        (folder / "assignment.json").write_text(json.dumps(facts))
        (folder / "test_toy.py").write_bytes(parts.public_tests.read_bytes())
        (folder / "toy.py").write_text(
            f"def double(x):\n    {double}\n\n\ndef mean(x):\n    {mean}\n"
        )
        return subprocess.run(
            [sys.executable, "-P", "-m", "autograder.cli", "check", *arguments],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        ).stdout

    return run


def test_known_mistakes_are_those_that_public_tests_tell_by_a_value(course):
    """Left out are the ones that pass, raise, answer with no plain data, or are not to be named."""
    messages = [one.message for one in known_mistakes(parts_of(course))]
    assert messages == [
        "You add 2: doubling is x + x.",
        "Your sign is wrong.",
        "You add up: divide by how many there are.",
    ]


def test_known_mistake_is_described_by_its_own_calls_and_nothing_of_its_code(course):
    """The second call of the second test depends on the first answer; it is there as it was."""
    text = disclosed_files(course.root, parts_of(course))["recognised.json"].decode()
    plus, *_ = json.loads(text)["mistakes"]
    assert plus["question"] == "T1.1"
    assert plus["functions"] == ["double"]
    found = sorted(call["answer"]["numbers"] for call in plus["calls"].values())
    assert found == [[3.0, 4.5], [5.0], [7.0]]
    assert all(call["differs"] for call in plus["calls"].values())
    for word in ("double_plus", "a source that stays here", "x + 2", "own thoughts", "band"):
        assert word not in text


def test_release_of_a_course_without_known_mistakes_has_no_such_file(course):
    """Nor errata where there are none."""
    (course.root / "solutions/misconceptions/toy.py").unlink()
    course.write("grading.yml", course.texts["grading.yml"])
    assert disclosed_files(course.root, parts_of(course)) == {}


def test_known_mistakes_leave_nothing_imported(course):
    """The next assignment, and whoever called, find what they had."""
    before = dict(sys.modules)
    known_mistakes(parts_of(course))
    assert "toy" not in sys.modules
    assert {name for name, module in before.items() if sys.modules.get(name) is not module} == set()


def test_check_names_the_mistake_below_the_failed_tests(check):
    """Its own words, then where to look it up, then the next question."""
    lines = check("return 2 + x").splitlines()
    at = lines.index("  Recognised: You add 2: doubling is x + x.")
    assert lines[at + 1] == "  Look up: deck 004, line 343; erratum E01 (see errata.md)"
    assert lines[at + 2] == "✓ T1.2 Mean: 1 of 1 passed"
    assert "Recognised" not in "\n".join(lines[:at] + lines[at + 1 :])


def test_check_says_whose_convention_it_is(check):
    """What is right elsewhere is told as such."""
    told = "Recognised: Your sign is wrong. (Right elsewhere: this is the convention of somebody"
    assert told in check("return -(x + x)")


@pytest.mark.parametrize(
    "double", ["return 3 * x", "raise TypeError", "return 2 + x if x.size > 1 else 2 * x"]
)
def test_check_of_other_wrong_work_names_no_mistake(check, double):
    """Where to look it up is told all the same."""
    told = check(double)
    assert "Recognised" not in told
    assert "  Look up: deck 004, line 343; erratum E01 (see errata.md)\n" in told


def test_check_of_one_question_names_its_mistake(check):
    """`--only` runs fewer tests, and all of that question."""
    told = check("return 2 * x", "return float(x.sum())", "--only", "T1.2")
    assert "  Recognised: You add up: divide by how many there are.\n" in told
    assert "Look up" not in told


def test_check_that_lost_a_test_of_a_question_names_nothing(check):
    """Python ended within the first test: what the others would have answered is half the story."""
    assert "Recognised" not in check("import os; x.size > 1 and os._exit(0); return x + 2")


def test_check_of_right_work_has_nothing_to_look_up(check):
    """All is said with the number of tests that passed."""
    told = check("return x + x")
    assert "✓ T1.1 Twice: 2 of 2 passed\n✓ T1.2" in told


def test_check_of_unwritten_work_has_nothing_to_look_up(check):
    """It is still to be done: nothing is wrong with it."""
    told = check("raise NotImplementedError('T1.1 double')")
    assert "T1.1 Twice: not written yet" in told
    assert "Look up" not in told
