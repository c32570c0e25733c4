"""The rules of the exercise, held against the syntax tree of a submission.

Which imports are allowed and which names a question forbids is the course's policy. This scan is
no security boundary (the sandbox is): it tells a student which rule and which line. A question
answers for the code that its functions can reach: the functions themselves, what they name at
module level, and helper modules that they use.

It runs in the worker, before any student code does, so its answer can be trusted and a source
that upsets the parser upsets only the worker.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import opcode
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Final

__all__ = ["QuestionRules", "Violation", "may_break", "scan"]

_LOOPS: Final = (
    ast.For,
    ast.While,
    ast.AsyncFor,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_BUILTINS: Final = frozenset(dir(builtins))
# Other rules can be broken in as many ways as they name; what is imported is the code's choice.
_MOST_IMPORTS: Final = 10


@dataclass(frozen=True, slots=True)
class QuestionRules:
    """What one question forbids.

    Attributes:
        functions: The question's functions: where reachability starts.
        names: Dotted names such as `numpy.tanh`, or names of the module's own functions.
        loops: Whether loops and comprehensions are forbidden.
    """

    functions: tuple[str, ...]
    names: tuple[str, ...] = ()
    loops: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a question's code breaks, at its first place.

    Attributes:
        question: The question's id.
        kind: `name`, `import` or `loop`.
        name: The forbidden name or module; `for` and the like for a loop.
        path: The source that holds it.
        line: Counted from 1.
    """

    question: str
    kind: str
    name: str
    path: str
    line: int


@dataclass(slots=True)
class _Part:
    """What one module-level statement uses."""

    path: str
    names: list[tuple[str, int]] = field(default_factory=list)
    dotted: list[tuple[str, int]] = field(default_factory=list)
    loops: list[tuple[str, int]] = field(default_factory=list)
    imports: list[tuple[str, int]] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)


class _Module:
    """One module's statements, by the names that they bind."""

    def __init__(self, trees: Sequence[tuple[str, ast.Module]]) -> None:
        self.parts: list[_Part] = []
        self.bindings: dict[str, list[_Part]] = {}
        self.aliases: dict[str, str] = {}
        self.modules: set[str] = set()
        self.stars: list[str] = []
        pairs = [(path, _walk(statement)) for path, tree in trees for statement in tree.body]
        for _, nodes in pairs:
            self._collect_imports(nodes)
        for _, nodes in pairs:
            self._collect_renamed_modules(nodes)
        for path, nodes in pairs:
            part = self._summarize(path, nodes)
            self.parts.append(part)
            for name in _bound_names(nodes):
                self.bindings.setdefault(name, []).append(part)

    def _collect_imports(self, nodes: Sequence[ast.AST]) -> None:
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    target = alias.name if alias.asname else alias.name.partition(".")[0]
                    self.aliases[alias.asname or target] = target
                    self.modules.add(alias.asname or target)
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                for alias in node.names:
                    if alias.name == "*":
                        self.stars.append(module)
                    else:
                        self.aliases[alias.asname or alias.name] = f"{module}.{alias.name}"

    def _collect_renamed_modules(self, nodes: Sequence[ast.AST]) -> None:
        """Follow `n = np`; a function's second name is found where it is given."""
        for node in nodes:
            if isinstance(node, ast.Assign | ast.NamedExpr) and isinstance(node.value, ast.Name):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name) and node.value.id in self.modules:
                        self.modules.add(target.id)
                        self.aliases.setdefault(target.id, self.aliases[node.value.id])

    def _summarize(self, path: str, nodes: Sequence[ast.AST]) -> _Part:
        part = _Part(path)
        for node in nodes:
            if isinstance(node, ast.Name):
                self._note_name(part, node)
            elif isinstance(node, ast.arg):
                part.bound.add(node.arg)
            elif isinstance(node, ast.Attribute):
                part.dotted += [(name, node.lineno) for name in self._resolve(node)]
            elif isinstance(node, ast.Call):
                part.dotted += [(name, node.lineno) for name in self._named_by_text(node)]
            elif isinstance(node, _LOOPS):
                part.loops.append((type(node).__name__, node.lineno))
            elif isinstance(node, ast.Import | ast.ImportFrom):
                _note_import(part, node)
        return part

    def _note_name(self, part: _Part, node: ast.Name) -> None:
        part.names.append((node.id, node.lineno))
        if isinstance(node.ctx, ast.Store):
            part.bound.add(node.id)
        if node.id in self.aliases:
            part.dotted.append((self.aliases[node.id], node.lineno))
        elif node.id not in self.bindings and node.id not in _BUILTINS:
            part.dotted += [(f"{module}.{node.id}", node.lineno) for module in self.stars]

    def _named_by_text(self, node: ast.Call) -> list[str]:
        """Read `getattr(np, "tanh")` as `np.tanh`."""
        if isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > 1:
            owner, name = node.args[:2]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                return self._resolve(ast.Attribute(owner, name.value))
        return []

    def _resolve(self, node: ast.Attribute) -> list[str]:
        """Write `np.linalg.norm` as `numpy.linalg.norm`; nothing if it begins at no import."""
        tail: list[str] = []
        value: ast.expr = node
        while isinstance(value, ast.Attribute):
            tail.append(value.attr)
            value = value.value
        if not isinstance(value, ast.Name) or value.id not in self.aliases:
            return []
        return [".".join([self.aliases[value.id], *reversed(tail)])]

    def reach(self, functions: Sequence[str], modules: Mapping[str, _Module]) -> Iterator[_Part]:
        """Yield the parts that these functions can use, helper modules' included."""
        seen: set[int] = set()
        todo = [part for name in functions for part in self.bindings.get(name, ())]
        while todo:
            part = todo.pop(0)
            if id(part) in seen:
                continue
            seen.add(id(part))
            yield part
            for name, _ in part.names:
                todo += self.bindings.get(name, ())
            for dotted, _ in part.dotted:
                helper = modules.get(dotted.partition(".")[0])
                if helper is not None:
                    todo += helper.parts


def _note_import(part: _Part, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.Import):
        part.imports += [(alias.name, node.lineno) for alias in node.names]
    else:
        part.imports.append(("." * node.level + (node.module or ""), node.lineno))
        part.dotted += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]


def _walk(root: ast.AST) -> list[ast.AST]:
    """List a node and everything below it, as `ast.walk` does in more than twice the time."""
    nodes = [root]
    for node in nodes:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                nodes.append(value)
            elif type(value) is list:
                nodes += [item for item in value if isinstance(item, ast.AST)]
    return nodes


def _bound_names(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the module-level names that a statement binds, at any depth of `if` and `try`."""
    statement = nodes[0]
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    yield alias.asname or alias.name.partition(".")[0]


def may_break(
    codes: Iterable[CodeType],
    *,
    allowed_imports: frozenset[str],
    forbidden_names: frozenset[str],
    questions: Mapping[str, QuestionRules],
) -> bool:
    """Tell from compiled code whether a scan could find anything, in a fraction of its time.

    Compiled code lists the names that it uses (globals, attributes and imports) and leaves out
    comments, docstrings and local variables. Most submissions use none that any rule names.

    Args:
        codes: The compiled units.
        allowed_imports: As for `scan`.
        forbidden_names: As for `scan`.
        questions: As for `scan`.
    """
    if any(rules.loops for rules in questions.values()):
        return True
    banned = forbidden_names.union(*(rules.names for rules in questions.values()))
    plain = {name for name in banned if "." not in name} | {"getattr"}
    last = {name.rpartition(".")[2] for name in banned if "." in name}
    todo = list(codes)
    while todo:
        code = todo.pop()
        if ("*",) in code.co_consts:
            return True
        for kind, name in _uses(code):
            top = name.partition(".")[0]
            if kind == "import" and (top not in allowed_imports or top in banned):
                return True
            if name in (plain if kind == "name" else last):
                return True
        todo += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return False


# What an instruction does with a name, and by how many bits the name's index is shifted in its
# argument (Python/bytecodes.c of CPython 3.11 to 3.13).
_USES: Final = {
    "IMPORT_NAME": ("import", 0),
    "IMPORT_FROM": ("attribute", 0),
    "LOAD_ATTR": ("attribute", 0 if sys.version_info < (3, 12) else 1),
    "LOAD_METHOD": ("attribute", 0),
    "LOAD_SUPER_ATTR": ("attribute", 2),
    "LOAD_NAME": ("name", 0),
    "LOAD_GLOBAL": ("name", 1),
    "LOAD_FROM_DICT_OR_GLOBALS": ("name", 0),
}
_USES_BY_CODE: Final = {
    opcode.opmap[name]: use for name, use in _USES.items() if name in opcode.opmap
}
_USES_A_NAME: Final = bytes(code in _USES_BY_CODE for code in range(256))


def _uses(code: CodeType) -> Iterator[tuple[str, str]]:
    """Yield how a code object uses which name; an import of nothing where that is hard to tell."""
    instructions, arguments = code.co_code[::2], code.co_code[1::2]
    marked = instructions.translate(_USES_A_NAME)
    place = marked.find(1)
    while place >= 0:
        if place and instructions[place - 1] == opcode.EXTENDED_ARG:
            yield "import", ""
            return
        kind, shift = _USES_BY_CODE[instructions[place]]
        yield kind, code.co_names[arguments[place] >> shift]
        place = marked.find(1, place + 1)


def scan(
    units: Sequence[tuple[str, ast.Module]],
    helpers: Mapping[str, tuple[str, ast.Module]],
    *,
    allowed_imports: frozenset[str],
    forbidden_names: frozenset[str],
    questions: Mapping[str, QuestionRules],
) -> list[Violation]:
    """Find the rules that each question's code breaks.

    Args:
        units: Path and tree of what makes the main module, in order.
        helpers: Top-level module name to path and tree.
        allowed_imports: Top-level modules that any code may import; helpers always may be.
        forbidden_names: Dotted names that no question may use.
        questions: Question id to its own rules.

    Returns:
        One violation for each question, kind and name: the first place that was reached. Of
        imports a question gets a few, from the standard library and from outside each.
    """
    main = _Module(units)
    modules = {name: _Module([pair]) for name, pair in helpers.items()}
    importable = allowed_imports | modules.keys()
    found: dict[tuple[str, str, str], Violation] = {}
    imports: Counter[tuple[str, bool]] = Counter()
    for question, rules in questions.items():
        banned = forbidden_names.union(rules.names)
        for part in main.reach(rules.functions, modules):
            for kind, name, line in _broken(part, banned, importable, loops=rules.loops):
                if kind == "import" and (question, kind, name) not in found:
                    imports[question, name in sys.stdlib_module_names] += 1
                    if imports[question, name in sys.stdlib_module_names] > _MOST_IMPORTS:
                        continue
                violation = Violation(question, kind, name, part.path, line)
                found.setdefault((question, kind, name), violation)
    return list(found.values())


def _broken(
    part: _Part, banned: frozenset[str], importable: frozenset[str], *, loops: bool
) -> Iterator[tuple[str, str, int]]:
    for name, line in part.imports:
        top = name.partition(".")[0]
        if top and top not in importable:
            yield "import", top, line
    # A parameter or variable may be called like a builtin, such as `input`.
    for name, line in part.names:
        if name in banned and name not in part.bound:
            yield "name", name, line
    for name, line in part.dotted:
        if name in banned:
            yield "name", name, line
        elif "." in name:
            heads = itertools.accumulate(name.split("."), "{}.{}".format)
            yield from (("name", head, line) for head in heads if head in banned)
    if loops:
        for name, line in part.loops[:1]:
            yield "loop", name, line
