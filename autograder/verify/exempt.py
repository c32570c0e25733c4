"""Changes that are no mistake at all: they are left out, so that nobody has to review them.

What is left out is what cannot be told from the outside in any module: the order of a difference
whose sign is dropped, Python's or NumPy's kind of number, and a conversion of one operand where
another one is converted in the same statement.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Final

__all__ = ["exempt_places"]

_SIGNLESS: Final = frozenset({"abs", "absolute", "fabs", "square"})


def exempt_places(root: ast.AST) -> set[tuple[ast.AST, str]]:
    """Return the nodes below a root with the operators that would change nothing there."""
    found = {place for node in ast.walk(root) for place in _in_node(node)}
    for statement in ast.walk(root):
        if isinstance(statement, ast.stmt) and not hasattr(statement, "body"):
            found.update(_repeated_conversions(statement))
    return found


def _in_node(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        exponent = node.right
        if isinstance(exponent, ast.Constant) and exponent.value in (2, 2.0):
            yield node.left, "swapped difference"
    elif isinstance(node, ast.Call) and node.args:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in _SIGNLESS:
            yield node.args[0], "swapped difference"
        if name == "reshape":  # any negative length stands for the one that is left
            for part in node.args:
                if isinstance(part, ast.UnaryOp):
                    yield part.operand, "constant"
    elif isinstance(node, ast.If) and len(node.body) == 1 and not node.orelse:
        yield node.body[0], "removed statement"  # as good as without the whole `if`
    elif isinstance(node, ast.keyword) and node.arg == "strict":
        yield node.value, "constant"  # what zip checks beyond the lengths that were checked


def _repeated_conversions(statement: ast.stmt) -> Iterator[tuple[ast.AST, str]]:
    """Yield calls such as `_real(x)` and `_real(w)`: one of them promotes the result by itself."""
    calls = [
        (node, node.func.id)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1
    ]
    times = Counter(name for _, name in calls)
    return ((node, "dropped call") for node, name in calls if times[name] > 1)
