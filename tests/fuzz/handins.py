"""Reading a hand-in that an input holds, and what must be true whatever came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import harness

if TYPE_CHECKING:
    from autograder.records import Refusal, Submission

__all__ = ["ASSIGNMENT", "Limits", "read"]

ASSIGNMENT = "activations"
LONGEST_REASON = 2000
FOLDER = harness.scratch_folder()


class Limits:
    """The limits of the course."""

    files = 50
    file_kib = 512
    total_kib = 4096
    archive_ratio = 100


def read(data: bytes, ending: str) -> Submission | Refusal:
    """Hand in bytes as a file of a kind."""
    from autograder.intake import Expected, read_submission  # noqa: PLC0415 - instrumented first
    from autograder.records import Refusal  # noqa: PLC0415 - as above

    path = FOLDER / f"student-01{ending}"
    path.write_bytes(data)
    expected = Expected(("step", "sigmoid"), "sha256:0")
    result = read_submission(path, ASSIGNMENT, Limits(), expected=expected)
    if isinstance(result, Refusal):
        assert result.reason.isprintable(), "a reason that can act on a terminal"
        assert len(result.reason) < LONGEST_REASON, "a reason that nobody reads to its end"
        return result
    assert result.units, "a hand-in without anything to grade"
    for source in (*result.units, *result.helpers):
        source.text.encode()
        assert "\0" not in source.text, "source that Python does not take"
        assert source.path.isprintable(), "a path that can act on a terminal"
        assert not source.path.startswith("/"), "a path that leads out of the hand-in"
        assert ".." not in source.path.split("/"), "a path that leads out of the hand-in"
    for note in result.notes:
        assert note.isprintable(), "a note that can act on a terminal"
        assert len(note) < LONGEST_REASON, "a note that nobody reads to its end"
    return result
