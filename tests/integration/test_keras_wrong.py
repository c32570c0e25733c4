"""Wrong Keras programs: each fails the checks that `keras_wrong/keras_wrong.yml` names.

Each file holds what is wrong alone; the reference stands above it. Only the named checks are run,
so none of the long trainings. The known-wrong functions of `solutions/misconceptions/keras_cnn.py`
are tried in the same way, with all checks of their questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.intake import read_submission
from autograder.job import Job, known_mistakes, open_job
from autograder.records import CheckOutcome, Verdict
from autograder.score import score_question
from autograder.suite.diagnosis import Exchanges
from autograder.suite.run import run_suite
from autograder.suite.session import Session
from autograder.suite.terms import terms_for

pytestmark = pytest.mark.skipif(
    find_spec("tensorflow") is None,
    reason="TensorFlow is not installed: the extra `keras` brings it",
)

COURSE = Path(__file__).resolve().parents[2]
WRONG = Path(__file__).resolve().parent / "keras_wrong"
TABLE = yaml.safe_load((WRONG / "keras_wrong.yml").read_text(encoding="utf-8"))
PAGE = (COURSE / "docs" / "keras.md").read_text(encoding="utf-8")
# The rows of the page's table: program or function, and a check that fails.
TOLD = dict(re.findall(r"^\| \S+ \| `(\w+)` \| `(test_\w+)` \|$", PAGE, re.MULTILINE))
Attempt = Callable[[str, frozenset[str]], tuple[list[CheckOutcome], Exchanges]]
# What makes a file of misconceptions part of a program: the right functions, and no marks.
BESIDE = """
import types
reference = types.SimpleNamespace(**globals())
def known_wrong(*_, **__):
    return lambda function: function
"""


@pytest.fixture(scope="module")
def job() -> Job:
    return open_job("keras_cnn", COURSE)


@pytest.fixture(scope="module")
def attempt(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attempt]:
    """Run named checks on the reference with a text below it; Keras is imported once."""
    terms = terms_for(job.course, job.parts.id)
    reference = job.parts.reference.read_text(encoding="utf-8")
    names = {check.id: check.id.partition("::")[2].partition("[")[0] for check in job.suite.checks}
    with terms.start_zygote(job.parts.reference) as zygote:

        def run(text: str, wanted: frozenset[str]) -> tuple[list[CheckOutcome], Exchanges]:
            path = tmp_path_factory.mktemp("wrong") / "keras_cnn.py"
            path.write_text(f"{reference}\n\n{text}", encoding="utf-8")
            submission = read_submission(path, job.parts.id, job.course.intake)
            session = Session(zygote, submission, job.parts.id, terms.rules, terms.limits)
            exchanges = Exchanges(session.answer)
            with session:
                outcomes = run_suite(
                    job.suite,
                    exchanges.answer,
                    seed_key=b"keras_wrong",
                    tolerances=terms.tolerances,
                    speed=terms.speed,
                    models=terms.models,
                    only=frozenset(id_ for id_, name in names.items() if name in wanted),
                )
            return outcomes, exchanges

        yield run


def test_keras_wrong_table_is_complete():
    """Every file is in the table, and the other way round."""
    assert sorted(path.stem for path in WRONG.glob("*.py")) == sorted(TABLE)


def test_page_tells_of_every_wrong_program_and_of_a_check_that_finds_it(job):
    """The page has a row for each program and known-wrong function; each row's check is listed."""
    known = {one.id.replace("-", "_") for several in job.misconceptions.values() for one in several}
    assert TOLD.keys() == TABLE.keys() | known
    assert {
        name: check for name, check in TOLD.items() if check not in TABLE.get(name, check)
    } == {}


def test_reference_passes_what_the_wrong_fail(attempt):
    """The checks that find the mistakes find none in the reference."""
    wanted = frozenset(name for names in TABLE.values() for name in names)
    outcomes, _ = attempt("", wanted)
    assert {outcome.id for outcome in outcomes if outcome.verdict is not Verdict.PASSED} == set()
    assert {outcome.id.partition("::")[2].partition("[")[0] for outcome in outcomes} == wanted


@pytest.mark.parametrize("name", TABLE)
def test_wrong_program_fails_the_checks_that_are_named(name, attempt):
    """Each named check finds the mistake, and none of them breaks down over it."""
    text = (WRONG / f"{name}.py").read_text(encoding="utf-8")
    outcomes, _ = attempt(text, frozenset(TABLE[name]))
    found = {Verdict.FAILED, Verdict.STUDENT_ERROR}
    assert {outcome.id for outcome in outcomes if outcome.verdict not in found} == set()


def earned(job: Job, question: str, outcomes: list[CheckOutcome]) -> float:
    """Give the per cent of a question's points that its outcomes are worth."""
    policy, score = job.parts.policy.questions[question], job.course.score
    grade = score_question(
        question,
        policy,
        outcomes,
        weights=score.group_weights,
        critical_cap=score.critical_cap,
        mistake=None,
    )
    return 100 * grade.points / grade.max_points


def test_known_wrong_functions_lose_points_and_are_named(job, attempt):
    """Each earns what its band says, fails the check on the page, and is called by its name."""
    source = job.parts.misconceptions.read_text(encoding="utf-8").partition("__file__)\n")[2]
    found: dict[str, Any] = {}
    for entry in (one for several in job.misconceptions.values() for one in several):
        (function,) = entry.implementations
        text = f"{BESIDE}{source}\n{function} = {entry.id.replace('-', '_')}\n"
        checks = [check for check in job.suite.checks if check.question == entry.question]
        names = frozenset(check.id.partition("::")[2].partition("[")[0] for check in checks)
        outcomes, exchanges = attempt(text, names)
        named = known_mistakes(job, [entry.question], exchanges).get(entry.question)
        percent = earned(job, entry.question, outcomes)
        inside = entry.band[0] <= percent <= entry.band[1]
        failed = {outcome.id for outcome in outcomes if outcome.verdict is not Verdict.PASSED}
        told = any(TOLD[entry.id.replace("-", "_")] in id_ for id_ in failed)
        if (
            not inside
            or not told
            or (named or entry).id != entry.id
            or (entry.named and named is None)
        ):
            found[entry.id] = (round(percent), entry.band, named and named.id)
    assert found == {}
