"""Grading in this process and in the sandbox give the same verdicts: proofs hold for grading."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from autograder.intake import read_submission
from autograder.job import open_job
from autograder.records import Submission
from autograder.suite.run import run_suite
from autograder.suite.session import Session
from autograder.suite.terms import terms_for
from autograder.verify.forks import Experiment, run_forked
from autograder.verify.inprocess import load_source
from autograder.verify.observing import observe, seed_of

COURSE = Path(__file__).resolve().parents[2]
# One without and one with random generators and iterators among the arguments.
ASSIGNMENTS = ("activations", "sgd_update")


def in_sandbox(job, zygote, submission):
    """Grade a submission in a worker with the inputs of the first seed."""
    terms = terms_for(job.course, job.parts.id)
    with Session(zygote, submission, job.parts.id, terms.rules, terms.limits) as session:
        outcomes = run_suite(
            job.suite,
            session.answer,
            seed_key=seed_of(job, 0),
            tolerances=terms.tolerances,
            speed=terms.speed,
        )
    # Processor time is another one each time: only what is right or wrong is compared.
    return {one.id: one.verdict for one in outcomes if one.group != "speed"}


def here(job, path):
    """Grade a submission in a child of this process: some of them are hostile."""
    load = partial(load_source, path.read_text(encoding="utf-8"), job.parts.id)
    run = partial(observe, job, load, tuple(job.parts.policy.questions))
    trial = Experiment(path.name, run, seconds=60, memory_mib=512)
    return next(observation for _, observation in run_forked([trial], workers=1))


def modules_of(assignment, job):
    """Read every second sample submission that is one module and that can be loaded."""
    for path in sorted((COURSE / "examples" / "submissions" / assignment).glob("*.py"))[::2]:
        read = read_submission(path, assignment, job.course.intake)
        assert isinstance(read, Submission)
        yield path, read


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_in_process_verdicts_are_those_of_the_sandbox(assignment):
    """A sample submission gets the same verdict from every check, here and there."""
    job = open_job(assignment, COURSE)
    compared = 0
    with terms_for(job.course, assignment).start_zygote(job.parts.reference) as zygote:
        for path, submission in modules_of(assignment, job):
            observed = here(job, path)
            if observed.ended:
                continue
            for check, verdict in in_sandbox(job, zygote, submission).items():
                written = observed.verdicts.get(check, "passed").partition(":")[0]
                assert written == verdict, f"{path.name}: {check}"
            compared += 1
    assert compared >= 5
