"""Mutants: which mistakes are put into a reference, where, and under which names."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from autograder.verify.mutants import make_mutants
from autograder.verify.records import Mutant

FUNCTIONS = {"T1.1": ("f",), "T1.2": ("g",)}


@pytest.fixture
def mutants_of() -> Callable[[str], tuple[Mutant, ...]]:
    """Mutate a module whose questions ask for f and g."""

    def mutants_of(source: str) -> tuple[Mutant, ...]:
        return make_mutants(dedent(source), FUNCTIONS)

    return mutants_of


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("comparison", "return x > 0", "return x >= 0"),
        ("comparison", "return 0 <= x < 1", "return 0 <= x <= 1"),
        ("arithmetic", "return x + y", "return x - y"),
        ("swapped difference", "return x - y", "return y - x"),
        ("arithmetic", "return x // y", "return -(-x // y)"),
        ("arithmetic", "return x @ y", "return y @ x"),
        ("dropped term", "return x @ y + b", "return x @ y"),
        ("sign", "return -x", "return x"),
        ("constant", "return 0.5 * x", "return 1.0 * x"),
        ("constant", "return x[3]", "return x[4]"),
        ("constant", "return x.sum(axis=0)", "return x.sum(axis=1)"),
        ("constant", "return x.sum(keepdims=True)", "return x.sum(keepdims=False)"),
        ("text", "return x == 'same'", "return x == 'same?'"),
        ("axis", "return x.sum(axis=(1, 2))", "return x.sum(axis=(1,))"),
        ("dropped keyword", "return np.zeros(3, dtype=d)", "return np.zeros(3)"),
        ("transpose", "return x.T @ y", "return x @ y"),
        ("transpose", "return x.transpose(0, 2, 1)", "return x.transpose(2, 0, 1)"),
        ("mean, sum and the like", "return x.mean()", "return x.sum()"),
        ("mean, sum and the like", "return max(x)", "return min(x)"),
        ("mean, sum and the like", "return x.var()", "return x.var(ddof=1)"),
        ("mean, sum and the like", "return x.astype(np.float64)", "return x.astype(np.float32)"),
        ("dropped call", "return x.copy()", "return x"),
        ("dropped call", "return np.sqrt(x)", "return x"),
        ("dropped call", "return np.array(x)", "return np.asarray(x)"),
        ("off by one", "return x[a:b]", "return x[a + 1:b]"),
        ("off by one", "return x[:, ::s]", "return x[:, :]"),
        ("off by one", "return list(range(n))", "return list(range(n - 1))"),
        ("swapped pair", "h, w = x", "w, h = x"),
        ("swapped pair", "return p(stride, padding)", "return p(padding, stride)"),
        ("default", "pass", 'def f(x, mode: Literal["a", "b"]="a"):'),
        ("boolean", "return x and y", "return x or y"),
        ("branch", "return x if y else z", "return z"),
        ("branch", "return np.where(c, x, y)", "return y"),
        ("condition", "if ok(x):\n        y()", "if not ok(x):"),
        ("removed statement", "if x < 0:\n        raise ValueError('x')", "pass"),
        ("removed statement", "x[0] = 1", "pass"),
        ("accumulation", "x += y", "x = y"),
        ("loop", "for i in x:\n        y(i)", "break"),
    ],
)
def test_make_mutants_of_a_line_makes_the_mistake(mutants_of, operator, before, after):
    """Each kind of mistake of the field is among the mutants."""
    head = 'def f(x, mode: Literal["a", "b"]="b"):' if operator == "default" else "def f(x):"
    found = mutants_of(f"{head}\n    {before}\n")
    lines = {line[2:] for one in found if one.operator == operator for line in one.diff}
    wanted = after.replace('"', "'")
    assert wanted in lines, lines


def test_make_mutants_spares_docstrings_annotations_and_texts_of_errors(mutants_of):
    """What does nothing when the code runs is not changed."""
    found = mutants_of(
        '''
        def f(x: Literal[1] = None) -> tuple[2, 3]:
            """Return 4 + 5."""
            y: "6" = x
            raise ValueError(f"{7} + 8")
        '''
    )
    assert [one.operator for one in found] == ["removed statement"]


def test_make_mutants_of_unused_code_makes_none(mutants_of):
    """A function that no question reaches proves nothing, so it is left alone."""
    found = mutants_of(
        "def f(x):\n    return h(x)\n\ndef h(x):\n    return -x\n\ndef u(x):\n    return -x\n"
    )
    assert {one.name for one in found} == {"f", "h"}


def test_make_mutants_names_the_questions_that_reach_a_value(mutants_of):
    """A table and the helper inside it belong to every question that uses them."""
    found = mutants_of(
        """
        TABLE = {"a": h}
        def f(x):
            return TABLE["a"](x)
        def g(x):
            return h(x)
        def h(x):
            return -x
        """
    )
    questions = {one.name: one.questions for one in found}
    assert questions["h"] == ("T1.1", "T1.2")
    assert questions["TABLE"] == ("T1.1",)


def test_make_mutants_of_equal_changes_makes_one(mutants_of):
    """Two mistakes that give the same code are one mutant."""
    found = mutants_of("def f(x):\n    return 1 * x\n")
    assert len({one.source for one in found}) == len(found)


def test_mutant_keeps_the_rest_of_the_module(mutants_of):
    """Only the statement with the mistake is written anew, and every mutant is Python."""
    found = mutants_of("import math  # kept\n\n\ndef f(x):\n    return -x\n\n\nZ = 1  # kept\n")
    for one in found:
        compile(one.source, "mutant", "exec")
        assert one.source.count("# kept") == 2
    assert "return x\n" in found[0].source
    assert found[0].line == 5


def test_mutant_id_survives_what_moves_the_line(mutants_of):
    """A mutant has the same id after lines were put above it, so reviews stay valid."""
    source = "def f(x):\n    y = -x\n    z = -x\n    return y + z\n"
    above = mutants_of(f"import math\n\n\n{source}")
    assert [one.id for one in above] == [one.id for one in mutants_of(source)]
    assert len({one.id for one in above}) == len(above)


def test_mutant_of_a_long_line_shows_the_change(mutants_of):
    """A long line is cut around the place of the change."""
    numbers = ", ".join(["7.25"] * 60)
    found = mutants_of(f"def f(x):\n    return x * [{numbers}, 9.5]\n")
    last = next(one for one in found if "19.0" in one.diff[1])
    assert max(map(len, last.diff)) < 100
    assert "9.5" in last.diff[0]


@pytest.mark.parametrize(
    ("line", "operator"),
    [
        ("return (x - y) ** 2", "swapped difference"),
        ("return np.abs(x - y)", "swapped difference"),
        ("return x.reshape(-1)", "constant"),
        ("return list(zip(x, y, strict=True))", "constant"),
        ("return float(x)", "dropped call"),
        ("return real(x) @ real(y)", "dropped call"),
    ],
)
def test_make_mutants_leaves_out_what_is_no_mistake(mutants_of, line, operator):
    """What no caller can tell apart is no mutant, so nobody has to review it."""
    found = mutants_of(f"def f(x, y):\n    {line}\n")
    assert operator not in {one.operator for one in found}
