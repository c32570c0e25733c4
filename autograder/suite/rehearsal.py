"""Answers a test with the reference in the submission's place, to tell whose fault an error is."""

from __future__ import annotations

from types import ModuleType

from autograder.records import Verdict
from autograder.sandbox.codec import REQUEST_LIMITS, decode
from autograder.suite.student import Reply, Request

__all__ = ["Rehearsal"]


class Rehearsal:
    """Calls the reference, in this process.

    Args:
        reference: The reference module.
    """

    def __init__(self, reference: ModuleType) -> None:
        self._reference = reference

    def answer(self, request: Request) -> Reply:
        """Reply to a request as a submission would that is right."""
        if not hasattr(self._reference, request.name):
            return Reply(Verdict.NOT_ATTEMPTED, message="the reference lacks it")
        target = getattr(self._reference, request.name)
        if request.blob is None:
            return Reply(Verdict.PASSED, target)
        positional, keywords = decode(request.blob, REQUEST_LIMITS)
        try:
            value = target(*positional, **keywords)
            return Reply(Verdict.PASSED, list(value) if request.iterated else value)
        except Exception as error:  # noqa: BLE001 - an error can be the right answer
            bases = tuple(kind.__name__ for kind in type(error).__mro__)
            return Reply(Verdict.STUDENT_ERROR, message=type(error).__name__, bases=bases)
