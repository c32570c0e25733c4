"""Imports code that names Keras where no Keras is wanted: the trusted side trains nothing."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

from autograder.errors import GraderFault

__all__ = ["keras_absent"]

_HEAVY: Final = ("keras", "tensorflow")


class _Absent(ModuleType):
    """Stands in for a module and everything in it; it can be named, and not be used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent(f"{self.__name__}.{name}")

    def __call__(self, *_: object, **__: object) -> Any:
        raise GraderFault(f"{self.__name__} is not there on the side that grades")

    def __or__(self, other: object) -> Any:
        return other  # in an annotation

    __ror__ = __or__


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the stand-ins, before anything installed."""

    def find_spec(
        self,
        fullname: str,
        path: object = None,  # noqa: ARG002 - the import system's signature
        target: object = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in _HEAVY:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the stand-in as it is."""


@contextmanager
def keras_absent() -> Iterator[None]:
    """Have `import keras` give a stand-in within the block, whether Keras is installed or not.

    A reference solution and known-wrong implementations can then be imported in some
    milliseconds. What they do without Keras works; a call of anything in Keras is a `GraderFault`.
    """
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_heavy(name)}
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if _is_heavy(name)]:
            del sys.modules[name]
        sys.modules.update(kept)


def _is_heavy(name: str) -> bool:
    return name.partition(".")[0] in _HEAVY
