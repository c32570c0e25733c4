"""The objects of a JSON as tables: each key, its kind, and what the code says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, Final

from autograder.reference.wording import UndocumentedError, cell, table

__all__ = ["keys_of", "object_section"]

_KINDS: Final = {
    bool: "`true` or `false`",
    int: "number",
    float: "number",
    str: "text",
    list: "list",
    dict: "object",
    NoneType: "`null`",
}


def object_section(
    heading: str,
    intro: str,
    words: Mapping[str, str],
    examples: Sequence[Mapping[str, Any]],
    *,
    name: str,
) -> str:
    """Write the section of one kind of object; a key that an example lacks is marked with °.

    Args:
        heading: In Markdown.
        intro: What the object is; empty if nothing is to be said.
        words: Key to what it holds.
        examples: Objects as programs read them; the first one decides about the order of the keys.
        name: What an error calls the object.

    Raises:
        UndocumentedError: A key without words.
    """
    keys = keys_of(examples)
    missing = [f"{name}, {key}" for key in keys if not words.get(key)]
    if missing:
        where = "write it below Attributes of the record, or in autograder/reference"
        raise UndocumentedError(missing, where)
    rows = []
    for key in keys:
        values = [one[key] for one in examples if key in one]
        mark = "" if len(values) == len(examples) else " °"
        rows.append((f"`{key}`{mark}", _kind(values), cell(words[key])))
    said = f"\n{intro}\n" if intro else ""
    return f"\n{heading}\n{said}\n{table(('key', 'kind', 'holds'), rows)}"


def keys_of(examples: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Collect the keys of objects, each once, in the order in which they come."""
    return tuple(dict.fromkeys(key for one in examples for key in one))


def _kind(values: Iterable[object]) -> str:
    return " or ".join(dict.fromkeys(_KINDS[type(value)] for value in values))
