"""Examples of records, made from their annotations, so that a new attribute is in them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, Final, TypeGuard, get_args, get_origin, get_type_hints

from autograder.figures import Figure, Heat

__all__ = ["NAME", "example", "examples", "is_record"]

NAME: Final = "NAME"  # stands for every text, and for keys that are names of people's own
_VALUES: Final[dict[Any, Any]] = {
    bool: True,
    int: 1,
    float: 0.5,
    datetime: datetime(2026, 10, 20, 21, 59, tzinfo=UTC),
    Path: Path(NAME),
    Figure: Heat.of(NAME, "h", "w", [[0.5]]),
}
_MOST_OPTIONALS: Final = 3  # so many are inside one another in what programs read, at most


def examples(record: Any) -> list[Any]:
    """Make examples of a record, from one in which everything is there to the leanest."""
    return [example(record, optionals) for optionals in range(_MOST_OPTIONALS, -1, -1)]


def example(kind: Any, optionals: int = _MOST_OPTIONALS) -> Any:
    """Make a value of a kind; lists and mappings in it hold one each.

    Args:
        kind: A record, or what an attribute of one is annotated with.
        optionals: How many values that may be None are there, one inside another. With 0, none
            is, a text is empty, and of an enum the last one is taken, not the first.
    """
    if kind in _VALUES:
        return _VALUES[kind]
    if kind is str:
        return NAME if optionals else ""
    if is_record(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: example(hints[one.name], optionals) for one in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)[0 if optionals else -1]
    return _generic(kind, optionals)


def _generic(kind: Any, optionals: int) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        return tuple(example(one, optionals) for one in inner if one is not Ellipsis)
    if origin in (dict, Mapping):
        return {NAME: example(inner[1], optionals)}
    assert NoneType in inner, f"{kind}: expected a kind of which there is an example"
    return example(inner[0], optionals - 1) if optionals else None


def is_record(kind: object) -> TypeGuard[type[Any]]:
    """Tell whether a kind is a dataclass."""
    return isinstance(kind, type) and is_dataclass(kind)
