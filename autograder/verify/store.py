"""Keeps observations between runs, so that only what has changed is tried again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from autograder.job import Job
from autograder.report.files import write_atomically
from autograder.verify.records import Observation

__all__ = ["KeyMaker", "Store"]

_PLACE: Final = Path(".autograder") / "verify"
_PACKAGE: Final = Path(__file__).resolve().parents[1]
_OBSERVATIONS: Final = TypeAdapter(dict[str, Observation])
_OBSERVING: Final = ("forks", "inprocess", "margins", "observing", "probes", "records")
# What decides about a verdict; what is made of it is worked out anew each time.
_DECIDING: Final = (
    *("compare", "sandbox", "suite", "records.py", "misconceptions.py"),
    *(f"verify/{name}.py" for name in _OBSERVING),
)


class KeyMaker:
    """Names observations of one assignment by everything that they depend on.

    Args:
        job: The assignment.
    """

    def __init__(self, job: Job) -> None:
        parts, course = job.parts, job.course
        self._files = dict(parts.hidden_files)
        own = {path.resolve() for path in self._files.values()}
        shared = [path for path in sorted(parts.hidden.rglob("*.py")) if path.resolve() not in own]
        tolerances = course.tolerances[parts.policy.tolerance]
        policy = (
            course.limits_of(parts.id),
            parts.policy.speed,
            *(tolerances[name] for name in sorted(tolerances)),
        )
        common = [_framework(), *(record.model_dump_json() for record in policy)]
        common += [_digest(path) for path in (parts.public_tests, parts.reference, *shared)]
        self._common = tuple(common)

    def key(self, questions: Iterable[str], *what: str) -> str:
        """Make the key of an implementation that some questions' checks are run on."""
        files = [f"{question} {_digest(self._files[question])}" for question in questions]
        return hashlib.sha256("\0".join((*self._common, *files, *what)).encode()).hexdigest()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _framework() -> str:
    """Digest the code that runs a suite, with the versions under it."""
    paths = [_PACKAGE / name for name in _DECIDING]
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) or [path])]
    versions = f"{platform.python_version()} {np.__version__}"
    return hashlib.sha256(" ".join([versions, *map(_digest, files)]).encode()).hexdigest()


class Store:
    """The observations of one assignment, in a file of the course's `.autograder` folder.

    Args:
        course_dir: The course.
        assignment: The assignment's id.
        fresh: Look at nothing that was kept.
    """

    def __init__(self, course_dir: Path, assignment: str, *, fresh: bool) -> None:
        self._path = course_dir / _PLACE / f"{assignment}.json"
        self._kept = {} if fresh else _read(self._path)
        self._used: dict[str, Observation] = {}

    def get(self, key: str) -> Observation | None:
        """Return what was observed under a key, if it was."""
        if key not in self._used and key in self._kept:
            self._used[key] = self._kept[key]
        return self._used.get(key)

    def put(self, key: str, observation: Observation) -> None:
        """Keep an observation."""
        self._used[key] = observation

    def save(self) -> None:
        """Write what this run has used; all else is out of date."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = dict(sorted(self._used.items()))
        write_atomically(self._path, _OBSERVATIONS.dump_json(kept).decode())


def _read(path: Path) -> dict[str, Observation]:
    try:
        return _OBSERVATIONS.validate_json(path.read_bytes())
    except (OSError, ValidationError):  # nothing, half of it, or another version's: made anew
        return {}
