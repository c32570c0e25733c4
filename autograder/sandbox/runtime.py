"""What a worker has imported before student code, and what it keeps instead of handing it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autograder.sandbox.wire import DEFAULT_LIMITS, Limits, Plain

__all__ = ["Runtime", "load_runtime"]


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
        from autograder.sandbox.keras_models import KerasRuntime  # noqa: PLC0415 - seconds

        return KerasRuntime(gpu=gpu)
    return Runtime()
