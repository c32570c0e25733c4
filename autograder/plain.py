"""A grade as JSON text, without loss: how one is stored, and how one travels between machines.

Reports have a form of their own (`autograder.report.as_json`), made for other programs to read.
This one holds every field of the records, pictures too, and gives back equal records.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from autograder.records import Grade

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["grade_from_json", "grade_to_json"]


def grade_to_json(grade: Grade) -> str:
    """Write a grade as JSON on one line.

    Args:
        grade: The record.

    Returns:
        Text that UTF-8 can encode, whatever the student's code printed.
    """
    adapter = _adapter()
    try:
        return adapter.dump_json((grade,)).decode()[1:-1]
    except ValueError:
        # Pydantic's own text cannot hold a lone surrogate; Python's writes it as an escape.
        (data,) = adapter.dump_python((grade,), mode="json")
        return json.dumps(data, separators=(",", ":"))


def grade_from_json(text: str) -> Grade:
    """Read what `grade_to_json` wrote.

    Args:
        text: The JSON; it may come from another machine, and is checked field by field.

    Raises:
        ValueError: It is no JSON, or not that of a grade.
    """
    adapter = _adapter()
    try:
        (grade,) = adapter.validate_json(f"[{text}]")
    except ValueError:
        (grade,) = adapter.validate_python((json.loads(text),))  # lone surrogates, as above
    return grade


@cache
def _adapter() -> TypeAdapter[tuple[Grade]]:
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415 - many import this, few call it

    # A dataclass takes no configuration; the tuple around it does.
    config = ConfigDict(
        ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants"
    )
    return TypeAdapter(tuple[Grade], config=config)
