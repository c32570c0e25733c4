"""A student's module with a witness: what was called, with what, and what came of it."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final

import numpy as np

from autograder.sandbox.codec import FrameError, encode

__all__ = ["Exchange", "LastCall", "NotThereError", "Witness"]

_ARRAY_ITEMS: Final = 200
_TEXT: Final = 600
_LINE: Final = 90


class NotThereError(AttributeError):
    """The module has no function or value of a name that a test asks for."""


@dataclass(frozen=True, slots=True)
class LastCall:
    """A call as it was made, before the function could change anything.

    Attributes:
        name: The function.
        arguments: Parameter name (or position, if the signature does not tell) to value.
    """

    name: str
    arguments: Mapping[str, object]

    def text(self) -> str:
        """Write the call with every argument in full, long arrays shortened."""
        parts = [f"{name} = {_written(value)}" for name, value in self.arguments.items()]
        one_line = f"{self.name}({', '.join(parts)})"
        if len(one_line) <= _LINE and "\n" not in one_line:
            return one_line
        lines = [f"  {part}".replace("\n", "\n  ") for part in parts]
        return "\n".join([f"{self.name}, called with", *lines])


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its answer, written down at once: what happens later cannot change them.

    Attributes:
        name: The function.
        arguments: The pair of positional and keyword arguments, encoded; None if they are
            nothing that can be written down.
        answer: The answer, encoded; None if there is none or it cannot be written down. What a
            generator gave is a list.
        raised: The names of the classes of what was raised, the most special first; empty if
            nothing was.
    """

    name: str
    arguments: bytes | None
    answer: bytes | None = None
    raised: tuple[str, ...] = ()


@dataclass(slots=True)
class _Memory:
    last: LastCall | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)


class Witness(ModuleType):
    """Stands for a module; its functions note how they are called.

    Args:
        module: The student's.
    """

    def __init__(self, module: ModuleType) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.stand_for(module)

    def stand_for(self, module: ModuleType) -> None:
        """Stand for another module from now on, and forget all calls."""
        self.__dict__["_module"] = module
        self.__dict__["_memory"] = _Memory()

    def __getattr__(self, name: str) -> Any:
        """Return the module's value; a function comes with a witness.

        Raises:
            NotThereError: The module has none of this name.
        """
        module: ModuleType = self.__dict__["_module"]
        if not hasattr(module, name):
            raise NotThereError(f"there is no `{name}` in {module.__name__}.py: was it renamed?")
        value = getattr(module, name)
        if not inspect.isroutine(value):
            return value
        memory: _Memory = self.__dict__["_memory"]

        def noted(*arguments: Any, **keywords: Any) -> Any:
            memory.last = LastCall(name, copy.deepcopy(_bound(value, arguments, keywords)))
            written = _encoded((arguments, keywords))
            try:
                answer = value(*arguments, **keywords)
            except Exception as error:
                memory.exchanges.append(Exchange(name, written, raised=_class_names(error)))
                raise
            if inspect.isgenerator(answer):
                return _watched(answer, name, written, memory)
            memory.exchanges.append(Exchange(name, written, _encoded(answer)))
            return answer

        return memory.functions.setdefault(name, noted)

    def take_last(self) -> LastCall | None:
        """Return the last call, and forget it."""
        memory: _Memory = self.__dict__["_memory"]
        last, memory.last = memory.last, None
        return last

    def take_exchanges(self) -> tuple[Exchange, ...]:
        """Return the calls that ended, in order, and forget them."""
        memory: _Memory = self.__dict__["_memory"]
        exchanges, memory.exchanges = tuple(memory.exchanges), []
        return exchanges


def _watched(
    items: Iterator[Any], name: str, written: bytes | None, memory: _Memory
) -> Iterator[Any]:
    """Pass on what a generator gives; it is an answer once the generator has ended."""
    given = []
    try:
        for item in items:
            given.append(item)
            yield item
    except Exception as error:
        memory.exchanges.append(Exchange(name, written, raised=_class_names(error)))
        raise
    memory.exchanges.append(Exchange(name, written, _encoded(given)))


def _encoded(value: Any) -> bytes | None:
    try:
        return encode(value)
    except FrameError:
        return None


def _class_names(error: Exception) -> tuple[str, ...]:
    return tuple(kind.__name__ for kind in type(error).__mro__)


def _bound(
    function: Callable[..., Any], arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        return dict(inspect.signature(function).bind(*arguments, **keywords).arguments)
    except (TypeError, ValueError):  # it does not take these: the call itself will say so
        return {**{str(n): value for n, value in enumerate(arguments, 1)}, **keywords}


def _written(value: object) -> str:
    if isinstance(value, np.ndarray):
        with np.printoptions(threshold=_ARRAY_ITEMS, precision=8):
            return f"{value!r}"
    text = repr(value)
    return text if len(text) <= _TEXT else f"{text[: _TEXT - 1]}…"
