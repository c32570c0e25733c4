"""Which parts of a module a question's functions can reach."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

__all__ = ["bound_names", "questions_of_names", "without_annotations"]


def questions_of_names(
    module: ast.Module, functions: Mapping[str, Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """Find for each name of the module's own level the questions that can reach it.

    Args:
        module: The reference.
        functions: Question id to its functions.

    Returns:
        Name to question ids, in the order given; names that no question reaches are left out.
    """
    uses: dict[str, set[str]] = {}
    for statement in module.body:
        for name in bound_names(statement):
            uses.setdefault(name, set()).update(_used_names(statement))
    reached: dict[str, list[str]] = {}
    for question, asked in functions.items():
        for name in _closure(asked, uses):
            reached.setdefault(name, []).append(question)
    return {name: tuple(questions) for name, questions in reached.items()}


def bound_names(statement: ast.stmt) -> tuple[str, ...]:
    """Return the names that a statement of the module's own level defines or assigns."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return (statement.name,)
    if isinstance(statement, ast.Assign):
        return tuple(part.id for part in statement.targets if isinstance(part, ast.Name))
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return (statement.target.id,)
    return ()


def without_annotations(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Iterate over the fields of a node that do something when the code runs."""
    silent = {"annotation", "returns", "decorator_list", "type_params", "type_comment"}
    return ((name, value) for name, value in ast.iter_fields(node) if name not in silent)


def _used_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    for _, value in without_annotations(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _used_names(child)


def _closure(names: Iterable[str], uses: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in names if name in uses]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [used for used in uses[name] if used in uses]
    return found
