"""The rules of the exercise, held against source text: what is found, and what is let pass."""

import ast
import textwrap
from pathlib import Path

import pytest

from autograder.sandbox.rules import QuestionRules, may_break, scan

ALLOWED = frozenset({"numpy", "math", "functools"})
FORBIDDEN = frozenset({"eval", "numpy.core", "globals", "numpy.__dict__"})
TANH = QuestionRules(("f",), ("numpy.tanh", "math.tanh", "helper_function"))


def parse(text, path="m.py"):
    return (path, ast.parse(textwrap.dedent(text), path))


def find(text, *, rules=TANH, helpers=None, allowed=ALLOWED, forbidden=FORBIDDEN):
    """Scan one module for one question and return kind, name and line of what is found."""
    found = scan(
        [parse(text)],
        {name: parse(body, f"{name}.py") for name, body in (helpers or {}).items()},
        allowed_imports=allowed,
        forbidden_names=forbidden,
        questions={"Q": rules},
    )
    return [(one.kind, one.name, one.line) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "import numpy\ndef f(x):\n return numpy.tanh(x)",
        "import numpy as np\ndef f(x):\n return np.tanh(x)",
        "import numpy as np\ndef f(x):\n return (np).tanh(x)",
        "import math as np\ndef f(x):\n return np.tanh(x)",
        "from numpy import tanh\ndef f(x):\n return tanh(x)",
        "from numpy import tanh as t\ndef f(x):\n return t(x)",
        "from numpy import *\ndef f(x):\n return tanh(x)",
        "def f(x):\n from numpy import tanh\n return tanh(x)",
        "def f(x):\n import numpy as anything\n return anything.tanh(x)",
        "import numpy as np\nn = np\ndef f(x):\n return n.tanh(x)",
        "import numpy as np\na = b = np\nc = b\ndef f(x):\n return c.tanh(x)",
        "import numpy as np\ndef f(x):\n return (n := np).tanh(x) + n.tanh(x)",
        "import numpy as np\ndef f(x):\n return getattr(np, 'tanh')(x)",
        "import numpy as np\nt = np.tanh\ndef f(x):\n return t(x)",
        "import numpy as np\ndef g(x):\n return np.tanh(x)\ndef f(x):\n return g(x)",
        "import numpy as np\ndef f(x):\n def g():\n  return np.tanh(x)\n return g()",
        "import numpy as np\nf = lambda x: np.tanh(x)",
        "import numpy as np\nf = np.tanh",
        "import numpy as np\ndef f(x, t=np.tanh):\n return t(x)",
        "import numpy as np\nclass C:\n def g(s): return np.tanh(1)\ndef f(x):\n return C().g()",
        "import numpy as np\nclass C:\n t = np.tanh\ndef f(x):\n return C.t(x)",
        "import numpy as np\n@np.tanh\ndef f(x):\n return x",
        "import numpy as np\nif True:\n def f(x):\n  return np.tanh(x)",
        "import numpy as np\ntry:\n f = np.tanh\nfinally:\n pass",
        "import numpy as np\ntable = {'t': np.tanh}\ndef f(x):\n return table['t'](x)",
        "import numpy as np\nfor t in (np.tanh,):\n f = t",
        "import numpy as np\nwith open as t, np.tanh as f:\n pass",
        "import numpy as np\ndef f(x):\n return 1\ndef f(x):\n return np.tanh(x)",
        "import numpy as np\nasync def f(x):\n return np.tanh(x)",
        "import numpy as np\ndef f(x):\n match x:\n  case 1:\n   return np.tanh(x)",
        "import numpy as np\ndef f(x):\n return f'{np.tanh(x)}'",
    ],
)
def test_scan_of_a_forbidden_name_finds_it_however_it_is_reached(text):
    """Aliases, stars, second names, nesting and other functions do not hide a name."""
    assert {(kind, name.rpartition(".")[2]) for kind, name, _ in find(text)} >= {("name", "tanh")}


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np\ndef f(x):\n return np.exp(x)",
        "import numpy as np\ndef g(x):\n return np.tanh(x)\ndef f(x):\n return x",
        "def tanh(x):\n return x\ndef f(x):\n return tanh(x)",
        "from numpy import *\ndef tanh(x):\n return x\ndef f(x):\n return tanh(x)",
        "class C:\n def tanh(self):\n  return 1\ndef f(x):\n return C().tanh()",
        "import numpy as np\ndef f(x):\n return 'np.tanh'  # np.tanh",
        "import torch\nimport numpy as np\ndef f(x):\n return np.exp(x)",
        "import numpy as np\ndef g():\n import scipy\ndef f(x):\n return x",
        "import numpy as np\ndef f(x):\n x = np.exp(x)\n return x\ny = f",
        "def f(x):\n evaluate = 1\n return evaluate",
    ],
)
def test_scan_of_code_that_keeps_the_rules_finds_nothing(text):
    """Own functions of a forbidden name, text, and imports that nothing uses cost nothing."""
    assert find(text) == []


def test_scan_tells_the_first_line_once():
    """One name is one violation, at the first place that is reached."""
    text = "import numpy as np\ndef f(x):\n y = np.tanh(x)\n return np.tanh(y)"
    assert find(text) == [("name", "numpy.tanh", 3)]


def test_scan_of_a_forbidden_module_finds_what_is_below_it():
    """Forbidding numpy.core forbids numpy.core.umath.tanh."""
    text = "import numpy as np\ndef f(x):\n return np.core.umath.tanh(x)"
    assert ("name", "numpy.core", 3) in find(text)


@pytest.mark.parametrize("call", ["eval('1')", "globals()['x']", "np.__dict__['tanh'](x)"])
def test_scan_of_code_made_of_text_finds_it(call):
    """The course's own forbidden names hold for every question."""
    assert find(f"import numpy as np\ndef f(x):\n return {call}")[0][0] == "name"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import scipy.special\ndef f(x):\n return scipy.special.expit(x)", "scipy"),
        ("from scipy.special import expit\ndef f(x):\n return expit(x)", "scipy"),
        ("def f(x):\n import torch.nn as nn\n return nn", "torch"),
        ("def f(x):\n from os import *\n return path", "os"),
    ],
)
def test_scan_of_a_module_that_is_not_allowed_names_it(text, name):
    """An import counts where the question's code uses it, by its top-level name."""
    assert [found[:2] for found in find(text)] == [("import", name)]


def test_scan_of_a_relative_import_asks_for_no_permission():
    """`from . import x` is the submission itself."""
    assert find("def f(x):\n from . import other\n return other") == []


def test_scan_follows_helper_modules():
    """A helper module may be imported, and answers for what it uses."""
    text = "import tools\ndef f(x):\n return tools.g(x)"
    helpers = {"tools": "import numpy as np\ndef g(x):\n return np.tanh(x)"}
    found = scan(
        [parse(text)],
        {name: parse(body, f"{name}.py") for name, body in helpers.items()},
        allowed_imports=ALLOWED,
        forbidden_names=FORBIDDEN,
        questions={"Q": TANH},
    )
    assert [(one.name, one.path, one.line) for one in found] == [("numpy.tanh", "tools.py", 3)]


def test_scan_of_a_helper_that_is_not_used_finds_nothing():
    """What no question reaches breaks no rule."""
    assert find("def f(x):\n return x", helpers={"tools": "import torch\nt = torch"}) == []


def test_scan_of_helpers_that_import_each_other_ends():
    """A ring of helper modules is read once."""
    helpers = {"one": "import two\nx = two", "two": "import one\ny = one"}
    assert find("import one\ndef f(x):\n return one.x", helpers=helpers) == []


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("for i in x:\n  pass", "For"),
        ("while x:\n  pass", "While"),
        ("return [i for i in x]", "ListComp"),
        ("return {i for i in x}", "SetComp"),
        ("return {i: i for i in x}", "DictComp"),
        ("return sum(i for i in x)", "GeneratorExp"),
    ],
)
def test_scan_of_loops_finds_every_kind_where_they_are_forbidden(body, name):
    """Loops and comprehensions count only for a question that forbids them."""
    text = f"def f(x):\n {body}"
    assert [found[:2] for found in find(text, rules=QuestionRules(("f",), loops=True))] == [
        ("loop", name)
    ]
    assert find(text, rules=QuestionRules(("f",))) == []


def test_scan_of_two_questions_keeps_them_apart():
    """Each question answers for its own functions."""
    text = "import numpy as np\ndef f(x):\n return np.tanh(x)\ndef g(x):\n return x"
    questions = {"A": TANH, "B": QuestionRules(("g",), ("numpy.tanh",))}
    found = scan(
        [parse(text)], {}, allowed_imports=ALLOWED, forbidden_names=FORBIDDEN, questions=questions
    )
    assert [one.question for one in found] == ["A"]


def test_scan_of_code_in_several_units_reads_them_as_one():
    """The cells of a notebook share their names."""
    units = [parse("import numpy as np", "c[1]"), parse("def f(x):\n return np.tanh(x)", "c[2]")]
    found = scan(
        units, {}, allowed_imports=ALLOWED, forbidden_names=FORBIDDEN, questions={"Q": TANH}
    )
    assert [(one.name, one.path) for one in found] == [("numpy.tanh", "c[2]")]


def test_scan_of_many_broken_rules_buries_none():
    """However many modules are imported, a forbidden name and a library are still told."""
    standard = ["abc", "ast", "bz2", "cmd", "csv", "dis", "enum", "glob", "gzip", "html", "io"] * 2
    junk = [*standard, *(f"nothing{index}" for index in range(5000))]
    text = "import numpy as np\ndef f(x):\n" + "".join(f" import {name}\n" for name in junk)
    found = find(text + " return np.tanh(x)")
    assert ("name", "numpy.tanh", 3 + len(junk)) in found
    assert ("import", "nothing0", 3 + len(standard)) in found
    assert len(found) <= 21


def test_scan_parameter_called_like_a_builtin_breaks_nothing():
    """A parameter or a variable may be called `input`: it is not the builtin of that name."""
    text = "import numpy as np\ndef f(input):\n eval = input\n return np.abs(eval)\n"
    assert find(text) == []


COURSE = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path
    for pattern in (
        "examples/submissions/*/*.py",
        "tests/hostile/*.py",
        "tests/integration/variants/*/*.py",
    )
    for path in COURSE.glob(pattern)
)
SNIPPETS = [
    "import os\n",
    "import numpy, os\n",
    "from os import path\n",
    "from . import helper\n",
    "from numpy import *\n",
    "def f():\n import scipy.special\n",
    "import numpy as np\ndef f(x): return np.tanh(x)\n",
    "import numpy as np\ndef f(x): return getattr(np, 'tanh')(x)\n",
    "import numpy as n\nm = n\ndef f(x): return m.tanh(x)\n",
    "from numpy import tanh as t\ndef f(x): return t(x)\n",
    "def f(x): return [eval(y) for y in x]\n",
    "class C:\n def f(self): return open('x')\n",
    "names = [" + ", ".join(f"n{i}" for i in range(400)) + "]\nimport os\n",
]


@pytest.mark.parametrize(
    "text",
    [*SNIPPETS, *(path.read_text() for path in MODULES)],
    ids=[*map(str, range(len(SNIPPETS))), *(path.stem for path in MODULES)],
)
def test_may_break_says_no_only_where_a_scan_finds_nothing(text):
    """What the compiled code rules out, the syntax tree does not hold."""
    try:
        code = compile(text, "toy.py", "exec", dont_inherit=True)
    except SyntaxError:
        return
    names = [name for name in code.co_names if name.isidentifier()]
    rules = {
        "allowed_imports": frozenset({"numpy", "math"}),
        "forbidden_names": frozenset({"eval", "open", "numpy.random.seed"}),
        "questions": {"Q": QuestionRules(("f", *names), ("numpy.tanh",))},
    }
    found = scan([("toy.py", ast.parse(text))], {}, **rules)
    assert may_break([code], **rules) or not found


@pytest.mark.parametrize(
    "text",
    [
        "import keras as k\ndef f(x): return k.ops.exp(x)\n",
        "from keras import ops\ndef f(x): return ops.exp(x)\n",
        "import keras\ndef f(x): return getattr(keras, 'o' + 'ps').exp(x)\n",
        "import keras as k\nclass C:\n tool = k\ndef f(x): return C.tool.ops.exp(x)\n",
    ],
)
def test_forbidden_library_is_found_by_whatever_name(text):
    """A question may forbid a whole library that others may import."""
    rules = {
        "allowed_imports": frozenset({"keras"}),
        "forbidden_names": frozenset(),
        "questions": {"Q": QuestionRules(("f",), ("keras",))},
    }
    assert may_break([compile(text, "toy.py", "exec")], **rules)
    assert [one.name for one in scan([("toy.py", ast.parse(text))], {}, **rules)][:1] == ["keras"]


def test_may_break_clears_ordinary_code():
    """Code that uses no name of any rule needs no scan, whatever its docstrings say."""
    text = '"""Do not import os or eval."""\nimport numpy as np\ndef f(x): return np.exp(x)\n'
    rules = {
        "allowed_imports": frozenset({"numpy"}),
        "forbidden_names": frozenset({"eval"}),
        "questions": {"Q": QuestionRules(("f",), ("numpy.tanh",))},
    }
    assert not may_break([compile(text, "toy.py", "exec")], **rules)
