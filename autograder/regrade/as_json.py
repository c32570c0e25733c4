"""A regrade and a history as JSON, schema 1: what programs read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from autograder.regrade.differences import check_counts, summarise
from autograder.regrade.past import Attempt, Step
from autograder.regrade.records import Regraded

__all__ = ["SCHEMA", "dumps_history", "dumps_regrades"]

SCHEMA: Final = 1


def dumps_regrades(found: Sequence[Regraded]) -> str:
    """Write regrades as JSON text: the records' names are the keys.

    Raises:
        ValueError: A number is not finite.
    """
    return _dumps({"assignments": [_regrade(one) for one in found]})


def _regrade(found: Regraded) -> dict[str, Any]:
    return {
        "assignment": found.assignment,
        "title": found.title,
        "suite": found.suite,
        "applied": found.applied,
        "graded_now": found.graded_now,
        "from_before": found.from_before,
        "summary": asdict(summarise(found.moves)),
        "moves": [asdict(one) | {"change": one.change} for one in found.moves],
        "checks": [asdict(one) | {"count": count} for one, count in check_counts(found.moves)],
        "left": [asdict(one) for one in found.left],
    }


def dumps_history(assignment: str, attempts: Sequence[Attempt]) -> str:
    """Write the history of a student's hand-ins as JSON text.

    Args:
        assignment: The assignment's id.
        attempts: From `history_of`.

    Raises:
        ValueError: A number is not finite.
    """
    return _dumps({"assignment": assignment, "attempts": [_attempt(one) for one in attempts]})


def _attempt(one: Attempt) -> dict[str, Any]:
    work, entry = one.work, one.entry
    late = None if entry is None else entry.grade.late
    graded = entry is not None and entry.grade.status == "graded"
    return {
        "student": work.student,
        "submission": work.name,
        "attempt": work.attempt,
        "counts": work.counts,
        "content": work.digest,
        "grades": [_step(step) for step in one.steps],
        "adjustments": [asdict(decision) for decision in one.decisions],
        "late": None if late is None else late.words,
        "final_points": entry.final_points if entry is not None and graded else None,
    }


def _step(step: Step) -> dict[str, Any]:
    past = step.past
    return {
        "id": past.id,
        "state": past.state,
        "why": past.why,
        "graded_at": past.graded_at,
        "suite": past.facts.suite,
        "task": past.facts.task,
        "machine": past.facts.machine,
        "status": past.grade.status,
        "points": past.grade.points,
        "bonus": past.grade.bonus,
        "reason": past.grade.reason,
        "moved": [asdict(one) for one in step.moved],
    }


def _dumps(content: dict[str, Any]) -> str:
    # In ASCII: nothing in it acts on a terminal. Points in time are all that is no JSON yet.
    written = json.dumps(
        {"schema": SCHEMA} | content,
        indent=1,
        allow_nan=False,
        default=lambda time: time.isoformat(),
    )
    return written + "\n"
