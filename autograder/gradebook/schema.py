"""The tables of a gradebook. What a release has changed in them is in `migrations/`.

Points in time are text, ISO 8601 in UTC: the same on both databases, and readable in either. The
order of rows tells what is newer, never a clock, which can jump.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

__all__ = [
    "DROPPED",
    "PROPOSED",
    "REPLACED",
    "REVISION",
    "STANDS",
    "adjustments",
    "check_grades",
    "claims",
    "files",
    "grades",
    "metadata",
    "question_grades",
    "runs",
    "students",
    "submissions",
]

REVISION: Final = "0001"  # the newest of migrations/versions

# What a row of `grades` can be.
STANDS: Final = "stands"
REPLACED: Final = "replaced"
PROPOSED: Final = "proposed"
DROPPED: Final = "dropped"  # was proposed, and never stood

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

students = Table(
    "students",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("section", String, nullable=False),
    Column("extensions", Text, nullable=False),  # JSON: assignment to a point in time
)

files = Table(
    "files",
    metadata,
    Column("digest", String, primary_key=True),
    Column("ending", String, nullable=False),
    Column("content", LargeBinary, nullable=False),  # zlib
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment", String, nullable=False),
    Column("owner", String, nullable=False),  # the student, or the hand-in's name without one
    Column("student", String, nullable=False),
    Column("name", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("attempt", Integer, nullable=False),  # of this owner, from 1; the last one counts
    Column("submitted", String),
    Column("registered", String, nullable=False),
    Column("path", Text, nullable=False),
    Index("ix_submissions_owner", "assignment", "owner"),
    Index("ix_submissions_name", "assignment", "name"),
)

grades = Table(
    "grades",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("why", Text, nullable=False),  # why it came after another one; empty for the first
    Column("suite", String, nullable=False),
    Column("task", String, nullable=False),  # full, reduced, or empty where nothing is trained
    Column("sha256", String, nullable=False),
    Column("status", String, nullable=False),
    Column("points", Float, nullable=False),
    Column("max_points", Float, nullable=False),
    Column("bonus", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("isolation", Text, nullable=False),  # JSON
    Column("training", Text, nullable=False),  # JSON
    Column("machine", String, nullable=False),
    Column("graded_at", String, nullable=False),
    Column("document", LargeBinary, nullable=False),  # the whole grade: zlib of its JSON
    Index(
        "ix_grades_one_stands",
        "submission_id",
        unique=True,
        sqlite_where=text("state = 'stands'"),
        postgresql_where=text("state = 'stands'"),
    ),
)

question_grades = Table(
    "question_grades",
    metadata,
    Column("grade_id", ForeignKey("grades.id"), primary_key=True),
    Column("question", String, primary_key=True),
    Column("points", Float, nullable=False),
    Column("max_points", Float, nullable=False),
    Column("verdict", String, nullable=False),
    Column("misconception", String, nullable=False),
)

# Only what did not pass: most checks do, and the document has them all.
check_grades = Table(
    "check_grades",
    metadata,
    Column("grade_id", ForeignKey("grades.id"), primary_key=True),
    Column("question", String, primary_key=True),
    Column("check_id", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("fraction", Float, nullable=False),
)

adjustments = Table(
    "adjustments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("question", String, nullable=False),
    Column("points", Float),  # none: an earlier adjustment is taken back
    Column("by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", String, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("machine", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", String, nullable=False),
    Column("beat", Integer, nullable=False),
    Column("begun", String, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("submission_id", ForeignKey("submissions.id"), primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
)
