"""Puts an implementation before the real suite, in this process, and notes what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from types import ModuleType
from typing import Final

from autograder.job import Job, known_mistakes
from autograder.records import CheckOutcome, Verdict
from autograder.suite.collect import Check
from autograder.suite.diagnosis import Exchanges
from autograder.suite.run import run_suite
from autograder.suite.student import Reply, Request
from autograder.suite.terms import terms_for
from autograder.verify.inprocess import InProcess
from autograder.verify.margins import MarginRecorder
from autograder.verify.records import Margin, Observation

__all__ = ["REPEATS_WITHOUT_DRAWING", "observe", "seed_of"]

# A check that draws nothing has the same inputs every time: only chance could change its verdict.
REPEATS_WITHOUT_DRAWING: Final = 5


def observe(
    job: Job,
    load: Callable[[], ModuleType],
    questions: Collection[str],
    *,
    seeds: int = 1,
    margins: bool = False,
    diagnosed: bool = False,
) -> Observation:
    """Run the checks of some questions against an implementation.

    Args:
        job: The assignment.
        load: Makes the module; what it raises counts as a hand-in that cannot be loaded.
        questions: Ids of the questions.
        seeds: How often, each time with inputs of their own.
        margins: Measure how near the answers come to the tolerances.
        diagnosed: Ask which known mistake the answers look like, with the first seed.
    """
    try:
        module = load()
    except Exception as error:  # noqa: BLE001 - whatever a mistake in a module's own code raises
        return Observation(ended=f"it cannot be loaded: {type(error).__name__}")
    recorder = MarginRecorder()
    seen: dict[str, list[str]] = {}
    named = ""
    with recorder.listening(job.suite) if margins else nullcontext():
        for seed in range(seeds):
            checks = _checks(job, questions, seed)
            if not checks:
                break
            for only in [[check] for check in checks] if margins else [checks]:
                recorder.check = only[0]
                exchanges = Exchanges(_answerer(job, module))
                for outcome in _run(job, exchanges, seed, only):
                    seen.setdefault(outcome.id, []).append(_verdict(outcome))
                if diagnosed and seed == 0:
                    mistakes = known_mistakes(job, questions, exchanges)
                    named = next((one.id for one in mistakes.values()), "")
    return _observation(seen, recorder.margins, named)


def _checks(job: Job, questions: Collection[str], seed: int) -> list[Check]:
    return [
        check
        for check in job.suite.checks
        if check.question in questions
        and ("rng" in check.fixtures or seed < REPEATS_WITHOUT_DRAWING)
    ]


def _observation(
    seen: Mapping[str, Sequence[str]], margins: tuple[Margin, ...], named: str
) -> Observation:
    kinds = {check: tuple(sorted(set(verdicts))) for check, verdicts in seen.items()}
    first = {check: verdicts[0] for check, verdicts in seen.items()}
    return Observation(
        verdicts={check: one for check, one in first.items() if one != Verdict.PASSED},
        unstable={check: several for check, several in kinds.items() if len(several) > 1},
        margins=margins,
        named=named,
    )


def seed_of(job: Job, number: int) -> bytes:
    """Return the key of one of the seeds: the same on every machine, whatever the secret."""
    return hashlib.sha256(f"verify|{job.parts.id}|{number}".encode()).digest()


def _answerer(job: Job, module: ModuleType) -> Callable[[Sequence[Request]], list[Reply]]:
    return InProcess(module, job.course.limits_of(job.parts.id).call_cpu_seconds).answer


def _run(job: Job, exchanges: Exchanges, seed: int, checks: Sequence[Check]) -> list[CheckOutcome]:
    terms = terms_for(job.course, job.parts.id)
    return run_suite(
        job.suite,
        exchanges.answer,
        seed_key=seed_of(job, seed),
        tolerances=terms.tolerances,
        speed=terms.speed,
        only=frozenset(check.id for check in checks),
    )


def _verdict(outcome: CheckOutcome) -> str:
    """Write a verdict; what was earned of a failed check stands behind it."""
    if outcome.verdict is Verdict.FAILED and outcome.fraction:
        return f"{outcome.verdict}:{outcome.fraction:g}"
    return str(outcome.verdict)
