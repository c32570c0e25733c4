"""Wrong Keras programs: each fails the checks that `keras_wrong/keras_wrong.yml` names.

Each file holds what is wrong alone; the reference stands above it. Only the named checks are run,
so none of the long trainings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from autograder.intake import read_submission
from autograder.job import open_job
from autograder.records import CheckOutcome, Verdict
from autograder.suite.run import run_suite
from autograder.suite.session import Session
from autograder.suite.terms import terms_for

pytest.importorskip("tensorflow", reason="TensorFlow is not installed: the extra `keras` brings it")

COURSE = Path(__file__).resolve().parents[2]
WRONG = Path(__file__).resolve().parent / "keras_wrong"
TABLE = yaml.safe_load((WRONG / "keras_wrong.yml").read_text(encoding="utf-8"))
Attempt = Callable[[str, frozenset[str]], list[CheckOutcome]]


@pytest.fixture(scope="module")
def attempt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attempt]:
    """Run named checks on the reference with a text below it; Keras is imported once."""
    job = open_job("keras_cnn", COURSE)
    terms = terms_for(job.course, job.parts.id)
    reference = job.parts.reference.read_text(encoding="utf-8")
    names = {check.id: check.id.partition("::")[2].partition("[")[0] for check in job.suite.checks}
    with terms.start_zygote(job.parts.reference) as zygote:

        def run(text: str, wanted: frozenset[str]) -> list[CheckOutcome]:
            path = tmp_path_factory.mktemp("wrong") / "keras_cnn.py"
            path.write_text(f"{reference}\n\n{text}", encoding="utf-8")
            submission = read_submission(path, job.parts.id, job.course.intake)
            with Session(zygote, submission, job.parts.id, terms.rules, terms.limits) as session:
                return run_suite(
                    job.suite,
                    session.answer,
                    seed_key=b"keras_wrong",
                    tolerances=terms.tolerances,
                    speed=terms.speed,
                    models=terms.models,
                    only=frozenset(id_ for id_, name in names.items() if name in wanted),
                )

        yield run


def test_keras_wrong_table_is_complete():
    """Every file is in the table, and the other way round."""
    assert sorted(path.stem for path in WRONG.glob("*.py")) == sorted(TABLE)


def test_reference_passes_what_the_wrong_fail(attempt):
    """The checks that find the mistakes find none in the reference."""
    wanted = frozenset(name for names in TABLE.values() for name in names)
    outcomes = attempt("", wanted)
    assert {outcome.id for outcome in outcomes if outcome.verdict is not Verdict.PASSED} == set()
    assert {outcome.id.partition("::")[2].partition("[")[0] for outcome in outcomes} == wanted


@pytest.mark.parametrize("name", TABLE)
def test_wrong_program_fails_the_checks_that_are_named(name, attempt):
    """Each named check finds the mistake, and none of them breaks down over it."""
    text = (WRONG / f"{name}.py").read_text(encoding="utf-8")
    outcomes = attempt(text, frozenset(TABLE[name]))
    found = {Verdict.FAILED, Verdict.STUDENT_ERROR}
    assert {outcome.id for outcome in outcomes if outcome.verdict not in found} == set()
