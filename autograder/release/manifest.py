"""The manifest of a release: what it holds, what made it, and how to make it again."""

from __future__ import annotations

import hashlib
import hmac
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final

from autograder.archive import Member
from autograder.release.facts import StudentFacts

__all__ = ["GIT_IGNORE", "MANIFEST", "ReleasedAssignment", "manifest_text", "secret_fingerprint"]

MANIFEST: Final = "manifest.json"
GIT_IGNORE: Final = ".gitignore"
_SCHEMA: Final = 1
_TOOLS: Final = ("hatchling", "jupytext", "nbformat", "otter-grader")  # they decide about bytes
_FINGERPRINT_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class ReleasedAssignment:
    """One assignment of a release.

    Attributes:
        facts: What students may know of it.
        bundle: The digest of the student bundle.
        suite: The digest of the suite.
    """

    facts: StudentFacts
    bundle: str
    suite: str


def manifest_text(
    released: Sequence[ReleasedAssignment],
    files: Mapping[str, Member],
    *,
    version: str,
    secret: bytes,
) -> str:
    """Write the manifest, without a date, a place or a name of a machine.

    Args:
        released: The assignments, in the order of the course.
        files: Path inside the release to every other file.
        version: Of this project.
        secret: The course secret; only its fingerprint is written.
    """
    ids = [one.facts.id for one in released]
    page = {
        "schema": _SCHEMA,
        "rebuild": f"autograder release {' '.join(ids)} --out DIR",
        "versions": {
            "dlcv-autograder": version,
            "python": platform.python_version(),
            **{tool: metadata.version(tool) for tool in _TOOLS},
        },
        "secret_fingerprint": secret_fingerprint(secret),
        "assignments": {one.facts.id: _assignment(one) for one in released},
        "files": {path: f"sha256:{file.sha256}" for path, file in sorted(files.items())},
    }
    return f"{json.dumps(page, indent=2, ensure_ascii=False)}\n"


def secret_fingerprint(secret: bytes) -> str:
    """Tell secrets apart without telling them: a short keyed hash of a fixed text."""
    digest = hmac.digest(secret, b"fingerprint of the course secret", hashlib.sha256)
    return digest.hex()[:_FINGERPRINT_DIGITS]


def _assignment(one: ReleasedAssignment) -> dict[str, Any]:
    facts = one.facts
    return {
        "title": facts.title,
        "due": facts.due,
        "max_points": facts.max_points,
        "questions": {question.id: question.points for question in facts.questions},
        "stretch": [question.id for question in facts.questions if question.stretch],
        "bundle": one.bundle,
        "suite": one.suite,
    }
