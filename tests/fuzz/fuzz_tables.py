"""Tables from outside: the roster, times of hand-ins, what Gradescope says of a hand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import harness
import mutators

with harness.instrumented():
    from autograder.arrivals import read_arrivals
    from autograder.config import ReleasePolicy
    from autograder.errors import GraderFault, InstructorError
    from autograder.gradescope import decide_try, read_metadata
    from autograder.imports.instants import local_time, offset_time
    from autograder.intake.names import natural_key
    from autograder.roster import match, read_roster

ROSTER = """\
id,name,email,section,extension
s1,"Lee, Ann",ann@example.org,A,activations 2026-10-27T23:59:00+02:00; loss 2026-11-03T23:59Z
s2,Bob Ray,bob@example.org,,
"""
ARRIVALS = """\
submission,submitted,student
student-01,2026-10-20T23:59:00+02:00,s1
student-02,2026-10-20T21:59:00Z,
"""
TOLD = {
    "id": 123,
    "created_at": "2026-10-20T23:59:00.123456+02:00",
    "assignment": {"title": "Toys", "due_date": "2026-10-20T23:59:00Z", "total_points": "100.0"},
    "users": [{"id": 1, "email": "ann@example.org", "name": "Ann", "assignment": {}}],
    "previous_submissions": [{"submission_time": "2026-10-20T20:00:00Z", "score": 3.5}],
}
ZONE = ZoneInfo("Europe/Berlin")
PIECES = (
    *(
        '"',
        '""',
        ",",
        ",,,,,",
        "\r",
        "\0",
        "\ufeff",
        "id",
        "email",
        "submitted",
        "s1",
        "S1",
        "=1+1",
        "../x",
    ),
    *(
        "0001-01-01T00:00Z",
        "9999-12-31T23:59-23:59",
        "2026-10-20",
        "20261020T2359+02",
        "2026-W43-2T10:00Z",
    ),
    *(
        "0001-01-01 00:00",
        "9999-12-31 23:59",
        "Tuesday, 20 October 2026, 11:58 PM",
        "1 January 0001, 00:00",
    ),
    *(
        "2026-10-20 21:59:58 UTC",
        "2026-10-20 21:59:58.1234567 +99:99",
        "9" * 5000,
        "\u0661" * 5000,
        "²",
        "x" * 90,
    ),
    *(
        "toy 2026-10-20T23:59Z;",
        "; ;",
        "ann@example.org",
        "a@b@c",
        "\x1b[2J",
        "\u202e",
        "e\u0301",
        "ﬁ",
        "\t",
    ),
)


def seeds() -> Iterator[bytes]:
    """Yield tables as they are meant, and single values."""
    yield ROSTER.encode()
    yield ("\ufeff" + ROSTER.replace("\n", "\r\n")).encode()
    yield ROSTER.encode("utf-16")
    yield ARRIVALS.encode()
    yield json.dumps(TOLD).encode()
    yield from (piece.encode() for piece in PIECES)


FOLDER = harness.scratch_folder()


def check(data: bytes) -> None:
    """Hold that a table is read, or refused with all that is wrong with it."""
    path = FOLDER / "table"
    path.write_bytes(data)
    for read in (read_roster, read_arrivals):
        try:
            found = read(path)
        except InstructorError as error:
            str(error).encode()
            continue
        for name in found:
            match({}, id=name, email=name, name=name)
    try:
        told = read_metadata(path)
    except GraderFault:
        told = None
    decide_try(ReleasePolicy(tries_per_day=3), ZONE, told)
    text = data.decode("utf-8", "replace")
    for line in text.split("\n"):
        offset_time(line)
        local_time(line, ZONE)
    sorted(text.split("\n"), key=natural_key)


def _mutator() -> harness.Mutate:
    texts, values = mutators.lines(PIECES), mutators.json_text(PIECES)
    return lambda data, size, seed: (values if data[:1] == b"{" else texts)(data, size, seed)


if __name__ == "__main__":
    harness.main(check, seeds(), mutate=_mutator)
