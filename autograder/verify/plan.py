"""Everything that is put before an assignment's suite, and what each of it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final

from autograder.executor import Task
from autograder.grade import GradingBench, Isolation
from autograder.job import Job
from autograder.records import Status, Verdict
from autograder.verify.equivalents import load_reviews
from autograder.verify.forks import Experiment
from autograder.verify.inprocess import load_source
from autograder.verify.knownwrong import KnownWrongCase, known_wrong_cases
from autograder.verify.mutants import make_mutants
from autograder.verify.observing import observe
from autograder.verify.probes import PROBES, spoil
from autograder.verify.records import Mutant, Observation, Review
from autograder.verify.store import KeyMaker

__all__ = ["SEEDS", "Plan", "make_plan"]

SEEDS: Final = 50
_VARIANT_SEEDS: Final = 20
# Deadlines on the clock, for one round of a suite and for many; both take far less.
_SECONDS: Final = 60.0
_SECONDS_OF_MANY: Final = 600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be tried for one assignment.

    Attributes:
        job: The assignment.
        mutants: Of the reference.
        reviews: The reviewed list.
        cases: The known-wrong implementations.
        variants: Files with correct implementations.
        experiments: Label to experiment. A label is a kind and a name, such as `mutant 1a2b`.
    """

    job: Job
    mutants: tuple[Mutant, ...]
    reviews: tuple[Review, ...]
    cases: tuple[KnownWrongCase, ...]
    variants: tuple[Path, ...]
    experiments: dict[str, Experiment]


def make_plan(job: Job) -> Plan:
    """Read what belongs to an assignment and list what is to be tried.

    Raises:
        SuiteError: The reviewed list or the known-wrong implementations cannot be used.
    """
    parts = job.parts
    course_dir = parts.hidden.parents[2]
    functions = {id_: asked.functions for id_, asked in parts.policy.questions.items()}
    source = parts.reference.read_text(encoding="utf-8")
    variants = course_dir / "tests" / "integration" / "variants" / parts.id
    plan = Plan(
        job=job,
        mutants=make_mutants(source, functions),
        reviews=load_reviews(course_dir / "tests" / "equivalent" / f"{parts.id}.yml"),
        cases=known_wrong_cases(job),
        variants=tuple(sorted(variants.glob("*.py"))),
        experiments={},
    )
    plan.experiments.update(_experiments(plan, source))
    return plan


def _experiments(plan: Plan, source: str) -> Iterator[tuple[str, Experiment]]:
    """List the experiments, those that take longest first."""
    job, desk = plan.job, _Desk(plan.job)
    parts = job.parts
    everything = tuple(parts.policy.questions)
    yield "sandbox reference", desk.in_sandbox(parts.reference)
    yield "sandbox stub", desk.in_sandbox(parts.stub)
    right = partial(load_source, source, parts.id)
    yield "reference", desk.trial(right, everything, source, seeds=SEEDS)
    yield "margins reference", desk.trial(right, everything, source, margins=True)
    for path in plan.variants:
        text = path.read_text(encoding="utf-8")
        load = partial(load_source, text, parts.id)
        trial = desk.trial(load, everything, text, seeds=_VARIANT_SEEDS, margins=True)
        yield f"margins {path.stem}", trial
    for case in plan.cases:
        entry = case.misconception
        asked = (entry.question,)
        others = [one.text for one in plan.cases if one.misconception.question == entry.question]
        yield f"known-wrong {entry.id}", desk.trial(case.load, asked, case.text, seeds=SEEDS)
        text = "".join((case.text, *others))
        yield f"naming {entry.id}", desk.trial(case.load, asked, text, diagnosed=True)
    for question, policy in parts.policy.questions.items():
        for probe in PROBES:
            load = partial(_spoiled, source, parts.id, policy.functions, probe)
            yield f"probe {question} {probe}", desk.trial(load, (question,), f"probe {probe}")
    for mutant in plan.mutants:
        load = partial(load_source, mutant.source, parts.id)
        yield f"mutant {mutant.id}", desk.trial(load, mutant.questions, mutant.source)


class _Desk:
    """Writes out the experiments of one assignment."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._keys = KeyMaker(job)

    def trial(
        self,
        load: Callable[[], ModuleType],
        questions: tuple[str, ...],
        text: str,
        *,
        seeds: int = 1,
        margins: bool = False,
        diagnosed: bool = False,
    ) -> Experiment:
        """Plan an observation in this process; `text` is what the implementation depends on."""
        options = {"seeds": seeds, "margins": margins, "diagnosed": diagnosed}
        return Experiment(
            key=self._keys.key(questions, text, str(options)),
            run=partial(
                observe,
                self._job,
                load,
                questions,
                seeds=seeds,
                margins=margins,
                diagnosed=diagnosed,
            ),
            seconds=_SECONDS if seeds == 1 else _SECONDS_OF_MANY,
            memory_mib=self._job.course.limits_of(self._job.parts.id).memory_mib,
        )

    def in_sandbox(self, path: Path) -> Experiment:
        """Plan a grading as a hand-in gets it."""
        job = self._job
        key = self._keys.key(job.parts.policy.questions, job.suite_digest, path.read_text("utf-8"))
        return Experiment(key, partial(_in_sandbox, job, path), _SECONDS_OF_MANY, memory_mib=0)


def _spoiled(source: str, assignment: str, functions: tuple[str, ...], probe: str) -> ModuleType:
    return spoil(load_source(source, assignment), functions, probe)


def _in_sandbox(job: Job, path: Path) -> Observation:
    """Grade a file as a student's hand-in would be; the course's own code needs no strict cage."""
    with GradingBench(job, Isolation(strict=False)) as bench:
        grade = bench.grade(Task(path, path.stem))
    if grade.status is not Status.GRADED:
        return Observation(ended=f"it was not graded: {grade.reason}")
    points = sum(question.points for question in grade.questions)
    possible = sum(question.max_points for question in grade.questions)
    checks = [check for question in grade.questions for check in question.checks]
    return Observation(
        verdicts={one.id: str(one.verdict) for one in checks if one.verdict is not Verdict.PASSED},
        percent=100 * points / possible,
    )
