"""Mistakes in a statement: one that is missing, decides the other way, or assigns too much."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Final

__all__ = ["STATEMENTS"]

Operator = Callable[[ast.AST], Iterator[ast.AST]]


def _condition(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statement with its condition turned around, or decided once and for all."""
    if not isinstance(node, ast.If | ast.IfExp | ast.While):
        return
    # The operator for comparisons turns those around already.
    if not isinstance(node.test, ast.Compare | ast.UnaryOp):
        yield _with_test(node, ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.If):
        yield _with_test(node, ast.Constant(value=True))
        if node.orelse:
            yield _with_test(node, ast.Constant(value=False))


def _with_test(node: ast.If | ast.IfExp | ast.While, test: ast.expr) -> ast.AST:
    if isinstance(node, ast.IfExp):
        return ast.IfExp(test, node.body, node.orelse)
    kind = ast.If if isinstance(node, ast.If) else ast.While
    return kind(test, node.body, node.orelse)


def _removed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield nothing to do, where the code still runs: names that it uses have a value before."""
    alone = isinstance(node, ast.If) and not node.orelse
    subscript = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if alone or subscript or call or isinstance(node, ast.AugAssign | ast.Raise):
        yield ast.Pass()


def _accumulation(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)
        if isinstance(node.op, ast.Add | ast.Sub):
            other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield ast.AugAssign(node.target, other, node.value)


def _loop(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Break):
        yield ast.Continue()
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    elif isinstance(node, ast.For):
        yield ast.For(node.target, node.iter, [*node.body, ast.Break()], node.orelse)


STATEMENTS: Final[dict[str, Operator]] = {
    "condition": _condition,
    "removed statement": _removed,
    "accumulation": _accumulation,
    "loop": _loop,
}
