"""The folders of one Otter run, as Gradescope lays them out and `otter run` imitates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one run's files lie.

    Attributes:
        root: The autograder's folder: `/autograder` on Gradescope, a temporary one elsewhere.
    """

    root: Path

    @property
    def course(self) -> Path:
        """The released part of the course: policy, suite and reference."""
        return self.root / "source" / "course"

    @property
    def tests(self) -> Path:
        """Otter's test files, as they were released."""
        return self.root / "source" / "tests"

    @property
    def submission(self) -> Path:
        """Where the hand-in is put, and where Otter looks for it."""
        return self.root / "submission"

    @property
    def metadata(self) -> Path:
        """What Gradescope tells about the hand-in."""
        return self.root / "submission_metadata.json"

    @property
    def results(self) -> Path:
        """Where Otter writes `results.json`."""
        return self.root / "results"

    @property
    def private(self) -> Path:
        """A folder that only its owner can enter, out of Otter's reach."""
        return self.root / "set_aside"

    @property
    def handed_in(self) -> Path:
        """Where the hand-in lies once it is set aside."""
        return self.private / "handed_in"

    @property
    def token(self) -> Path:
        """What the driver in the submission's place has to contain to be ours."""
        return self.private / "token"

    @property
    def outcome(self) -> Path:
        """What the driver found."""
        return self.private / "outcome.json"
