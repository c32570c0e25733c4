"""Opening a gradebook: the connection's settings, and its tables brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from autograder.gradebook.faults import GradebookRefused, explained
from autograder.gradebook.place import Place
from autograder.gradebook.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["READING", "alembic_config", "open_engine", "upgrade"]

# An execution option: the transaction writes nothing, and waits for nobody who does.
READING: Final = "autograder_reading"
_WAIT_SECONDS: Final = 60
_WRITER: Final = 0x67726164  # any number that other programs on the server do not lock
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


def open_engine(place: Place) -> Engine:
    """Make the engine of a gradebook; nothing is connected yet.

    One transaction writes at a time, on both databases: each is short, and what it reads first
    still holds when it writes.

    Args:
        place: Where the gradebook is.
    """
    if place.file is None:
        settings = f"-c lock_timeout={_WAIT_SECONDS}s"
        server = {"options": settings, "connect_timeout": 15, "tcp_user_timeout": 30_000}
        engine = create_engine(place.url, connect_args=server, pool_pre_ping=True)
        begin = _begin_postgresql
    else:
        engine = create_engine(place.url, connect_args={"timeout": _WAIT_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        begin = _begin_sqlite
    event.listen(engine, "begin", begin)
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Without this the driver begins transactions by itself, at moments of its own choosing.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(READING):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")


def upgrade(engine: Engine, place: Place, *, create: bool) -> None:
    """Bring the tables up to date, in one transaction.

    Args:
        engine: From `open_engine`.
        place: Where the gradebook is.
        create: Whether to make the tables where there are none.

    Raises:
        GradebookRefused: There is no gradebook, something else, or one of a later version.
        GradebookFault: The database failed.
    """
    if place.file is not None:
        _require_file(place.file, create=create)
    with explained(place):
        with engine.connect().execution_options(**{READING: True}) as connection:
            if _revision(connection) == REVISION:
                return
        with engine.begin() as connection:
            found = _revision(connection)
            if found != REVISION:  # nobody else was quicker
                _require_known(connection, found, place, create=create)
                _migrate(connection)


def _require_file(file: Path, *, create: bool) -> None:
    if not file.exists() and not create:
        raise GradebookRefused(
            f"the gradebook {file}: expected a file; there is none; "
            f"`autograder grade ASSIGNMENT PATH --gradebook {file.name}` begins one"
        )
    if not file.parent.is_dir():
        raise GradebookRefused(
            f"the gradebook {file}: expected a folder to begin it in; there is no {file.parent}; "
            "make it, or look at the path"
        )


def _revision(connection: Connection) -> str:
    """Read which version of the tables is there; empty if there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _require_known(connection: Connection, found: str, place: Place, *, create: bool) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - seldom needed, and slow

    if found:
        scripts = ScriptDirectory.from_config(alembic_config())
        known = {script.revision for script in scripts.walk_revisions()}
        if found not in known:
            raise GradebookRefused(
                f"the gradebook {place}: expected tables of version {REVISION} or before; found "
                f"{found}, of a later release; update this installation of dlcv-autograder"
            )
    elif inspect(connection).get_table_names():
        raise GradebookRefused(
            f"the gradebook {place}: expected a gradebook or nothing; found tables of something "
            "else; give another file or database"
        )
    elif not create:
        raise GradebookRefused(
            f"the gradebook {place}: expected a gradebook; the database is empty; "
            "`autograder grade ASSIGNMENT PATH --gradebook URL` begins one"
        )


def alembic_config() -> Config:
    """Tell Alembic where the migrations are: in this package."""
    from alembic.config import Config  # noqa: PLC0415 - seldom needed, and slow

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - seldom needed, and slow

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
