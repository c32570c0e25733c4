"""Where a gradebook is: a file, or a database server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.engine.url import URL
from sqlalchemy.exc import ArgumentError

from autograder.errors import InstructorError

__all__ = ["FILE_NAME", "Place", "place_of"]

FILE_NAME: Final = "gradebook.sqlite"
_POSTGRESQL: Final = "postgresql+psycopg"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gradebook is.

    Attributes:
        url: For SQLAlchemy.
        file: SQLite's file; None for a server.
    """

    url: URL
    file: Path | None

    def __str__(self) -> str:
        """Write the path, or the address without its passwords."""
        hidden = {name: "***" for name in self.url.query if "password" in name.casefold()}
        shown = self.url.update_query_dict(hidden)
        return str(self.file or shown.render_as_string(hide_password=True))


def place_of(url: str, course_dir: Path | None) -> Place:
    """Read what `--gradebook` says.

    Args:
        url: As for `open_gradebook`.
        course_dir: Likewise.

    Raises:
        InstructorError: It is neither a path nor an address that can be used.
    """
    if not url:
        if course_dir is None:
            raise InstructorError("--gradebook: expected a file or an address; there is no course")
        return _file(course_dir / FILE_NAME)
    if "://" not in url:
        return _file(Path(url))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Without its cause: that can quote a password with a character that was not escaped.
        message = "--gradebook: expected a path, or such as postgresql+psycopg://user@host/course"
        reason = "the address cannot be read; write special characters of a password as %40 for @"
        raise InstructorError(f"{message}; {reason}") from None
    if parsed.drivername.partition("+")[0] == "sqlite" and parsed.database:
        return _file(Path(parsed.database))
    if parsed.drivername in {"postgresql", _POSTGRESQL}:
        if find_spec("psycopg") is None:
            message = "psycopg is not installed: pip install 'dlcv-autograder[postgresql]'"
            raise InstructorError(f"--gradebook: PostgreSQL is asked for, and {message}")
        return Place(parsed.set(drivername=_POSTGRESQL), None)
    message = f"expected a path or postgresql+psycopg://…; received {parsed.drivername}://…"
    raise InstructorError(f"--gradebook: {message}")


def _file(path: Path) -> Place:
    """Make the path absolute: processes may have other current folders."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    return Place(URL.create("sqlite", database=str(absolute)), absolute)
