"""Broken rules of the exercise, as checks like any others."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import Final

from autograder.config import QuestionPolicy
from autograder.records import CheckOutcome, Verdict
from autograder.sandbox.rules import Violation
from autograder.suite.student import presentable

__all__ = ["rule_checks"]

_GROUP: Final = "hygiene"
# What these find or run, they find or run by text, which the rules cannot read: a library or a
# forbidden name may stand behind it. No exercise needs them.
_BY_TEXT: Final = frozenset(
    {
        "__builtins__",
        "__import__",
        "builtins",
        "code",
        "compile",
        "ctypes",
        "eval",
        "exec",
        "globals",
        "importlib",
        "locals",
        "marshal",
        "numpy.__dict__",
        "numpy._core",
        "numpy.core",
        "pickle",
        "pkgutil",
        "runpy",
        "sys.modules",
        "vars",
        "zipimport",
    }
)
_LOOP_WORDS: Final = {
    "For": "a for loop",
    "AsyncFor": "a for loop",
    "While": "a while loop",
    "ListComp": "a list comprehension",
    "SetComp": "a set comprehension",
    "DictComp": "a dict comprehension",
    "GeneratorExp": "a generator expression",
}


def rule_checks(
    question_id: str,
    question: QuestionPolicy,
    broken: Sequence[Violation],
    allowed_imports: Collection[str],
) -> list[CheckOutcome]:
    """Make a failed check for the rules that a question's code breaks; keeping rules earns nothing.

    What breaks the question's own rules goes into the group, and is critical, as its policy says.
    What breaks a rule for all questions costs a check of the group `hygiene`; an import from
    outside the standard library is critical, since a library that does the work leaves nothing to
    grade, and so is what runs or finds anything by text, since it may be that library.

    Args:
        question_id: Such as `A1.3`.
        question: Its policy.
        broken: What the scan found for it.
        allowed_imports: For the message.
    """
    forbid = question.forbid
    own = [v for v in broken if v.kind == "loop" or v.name in forbid.names]
    general = [v for v in broken if v not in own]
    checks = []
    if own:
        claim = "The question's own rules are kept."
        name = f"rules::{question_id}"
        messages = [_words(violation, question_id, allowed_imports) for violation in own]
        critical = forbid.critical
        checks.append(_check(name, question_id, forbid.group, claim, messages, critical=critical))
    if general:
        critical = any(v.name in _BY_TEXT or _is_library(v) for v in general)
        claim = "The rules that hold for every question are kept."
        name = f"rules::{question_id}::course"
        messages = [_words(violation, question_id, allowed_imports) for violation in general]
        checks.append(_check(name, question_id, _GROUP, claim, messages, critical=critical))
    return checks


def _check(
    name: str, question: str, group: str, claim: str, messages: list[str], *, critical: bool
) -> CheckOutcome:
    return CheckOutcome(
        id=name,
        question=question,
        group=group,
        verdict=Verdict.FAILED,
        claim=claim,
        message="\n".join(messages),
        critical=critical,
        public=True,
    )


def _is_library(violation: Violation) -> bool:
    return violation.kind == "import" and violation.name not in sys.stdlib_module_names


def _words(violation: Violation, question: str, allowed_imports: Collection[str]) -> str:
    path = presentable(violation.path, limit=120, redact=False)
    name = presentable(violation.name, limit=80, redact=False)
    place = f"{path}, line {violation.line}"
    if violation.kind == "import":
        allowed = ", ".join(sorted(allowed_imports))
        return f"{place}: {name} is imported; allowed are {allowed}"
    if violation.kind == "loop":
        found = _LOOP_WORDS.get(violation.name, "a loop")
        return f"{place}: there is {found}; {question} is to be solved without loops"
    return f"{place}: {name} is used, which the rules of {question} forbid"
