"""Planted defects of a suite: each is found, and a good suite is proven."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

WRONG = '''\
"""Known-wrong implementations of toys."""

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


@known_wrong("double", band=(0, 30))
def double_square(x):
    """You square: add the number to itself."""
    return x * x


@known_wrong("mean", band=(80, 90))
def mean_of_nothing(x):
    """There is no mean of no numbers: raise ValueError."""
    return float(x.sum() / max(x.size, 1))
'''
PUBLIC = '''\
@pytest.mark.question("T1.1")
def test_double_of_two_numbers():
    """double([1, 2.5]) is [2, 5]."""
    assert_agrees(toy.double(np.array([1.0, 2.5])), np.array([2.0, 5.0]), rtol=1e-7)


@pytest.mark.question("T1.2")
def test_mean_of_three_numbers():
    """mean([1, 2, 6]) is 3."""
    assert_agrees(toy.mean(np.array([1.0, 2.0, 6.0])), 3.0, rtol=1e-7)
'''
DOUBLE = '''\
@pytest.mark.group("values")
@pytest.mark.critical
@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_agrees(student, reference, rng, shape):
    """The answer is twice the input, whatever the shape."""
    x = rng.normal(size=shape)
    assert_agrees(student.double(x), reference.double(x))


@pytest.mark.group("hygiene")
def test_input_kept(student, rng):
    """The input stays as it was."""
    student.double(rng.normal(size=3))
    assert_inputs_unchanged(student)
'''
ANOTHER_WAY = '''\
"""Twice and mean, written in another way."""


def double(x):
    return x + x


def mean(x):
    if len(x) == 0:
        raise ValueError("empty")
    total = 0.0
    for value in x.tolist():
        total += value
    return total / len(x)
'''


def command(*arguments, cwd):
    """Run `autograder verify` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "autograder.cli", "verify", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def course(tiny_course):
    """Make a course whose suite is good."""
    tiny_course.set_public(PUBLIC)
    tiny_course.set_hidden("from autograder.suite import assert_inputs_unchanged\n\n" + DOUBLE)
    tiny_course.write("solutions/misconceptions/toy.py", WRONG)
    tiny_course.write("tests/integration/variants/toy/toy_loops.py", ANOTHER_WAY)
    return tiny_course


@pytest.fixture
def proof_of(course):
    """Prove the course's suite; give the exit status and the proof."""

    def proof_of(*arguments):
        ran = command("--json", "-", "--workers", 2, *arguments, cwd=course.root)
        assert ran.returncode in (0, 1), ran.stderr
        return ran.returncode, json.loads(ran.stdout)["assignments"][0]

    return proof_of


def add_to_double(course, text):
    """Plant a check among those of T1.1."""
    head = "from autograder.suite import assert_inputs_unchanged\n\n"
    course.set_hidden(head + DOUBLE + "\n\n" + text)


def test_verify_of_a_good_suite_holds(proof_of):
    """Nothing is found where nothing is wrong."""
    status, proof = proof_of()
    assert proof["failures"] == []
    assert status == 0
    assert (proof["reference_percent"], proof["stub_percent"]) == (100, 0)
    assert proof["mutation"]["score_percent"] == 100
    assert proof["mutation"]["total"] > 10
    assert [one["inside"] for one in proof["known_wrong"]] == [True, True]
    assert [one["passes_public"] for one in proof["known_wrong"]] == [False, True]
    assert [one["named"] for one in proof["known_wrong"]] == ["double-square", "mean-of-nothing"]
    assert proof["variants"] == 1
    assert {margin["question"] for margin in proof["margins"]} == {"T1.1", "T1.2"}


def test_verify_check_without_an_assertion_is_found(course, proof_of):
    """A check that only calls fails with no mistake, so it is named."""
    add_to_double(
        course,
        '@pytest.mark.group("shapes")\ndef test_large(student):\n    """A large input works."""\n'
        "    student.double(np.ones((50, 40)))\n",
    )
    status, proof = proof_of()
    assert status == 1
    assert [one["check"] for one in proof["vacuous"]] == ["test_double.py::test_large"]
    assert "1 checks assert nothing" in proof["failures"][0]


def test_verify_tolerance_of_ten_is_found(course, proof_of):
    """A tolerance that lets everything pass is named, whatever other checks find."""
    add_to_double(
        course,
        '@pytest.mark.group("shapes")\ndef test_row(student, reference, rng):\n'
        '    """A row is doubled."""\n    x = rng.normal(size=(1, 4))\n'
        "    assert_agrees(student.double(x), reference.double(x), rtol=10)\n",
    )
    status, proof = proof_of()
    assert status == 1
    assert [one["check"] for one in proof["loose"]] == ["test_double.py::test_row"]


def test_verify_reference_with_a_sign_error_is_found(course, proof_of):
    """A wrong reference loses the worked examples, and correct implementations lose checks."""
    course.write("solutions/toy.py", course.texts["solutions/toy.py"].replace("2 * x", "-2 * x"))
    status, proof = proof_of()
    assert status == 1
    assert proof["reference_percent"] < 100
    assert any("toy_loops.py" in one["reason"] for one in proof["wrong_variants"])
    assert any("reference earns" in sentence for sentence in proof["failures"])


def test_verify_check_that_compares_the_input_with_itself_is_found(course, proof_of):
    """What never leaves the trusted side cannot differ, so such a check asserts nothing."""
    add_to_double(
        course,
        '@pytest.mark.group("hygiene")\ndef test_kept(student, rng):\n    """Input is kept."""\n'
        "    x = rng.normal(size=3)\n    student.double(x)\n    assert_agrees(x, x)\n",
    )
    status, proof = proof_of()
    assert status == 1
    assert [one["check"] for one in proof["vacuous"]] == ["test_double.py::test_kept"]


def test_verify_mistake_that_no_check_finds_is_a_survivor(course, proof_of):
    """Without the check for empty input, removing the reference's own check goes unnoticed."""
    text = course.texts["tests/hidden/toy/test_mean.py"]
    course.write("tests/hidden/toy/test_mean.py", text.partition('@pytest.mark.group("stab')[0])
    status, proof = proof_of()
    survivors = proof["mutation"]["survivors"]
    assert status == 1
    assert {(one["name"], one["line"]) for one in survivors} == {("mean", 11)}
    assert all(one["diff"] and "source" not in one for one in survivors)
    assert [one["id"] for one in proof["known_wrong"] if not one["caught"]] == ["mean-of-nothing"]


def test_verify_reviewed_mutant_does_not_count_until_it_is_stale(course, proof_of):
    """A reviewed survivor is left out of the score; an entry that the suite finds is an error."""
    text = course.texts["tests/hidden/toy/test_mean.py"]
    course.write("tests/hidden/toy/test_mean.py", text.partition('@pytest.mark.group("stab')[0])
    ids = [one["id"] for one in proof_of()[1]["mutation"]["survivors"]]
    entries = "".join(f"- id: {id_}\n  reason: nobody averages nothing\n" for id_ in ids)
    course.write("tests/equivalent/toy.yml", entries + "- id: gone\n  reason: of old\n")
    mutation = proof_of()[1]["mutation"]
    assert (mutation["survivors"], mutation["score_percent"]) == ([], 100)
    assert mutation["reviewed"] == len(ids)
    assert [sentence.partition(":")[0] for sentence in mutation["stale"]] == ["gone"]
    course.write("tests/hidden/toy/test_mean.py", text)
    mutation = proof_of()[1]["mutation"]
    assert len(mutation["stale"]) == len(ids) + 1
    assert mutation["reviewed"] == 0


def test_verify_verdict_that_depends_on_the_inputs_is_found(course, proof_of):
    """A known-wrong implementation that is caught by luck is told with its check."""
    lucky = WRONG.replace("return x * x", "return x * (2 if x.flat[0] > 0 else 3)")
    course.write("solutions/misconceptions/toy.py", lucky)
    status, proof = proof_of()
    assert status == 1
    assert {one["subject"] for one in proof["unstable"]} == {"known-wrong double-square"}


def test_verify_known_wrong_outside_its_band_is_found(course, proof_of):
    """A mistake that earns more than it should is told with what it earns."""
    course.write("solutions/misconceptions/toy.py", WRONG.replace("(80, 90)", "(0, 10)"))
    status, proof = proof_of()
    assert status == 1
    assert [one["id"] for one in proof["known_wrong"] if not one["inside"]] == ["mean-of-nothing"]


def test_verify_check_that_breaks_down_is_found(course, proof_of):
    """A check whose own code fails leaves a submission ungraded, so it is named."""
    add_to_double(
        course,
        '@pytest.mark.group("shapes")\ndef test_odd(student, rng):\n    """Three are doubled."""\n'
        "    x = rng.normal(size=3)\n    assert student.double(x)[3] == 2 * x[2]\n",
    )
    status, proof = proof_of()
    assert status == 1
    assert [one["check"] for one in proof["broken"]] == ["test_double.py::test_odd"]


def test_verify_again_tries_only_what_has_changed(course):
    """A second run has nothing to do; after a change of one question, its share is tried."""
    command("--workers", 2, cwd=course.root)
    place = course.root / ".autograder" / "verify" / "toy.json"
    first = json.loads(place.read_text())
    command("--workers", 2, cwd=course.root)
    assert json.loads(place.read_text()) == first
    add_to_double(course, "# a remark\n")
    command("--workers", 2, cwd=course.root)
    changed = json.loads(place.read_text())
    assert set(first) & set(changed)
    assert set(first) - set(changed)


def test_verify_console_and_page_tell_the_same(course, tmp_path):
    """The table fits 80 columns, and the page holds every known-wrong implementation."""
    ran = command("toy", "--report", tmp_path / "out", cwd=course.root)
    page = (tmp_path / "out" / "verify.html").read_text(encoding="utf-8")
    assert ran.returncode == 0
    assert "toy" in ran.stdout
    assert "holds" in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 80
    assert "mean-of-nothing" in page
    assert "Every proof holds." in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["toi"], "did you mean toy?"),
        (["--json", Path("none") / "proof.json"], "cannot be written"),
    ],
)
def test_verify_with_a_slip_on_the_command_line_ends_with_two(course, arguments, words):
    """A name or a place that is not there is told before anything is tried."""
    ran = command(*arguments, cwd=course.root)
    assert ran.returncode == 2
    assert words in ran.stderr
