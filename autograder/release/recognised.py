"""Known mistakes -> what each answers to the calls of the public tests, for `autograder check`.

The public tests are run here on the reference with one mistake in it, as `autograder check` runs
them on a student's module. So the calls are those that a student with the same mistake makes, also
where a call depends on an answer before it.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Final

import numpy as np
import pytest

from autograder.catalog import AssignmentParts
from autograder.misconceptions import Misconception, load_misconceptions, reference_beside
from autograder.records import Verdict
from autograder.sandbox.codec import REQUEST_LIMITS, decode
from autograder.suite.diagnosis import same_answer
from autograder.suite.finding import find_tests
from autograder.workspace.calls import Exchange, Witness
from autograder.workspace.recognised import (
    KnownAnswer,
    KnownMistake,
    call_digest,
    mistakes_text,
)
from autograder.workspace.trial import question_of, run_test

__all__ = ["known_mistakes"]

_ANYTHING: Final = frozenset({"Exception", "BaseException", "object"})
_RUNTIME: Final = "numpy"


def known_mistakes(parts: AssignmentParts) -> tuple[KnownMistake, ...]:
    """Find the known mistakes of an assignment that its public tests can tell apart.

    Left out is a mistake that passes the public tests, that gives no answer there which is both
    a value and wrong, whose calls or answers cannot be written down, or whose answers are said not
    to tell it apart. So are all of an assignment whose functions answer with models.

    Args:
        parts: The assignment.

    Raises:
        SuiteError: The file of the mistakes cannot be used.
        InstructorError: The public tests cannot be used.
    """
    if parts.policy.runtime != _RUNTIME:
        return ()
    questions = parts.policy.questions
    functions = {name: id_ for id_, asked in questions.items() for name in asked.functions}
    mistakes = [one for one in load_misconceptions(parts.misconceptions, functions) if one.named]
    if not mistakes:
        return ()
    reference = reference_beside(str(parts.misconceptions))
    witness = Witness(reference)
    with _importable(parts.id, witness):
        tests = find_tests([parts.public_tests])
    runs = _Runs(parts, reference, witness, tests)
    found = [runs.known(one, questions[one.question].functions) for one in mistakes]
    return tuple(one for one in found if one is not None)


class _Runs:
    """Runs public tests on the reference with mistakes in it.

    Args:
        parts: The assignment.
        reference: Its reference solution.
        witness: What the tests import.
        tests: The public tests.
    """

    def __init__(
        self,
        parts: AssignmentParts,
        reference: ModuleType,
        witness: Witness,
        tests: Sequence[pytest.Function],
    ) -> None:
        self._parts = parts
        self._reference = reference
        self._witness = witness
        self._tests = tests

    def known(self, mistake: Misconception, functions: tuple[str, ...]) -> KnownMistake | None:
        """Describe a mistake by its answers; None if they do not tell it."""
        self._witness.stand_for(_mistaken(self._reference, mistake))
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            failed = self._run(mistake.question)
            exchanges = [one for one in self._witness.take_exchanges() if one.name in functions]
            answers = {call_digest(one): self._answer(one) for one in exchanges}
        if not failed or "" in answers or not all(answers.values()):
            return None
        found = {digest: answer for digest, answer in answers.items() if answer is not None}
        if not any(answer.differs for answer in found.values()):
            return None
        known = KnownMistake(
            mistake.question, functions, mistake.message, mistake.convention, found
        )
        return known if _can_be_written(known) else None

    def _run(self, question: str) -> bool:
        """Run the tests of a question; tell whether one failed."""
        own = [test for test in self._tests if question_of(test) == question]
        path = self._parts.public_tests
        verdicts = [run_test(test, self._witness, path)[0] for test in own]
        return any(verdict is not Verdict.PASSED for verdict in verdicts)

    def _answer(self, exchange: Exchange) -> KnownAnswer | None:
        """Read what a call came to, and hold it against the reference; None if it is no data."""
        if exchange.raised:
            return KnownAnswer(None, tuple(n for n in exchange.raised if n not in _ANYTHING))
        if exchange.arguments is None or exchange.answer is None:
            return None
        value = decode(exchange.answer, REQUEST_LIMITS)
        arguments, keywords = decode(exchange.arguments, REQUEST_LIMITS)
        try:
            right = getattr(self._reference, exchange.name)(*arguments, **keywords)
            right = list(right) if inspect.isgenerator(right) else right
        except Exception:  # noqa: BLE001 - whatever it raises, a value is not the right answer
            return KnownAnswer(value, differs=True)
        return KnownAnswer(value, differs=not same_answer(value, right))


def _mistaken(reference: ModuleType, mistake: Misconception) -> ModuleType:
    """Make the reference's module once more, with the mistake in it."""
    module = ModuleType(reference.__name__)
    vars(module).update({**vars(reference), **mistake.implementations})
    return module


def _can_be_written(known: KnownMistake) -> bool:
    try:
        mistakes_text([known])
    except ValueError:
        return False
    return True


@contextmanager
def _importable(name: str, module: ModuleType) -> Iterator[None]:
    """Let tests import a module by a name, and leave nothing of it behind."""
    before: Mapping[str, ModuleType] = {name: sys.modules[name]} if name in sys.modules else {}
    sys.modules[name] = module
    try:
        yield
    finally:
        del sys.modules[name]
        sys.modules.update(before)
