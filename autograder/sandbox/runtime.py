"""What a worker has imported before student code, and what it keeps instead of handing it out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from autograder.sandbox.wire import DEFAULT_LIMITS, Limits, Plain

__all__ = ["Runtime", "load_runtime"]

# What Keras imports where it is installed, for pictures, tables and wrappers that no hand-in needs:
# a third of the time that Keras takes to import.
_OPTIONAL: Final = ("IPython", "matplotlib", "pandas", "sklearn")


class Runtime:
    """NumPy and plain data: nothing is kept, and nothing can be asked of a worker but functions.

    Attributes:
        operations: Name to what the trusted side may ask for besides the submission's functions.
        reply_limits: What an answer may hold.
    """

    operations: Mapping[str, Callable[..., object]] = {}
    reply_limits: Limits = DEFAULT_LIMITS

    def begin(self) -> None:
        """Make a worker ready, after the fork."""

    def given(self, value: Plain) -> object:
        """Return what an argument stands for."""
        return value

    def kept(self, value: object) -> object:
        """Return what crosses for an answer."""
        return value


def load_runtime(name: str, *, gpu: bool) -> Runtime:
    """Import a runtime; in the zygote, so that it is there in every worker.

    Args:
        name: As `runtime` in `grading.yml`.
        gpu: Whether workers will compute on a GPU.
    """
    if name == "keras":
        with _absent(_OPTIONAL):
            from autograder.sandbox.keras_models import KerasRuntime  # noqa: PLC0415 - seconds

            return KerasRuntime(gpu=gpu)
    return Runtime()


@contextmanager
def _absent(names: Iterable[str]) -> Iterator[None]:
    """Have imports of these fail meanwhile, as where they are not installed."""
    hidden = [name for name in names if name not in sys.modules]
    absent: Any = dict.fromkeys(hidden)  # None stops an import
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
