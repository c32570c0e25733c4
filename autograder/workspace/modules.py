"""Which modules beside the main one a student's work needs: found by following its imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

__all__ = ["bound_names", "helper_files", "parsed"]


def parsed(content: bytes) -> ast.Module | None:
    """Parse a Python file; None if it is not Python."""
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def helper_files(main: Path) -> dict[str, Path]:
    """Find the student's own modules that a module imports, directly or not.

    Modules that Python or a library has a name for are not the student's: those are imported in
    their place.

    Args:
        main: The module; the others lie beside it or in folders there.

    Returns:
        Path relative to the module's folder, with forward slashes, to the file.
    """
    folder = main.parent
    found: dict[str, Path] = {}
    waiting = [main]
    while waiting:
        path = waiting.pop()
        tree = parsed(path.read_bytes())
        package = path.relative_to(folder).parts[:-1]
        for name in _imported(tree, package) if tree is not None else ():
            for file in _files_of(folder, name):
                inside = file.relative_to(folder).as_posix()
                if file != main and inside not in found:
                    found[inside] = file
                    waiting.append(file)
    return dict(sorted(found.items()))


def _imported(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the dotted names that a module imports; of `from a import b`, `a.b` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = (*above, *(node.module.split(".") if node.module else ()))
            for alias in node.names:
                yield (*base, alias.name)


def _files_of(folder: Path, name: tuple[str, ...]) -> Iterator[Path]:
    """Give the files that importing a dotted name would run."""
    if name and name[0] in sys.stdlib_module_names:
        return
    place = folder
    for part in name:
        place /= part
        if place.with_suffix(".py").is_file():
            yield place.with_suffix(".py")
            return
        if not place.is_dir():
            return
        if (place / "__init__.py").is_file():
            yield place / "__init__.py"


def bound_names(tree: ast.Module) -> Mapping[str, ast.stmt] | None:
    """Tell what a module binds at its top, and by which statement.

    Returns:
        None if a star import leaves that open.
    """
    found: dict[str, ast.stmt] = {}
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return None
        for name in _bound_by(node):
            found[name] = node
        for block in ("body", "orelse", "finalbody"):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                waiting += getattr(node, block, [])
        for handler in getattr(node, "handlers", []):
            waiting += handler.body
    return found


def _bound_by(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Name):
                    yield part.id
