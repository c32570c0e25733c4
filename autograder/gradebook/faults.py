"""What a database says when it fails -> a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import DBAPIError

from autograder.errors import AutograderError, GraderFault, InstructorError
from autograder.gradebook.place import Place

__all__ = ["GradebookFault", "GradebookRefused", "explained"]


class GradebookRefused(InstructorError):
    """There is no gradebook that can be used where one is asked for."""


class GradebookFault(GraderFault):
    """The database failed while it was used."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """What one kind of failure means.

    Attributes:
        expected: What there should have been.
        mend: What to do about it.
        passing: Whether the same command goes on once that is done.
    """

    expected: str
    mend: str
    passing: bool = True


# SQLite's names of its errors (sqlite.org/rescode.html), by how they begin.
_SQLITE: Final = {
    "SQLITE_FULL": _Failure("room on the disk", "free some space"),
    "SQLITE_IOERR": _Failure("a disk that reads and writes", "look at the disk"),
    "SQLITE_BUSY": _Failure(
        "nobody to hold the file for a minute", "end what holds it, such as a database browser"
    ),
    "SQLITE_READONLY": _Failure(
        "a file in a folder, and both may be written", "look at the permissions", passing=False
    ),
    "SQLITE_CANTOPEN": _Failure(
        "a file in a folder that may be written", "look at path and permissions", passing=False
    ),
    "SQLITE_NOTADB": _Failure("an SQLite database", "give another file", passing=False),
    "SQLITE_CORRUPT": _Failure(
        "a sound database",
        "keep a copy of it, then put a backup in its place, or save what can be read with "
        "`sqlite3 FILE .recover`",
        passing=False,
    ),
}
# PostgreSQL's SQLSTATE, by how it begins (its manual, appendix A).
_SERVER: Final = _Failure(
    "a server that answers", "see whether it runs, and whether address, user and password are right"
)
_POSTGRESQL: Final = {
    "08": _SERVER,
    "57": _SERVER,
    "53": _Failure("room and memory on the server", "make room there"),
    "55P03": _Failure("a lock within a minute", "see in pg_locks who holds it"),
    "25006": _Failure("a server that takes writes", "name the primary server"),
    "42501": _Failure(
        "a user who may make tables", "grant it, or name another user", passing=False
    ),
}


@contextmanager
def explained(place: Place) -> Iterator[None]:
    """Turn what the database says into this project's errors.

    Args:
        place: Where the gradebook is, for the message.

    Raises:
        GradebookRefused: What is there cannot be used as it is.
        GradebookFault: It failed on the way.
    """
    try:
        yield
    except DBAPIError as error:
        told = _told(place, error)
        if told is None:
            raise  # a defect of ours
        raise told from error


def _told(place: Place, error: DBAPIError) -> AutograderError | None:
    if place.file is not None:
        table, code = _SQLITE, str(getattr(error.orig, "sqlite_errorname", None))
    else:
        # Without a state it is the connection that failed, or could not be made.
        table, code = _POSTGRESQL, getattr(error.orig, "sqlstate", None) or "08"
    failure = next((one for start, one in table.items() if code.startswith(start)), None)
    if failure is None:
        return None
    received = " ".join(str(error.orig).split())
    message = f"the gradebook {place}: expected {failure.expected}; received: {received}; "
    if failure.passing:
        rest = "what was recorded is kept, and the same command goes on from there"
        return GradebookFault(f"{message}{failure.mend}; {rest}")
    return GradebookRefused(f"{message}{failure.mend}")
