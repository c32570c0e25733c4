"""Spoils right answers on purpose, to see whether every check notices anything at all.

A mistake in the reference seldom changes a precision, an argument or the answer to a second call.
With a probe, everything that a question's functions do is right but for one thing. A check whose
assertions hold with every probe, every mutant and every known-wrong implementation asserts nothing.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np

__all__ = ["PROBES", "spoil"]

Function = Callable[..., Any]


def spoil(module: types.ModuleType, functions: Iterable[str], probe: str) -> types.ModuleType:
    """Put a spoiled function in the place of each of a module's functions.

    Args:
        module: Where; it is changed.
        functions: Names; those of plain values are left alone.
        probe: One of `PROBES`.
    """
    for name in functions:
        right = getattr(module, name)
        if callable(right):
            setattr(module, name, PROBES[probe](right))
    return module


def _with_answer(change: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """Make a probe that changes every number and array of an answer."""

    def probe(right: Function) -> Function:
        return lambda *given, **named: _changed(_read(right(*given, **named)), change)

    return probe


def _read(answer: Any) -> Any:
    return list(answer) if isinstance(answer, types.GeneratorType) else answer


def _changed(answer: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(answer, dict):
        return {key: _changed(value, change) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return type(answer)(_changed(value, change) for value in answer)
    return change(answer)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.ndarray)


def _other_shape(value: Any) -> Any:
    return np.asarray(value)[np.newaxis] if _is_number(value) else [value]


def _other_precision(value: Any) -> Any:
    kind = np.asarray(value).dtype
    if not isinstance(value, np.ndarray | np.generic):
        return np.float32(value) if _is_number(value) else value
    return np.asarray(value).astype(np.float64 if kind == np.float32 else np.float32)


def _slightly_wrong(value: Any) -> Any:
    if not _is_number(value):
        return value
    return value + 1 if np.asarray(value).dtype.kind in "iub" else value * (1 + 1e-3)


def _negated(value: Any) -> Any:
    return -1 - value if _is_number(value) and np.asarray(value).dtype.kind != "b" else None


def _modifies_arguments(right: Function) -> Function:
    def spoiled(*given: Any, **named: Any) -> Any:
        answer = _read(right(*given, **named))
        for array in _arrays((given, named)):
            np.add(array, array.dtype.type(1), out=array)
        return answer

    return spoiled


def _arrays(value: Any) -> Iterator[Any]:
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "iuf" and value.flags.writeable:
            yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _arrays(part)


def _changes_its_mind(right: Function) -> Function:
    calls = [0]

    def spoiled(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        factor = calls[0]
        answer = _read(right(*given, **named))
        return _changed(answer, lambda value: value * factor if _is_number(value) else None)

    return spoiled


def _swallows_errors(right: Function) -> Function:
    def spoiled(*given: Any, **named: Any) -> Any:
        try:
            return _read(right(*given, **named))
        except Exception:  # noqa: BLE001 - whatever the reference refuses
            return None

    return spoiled


def _divides_by_zero(right: Function) -> Function:
    def spoiled(*given: Any, **named: Any) -> Any:
        _ = np.ones(1) / np.zeros(1)
        return right(*given, **named)

    return spoiled


PROBES: Final[dict[str, Callable[[Function], Function]]] = {
    "no answer": lambda right: lambda *given, **named: (right(*given, **named), None)[1],
    "another shape": _with_answer(_other_shape),
    "another precision": _with_answer(_other_precision),
    "slightly wrong": _with_answer(_slightly_wrong),
    "negated": _with_answer(_negated),
    "arguments modified": _modifies_arguments,
    "another answer each time": _changes_its_mind,
    "errors swallowed": _swallows_errors,
    "a floating-point error": _divides_by_zero,
}
