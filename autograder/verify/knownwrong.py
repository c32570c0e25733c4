"""The known-wrong implementations of an assignment, ready to be put before its suite."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final

from autograder.job import Job
from autograder.misconceptions import Misconception
from autograder.records import CheckOutcome
from autograder.rulechecks import rule_checks
from autograder.sandbox.rules import QuestionRules, Violation, scan
from autograder.verify.inprocess import load_source

__all__ = ["KnownWrongCase", "known_wrong_cases"]

_OURS: Final = "autograder"


@dataclass(frozen=True, slots=True)
class KnownWrongCase:
    """A known-wrong implementation.

    Attributes:
        misconception: The entry of the library.
        load: Makes the module: the reference with the wrong functions in it.
        text: The source that it depends on.
        broken: The failed checks for the rules that it breaks.
    """

    misconception: Misconception
    load: Callable[[], ModuleType]
    text: str
    broken: tuple[CheckOutcome, ...]


def known_wrong_cases(job: Job) -> tuple[KnownWrongCase, ...]:
    """Make a case of each entry of `solutions/misconceptions/<id>.py`."""
    parts, path = job.parts, job.parts.misconceptions
    entries = [entry for found in job.misconceptions.values() for entry in found]
    if not entries:
        return ()
    source = path.read_text(encoding="utf-8")
    texts = _texts(source)
    reference = parts.reference.read_text(encoding="utf-8")
    return tuple(
        KnownWrongCase(
            misconception=entry,
            load=partial(_load, reference, parts.id, entry),
            text=texts[_name_of(entry)],
            broken=tuple(_broken(job, entry, source, path)),
        )
        for entry in entries
    )


def _load(reference: str, assignment: str, entry: Misconception) -> ModuleType:
    module = load_source(reference, assignment)
    for name, implementation in entry.implementations.items():
        setattr(module, name, implementation)
    return module


def _name_of(entry: Misconception) -> str:
    return entry.id.replace("-", "_")


def _texts(source: str) -> dict[str, str]:
    """Give for each definition of a file its own text with that of all that is no entry."""
    statements = ast.parse(source).body
    entries = {
        statement.name: ast.unparse(statement)
        for statement in statements
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.decorator_list
    }
    common = "\n".join(
        ast.unparse(statement)
        for statement in statements
        if getattr(statement, "name", None) not in entries
    )
    return {name: f"{common}\n{text}" for name, text in entries.items()}


def _broken(job: Job, entry: Misconception, source: str, path: Path) -> list[CheckOutcome]:
    """Hold an entry against the rules of its question, as the source of a hand-in would be."""
    question = job.parts.policy.questions[entry.question]
    rules = job.course.rules_of(job.parts.id)
    asked = QuestionRules((_name_of(entry),), question.forbid.names, question.forbid.loops)
    found = scan(
        [(path.name, ast.parse(source))],
        {},
        allowed_imports=frozenset(rules.allowed_imports),
        forbidden_names=frozenset(rules.forbidden_names),
        questions={entry.question: asked},
    )
    counted = [violation for violation in found if not _is_ours(violation)]
    return rule_checks(entry.question, question, counted, rules.allowed_imports)


def _is_ours(violation: Violation) -> bool:
    """Tell whether a violation is the import of the library's own decorator."""
    return violation.kind == "import" and violation.name.partition(".")[0] == _OURS
