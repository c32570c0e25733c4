"""Every key of `grading.yml`, from the schema and the docstrings of the policy's records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from autograder.config.kinds import Record
from autograder.reference.wording import UndocumentedError, attribute_words, cell, summary, table

__all__ = ["policy_page"]

_HEAD: Final = """\
# grading.yml

Every key of the course's policy. A key that is not here is a mistake, and so is a value of another
kind: nothing is converted. Every mistake of the file is told at once, with its line. `ID`, `NAME`
and the like stand for names of your own. A key without a default is needed.

YAML takes `1e-9` for text: a number with an exponent needs its point, `1.0e-9`.
"""
_KINDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "null": "`null`",
}
# What stands for the keys of a mapping that people name themselves.
_NAMES: Final = {
    "assignments": "ID",
    "questions": "QUESTION",
    "tolerances": "NAME",
    "extensions": "STUDENT",
    "group_weights": "GROUP",
}

_Schema = dict[str, Any]  # JSON Schema as Pydantic writes it


def policy_page(course: type[BaseModel]) -> str:
    """Write the page of all keys.

    Args:
        course: The record of the whole file.

    Raises:
        UndocumentedError: A key of which the docstring of its record says nothing.
    """
    page = _Page(course)
    text = _HEAD + "".join(page.section((), course.__name__))
    if page.missing:
        raise UndocumentedError(page.missing, "write it below Attributes in autograder/config")
    return text


class _Page:
    """The walk through the schema.

    Attributes:
        missing: Key paths without words.
    """

    def __init__(self, course: type[BaseModel]) -> None:
        schema = course.model_json_schema()
        self._schemas: _Schema = {course.__name__: schema, **schema.get("$defs", {})}
        self._records = {one.__name__: one for one in Record.__subclasses__()}
        self._seen: dict[str, str] = {}
        self.missing: list[str] = []

    def section(self, path: tuple[str, ...], name: str) -> Iterator[str]:
        """Write the table of one record, then those of the records in it.

        Args:
            path: Its keys from the top of the file.
            name: The record's.
        """
        schema = self._schemas[name]
        here = ".".join(path)
        self._seen[name] = here
        words = attribute_words(self._records[name])
        rows = []
        for key, value in schema["properties"].items():
            if not words.get(key):
                self.missing.append(".".join((*path, key)))
                continue
            rows.append((f"`{key}`", self._kind(value), self._default(schema, key), words[key]))
        title = f"`{here}`" if path else "The file"
        yield f"\n## {title}\n\n{summary(self._records[name].__doc__)}\n\n"
        yield table(
            ("key", "kind and rule", "default", "meaning"), (tuple(map(cell, row)) for row in rows)
        )
        # First what has a name of its own, then mappings: `late` comes before an assignment's.
        for key, value in sorted(schema["properties"].items(), key=_is_mapping):
            yield from self._below((*path, key), value)

    def _below(self, path: tuple[str, ...], value: _Schema) -> Iterator[str]:
        """Write the sections of what a key holds, unless they are there already."""
        while "additionalProperties" in value:
            keys = value.get("propertyNames", {}).get("enum")
            path = (*path, "|".join(keys) if keys else _NAMES.get(path[-1], "NAME"))
            value = value["additionalProperties"]
        name = _target(value)
        if name and name in self._seen:
            where = self._seen[name]
            yield f"\n## `{'.'.join(path)}`\n\nThe keys of [`{where}`](#{_slug(where)}).\n"
        elif name:
            yield from self.section(path, name)

    def _kind(self, value: _Schema) -> str:
        """Say what a value is, and by which rule."""
        if "anyOf" in value:
            return " or ".join(self._kind(one) for one in value["anyOf"])
        if "enum" in value:
            return " or ".join(f"`{one}`" for one in value["enum"])
        if "additionalProperties" in value:
            return self._mapping(value)
        if value.get("type") == "array":
            least = "; at least one" if value.get("minItems") else ""
            return f"list of: {self._kind(value['items'])}{least}"
        if _target(value):
            return "mapping, below"
        words = value.get("description") or _KINDS[value["type"]]
        return f"{words} {' and '.join(_bounds(value))}".strip()

    def _mapping(self, value: _Schema) -> str:
        keys = value.get("propertyNames", {})
        held = self._kind(value["additionalProperties"])
        if "enum" in keys:
            return f"mapping from {', '.join(f'`{one}`' for one in keys['enum'])} to: {held}"
        least = "; at least one" if value.get("minProperties") else ""
        return f"mapping from {keys.get('description', 'text')} to: {held}{least}"

    def _default(self, schema: _Schema, key: str) -> str:
        value = schema["properties"][key]
        if key in schema.get("required", ()):
            return ""
        if _target(value):
            return "those of its keys"
        if "default" not in value:
            return "`{}`"
        return f"`{json.dumps(value['default'])}`"


def _bounds(value: _Schema) -> Iterator[str]:
    for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤")):
        if key in value:
            yield f"{sign} {value[key]:g}"


def _is_mapping(entry: tuple[str, _Schema]) -> bool:
    return "additionalProperties" in entry[1]


def _target(value: _Schema) -> str:
    """Name the record that a value is; empty if it is none."""
    return str(value.get("$ref", "")).rpartition("/")[2]


def _slug(path: str) -> str:
    """Make the anchor that a heading gets."""
    return path.lower().replace(".", "")
