"""What suites are written with: fixtures, marks and asserts, from their docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, Final, get_args

from autograder.reference.wording import (
    UndocumentedError,
    attribute_words,
    cell,
    section_words,
    summary,
    table,
)

__all__ = ["suites_page"]

_HEAD: Final = """\
# Suites

What a hidden suite and the public tests are written with. A suite lies in `tests/hidden/ID`, a file
a question; `pytest tests/hidden/ID --submission FILE` tries it on one hand-in, and without the
option on the reference.
"""


def suites_page() -> str:
    """Write the page of fixtures, marks and asserts.

    Raises:
        UndocumentedError: One of them has no words.
    """
    import autograder.suite  # noqa: PLC0415 - imports NumPy
    from autograder import figures  # noqa: PLC0415
    from autograder.suite import plugin  # noqa: PLC0415
    from autograder.suite.fixtures import Fixtures  # noqa: PLC0415

    asserts = {name: getattr(autograder.suite, name) for name in autograder.suite.__all__}
    return (
        _HEAD
        + _fixtures({name: getattr(plugin, name) for name in plugin.FIXTURES}, Fixtures)
        + _marks(plugin.MARKS)
        + _functions(asserts)
        + _figures(get_args(figures.Figure))
    )


def _fixtures(fixtures: dict[str, Any], made: type) -> str:
    """List the fixtures; those that are functions with their signatures."""
    missing = [name for name, one in fixtures.items() if not summary(one.__doc__)]
    if missing:
        raise UndocumentedError(missing, "write a docstring in autograder/suite/plugin.py")
    rows = ((f"`{name}`", cell(summary(one.__doc__))) for name, one in fixtures.items())
    text = "\n## Fixtures\n\n" + table(("fixture", "gives"), rows)
    calls = {name: getattr(made, name, None) for name in fixtures}
    return text + "".join(_function(name, one) for name, one in calls.items() if callable(one))


def _marks(marks: tuple[str, ...]) -> str:
    pairs = [one.partition(": ") for one in marks]
    missing = [mark for mark, _, words in pairs if not words]
    if missing:
        raise UndocumentedError(missing, "write it behind a colon in autograder/suite/plugin.py")
    rows = ((f"`@pytest.mark.{mark}`", cell(words)) for mark, _, words in pairs)
    return "\n## Marks\n\n" + table(("mark", "says"), rows)


def _functions(functions: dict[str, Callable[..., Any]]) -> str:
    missing = [name for name, one in functions.items() if not summary(one.__doc__)]
    if missing:
        raise UndocumentedError(missing, "write a docstring in autograder/suite")
    text = "\n## Asserts\n\nFrom `autograder.suite`. They raise what the student reads.\n"
    return text + "".join(_function(name, one) for name, one in functions.items())


def _function(name: str, function: Callable[..., Any]) -> str:
    """Write a signature, what it does, its arguments and what it raises."""
    doc = function.__doc__
    arguments = section_words(doc, "Args")
    rows = [(f"`{one}`", cell(words)) for one, words in arguments.items()]
    text = f"\n### {name}\n\n```text\n{name}({', '.join(_parameters(function))})\n```\n"
    text += f"\n{summary(doc)}\n"
    if rows:
        text += "\n" + table(("argument", "holds"), rows)
    for error, words in section_words(doc, "Raises").items():
        text += f"\nRaises `{error}`: {words}\n"
    return text


def _parameters(function: Callable[..., Any]) -> Iterator[str]:
    """Yield the parameters without their types, which the words tell."""
    keyword_only = False
    for one in inspect.signature(function).parameters.values():
        if one.name == "self":
            continue
        if one.kind is one.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            yield "*"
        yield str(one.replace(annotation=one.empty))


def _figures(records: tuple[type, ...]) -> str:
    """List the records that `show` takes, with what each holds."""
    text = "\n## Pictures\n\nRecords of `autograder.figures`, for `show`: "
    text += "[how to show them](../pictures.md).\n"
    for record in records:
        words = attribute_words(record)
        if not words:
            raise UndocumentedError([record.__name__], "write Attributes in autograder/figures.py")
        rows = ((f"`{name}`", cell(one)) for name, one in words.items())
        text += f"\n### {record.__name__}\n\n{summary(record.__doc__)}\n\n"
        text += table(("argument of `of`", "holds"), rows)
    return text
