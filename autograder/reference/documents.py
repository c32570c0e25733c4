"""A JSON with objects in objects as Markdown: a table for each kind of object in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args, get_type_hints

from autograder.reference.examples import NAME, is_record
from autograder.reference.objects import keys_of, object_section
from autograder.reference.wording import UndocumentedError, attribute_words, summary

__all__ = ["Document", "document_sections"]

_UNKNOWN: Final = "write in autograder/reference/programs.py which record it is made from"


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON that programs read.

    A path has the keys from the top of the JSON, `[]` behind a list's, and `NAME` for a key that
    is a name, such as `assignments[].mutation` or `questions.NAME`.

    Attributes:
        title: Of its section.
        intro: When it is written, and what it is.
        examples: It as programs read it, the fullest one first.
        records: Path to the records whose docstrings tell the keys of the object there; the first
            one says what it is. What an attribute of these is made of need not be here.
        words: Path to what is no attribute, or reads otherwise in the JSON.
        names: Paths of objects whose keys are names.
        elsewhere: Paths of objects that another page describes.
    """

    title: str
    intro: str
    examples: Sequence[Mapping[str, Any]]
    records: Mapping[str, tuple[type, ...]]
    words: Mapping[str, str]
    names: frozenset[str] = field(default=frozenset())
    elsewhere: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class _Objects:
    """The objects at one path.

    Attributes:
        path: Empty for the top.
        records: Those whose docstrings tell the keys.
        words: Key to meaning.
        examples: The objects.
    """

    path: str
    records: tuple[type, ...]
    words: Mapping[str, str]
    examples: Sequence[Mapping[str, Any]]


def document_sections(document: Document) -> str:
    """Write the sections of a document; objects that are alike share one.

    Args:
        document: With its examples.

    Raises:
        UndocumentedError: A key without words, or an object of which nothing is known.
    """
    alike: dict[tuple[Any, ...], list[_Objects]] = {}
    for one in _objects(document, "", document.records.get("", ()), document.examples):
        rows = tuple((key, one.words.get(key)) for key in keys_of(one.examples))
        alike.setdefault((one.records, rows), []).append(one)
    return "".join(_section(document, same) for same in alike.values())


def _section(document: Document, same: Sequence[_Objects]) -> str:
    first, *others = same
    name, heading, intro = document.title, f"## {document.title}", document.intro
    if first.path:
        name, heading = f"{name}, {first.path}", f"### `{first.path}`"
        intro = summary(first.records[0].__doc__) if first.records else ""
    if others:
        intro += f" Also {', '.join(f'`{one.path}`' for one in others)}."
    found = [example for one in same for example in one.examples]
    return object_section(heading, intro, first.words, found, name=name)


def _objects(
    document: Document,
    path: str,
    records: tuple[type, ...],
    examples: Sequence[Mapping[str, Any]],
) -> Iterator[_Objects]:
    """Yield the objects at a path, then those in them."""
    yield _Objects(path, records, _words(document, path, records, keys_of(examples)), examples)
    for key in keys_of(examples):
        below = _path(path, key)
        if below in document.elsewhere:
            continue
        values = [one[key] for one in examples if one.get(key) is not None]
        if below in document.names:
            values, below = [held for one in values for held in one.values()], f"{below}.{NAME}"
        elif any(isinstance(one, list) for one in values):
            values, below = [held for one in values for held in one], f"{below}[]"
        inner = [one for one in values if isinstance(one, dict)]
        if inner:
            known = document.records.get(below, _records_of(records, key))
            if known is None:
                raise UndocumentedError([f"{document.title}, {below}"], _UNKNOWN)
            yield from _objects(document, below, known, inner)


def _words(
    document: Document, path: str, records: tuple[type, ...], keys: tuple[str, ...]
) -> Mapping[str, str]:
    own = {key: document.words.get(_path(path, key)) for key in keys}
    told = [attribute_words(record) for record in reversed(records)]
    known = {key: words for one in told for key, words in one.items()}
    return known | {key: words for key, words in own.items() if words}


def _path(above: str, key: str) -> str:
    return f"{above}.{key}" if above else key


def _records_of(records: tuple[type, ...], key: str) -> tuple[type, ...] | None:
    """Find the record that an attribute holds, alone or in a list; None if it holds none."""
    for record in records:
        found = _record_in(get_type_hints(record).get(key))
        if found is not None:
            return (found,)
    return None


def _record_in(kind: Any) -> type | None:
    if is_record(kind):
        return kind
    found = (_record_in(one) for one in get_args(kind))
    return next((one for one in found if one is not None), None)
