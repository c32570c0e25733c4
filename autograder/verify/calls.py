"""Mistakes in a call, a slice or a pair: the wrong axis, a step too few, two things confused.

As in `expressions`, each operator yields the nodes that may stand in a node's place.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

__all__ = ["CALLS"]

Operator = Callable[[ast.AST], Iterator[ast.AST]]
_Node = TypeVar("_Node", bound=ast.AST)

# Each may be taken for the other.
_ALIKE: Final = (
    ("sum", "mean"),
    ("max", "min"),
    ("argmax", "argmin"),
    ("maximum", "minimum"),
    ("var", "std"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("any", "all"),
    ("exp", "expm1"),
    ("log", "log1p"),
    ("greater", "greater_equal"),
    ("less", "less_equal"),
    ("floor", "ceil"),
    ("float64", "float32"),
)
_RENAMED: Final = dict(_ALIKE) | {other: one for one, other in _ALIKE}
# What is given to these may stand in any order, or has to be what it is.
_SYMMETRIC: Final = frozenset(
    {"max", "min", "maximum", "minimum", "isclose", "isinstance", "issubdtype"}
)
# Without these calls nothing is left that could run: the argument is of another kind. A number of
# Python's and one of NumPy's are the same to a suite, so those two are needed too.
_NEEDED: Final = frozenset(
    {"len", "range", "enumerate", "zip", "pairwise", "isinstance", "slice", "float", "int"}
)
_MODULES: Final = frozenset({"np", "numpy", "math"})
# Left to other operators, or without meaning for what is computed.
_KEPT_KEYWORDS: Final = frozenset({"keepdims", "strict"})


def _axis(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Call):
        return
    for place, keyword in enumerate(node.keywords):
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Tuple):
            for element in range(len(keyword.value.elts)):
                rest = _without(keyword.value.elts, element)
                other = ast.keyword("axis", ast.Tuple(rest, ast.Load()))
                yield _with_keyword(node, place, other)


def _dropped_keyword(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call):
        for place, keyword in enumerate(node.keywords):
            if keyword.arg and keyword.arg not in _KEPT_KEYWORDS:
                yield ast.Call(node.func, node.args, _without(node.keywords, place))


def _dropped_argument(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and len(node.args) > 1 and _name_of(node) not in _SYMMETRIC:
        yield ast.Call(node.func, node.args[:-1], node.keywords)


def _transpose(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Call) and _name_of(node) == "transpose":
        for place in range(len(node.args) - 1):
            yield ast.Call(node.func, _swapped(node.args, place), node.keywords)


def _reduction(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Attribute) and node.attr in _RENAMED:
        yield ast.Attribute(node.value, _RENAMED[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in ("max", "min", "any", "all"):
        yield ast.Name(_RENAMED[node.id], node.ctx)
    elif isinstance(node, ast.Call) and _name_of(node) in ("var", "std"):
        keywords = [*node.keywords, ast.keyword("ddof", ast.Constant(1))]
        yield ast.Call(node.func, node.args, keywords)


def _dropped_call(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the object of a method, or the first argument of a function: no copy, no cast."""
    if not isinstance(node, ast.Call) or _name_of(node) in _NEEDED:
        return
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield node.func.value
    elif node.args and not isinstance(node.args[0], ast.Starred | ast.GeneratorExp):
        yield node.args[0]
    # Of a list that was just written down, no copy has to be made.
    if (
        _name_of(node) == "array"
        and node.args
        and isinstance(node.args[0], ast.Name | ast.Subscript)
    ):
        yield ast.Call(_renamed(node.func, "asarray"), node.args, node.keywords)


def _off_by_one(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Slice):
        lower, upper, step = node.lower, node.upper, node.step
        yield ast.Slice(ast.Constant(1) if lower is None else _plus(lower, 1), upper, step)
        if upper is None:
            yield ast.Slice(lower, ast.UnaryOp(ast.USub(), ast.Constant(1)), step)
        else:
            yield ast.Slice(lower, _plus(upper, -1), step)
            yield ast.Slice(lower, _plus(upper, 1), step)
        if step is not None:
            yield ast.Slice(lower, upper, None)
    elif isinstance(node, ast.Call) and _name_of(node) in ("range", "arange") and node.args:
        stop = 0 if len(node.args) == 1 else 1
        for change in (-1, 1):
            args = list(node.args)
            args[stop] = _plus(args[stop], change)
            yield ast.Call(node.func, args, node.keywords)
        start = _plus(node.args[0], 1) if stop else ast.Constant(1)
        yield ast.Call(node.func, [start, *node.args[stop:]], node.keywords)


def _swapped_pair(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        if ast.dump(node.elts[0]) != ast.dump(node.elts[1]):
            yield ast.Tuple(_swapped(node.elts, 0), node.ctx)
    elif isinstance(node, ast.Call) and _name_of(node) not in _SYMMETRIC | {"transpose"}:
        for place in range(len(node.args) - 1):
            yield ast.Call(node.func, _swapped(node.args, place), node.keywords)


def _default(node: ast.AST) -> Iterator[ast.AST]:
    """Yield parameters with another default, where the annotation lists what there is."""
    if not isinstance(node, ast.arguments):
        return
    first = len(node.args) - len(node.defaults)
    for place, default in enumerate(node.defaults):
        if not (isinstance(default, ast.Constant) and isinstance(default.value, str)):
            continue
        for choice in ast.walk(node.args[first + place].annotation or ast.Pass()):
            if isinstance(choice, ast.Constant) and choice.value != default.value:
                other = copy.copy(node)
                other.defaults = [*node.defaults[:place], choice, *node.defaults[place + 1 :]]
                yield other


CALLS: Final[dict[str, Operator]] = {
    "axis": _axis,
    "dropped keyword": _dropped_keyword,
    "dropped argument": _dropped_argument,
    "transpose": _transpose,
    "mean, sum and the like": _reduction,
    "dropped call": _dropped_call,
    "off by one": _off_by_one,
    "swapped pair": _swapped_pair,
    "default": _default,
}


def _name_of(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _is_module(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in _MODULES


def _renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, function.ctx)
    return ast.Name(name, ast.Load())


def _plus(node: ast.expr, change: int) -> ast.expr:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return ast.Constant(node.value + change)
    sign = ast.Add() if change > 0 else ast.Sub()
    return ast.BinOp(node, sign, ast.Constant(abs(change)))


def _without(items: Sequence[_Node], place: int) -> list[_Node]:
    return [*items[:place], *items[place + 1 :]]


def _swapped(items: list[ast.expr], place: int) -> list[ast.expr]:
    return [*items[:place], items[place + 1], items[place], *items[place + 2 :]]


def _with_keyword(call: ast.Call, place: int, keyword: ast.keyword) -> ast.Call:
    keywords = [*call.keywords[:place], keyword, *call.keywords[place + 1 :]]
    return ast.Call(call.func, call.args, keywords)
