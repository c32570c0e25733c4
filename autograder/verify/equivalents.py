"""The reviewed list: mutants that a person found to be no mistake, each with a reason."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from autograder.errors import Problem, SuiteError
from autograder.verify.records import Review

__all__ = ["load_reviews"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(min_length=1)
    change: str = ""
    reason: str = Field(min_length=1)


_ENTRIES = TypeAdapter(list[_Entry])


def load_reviews(path: Path) -> tuple[Review, ...]:
    """Read an assignment's reviewed list, a YAML list of entries with `id` and `reason`.

    What an entry changes may stand in `change`, for the reader.

    Args:
        path: `tests/equivalent/<id>.yml`; one that is not there holds no entry.

    Raises:
        SuiteError: It is no such list, or names a mutant twice.
    """
    if not path.is_file():
        return ()
    try:
        entries = _ENTRIES.validate_python(yaml.safe_load(path.read_bytes()) or [])
    except yaml.YAMLError as error:
        raise SuiteError([Problem(str(path), 0, "", "", f"expected YAML: {error}")]) from error
    except ValidationError as error:
        raise SuiteError(
            Problem(str(path), 0, ".".join(map(str, one["loc"])), repr(one["input"]), one["msg"])
            for one in error.errors()
        ) from error
    ids = [entry.id for entry in entries]
    double = sorted({one for one in ids if ids.count(one) > 1})
    if double:
        rule = "expected each mutant once"
        raise SuiteError([Problem(str(path), 0, "id", ", ".join(double), rule)])
    return tuple(Review(entry.id, entry.reason) for entry in entries)
