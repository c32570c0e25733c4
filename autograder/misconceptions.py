"""Known-wrong implementations: what students are known to write, each with the words of a tutor.

A course keeps them in `solutions/misconceptions/<id>.py`, one function each:

    reference = reference_beside(__file__)

    @known_wrong("leaky_relu", band=(70, 80), source="deck 004 L174")
    def leaky_max(x, negative_slope=0.01):
        \"\"\"The larger of x and slope * x is right for slopes up to 1 only.\"\"\"
        return np.maximum(negative_slope * x, x)

The function's name, with hyphens, is the misconception's id; its docstring is the message. One
that shows in several functions of a question, or in a value, is a class with these as static
methods and attributes.
"""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

from autograder.errors import Problem, SuiteError, nearest_name

__all__ = [
    "Misconception",
    "advice_words",
    "known_wrong",
    "load_misconceptions",
    "reference_beside",
]

_MARK: Final = "__known_wrong__"
_Wrong = TypeVar("_Wrong", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong implementation of a question's function, or of several.

    Attributes:
        id: Such as `leaky-max`.
        question: The question that asks for the function.
        implementations: Name to the wrong function or value; the others stay right.
        message: What a tutor would say.
        band: Least and most per cent of the question's points that it should earn.
        source: Where it was met; empty if it is only to be expected.
        convention: Whose convention it is, if it is right elsewhere: then it earns at least the
            lower end of its band.
        named: Whether its answers tell it apart; those that differ in side effects only do not.
    """

    id: str
    question: str
    implementations: Mapping[str, Any]
    message: str
    band: tuple[float, float]
    source: str = ""
    convention: str = ""
    named: bool = True

    @property
    def advice(self) -> str:
        """The message, and whose convention it is where it is right elsewhere."""
        return advice_words(self.message, self.convention)


def advice_words(message: str, convention: str) -> str:
    """Join a mistake's message and whose convention it is, if it is right elsewhere."""
    if not convention:
        return message
    return f"{message} (Right elsewhere: this is the convention of {convention}.)"


@dataclass(frozen=True, slots=True)
class _Terms:
    function: str | None
    band: tuple[float, float]
    source: str
    convention: str
    named: bool


def known_wrong(
    function: str | None = None,
    *,
    band: tuple[float, float],
    source: str = "",
    convention: str = "",
    named: bool = True,
) -> Callable[[_Wrong], _Wrong]:
    """Mark a function or class as a known-wrong implementation.

    Args:
        function: The exercise's function that it stands in for; None for a class, whose static
            methods are called like the functions.
        band: Least and most per cent of the question's points that it should earn.
        source: Where it was met.
        convention: Whose convention it is, if any.
        named: Whether its answers differ from the right ones for some valid arguments.
    """

    def mark(implementation: _Wrong) -> _Wrong:
        terms = _Terms(function, band, source, convention, named)
        setattr(implementation, _MARK, terms)
        return implementation

    return mark


def reference_beside(file: str) -> ModuleType:
    """Import the reference solution that a file of misconceptions belongs to.

    Args:
        file: The file's `__file__`: `solutions/misconceptions/<id>.py` belongs to
            `solutions/<id>.py`.
    """
    path = Path(file)
    return _import(path.parents[1] / path.name, f"reference of {path.stem}")


def load_misconceptions(path: Path, functions: Mapping[str, str]) -> tuple[Misconception, ...]:
    """Read an assignment's known-wrong implementations.

    Args:
        path: The file; one that is not there holds none.
        functions: Function name to its question.

    Raises:
        SuiteError: The file cannot be imported, or an entry does not fit; with all that is wrong.
    """
    if not path.is_file():
        return ()
    try:
        module = _import(path, f"misconceptions of {path.stem}")
    except Exception as error:
        rule = f"expected a module that can be imported, got {type(error).__name__}: {error}"
        raise SuiteError([Problem(str(path), 0, "", "", rule)]) from error
    found, problems = [], []
    for name, value in vars(module).items():
        terms = getattr(value, _MARK, None)
        if not isinstance(terms, _Terms):
            continue
        implementations = _implementations(terms, value)
        wrong = _wrong_with(terms, value, implementations, functions)
        if wrong:
            code = getattr(value, "__code__", None)
            line = code.co_firstlineno if code else 0
            problems.append(Problem(str(path), line, name, "", wrong))
            continue
        found.append(
            Misconception(
                id=name.replace("_", "-"),
                question=functions[next(iter(implementations))],
                implementations=implementations,
                message=" ".join((inspect.getdoc(value) or "").split()),
                band=terms.band,
                source=terms.source,
                convention=terms.convention,
                named=terms.named,
            )
        )
    if problems:
        raise SuiteError(problems)
    return tuple(found)


def _implementations(terms: _Terms, value: Any) -> dict[str, Any]:
    if terms.function is not None:
        return {terms.function: value}
    return {
        name: member.__func__ if isinstance(member, staticmethod) else member
        for name, member in vars(value).items()
        if not name.startswith("_") and (isinstance(member, staticmethod) or not callable(member))
    }


def _wrong_with(
    terms: _Terms,
    value: Callable[..., Any],
    implementations: Mapping[str, Any],
    functions: Mapping[str, str],
) -> str:
    for name in implementations:
        if name not in functions:
            hint = nearest_name(name, functions)
            meant = f"; did you mean {hint!r}?" if hint else ""
            return f"no question asks for {name!r}{meant}"
    if len({functions[name] for name in implementations}) != 1:
        return "expected one function, or a class with static methods for one question's functions"
    low, high = terms.band
    if not 0 <= low <= high <= 100:
        return f"band: expected two per cents, the lower one first, received {terms.band}"
    if not inspect.getdoc(value):
        return "expected a docstring: it is the message that the student reads"
    return ""


def _import(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path}: expected a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
