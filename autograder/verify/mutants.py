"""Makes mutants: the reference with one mistake of the field put in.

Mutated are the functions that the questions ask for and what they use at module level: no
docstring, no annotation, no text of an error.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from autograder.verify.calls import CALLS
from autograder.verify.exempt import exempt_places
from autograder.verify.expressions import EXPRESSIONS
from autograder.verify.reach import bound_names, questions_of_names, without_annotations
from autograder.verify.records import Mutant
from autograder.verify.statements import STATEMENTS

__all__ = ["make_mutants"]

_OPERATORS: Final = {**EXPRESSIONS, **CALLS, **STATEMENTS}
_ID_DIGITS: Final = 10
# Of a line in a report; a longer one is shown around the change only.
_LONGEST: Final = 100
_AROUND: Final = 30
_Place = tuple[ast.AST, Callable[[ast.AST], None], int]


def make_mutants(source: str, functions: Mapping[str, Iterable[str]]) -> tuple[Mutant, ...]:
    """Put one mistake after the other into a reference.

    Args:
        source: The reference module.
        functions: Question id to its functions.

    Returns:
        Each mutant once, in the order of the source.
    """
    module = ast.parse(source)
    questions = questions_of_names(module, functions)
    mutants: list[Mutant] = []
    for statement in module.body:
        reached = {q for name in bound_names(statement) for q in questions.get(name, ())}
        if reached:
            concerned = tuple(question for question in functions if question in reached)
            mutants += _mutants_of(statement, source, concerned)
    return tuple(mutants)


def _mutants_of(statement: ast.stmt, source: str, questions: tuple[str, ...]) -> Iterator[Mutant]:
    name = bound_names(statement)[0]
    before = ast.unparse(statement)
    lines = source.splitlines(keepends=True)
    head, tail = lines[: _first_line(statement) - 1], lines[statement.end_lineno or 0 :]
    seen, exempt = {before}, exempt_places(statement)
    occurrences: Counter[str] = Counter()
    for node, put, line in _places(statement, statement.lineno):
        for operator, mistakes in _OPERATORS.items():
            for mistake in () if (node, operator) in exempt else mistakes(node):
                put(ast.copy_location(mistake, node))
                after = ast.unparse(statement)
                put(node)
                if after in seen:
                    continue
                seen.add(after)
                diff = _diff(before, after)
                text = "\n".join((name, operator, *diff))
                occurrences[text] += 1
                yield Mutant(
                    id=_identity(text, occurrences[text]),
                    name=name,
                    line=line,
                    operator=operator,
                    diff=_shortened(diff),
                    source="".join((*head, after, "\n", *tail)),
                    questions=questions,
                )


def _places(root: ast.AST, line: int) -> Iterator[_Place]:
    """Iterate over the nodes below a root that can be replaced, with their line in the source."""
    for field, value in without_annotations(root):
        if isinstance(root, ast.Raise):  # its text is not what the suite is about
            return
        if isinstance(value, list):
            for place, child in enumerate(value):
                if isinstance(child, ast.AST):
                    yield from _place(child, partial(value.__setitem__, place), line)
        elif isinstance(value, ast.AST):
            yield from _place(value, partial(setattr, root, field), line)


def _place(node: ast.AST, put: Callable[[ast.AST], None], line: int) -> Iterator[_Place]:
    line = getattr(node, "lineno", line)
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, ast.keyword) and isinstance(node.value, ast.Tuple) and node.arg == "axis":
        node = node.value  # whose order has no meaning
    else:
        yield node, put, line
    yield from _places(node, line)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _diff(before: str, after: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return tuple(
        f"{line[0]} {line[1:].strip()}"
        for line in lines
        if not line.startswith(("---", "+++", "@@"))
    )


def _shortened(diff: tuple[str, ...]) -> tuple[str, ...]:
    """Cut what two long lines have in common, but for some letters around the change."""
    if len(diff) != 2 or max(map(len, diff)) <= _LONGEST:
        return diff
    bodies = [line[2:] for line in diff]
    same = _alike_at_first(bodies)
    rest = _alike_at_first([body[same:][::-1] for body in bodies])
    begin = max(0, same - _AROUND)
    parts = [body[begin : len(body) - max(0, rest - _AROUND)] for body in bodies]
    signs = ("- ", "+ ")
    return tuple(f"{sign}… {part} …" for sign, part in zip(signs, parts, strict=True))


def _alike_at_first(texts: list[str]) -> int:
    pairs = enumerate(zip(*texts, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(map(len, texts)))


def _identity(text: str, occurrence: int) -> str:
    return hashlib.sha256(f"{text}\n{occurrence}".encode()).hexdigest()[:_ID_DIGITS]
