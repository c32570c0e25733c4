"""Says which proofs failed, in a sentence each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Final

from autograder.verify.records import AssignmentProof, KnownWrong, MutationProof

__all__ = ["failures"]

_LEAST_SCORE_PERCENT: Final = 98.0
_MOST_REVIEWED_PERCENT: Final = 3.0
_LEAST_INSIDE_PERCENT: Final = 95.0
_LEAST_NAMED_PERCENT: Final = 90.0
_NAMED: Final = 5


def failures(proof: AssignmentProof) -> AssignmentProof:
    """Return a proof with the sentences about what failed in it."""
    sentences = (
        *_extremes(proof),
        *_mutants(proof.mutation),
        *_known_wrong(proof.known_wrong),
        *_checks(proof),
    )
    return dataclasses.replace(proof, failures=sentences)


def _extremes(proof: AssignmentProof) -> Iterator[str]:
    if proof.reference_percent != 100:
        yield f"the reference earns {proof.reference_percent:g} % in the sandbox, not 100 %"
    if proof.stub_percent:
        yield f"the stub earns {proof.stub_percent:g} % in the sandbox, not 0 %"
    if proof.wrong_variants:
        names = _some(finding.reason for finding in proof.wrong_variants)
        yield f"correct implementations lose checks: {names}"


def _mutants(mutation: MutationProof) -> Iterator[str]:
    if not mutation.total:
        yield "there is nothing to mutate in the reference"
    if mutation.score_percent < _LEAST_SCORE_PERCENT:
        yield (
            f"the mutation score is {mutation.score_percent:.1f} %, below "
            f"{_LEAST_SCORE_PERCENT:g} %: {len(mutation.survivors)} mistakes are not found"
        )
    if mutation.reviewed_percent > _MOST_REVIEWED_PERCENT:
        yield (
            f"{mutation.reviewed_percent:.1f} % of the mutants are on the reviewed list, "
            f"more than {_MOST_REVIEWED_PERCENT:g} %"
        )
    if mutation.stale:
        yield f"the reviewed list is out of date: {_some(mutation.stale)}"


def _known_wrong(all_: tuple[KnownWrong, ...]) -> Iterator[str]:
    free = [one.id for one in all_ if not one.caught]
    if free:
        yield f"known-wrong implementations pass every check: {_some(free)}"
    outside = [one for one in all_ if not one.inside]
    if all_ and 100 * (len(all_) - len(outside)) / len(all_) < _LEAST_INSIDE_PERCENT:
        yield (
            f"{len(outside)} of {len(all_)} known-wrong implementations earn too little or too "
            f"much: {_some(one.id for one in outside)}"
        )
    nameable = [one for one in all_ if one.nameable]
    unnamed = [one.id for one in nameable if one.named != one.id]
    if nameable and 100 * (len(nameable) - len(unnamed)) / len(nameable) < _LEAST_NAMED_PERCENT:
        yield (
            f"{len(unnamed)} of {len(nameable)} known-wrong implementations are not called by "
            f"their name: {_some(unnamed)}"
        )


def _checks(proof: AssignmentProof) -> Iterator[str]:
    kinds = (
        ("assert nothing", proof.vacuous),
        ("have a tolerance that is far too wide", proof.loose),
        ("break down themselves", proof.broken),
    )
    for what, found in kinds:
        if found:
            yield f"{len(found)} checks {what}: {_some(finding.check for finding in found)}"
    if proof.unstable:
        names = _some(f"{one.subject}: {one.check}" for one in proof.unstable)
        yield f"verdicts change with the inputs: {names}"


def _some(names: Iterable[str]) -> str:
    every = list(names)
    rest = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + rest
