"""The gradebook: every hand-in and every grade of a course, in a database.

What needs SQLAlchemy is imported when a gradebook is opened: the records alone cost nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autograder.gradebook.records import Adjustment, Entry

if TYPE_CHECKING:
    from autograder.gradebook.book import Gradebook

__all__ = ["Adjustment", "Entry", "open_gradebook"]


def open_gradebook(url: str, course_dir: Path | None, *, create: bool = False) -> Gradebook:
    """Open a gradebook; what is returned is a context manager that closes it.

    Args:
        url: A file's path, or an SQLAlchemy URL such as `postgresql+psycopg://host/course`; empty
            for `gradebook.sqlite` beside the course's `grading.yml`.
        course_dir: The folder of `grading.yml`, by whose policy lateness is told; None if there
            is none, and then no lateness is applied.
        create: Whether to begin a gradebook where there is none.

    Raises:
        InstructorError: There is no gradebook, or none that this version can use.
        GraderFault: The database failed.
    """
    from autograder.gradebook.book import Gradebook  # noqa: PLC0415 - see above
    from autograder.gradebook.place import place_of  # noqa: PLC0415

    return Gradebook.open(place_of(url, course_dir), course_dir, create=create)
