"""The search for leaks finds what it is for, and finds none in what known-wrong work is told."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
import yaml

from autograder.job import open_job
from autograder.records import ClassResult, Grade
from autograder.score import score_submission
from autograder.secret import seed_key
from autograder.suite.run import run_suite
from autograder.suite.terms import terms_for
from autograder.verify.inprocess import InProcess
from autograder.verify.knownwrong import known_wrong_cases

COURSE = Path(__file__).resolve().parents[2]
POLICY = yaml.safe_load((COURSE / "grading.yml").read_text(encoding="utf-8"))["assignments"]
NUMPY = [name for name, entry in POLICY.items() if entry.get("runtime") != "keras"]
SECRET = "planted-secret-of-the-leak-tests"
DIGEST = "0" * 64


# The search itself


@pytest.fixture(scope="module")
def hidden(hidden_numbers):
    """The numbers of the hidden checks of one hand-in."""
    job = open_job("activations", COURSE)
    return hidden_numbers.hidden_values(job, seed_key(b"s" * 16, job.parts.id, DIGEST))


def test_hidden_numbers_are_many(hidden):
    """The search has something to look for: inputs and answers of a whole suite."""
    assert len(hidden.numbers) > 10_000
    assert len(hidden.rows) > 1000


def test_hidden_numbers_follow_the_seed(hidden_numbers, hidden):
    """What is drawn is drawn anew for another hand-in; sweeps and edges are the same for all."""
    job = open_job("activations", COURSE)
    other = hidden_numbers.hidden_values(job, seed_key(b"s" * 16, job.parts.id, "1" * 64))
    assert len(np.setdiff1d(hidden.numbers, other.numbers)) > 1000


@pytest.mark.parametrize("form", ["{:.5g}", "{:.8g}", "-{:.6f}", "[1, {:.7f}]", "{:.4e}", "{!r}"])
def test_hidden_number_in_a_text_is_found_as_it_is_written(hidden_numbers, hidden, form):
    """Rounded, negated, among others, with an exponent: it is found, and nothing else is."""
    number = float(hidden.numbers[np.searchsorted(hidden.numbers, 1.2345)])
    texts = {"said": f"worst absolute: about 10, of {form.format(number)}.", "not": "100.0 % of 96"}
    found = hidden_numbers.told(hidden_numbers.suspects(texts, ""), hidden)
    assert {place for place, _ in found} == {"said"}
    assert not hidden_numbers.suspects(texts, texts["said"])


@pytest.mark.parametrize("form", ["[{}]", "{}"])
@pytest.mark.parametrize("between", [", ", " ", ",\n "])
def test_hidden_whole_numbers_in_a_row_are_found(hidden_numbers, form, between):
    """Labels and pixels have no fraction, but together they are found."""
    labels = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    hidden = hidden_numbers.hidden_of([np.array(labels)])
    texts = {"said": f"IndexError: {form.format(between.join(map(str, labels[2:])))} mean what?"}
    assert hidden_numbers.told(hidden_numbers.suspects(texts, ""), hidden)
    assert not hidden_numbers.suspects({"said": "mismatched: 4 of 15 (26.7 %)"}, "")


def test_hidden_checks_that_showed_their_arrays_would_be_found(hidden_numbers, leaks, leaked):
    """A hidden check whose message is written as a public one's tells its numbers: it is found."""
    job = open_job("convolution", COURSE)
    case = next(one for one in known_wrong_cases(job) if one.misconception.id == "corr-flip")
    result, grade = grade_known_wrong(job, case, SECRET.encode(), shown=True)
    data = leaks.grade_data(result, grade)
    for check in itertools.chain.from_iterable(one["checks"] for one in data["questions"]):
        check.pop("public", None)
    found = leaked(job, data, leaks.student_texts(result, grade), "", SECRET.encode())
    assert len(found) > 10


@pytest.mark.parametrize("before", ["", "x", "xy"])
@pytest.mark.parametrize(
    "form",
    [
        "{secret}",
        "{reversed}",
        "b'{hex}'",
        "{HEX}",
        "{base64}",
        "{urlsafe}",
    ],
)
def test_secret_in_a_text_is_found_in_other_forms(leaks, before, form):
    """As it is, backwards, in hexadecimal or in base64, also within a longer text."""
    from base64 import b64encode, urlsafe_b64encode  # noqa: PLC0415 - nothing else needs them

    secret = b"??planted secret~~of the tests>>"
    text = form.format(
        secret=secret.decode(),
        reversed=secret.decode()[::-1],
        hex=secret.hex(),
        HEX=secret.hex().upper(),
        base64=b64encode(before.encode() + secret + before.encode()).decode(),
        urlsafe=urlsafe_b64encode(before.encode() + secret).decode(),
    )
    texts = {"said": f"KeyError: {text}", "not": "a planted word"}
    assert leaks.secret_told(texts, secret) == {"said"}


def test_lines_of_the_staff_and_of_others_in_a_text_are_found(leaks):
    """A line of a solution is found unless the student wrote it; so is another's name or line."""
    reference = (COURSE / "solutions/activations.py").read_text(encoding="utf-8")
    (line, *_) = [one for one in leaks.staff_lines() if one in reference]
    texts = {"said": f"NameError at activations.py, line 3\n    {line}  # mine"}
    assert {place for place, _ in leaks.lines_told(texts, "")} == {"said"}
    assert leaks.lines_told({"shown": repr(f"def f():\n\t{line}")}, "")
    assert leaks.lines_told(texts, reference) == set()
    works = {"ann": "", "bob": reference}
    assert leaks.others_told(texts, "ann", works) >= {line}
    assert leaks.others_told({"said": "as bob does"}, "ann", works) == {"bob"}
    assert leaks.others_told({"said": "as bobby does, ann"}, "ann", works) == set()


# Known-wrong implementations


def grade_known_wrong(job, case, secret, *, shown=False):
    """Grade the question of a known-wrong implementation, its hidden checks shown or not.

    Checks of speed are left out: they take longest, and all that they say is one sentence.
    """
    suite, entry, parts = job.suite, case.misconception, job.parts
    if shown:
        checks = tuple(dataclasses.replace(check, public=True) for check in suite.checks)
        suite = dataclasses.replace(suite, checks=checks)
    terms = terms_for(job.course, parts.id)
    outcomes = run_suite(
        suite,
        InProcess(case.load(), job.course.limits_of(parts.id).call_cpu_seconds).answer,
        seed_key=seed_key(secret, parts.id, DIGEST),
        tolerances=terms.tolerances,
        speed=terms.speed,
        only=frozenset(
            check.id
            for check in suite.checks
            if check.question == entry.question and check.group != "speed"
        ),
    )
    policy = job.course.score
    score = score_submission(
        {entry.question: parts.policy.questions[entry.question]},
        [*outcomes, *case.broken],
        policy.group_weights,
        critical_cap=policy.critical_cap,
        total_cap=policy.total_cap,
        mistakes={entry.question: entry},
    )
    grade = Grade(
        entry.id, DIGEST, score.status, score.points, 100, score.bonus, questions=score.questions
    )
    return ClassResult(parts.id, parts.policy.title, 100, job.suite_digest, grades=(grade,)), grade


@pytest.mark.parametrize("assignment", NUMPY)
def test_known_wrong_implementations_are_told_nothing_hidden(assignment, leaks, hidden_numbers):
    """Whatever is wrong, no text has a line of the staff's, the secret or a hidden number."""
    job, secret = open_job(assignment, COURSE), SECRET.encode()
    key = seed_key(secret, assignment, DIGEST)
    hidden = hidden_numbers.hidden_values(job, key)
    cases = known_wrong_cases(job)
    assert len(cases) >= 20
    failed = 0
    for case in cases:
        result, grade = grade_known_wrong(job, case, secret)
        texts = leaks.student_texts(result, grade)
        known = hidden_numbers.known_texts(job, leaks.grade_data(result, grade), case.text)
        failed += "values differ" in texts["page"]
        assert leaks.lines_told(texts, case.text) == set(), case.misconception.id
        assert leaks.secret_told(texts, secret, key) == set(), case.misconception.id
        suspects = hidden_numbers.suspects(texts, known)
        assert hidden_numbers.told(suspects, hidden) == set(), case.misconception.id
    assert failed >= 5
