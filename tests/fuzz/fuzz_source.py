"""Python source as text alone: encodings, the parser, and the scan for broken exercise rules.

Source is parsed and compiled, and never executed or imported.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

import harness
import mutators

with harness.instrumented():
    import handins

    from autograder.records import Refusal
    from autograder.sandbox.rules import QuestionRules, may_break, scan

MODULE = '''\
"""Activations."""
import math, os.path as p
from numpy import tanh as t, linalg
from os import *
import numpy as np
import pads

n = np
TABLE = {k: v for k, v in ()}


def step(x):
    """Return 1 where x >= 0."""
    if (m := np) and getattr(np, "tanh"):
        for i in range(3):
            eval("1")
    return n.where(x >= 0, 1, 0) + pads.one(t(x))


class Sigmoid(step):
    async def go(self, *a, **k):
        async for one in linalg.norm(x):
            yield [y async for y in one]


step.sigmoid = lambda x: np.core.exp(x)
'''
RULES = {
    "A1.1": QuestionRules(("step", "missing"), ("numpy.tanh", "sum")),
    "A1.2": QuestionRules(("Sigmoid",), loops=True),
}
QUICK = {"A1.1": RULES["A1.1"]}
ALLOWED = frozenset({"numpy", "math"})
FORBIDDEN = frozenset({"eval", "numpy.core"})
PIECES = (
    *(
        "(" * 150,
        "[" * 150,
        "-" * 500,
        "not " * 200,
        "lambda:" * 90,
        "x." * 500,
        "f'{" * 10,
        "9" * 5000,
    ),
    *(
        "# coding: latin-1",
        "# -*- coding: utf-16 -*-",
        "# coding: utf-8-sig",
        "\ufeff",
        "\0",
        "\x0c",
    ),
    *(
        "import ",
        "from . import *",
        "from .. import a",
        "import a.b.c as d",
        "global x",
        "match x:",
    ),
    *(
        "case [*_]:",
        "x: int = 1",
        "del x",
        "type X = int",
        "async def f():",
        "@d",
        "*a, = 1",
        "x = y = np",
    ),
    *(
        "getattr(np, 'tanh')",
        "getattr(*a, 'b')",
        "\\",
        "'''",
        "b'\\xff'",
        "1e999",
        "0x" + "f" * 99,
        "\u210c",
        "\r",
    ),
    *(
        "\t",
        "    ",
        "yield",
        "await x",
        "{**a}",
        "[*a]",
        "x[1:2, ...]",
        "f'{x!r:>{w}}'",
        "try:",
        "except* E:",
    ),
)


def seeds() -> Iterator[bytes]:
    """Yield modules in the encodings that are accepted, and in others."""
    yield MODULE.encode()
    yield MODULE.replace("\n", "\r\n").encode("utf-8-sig")
    yield b"# coding: latin-1\n" + "x = 'ü'\n".encode("latin-1")
    yield MODULE.encode("utf-16")
    yield from (f"{piece}\nx = {piece}\n".encode() for piece in PIECES)


def check(data: bytes) -> None:
    """Hold that source is read or refused, and that the scan takes whatever the parser takes."""
    result = handins.read(data, ".py")
    if isinstance(result, Refusal):
        return
    (unit,) = result.units
    try:
        tree = ast.parse(unit.text)
        code = compile(tree, unit.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # the worker tells these to the student
    terms = {"allowed_imports": ALLOWED, "forbidden_names": FORBIDDEN}
    units = [(unit.path, tree)]
    found = scan(units, {"pads": ("pads.py", tree)}, **terms, questions=RULES)
    assert len({(one.question, one.kind, one.name) for one in found}) == len(found), "told twice"
    assert all(1 <= one.line <= unit.text.count("\n") + 1 for one in found), "no line of the source"
    may_break([code], **terms, questions=QUICK)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # the compiler's about the student's code
    harness.main(check, seeds(), mutate=lambda: mutators.lines([*PIECES, *MODULE.split()]))
