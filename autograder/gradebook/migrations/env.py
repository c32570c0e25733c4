"""What Alembic runs to bring a gradebook up to date, on the connection that it is given."""

from __future__ import annotations

from alembic import context

from autograder.gradebook.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
context.run_migrations()
