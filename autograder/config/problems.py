"""The schema's errors -> problems in words, each with its line and how to mend it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from autograder.config.records import Course
from autograder.config.source import KeyPath, Source, dotted
from autograder.errors import Problem, nearest_name

__all__ = ["MISSING", "schema_problems"]

MISSING: Final = "expected this key; it is missing"
_EXPECTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string_type": "expected text",
        "int_type": "expected a whole number",
        "float_type": "expected a number",
        "finite_number": "expected a finite number",
        "bool_type": "expected true or false",
        "dict_type": "expected a mapping",
        "model_type": "expected a mapping",
        "tuple_type": "expected a list",
        "greater_than": "expected a number above {gt:g}",
        "greater_than_equal": "expected a number of {ge:g} or more",
        "less_than_equal": "expected a number of {le:g} or less",
        "too_short": "expected at least {min_length} entry",
        "literal_error": "expected {expected}",
    }
)
_MENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string_type": "write it in quotes",
        "bool_type": "write true or false, without quotes",
        "dict_type": "write its keys below it, indented, as key: value",
        "model_type": "write its keys below it, indented, as key: value",
        "tuple_type": "write it in square brackets, with commas between",
        "name": "use letters, digits and underscores, and begin with a letter",
        "local_time": "write year-month-day, a space, hour:minute of the course's time zone",
        "student": "write it in quotes, without spaces around it",
    }
)


def schema_problems(source: Source, errors: Iterable[ErrorDetails]) -> Iterator[Problem]:
    """Put what the schema found into words; a misspelt key is not also a missing one."""
    meant: set[KeyPath] = set()
    missing: list[KeyPath] = []
    noted = {problem.key_path for problem in source.problems}
    for error in errors:
        path = tuple(part for part in error["loc"] if part != "[key]")
        if dotted(path) in noted or (error["type"] == "too_short" and error["input"]):
            continue  # Told already: the length is that of the entries that were right.
        if error["type"] == "extra_forbidden":
            known, here = _keys(path[:-1]), source.mapping(*path[:-1])
            nearest = nearest_name(str(path[-1]), [key for key in known if key not in here])
            mend = "" if nearest else f"remove it: the keys here are {', '.join(known)}"
            yield source.problem(path, "expected a known key", nearest=nearest, mend=mend)
            meant.add((*path[:-1], nearest))
        elif error["type"] == "missing":
            missing.append(path)
        else:
            yield _value_problem(source, path, error)
    for path in missing:
        if path not in meant:
            yield source.problem(path, MISSING, mend="add it")


def _value_problem(source: Source, path: KeyPath, error: ErrorDetails) -> Problem:
    kind, value = error["type"], error["input"]
    known = _EXPECTED.get(kind)
    rule = known.format(**error.get("ctx", {})) if known else error["msg"]
    nearest, mend = "", _MENDS.get(kind, "")
    if kind == "literal_error":
        nearest = nearest_name(str(value), re.findall(r"'(\w+)'", rule))
    elif kind == "time_zone":
        nearest = nearest_name(str(value), available_timezones())
        mend = "" if nearest else "write the IANA name, a region and a city"
    elif kind in {"float_type", "int_type"}:
        mend = _number_mend(value, whole=kind == "int_type")
    return source.problem(path, rule, _show(value), nearest=nearest, mend=mend)


def _number_mend(value: object, *, whole: bool) -> str:
    """Say how to write the number that a text or a fraction was meant to be."""
    if isinstance(value, str):
        try:
            mantissa, e, exponent = f"{float(value):g}".partition("e")
        except ValueError:
            return "write digits, and no unit: it is in the key's name"
        if not e:
            return f"write it without quotes: {mantissa}"
        point = "" if "." in mantissa else ".0"
        return f"write {mantissa}{point}e{int(exponent):+d}: YAML needs the point and the sign"
    return "write it without a point" if whole and isinstance(value, float) else "write digits"


def _keys(path: KeyPath) -> tuple[str, ...]:
    """List the keys that the schema knows below a key path."""
    kind: Any = Course
    for key in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(key)].annotation
        else:
            kind = get_args(kind)[-1]
    return tuple(kind.model_fields)


def _show(value: object) -> str:
    if isinstance(value, dict | tuple):
        kind = "mapping" if isinstance(value, dict) else "list"
        return f"a {kind}" if value else f"an empty {kind}"
    if isinstance(value, str):
        return f"the text {json.dumps(value[:60], ensure_ascii=False)}"
    return "nothing" if value is None else str(value).lower()[:60]
