"""Make the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _make_people_and_work()
    _make_grades()
    op.create_table(
        "adjustments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("points", sa.Float),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_adjustments"),
        _refers("adjustments", "submission_id", "submissions"),
    )
    op.create_index("ix_adjustments_submission_id", "adjustments", ["submission_id"])
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("machine", sa.String, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started", sa.String, nullable=False),
        sa.Column("beat", sa.Integer, nullable=False),
        sa.Column("begun", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "claims",
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name="pk_claims"),
        _refers("claims", "submission_id", "submissions"),
        _refers("claims", "run_id", "runs"),
    )
    op.create_index("ix_claims_run_id", "claims", ["run_id"])


def _make_people_and_work() -> None:
    op.create_table(
        "students",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("section", sa.String, nullable=False),
        sa.Column("extensions", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_students"),
    )
    op.create_table(
        "files",
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("ending", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_files"),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("assignment", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("student", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("submitted", sa.String),
        sa.Column("registered", sa.String, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
    )
    op.create_index("ix_submissions_owner", "submissions", ["assignment", "owner"])
    op.create_index("ix_submissions_name", "submissions", ["assignment", "name"])


def _make_grades() -> None:
    op.create_table(
        "grades",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("suite", sa.String, nullable=False),
        sa.Column("task", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("max_points", sa.Float, nullable=False),
        sa.Column("bonus", sa.Float, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("isolation", sa.Text, nullable=False),
        sa.Column("training", sa.Text, nullable=False),
        sa.Column("machine", sa.String, nullable=False),
        sa.Column("graded_at", sa.String, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grades"),
        _refers("grades", "submission_id", "submissions"),
    )
    op.create_index("ix_grades_submission_id", "grades", ["submission_id"])
    stands = sa.text("state = 'stands'")
    op.create_index(
        "ix_grades_one_stands",
        "grades",
        ["submission_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_table(
        "question_grades",
        sa.Column("grade_id", sa.Integer, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("max_points", sa.Float, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("misconception", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("grade_id", "question", name="pk_question_grades"),
        _refers("question_grades", "grade_id", "grades"),
    )
    op.create_table(
        "check_grades",
        sa.Column("grade_id", sa.Integer, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("check_id", sa.String, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("fraction", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("grade_id", "question", "check_id", name="pk_check_grades"),
        _refers("check_grades", "grade_id", "grades"),
    )


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")
