"""Proofs in a terminal: a table of all assignments, then what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.verify.records import AssignmentProof, CheckFinding
from autograder.verify.wording import band_words, summary_lines

__all__ = ["print_proofs"]

_INDENT = 2


def print_proofs(proofs: Sequence[AssignmentProof], console: Console) -> None:
    """Print what was proven and what was not.

    Args:
        proofs: One for each assignment.
        console: Where to.
    """
    for proof in proofs:
        _print_proof(proof, console)
        console.print()
    console.print(_table(proofs))


def _table(proofs: Sequence[AssignmentProof]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("assignment", no_wrap=True)
    for heading in ("checks", "mutants", "found", "reviewed", "known-wrong", "in band"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("proof", no_wrap=True)
    for proof in proofs:
        mutation = proof.mutation
        table.add_row(
            Text(proof.assignment),
            str(proof.checks),
            str(mutation.total),
            f"{mutation.score_percent:.1f} %",
            f"{mutation.reviewed_percent:.1f} %",
            str(len(proof.known_wrong)),
            str(sum(one.inside for one in proof.known_wrong)),
            _verdict(proof),
        )
    return table


def _verdict(proof: AssignmentProof) -> Text:
    if proof.failures:
        return Text(f"✗ {len(proof.failures)} failed", "red")
    return Text("✓ holds", "green")


def _print_proof(proof: AssignmentProof, console: Console) -> None:
    console.print(Text(f"{proof.title} ({proof.assignment})", "bold"))
    for name, words in summary_lines(proof):
        console.print(Padding(Text(f"{name}: {words}"), (0, 0, 0, _INDENT)))
    for sentence in proof.failures:
        console.print(Padding(Text(f"✗ {sentence}", "red"), (0, 0, 0, _INDENT)))
    for heading, lines in _details(proof):
        if lines:
            console.print(Padding(Text(heading, "bold"), (0, 0, 0, _INDENT)))
            for line in lines:
                console.print(Padding(Text(line), (0, 0, 0, 2 * _INDENT)))


def _details(proof: AssignmentProof) -> Iterator[tuple[str, list[str]]]:
    """List what a person should look at, by heading."""
    survivors = []
    for one in proof.mutation.survivors:
        survivors.append(f"line {one.line}, {one.name}: {one.operator} ({one.id})")
        survivors += [f"  {line}" for line in one.diff]
    yield "mutants that no check finds", survivors
    yield "the reviewed list is out of date", list(proof.mutation.stale)
    outside = [one for one in proof.known_wrong if not one.inside]
    yield "outside their band", [f"{one.id} ({one.question}): {band_words(one)}" for one in outside]
    unnamed = [one for one in proof.known_wrong if one.nameable and one.named != one.id]
    names = [f"{one.id} ({one.question}): {one.named or 'nothing'}" for one in unnamed]
    yield "recognised as something else", names
    yield "checks that assert nothing", _lines(proof.vacuous)
    yield "checks that are too tolerant", _lines(proof.loose)
    yield "checks that break down", _lines(proof.broken)
    yield "correct implementations that lose checks", _lines(proof.wrong_variants)
    changed = [f"{one.subject}, {one.check}: {', '.join(one.verdicts)}" for one in proof.unstable]
    yield "verdicts that change with the inputs", changed


def _lines(findings: Sequence[CheckFinding]) -> list[str]:
    return [": ".join(filter(None, (one.check, one.reason))) for one in findings]
