"""Statistics as JSON, schema 1: what programs read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Final

from autograder.statistics.records import ClassStatistics

__all__ = ["SCHEMA", "dumps"]

SCHEMA: Final = 1


def dumps(found: ClassStatistics) -> str:
    """Write statistics as JSON text: the records' names are the keys.

    Characters beyond ASCII are written as escapes, so nothing in it acts on a terminal.

    Raises:
        ValueError: A number is not finite.
    """
    return json.dumps({"schema": SCHEMA} | asdict(found), indent=1, allow_nan=False) + "\n"
