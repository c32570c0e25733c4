"""The sentences of a proof that the console and the page share."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.verify.records import AssignmentProof, KnownWrong

__all__ = ["band_words", "summary_lines"]


def summary_lines(proof: AssignmentProof) -> Iterator[tuple[str, str]]:
    """Give what was proven in a line each: what it is about, and the figures."""
    earned = f"the reference earns {proof.reference_percent:g} %, the stub {proof.stub_percent:g} %"
    yield "in the sandbox", earned
    mutation = proof.mutation
    found = f"{mutation.killed} of {mutation.total - mutation.reviewed} found"
    reviewed = f"{mutation.reviewed} more on the reviewed list ({mutation.reviewed_percent:.1f} %)"
    yield "mutants", f"{found} ({mutation.score_percent:.1f} %); {reviewed}"
    known_wrong = proof.known_wrong
    caught = sum(one.caught for one in known_wrong)
    inside = sum(one.inside for one in known_wrong)
    yield "known-wrong", f"{len(known_wrong)}; {caught} caught, {inside} inside their band"
    nameable = [one for one in known_wrong if one.nameable]
    named = sum(one.named == one.id for one in nameable)
    yield "names", f"{named} of {len(nameable)} that answers tell apart are called by theirs"
    public = sum(one.passes_public for one in known_wrong)
    yield "public tests", f"{public} of the {len(known_wrong)} known-wrong pass them all"
    doubtful = f"{len(proof.vacuous)} assert nothing, {len(proof.loose)} are too tolerant"
    yield "checks", f"{proof.checks}; {doubtful}, {len(proof.broken)} break down"
    yield "seeds", f"{proof.seeds}; {len(proof.unstable)} verdicts changed"
    yield "variants", _variants(proof)


def _variants(proof: AssignmentProof) -> str:
    lost = len(proof.wrong_variants)
    words = f"{proof.variants} correct implementations; {lost} lost checks"
    if not proof.margins:
        return words
    nearest = max(proof.margins, key=lambda margin: margin.share)
    return (
        f"{words}; the nearest answer uses {nearest.share:.0%} of its tolerance "
        f"({nearest.question}, {nearest.dtype})"
    )


def band_words(one: KnownWrong) -> str:
    """Say what a known-wrong implementation earns, and what it should."""
    low, high = one.band
    words = f"{one.percent:g} % instead of {low:g} to {high:g} %"
    return f"{words} ({one.ended})" if one.ended else words
