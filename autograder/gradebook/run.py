"""One `grade` at work on a gradebook: which hand-ins are its own, and that it lives."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final, Self

from sqlalchemy import Row

from autograder.errors import AutograderError
from autograder.gradebook.book import Gradebook
from autograder.gradebook.place import Place
from autograder.gradebook.processes import Process, Watch, this_process
from autograder.gradebook.rows import written
from autograder.gradebook.store import Store

__all__ = ["Run"]

_BEAT_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 1.0


class Run:
    """A run that claims hand-ins; a context manager that gives back what it did not grade.

    Where the process is killed, nobody gives anything back; the next run sees that it is dead.

    Args:
        book: The gradebook.
        assignment: The assignment's id.
        watch: Tells which other runs live.

    Attributes:
        id: Its number in the gradebook.
        host: The name of this machine.
    """

    def __init__(self, book: Gradebook, assignment: str, watch: Watch | None = None) -> None:
        self._book = book
        self._assignment = assignment
        self._watch = watch or Watch()
        process = this_process()
        self.host = process.host
        with book.store.writing() as sql:
            self.id = sql.add_run(
                {
                    "machine": process.machine,
                    "pid": process.pid,
                    "started": process.started,
                    "beat": 0,
                    "begun": written(datetime.now(UTC)),
                }
            )
        # Connections of SQLite must not be open in two processes by way of a fork.
        book.store.close()
        self._keeper = multiprocessing.get_context("fork").Process(
            target=_say_it_lives, args=(book.store.place, self.id, os.getpid()), daemon=True
        )
        self._keeper.start()

    def __enter__(self) -> Self:
        """Return the run."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give back what is not graded, as far as the database can still be reached."""
        self._keeper.kill()
        self._keeper.join()
        with contextlib.suppress(AutograderError), self._book.store.writing() as sql:
            sql.release(self.id)

    def claim(self, wanted: Collection[int], most: int) -> list[int]:
        """Take hand-ins that nobody has who lives.

        Args:
            wanted: Numbers of submissions, in the order in which to take them.
            most: At most so many.

        Returns:
            Those that are this run's now.
        """
        with self._book.store.writing() as sql:
            held = {row.submission_id: row for row in sql.claims(self._assignment)}
            taken: list[int] = []
            for submission_id in wanted:
                if len(taken) == most:
                    break
                holder = held.get(submission_id)
                if holder is None or holder.id == self.id or self._is_dead(holder):
                    taken.append(submission_id)
            sql.claim(taken, self.id)
        return taken

    def others(self) -> dict[int, Process]:
        """Give the hand-ins that other runs have, and whose they are."""
        with self._book.store.reading() as sql:
            rows = sql.claims(self._assignment)
        return {row.submission_id: _process(row) for row in rows if row.id != self.id}

    def _is_dead(self, row: Row[Any]) -> bool:
        return self._watch.is_dead(row.id, _process(row), row.beat)


def _process(row: Row[Any]) -> Process:
    return Process(row.machine, row.pid, row.started)


def _say_it_lives(place: Place, run_id: int, parent: int) -> None:
    """Count up in the run's row as long as the process that forked this one lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    store = Store(place)
    due = time.monotonic()
    while os.getppid() == parent:
        if time.monotonic() >= due:
            # What is wrong with the database, the parent will tell.
            with contextlib.suppress(AutograderError), store.writing() as sql:
                sql.beat(run_id)
            store.close()
            due = time.monotonic() + _BEAT_SECONDS
        time.sleep(_LOOK_SECONDS)
