"""Runs a suite against one submission.

Every test runs in a greenlet of its own and is suspended whenever it calls the student; the calls
of all suspended tests travel to the worker together, and the answers wake the tests up again. A
suite of fifty tests so needs a handful of round trips, and its tests read like any others.
"""

from __future__ import annotations

import contextvars
import copy
import inspect
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import greenlet
import numpy as np
import pytest

from autograder.compare import Mismatch, Tolerance, assert_agrees, use_tolerances
from autograder.figures import MOST_FIGURES, FigureError
from autograder.records import CheckOutcome, Verdict
from autograder.sandbox.codec import Plain
from autograder.suite.collect import Check, Suite
from autograder.suite.difference import picture_of
from autograder.suite.fixtures import Fixtures, SpeedBudget
from autograder.suite.rehearsal import Rehearsal
from autograder.suite.student import (
    Call,
    Reply,
    Request,
    Student,
    StudentError,
    describe_arguments,
    presentable,
)

__all__ = ["CurrentStudent", "run_suite"]

_MESSAGE_LIMIT: Final = 4000
_ERROR_NAME: Final = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Warning|Interrupt)\b")
# What takes a greenlet or this process down on purpose; everything else ends in a verdict.
_ENDINGS: Final = (greenlet.GreenletExit, KeyboardInterrupt)

Answer = Callable[[Sequence[Request]], list[Reply]]


class _Test(greenlet.greenlet):
    """A running test, and whom it calls."""

    student: Student | None = None


class CurrentStudent(ModuleType):
    """The module that public tests import: each test finds its own student in it."""

    def __getattr__(self, name: str) -> Any:
        """Return the student's function or value of this name."""
        if name.startswith("__"):
            raise AttributeError(name)
        test = greenlet.getcurrent()
        if isinstance(test, _Test) and test.student is not None:
            return getattr(test.student, name)
        return _Later(self, name)


@dataclass(frozen=True, slots=True)
class _Later:
    """A name that was imported from the student's module before any test ran."""

    module: CurrentStudent
    name: str

    def __call__(self, *arguments: Plain, **keywords: Plain) -> Plain:
        return getattr(self.module, self.name)(*arguments, **keywords)


def run_suite(
    suite: Suite,
    answer: Answer,
    *,
    seed_key: bytes,
    tolerances: Mapping[str, Tolerance],
    speed: SpeedBudget,
    only: frozenset[str] | None = None,
    models: bool = False,
    task: str = "reduced",
) -> list[CheckOutcome]:
    """Run every check of a suite against one submission.

    Args:
        suite: What was collected.
        answer: Puts requests to the submission, such as `Session.answer`.
        seed_key: Decides the inputs together with each check's id: equal keys, equal inputs.
        tolerances: For `assert_agrees`.
        speed: For `assert_fast`.
        only: Ids of the checks to run; all by default.
        models: Answers may be models that stay in the worker. Each check is then brought to its
            end before the next begins, so that a worker that dies takes no other's models along,
            and the reference, whose models cannot be made here, is not asked whose fault it is.
        task: For tests that train: `full` on a GPU, `reduced` without one.

    Returns:
        One outcome a check, in the suite's order.
    """
    checks = [check for check in suite.checks if only is None or check.id in only]
    with use_tolerances(tolerances):
        runs = [_Run(check, suite, seed_key, speed, models=models, task=task) for check in checks]
        try:
            for together in [[run] for run in runs] if models else [runs]:
                waiting = [run for run in together if run.resume(None)]
                while waiting:
                    replies = answer([run.request for run in waiting if run.request is not None])
                    pairs = zip(waiting, replies, strict=True)
                    waiting = [run for run, reply in pairs if run.resume(reply)]
        finally:
            for run in runs:
                run.close()
    return [run.outcome() for run in runs]


def _suspend(main: greenlet.greenlet, request: Request) -> Reply:
    """Hand a request to the round under way and sleep until its reply is there."""
    reply: Reply = main.switch(request)
    return reply


class _Run:
    """One check under way."""

    def __init__(
        self,
        check: Check,
        suite: Suite,
        seed_key: bytes,
        speed: SpeedBudget,
        *,
        models: bool,
        task: str,
    ) -> None:
        self._check = check
        self._models = models
        self._make_fixtures = partial(
            Fixtures,
            reference=suite.reference,
            check_id=check.id,
            seed_key=seed_key,
            speed=speed,
            public=check.public,
            task=task,
        )
        self._fixtures = self._make_fixtures(partial(_suspend, greenlet.getcurrent()))
        self._student = self._fixtures.student
        self._test = _Test(self._main)
        self._test.student = self._student
        self._test.gr_context = contextvars.copy_context()
        self._result: tuple[Verdict, str, str] = (Verdict.GRADER_ERROR, "", "did not report")
        self.request: Request | None = None

    def resume(self, reply: Reply | None) -> bool:
        """Go on with the test; tell whether it waits for another reply."""
        self.request = self._test.switch(reply)
        return not self._test.dead

    def close(self) -> None:
        """End a test that still waits: its submission could not be graded."""
        if not self._test.dead:
            self._test.throw()

    def _main(self, _: object) -> None:
        self._result = self._attempt()

    def _attempt(self) -> tuple[Verdict, str, str]:
        """Call the test and turn what it raises into a verdict and words."""
        try:
            self._call(self._fixtures)
        except StudentError as error:
            return error.verdict, self._words(error.message), ""
        except Mismatch as mismatch:
            if self._check.public and not self._models:
                self._picture(mismatch)
            return Verdict.FAILED, self._words(self._text_of(mismatch)), ""
        except (AssertionError, pytest.fail.Exception) as error:
            return Verdict.FAILED, self._words(self._assertion_words(error)), ""
        except _ENDINGS:
            raise
        except BaseException as error:  # noqa: BLE001 - pytest.skip is none of Exception
            return self._explain(error)
        awarded = self._fixtures.awarded
        if awarded is not None and awarded[0] < 1:
            return Verdict.FAILED, self._words(awarded[1]), ""
        return Verdict.PASSED, "", ""

    def _call(self, fixtures: Fixtures) -> None:
        """Call the test with fresh parameters, so that nothing it does to them stays."""
        check = self._check
        given = {name: getattr(fixtures, name) for name in check.fixtures}
        function: Callable[..., object] = check.function
        if function(**_fresh(check.parameters), **given) is not None:
            raise TypeError("the test returns a value where it should assert something")

    def _explain(self, error: BaseException) -> tuple[Verdict, str, str]:
        """Find out whether an odd answer upset the test: then it is the answer that fails.

        It is if the same test with the same inputs gets through with the reference's answers.
        """
        words = f"the check could not go on with this answer ({type(error).__name__})"
        if self._models:
            if isinstance(error, FigureError):  # a suite looks at answers before it shows them
                return _blame_the_check(error)
            return Verdict.FAILED, self._words(words), ""
        rehearsal = self._make_fixtures(Rehearsal(self._fixtures.reference).answer)
        self._test.student = rehearsal.student
        try:
            self._call(rehearsal)
        except _ENDINGS:
            raise
        except BaseException:  # noqa: BLE001 - the first error is the one to report
            return _blame_the_check(error)
        finally:
            self._test.student = self._student
        for call in self._student.calls:
            try:
                assert_agrees(call.value, _expected(self._fixtures.reference, call))
            except Mismatch as mismatch:
                return Verdict.FAILED, self._words(self._text_of(mismatch), call), ""
            except Exception:  # noqa: BLE001, S112 - this call's answer is not what is odd
                continue
        return Verdict.FAILED, self._words(words), ""

    def _picture(self, mismatch: Mismatch) -> None:
        """Show where the answer of the last call is off, if that can be seen and there is room."""
        figure = picture_of(mismatch, self._student.calls, self._fixtures.reference)
        if figure is not None and len(self._fixtures.shown) < MOST_FIGURES:
            self._fixtures.show(figure)

    def _text_of(self, mismatch: Mismatch) -> str:
        return mismatch.public_text() if self._check.public else mismatch.hidden_text()

    def _assertion_words(self, error: BaseException) -> str:
        """Return an assertion's own words, unless a hidden test had a library write them."""
        text = str(error)
        if text.startswith("DID NOT RAISE"):
            expected = " or ".join(_ERROR_NAME.findall(text)) or "an error"
            return f"{expected} was expected, but the call returned"
        if not (self._check.public or _is_written_here(error)):
            text = ""  # numpy.testing prints both arrays
        return text or "the claim does not hold"

    def _words(self, text: str, call: Call | None = None) -> str:
        """Put the call in front of what was found: by default the last one."""
        if self._student.calls:
            asked = [one for one in self._student.calls if one.name.isidentifier()]
            call = call or (asked or self._student.calls)[-1]
            text = f"{describe_arguments(call, public=self._check.public)}: {text}"
            if self._check.public:
                text += _inputs(call)
        return presentable(text, limit=_MESSAGE_LIMIT, redact=False)

    def outcome(self) -> CheckOutcome:
        """Put down what became of the check."""
        verdict, message, detail = self._result
        fraction = 1.0 if verdict is Verdict.PASSED else 0.0
        awarded = self._fixtures.awarded
        if awarded is not None and verdict in (Verdict.PASSED, Verdict.FAILED):
            fraction = awarded[0]
        check = self._check
        return CheckOutcome(
            id=check.id,
            question=check.question,
            group=check.group,
            verdict=verdict,
            claim=check.claim,
            message=message,
            detail=detail,
            fraction=fraction,
            weight=check.weight,
            critical=check.critical,
            public=check.public,
            figures=tuple(self._fixtures.shown),
        )


def _blame_the_check(error: BaseException) -> tuple[Verdict, str, str]:
    words = "the check itself failed; your instructor has the details"
    return Verdict.GRADER_ERROR, words, "".join(traceback.format_exception(error))


def _fresh(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(dict(parameters)) if parameters else {}


def _expected(reference: ModuleType, call: Call) -> Plain:
    target = getattr(reference, call.name)
    value = target(*call.arguments, **call.keywords) if callable(target) else target
    return list(value) if inspect.isgenerator(value) else value


def _is_written_here(error: BaseException) -> bool:
    """Tell whether a suite file or this project raised an error, rather than another library."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    names = trace.tb_frame.f_globals
    return isinstance(error, pytest.fail.Exception) or (
        str(names.get("__name__")).startswith("autograder.")
        or Path(str(names.get("__file__"))).name.startswith("test_")
    )


def _inputs(call: Call) -> str:
    """Show the arrays that a public check handed in."""
    lines = []
    values = {**{f"argument {n + 1}": v for n, v in enumerate(call.arguments)}, **call.keywords}
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            text = np.array2string(value, threshold=60, precision=6, separator=", ", prefix=" " * 4)
            lines.append(f"\n  {name}:\n    {text}")
    return "".join(lines)
