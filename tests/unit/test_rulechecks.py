"""Broken rules as checks: their group, their words, and what they cost."""

from __future__ import annotations

import pytest

from autograder.config import load_course
from autograder.records import Verdict
from autograder.rulechecks import rule_checks
from autograder.sandbox.rules import Violation

ALLOWED = ("numpy", "math")


@pytest.fixture
def question(tiny_course):
    """Read a question's policy with the given `forbid`."""

    def read(forbid=""):
        text = tiny_course.texts["grading.yml"]
        text = text.replace("forbid: {names: [numpy.mean]}", forbid or "stretch: false")
        path = tiny_course.write("grading.yml", text)
        return load_course(path).assignment("toy").questions["T1.2"]

    return read


def broken(kind, name, line=3, path="toy.py"):
    return Violation("T1.2", kind, name, path, line)


def checks(policy, *violations):
    return rule_checks("T1.2", policy, violations, ALLOWED)


def test_rules_question_without_own_rules_has_no_check(question):
    """Nothing is said about rules that are not there and not broken."""
    assert checks(question()) == []


def test_rules_kept_own_rules_earn_nothing(question):
    """Keeping the rules is no merit: code that does not even load keeps them all."""
    assert checks(question("forbid: {names: [numpy.mean]}")) == []


def test_rules_broken_own_rule_names_place_and_rule(question):
    """The message says where, what, and whose rule it is."""
    policy = question("forbid: {names: [numpy.mean], critical: true, group: values}")
    (one,) = checks(policy, broken("name", "numpy.mean", 7))
    assert (one.verdict, one.fraction, one.critical, one.group) == (
        (Verdict.FAILED, 0.0, True, "values")
    )
    assert one.message == "toy.py, line 7: numpy.mean is used, which the rules of T1.2 forbid"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("For", "a for loop"),
        ("While", "a while loop"),
        ("ListComp", "a list comprehension"),
        ("GeneratorExp", "a generator expression"),
        ("Unheard", "a loop"),
    ],
)
def test_rules_loop_is_told_in_words(question, kind, words):
    """A forbidden loop is named as a student knows it."""
    (one,) = checks(question("forbid: {loops: true}"), broken("loop", kind))
    assert one.message == f"toy.py, line 3: there is {words}; T1.2 is to be solved without loops"


def test_rules_of_the_course_are_a_check_of_their_own(question):
    """A rule for everybody appears only where it is broken, apart from the question's own."""
    found = checks(question("forbid: {names: [numpy.mean]}"), broken("name", "open"))
    assert [(one.id, one.verdict, one.critical) for one in found] == [
        ("rules::T1.2::course", Verdict.FAILED, False)
    ]


def test_rules_own_rule_on_a_course_wide_name_counts_once(question):
    """A name that the question forbids too is the question's rule."""
    found = checks(question("forbid: {names: [eval]}"), broken("name", "eval"))
    assert [(one.id, one.verdict) for one in found] == [("rules::T1.2", Verdict.FAILED)]


@pytest.mark.parametrize(
    ("module", "critical"), [("os", False), ("random", False), ("scipy", True), ("torch", True)]
)
def test_rules_import_of_a_library_is_critical(question, module, critical):
    """A library may do the whole work; the standard library does not."""
    (one,) = checks(question(), broken("import", module))
    assert one.critical is critical
    assert one.message == f"toy.py, line 3: {module} is imported; allowed are math, numpy"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("import", "importlib"), ("import", "pickle"), ("name", "eval"), ("name", "numpy._core")],
)
def test_rules_what_works_by_text_is_critical(question, kind, name):
    """A library or a forbidden name behind a text costs what it costs by its own name."""
    (one,) = checks(question(), broken(kind, name))
    assert one.critical


def test_rules_several_violations_are_lines_of_one_message(question):
    """One check tells all, a line each."""
    (one,) = checks(question(), broken("import", "os"), broken("name", "eval", 9))
    assert [line.partition(":")[0] for line in one.message.splitlines()] == [
        "toy.py, line 3",
        "toy.py, line 9",
    ]


def test_rules_students_names_are_made_presentable(question):
    """A path or a name with escapes or without end does not reach the message as it is."""
    name = "x\x1b[2J" + "y" * 500
    (one,) = checks(question(), broken("name", name, path="a\u202e.py" + "b" * 500))
    assert "\x1b" not in one.message
    assert "\u202e" not in one.message
    assert len(one.message) < 400
