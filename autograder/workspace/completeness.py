"""Is a student's work ready to be handed in? Nothing of it is executed to find that out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from autograder.errors import StudentFault, nearest_name
from autograder.intake import check_package
from autograder.sandbox.rules import QuestionRules, scan
from autograder.workspace.check import require_module
from autograder.workspace.folder import Question, Workspace
from autograder.workspace.modules import bound_names, helper_files, parsed

__all__ = ["Examination", "examine"]


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in a student's work.

    Attributes:
        files: Path in the hand-in to content.
        faults: What would cost points, each a sentence with what to do.
        notes: What is worth knowing, such as a function that is not written yet.
        written: How many of the asked names are there and written.
        asked: How many names are asked for.
    """

    files: Mapping[str, bytes]
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    written: int
    asked: int


def examine(workspace: Workspace) -> Examination:
    """Gather the files of a hand-in and look them through.

    Raises:
        StudentFault: There is nothing that could be graded: no module, one that is not Python,
            or one that intake would refuse.
    """
    require_module(workspace)
    files = _gathered(workspace)
    notes = check_package(files, workspace.id, workspace.limits)
    trees = _trees(files)
    main = trees[workspace.module.name]
    bound = bound_names(main)
    asked = [name for _, name in _asked(workspace)]
    absent = [] if bound is None else [name for name in asked if name not in bound]
    unwritten = _unwritten(workspace, bound or {})
    return Examination(
        files=files,
        faults=(
            *_missing(workspace, absent, bound or {}),
            *_forbidden_imports(workspace, trees),
        ),
        notes=(*notes, *unwritten),
        written=len(asked) - len(absent) - len(unwritten),
        asked=len(asked),
    )


def _gathered(workspace: Workspace) -> dict[str, bytes]:
    """Read the module, the modules that it imports, and the notebook if there is one."""
    paths = {workspace.module.name: workspace.module, **helper_files(workspace.module)}
    notebook = workspace.folder / f"{workspace.id}.ipynb"
    if notebook.is_file():
        paths[notebook.name] = notebook
    try:
        return {name: path.read_bytes() for name, path in paths.items()}
    except OSError as error:
        raise StudentFault(f"{error.filename} cannot be read ({error.strerror})") from error


def _trees(files: Mapping[str, bytes]) -> dict[str, ast.Module]:
    trees = {}
    for path, content in files.items():
        if path.endswith(".py"):
            tree = parsed(content)
            if tree is None:
                raise StudentFault(_not_python(path, content))
            trees[path] = tree
    return trees


def _not_python(path: str, content: bytes) -> str:
    try:
        compile(content, path, "exec")
    except SyntaxError as error:
        source = (error.text or "").strip()
        place = f"{path}, line {error.lineno}" if error.lineno else path
        return (
            f"{place}: {error.msg}{f': `{source}`' if source else ''}. With that, no function of "
            "the file can be graded. Mend it, run the public tests, and submit again."
        )
    except (ValueError, RecursionError, MemoryError) as error:
        return f"{path} is not Python ({error}). Mend it, and submit again."
    return f"{path} is not Python. Mend it, and submit again."


def _missing(
    workspace: Workspace, absent: Sequence[str], bound: Mapping[str, ast.stmt]
) -> tuple[str, ...]:
    if len(absent) == sum(len(question.functions) for question in workspace.questions):
        words = (
            f"{workspace.module.name} has none of the functions of {workspace.id}. Is it the file "
            f"of another assignment? Put your work for {workspace.id} in its place."
        )
        return (words,)
    return tuple(
        _missing_words(workspace, question, name, bound)
        for question, name in _asked(workspace)
        if name in absent
    )


def _missing_words(
    workspace: Workspace, question: Question, name: str, bound: Mapping[str, ast.stmt]
) -> str:
    own = set(bound) - {asked for _, asked in _asked(workspace)}
    meant = nearest_name(name, sorted(own))
    mend = f"rename `{meant}`" if meant else "put it back from the bundle's file"
    return f"{question.id}: there is no `{name}` in {workspace.module.name}; {mend}."


def _unwritten(workspace: Workspace, bound: Mapping[str, ast.stmt]) -> tuple[str, ...]:
    return tuple(
        f"{question.id}: `{name}` is not written yet."
        for question, name in _asked(workspace)
        if name in bound and _is_stub(bound[name])
    )


def _is_stub(node: ast.stmt) -> bool:
    """Tell whether a function ends in NotImplementedError, or a value is still empty."""
    if isinstance(node, ast.FunctionDef):
        return any(
            isinstance(statement, ast.Raise)
            and statement.exc is not None
            and ast.unparse(statement.exc).startswith("NotImplementedError")
            for statement in node.body
        )
    if isinstance(node, ast.Assign | ast.AnnAssign):
        value = node.value
        return value is None or ast.unparse(value) in {"{}", "[]", "()", "None", "..."}
    return False


def _asked(workspace: Workspace) -> Iterator[tuple[Question, str]]:
    for question in workspace.questions:
        for name in question.functions:
            yield question, name


def _forbidden_imports(workspace: Workspace, trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Apply the rule on imports as grading does: to the code that a question reaches."""
    main = workspace.module.name
    helpers = {
        path.removesuffix(".py").partition("/")[0]: (path, tree)
        for path, tree in trees.items()
        if path != main
    }
    look = partial(scan, [(main, trees[main])], helpers, forbidden_names=frozenset())
    found = look(
        allowed_imports=frozenset(workspace.allowed_imports),
        questions={one.id: QuestionRules(one.functions) for one in workspace.questions},
    )
    places = {(broken.path, broken.line, broken.name) for broken in found}
    allowed = ", ".join(sorted(workspace.allowed_imports))
    for path, line, name in sorted(places):
        yield (
            f"{path}, line {line}: `{name}` is imported; allowed are {allowed}. Write it without."
        )
