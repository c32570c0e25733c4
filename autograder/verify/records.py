"""The frozen records of a proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "AssignmentProof",
    "CheckFinding",
    "KnownWrong",
    "Margin",
    "Mutant",
    "MutationProof",
    "Observation",
    "Review",
    "Unstable",
]


@dataclass(frozen=True, slots=True)
class Mutant:
    """The reference with one mistake put in.

    Attributes:
        id: Made from the place and the change, not from line numbers.
        name: The function or value that holds the mistake.
        line: Of the reference, counted from 1.
        operator: The kind of mistake, such as `axis`.
        diff: The lines before and after, with `-` and `+`.
        source: The whole module.
        questions: The questions whose functions can reach it, in the order of the policy.
    """

    id: str
    name: str
    line: int
    operator: str
    diff: tuple[str, ...]
    source: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Margin:
    """How near a right answer came to a tolerance.

    Attributes:
        question: The question's id.
        check: The check's id.
        dtype: The precision that chose the tolerance.
        share: Largest difference divided by what is allowed there; 1 is the limit.
        width: What an entry as large as the largest may be off, divided by its size.
    """

    question: str
    check: str
    dtype: str
    share: float
    width: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What the suite said of one implementation.

    Attributes:
        ended: How its process ended before the suite was through; empty if it was.
        verdicts: Check id to verdict with the first seed, those that passed left out.
        unstable: Check id to the verdicts that it got with other seeds.
        margins: Of the comparisons, if they were asked for.
        percent: What it earned in the sandbox; None if it was not graded there.
        named: The known mistake that its answers look like; empty if none does or none was asked.
    """

    ended: str = ""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    unstable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    margins: tuple[Margin, ...] = ()
    percent: float | None = None
    named: str = ""

    @property
    def caught(self) -> bool:
        """Tell whether some check failed."""
        return bool(self.ended or self.verdicts)


@dataclass(frozen=True, slots=True)
class Review:
    """A mutant that a person found to be no mistake at all.

    Attributes:
        id: The mutant's.
        reason: Why no input can tell it from the reference.
    """

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class MutationProof:
    """What became of the mutants.

    Attributes:
        total: All of them.
        killed: Those that some check failed.
        reviewed: Those that were found to be equivalent.
        survivors: Those that nothing failed and nobody reviewed.
        stale: What is wrong with the reviewed list, a sentence each.
    """

    total: int
    killed: int
    reviewed: int
    survivors: tuple[Mutant, ...]
    stale: tuple[str, ...]

    @property
    def score_percent(self) -> float:
        """Return the killed among those that are not equivalent; 100 if there are none."""
        counted = self.total - self.reviewed
        return 100 * self.killed / counted if counted else 100.0

    @property
    def reviewed_percent(self) -> float:
        """Return the share of mutants on the reviewed list."""
        return 100 * self.reviewed / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class KnownWrong:
    """What a known-wrong implementation earned.

    Attributes:
        id: The misconception's.
        question: The question's id.
        percent: Of the question's points.
        band: Least and most per cent that it should earn.
        caught: Whether any check failed.
        passes_public: Whether it passes every public test of its question.
        nameable: Whether its answers tell it apart from right ones.
        named: What grading calls it; empty if it recognises nothing.
        ended: How its process ended, if it did before the suite was through.
    """

    id: str
    question: str
    percent: float
    band: tuple[float, float]
    caught: bool
    passes_public: bool
    nameable: bool
    named: str = ""
    ended: str = ""

    @property
    def inside(self) -> bool:
        """Tell whether it earned what it should."""
        return self.band[0] <= self.percent <= self.band[1]


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """A check that proves less than it claims.

    Attributes:
        check: The check's id.
        claim: What it claims.
        reason: What is wrong with it.
    """

    check: str
    claim: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unstable:
    """A verdict that changed with the inputs.

    Attributes:
        subject: Whose.
        check: The check's id.
        verdicts: Those that were seen.
    """

    subject: str
    check: str
    verdicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssignmentProof:
    """Everything that was found out about one suite.

    Attributes:
        assignment: Its id.
        title: Its title.
        suite: The digest of the suite.
        checks: How many it has.
        seeds: How many were tried for repeatability.
        reference_percent: What the reference earns in the sandbox, core and stretch.
        stub_percent: What the stub earns there.
        wrong_variants: Correct implementations that lost a check, with its id.
        variants: How many correct implementations there are.
        mutation: The mutants.
        known_wrong: The known-wrong implementations.
        vacuous: Checks that no mistake fails.
        loose: Checks whose tolerance is far too wide.
        broken: Checks that broke down on an answer.
        unstable: Verdicts that changed.
        margins: For each question and precision the narrowest.
        failures: The proofs that failed, a sentence each; empty if the suite is proven.
    """

    assignment: str
    title: str
    suite: str
    checks: int
    seeds: int
    reference_percent: float
    stub_percent: float
    variants: int
    wrong_variants: tuple[CheckFinding, ...]
    mutation: MutationProof
    known_wrong: tuple[KnownWrong, ...]
    vacuous: tuple[CheckFinding, ...]
    loose: tuple[CheckFinding, ...]
    broken: tuple[CheckFinding, ...]
    unstable: tuple[Unstable, ...]
    margins: tuple[Margin, ...]
    failures: tuple[str, ...]
