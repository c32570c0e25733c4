"""Proofs as JSON, schema 1: what programs read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any, Final

from autograder.verify.records import AssignmentProof, Mutant

__all__ = ["SCHEMA", "dumps", "to_dict"]

SCHEMA: Final = 1


def to_dict(proofs: Sequence[AssignmentProof]) -> dict[str, Any]:  # Any: JSON has no useful type
    """Turn proofs into nested dicts and lists; a survivor comes without its module's source."""
    return {
        "schema": SCHEMA,
        "proven": not any(proof.failures for proof in proofs),
        "assignments": [_proof(proof) for proof in proofs],
    }


def dumps(proofs: Sequence[AssignmentProof]) -> str:
    """Write proofs as JSON text."""
    return json.dumps(to_dict(proofs), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _proof(proof: AssignmentProof) -> dict[str, Any]:
    found = dataclasses.asdict(proof)
    mutation = found["mutation"]
    mutation["score_percent"] = round(proof.mutation.score_percent, 2)
    mutation["reviewed_percent"] = round(proof.mutation.reviewed_percent, 2)
    mutation["survivors"] = [_survivor(mutant) for mutant in proof.mutation.survivors]
    for row, one in zip(found["known_wrong"], proof.known_wrong, strict=True):
        row["inside"] = one.inside
    return found


def _survivor(mutant: Mutant) -> dict[str, Any]:
    found = dataclasses.asdict(mutant)
    del found["source"]
    return found
