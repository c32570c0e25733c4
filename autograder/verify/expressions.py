"""Mistakes in an expression: what people write in place of the right one.

Each operator takes a node and yields the nodes that may stand in its place. Parts are shared with
the original and never changed: a mutant exists only until it is written down as text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Final

__all__ = ["EXPRESSIONS"]

Operator = Callable[[ast.AST], Iterator[ast.AST]]

_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}


def _comparison(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for place, sign in enumerate(node.ops):
            for other in _COMPARISONS[type(sign)]:
                signs = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                yield ast.Compare(node.left, signs, node.comparators)


def _arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        other = _ARITHMETIC.get(type(node.op))
        if other is not None:
            yield ast.BinOp(node.left, other(), node.right)
        if isinstance(node.op, ast.Div | ast.MatMult):
            yield ast.BinOp(node.right, node.op, node.left)
        if isinstance(node.op, ast.FloorDiv):
            up = ast.BinOp(ast.UnaryOp(ast.USub(), node.left), node.op, node.right)
            yield ast.UnaryOp(ast.USub(), up)


def _swapped_difference(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        yield ast.BinOp(node.right, node.op, node.left)


def _dropped_term(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.MatMult):
        yield node.left
        if isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
            yield node.right


def _sign(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node.operand


def _constant(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    others: tuple[bool | float, ...] = ()
    if isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, int):
        others = (value + 1, value - 1, 0)
    elif isinstance(value, float):
        others = (2 * value, 0.0, -value) if value else (1.0,)
    for other in others:
        if other != value or type(other) is not type(value):
            yield ast.Constant(other)


def _text(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the node with another text, where a text is compared, answered or looked up."""
    if isinstance(node, ast.Compare):
        for place, text in enumerate(node.comparators):
            if _is_text(text):
                others = [*node.comparators[:place], _other_text(text)]
                others += node.comparators[place + 1 :]
                yield ast.Compare(node.left, node.ops, others)
    elif isinstance(node, ast.Return) and node.value is not None and _is_text(node.value):
        yield ast.Return(_other_text(node.value))
    elif isinstance(node, ast.Subscript) and _is_text(node.slice):
        yield ast.Subscript(node.value, _other_text(node.slice), node.ctx)
    elif isinstance(node, ast.Dict):
        for place, key in enumerate(node.keys):
            if key is not None and _is_text(key):
                keys = [*node.keys[:place], _other_text(key), *node.keys[place + 1 :]]
                yield ast.Dict(keys, node.values)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _other_text(node: ast.expr) -> ast.Constant:
    return ast.Constant(f"{ast.literal_eval(node)}?")


def _boolean(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        for place in range(len(node.values)):
            rest = [*node.values[:place], *node.values[place + 1 :]]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _branch(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "where":
        yield from node.args[1:]  # np.where(condition, one, other)


EXPRESSIONS: Final[dict[str, Operator]] = {
    "comparison": _comparison,
    "arithmetic": _arithmetic,
    "swapped difference": _swapped_difference,
    "dropped term": _dropped_term,
    "sign": _sign,
    "constant": _constant,
    "text": _text,
    "boolean": _boolean,
    "branch": _branch,
}
