"""Where the parts of an assignment lie, and whether they are complete and fit together.

Everything is read as text and syntax trees: nothing is imported and nothing runs.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.errors import InstructorError, Problem, SuiteError, nearest_name

if TYPE_CHECKING:
    from autograder.config import AssignmentPolicy, Course

__all__ = ["COURSE_FILE", "AssignmentParts", "find_course", "locate", "suite_digest"]

COURSE_FILE: Final = "grading.yml"


@dataclass(frozen=True, slots=True)
class AssignmentParts:
    """The files of one assignment, all of them there and consistent.

    Attributes:
        id: The assignment's id, which is its module's name.
        stub: What students fill in.
        public_tests: What students have to check their work with.
        reference: The solution that answers are compared with.
        misconceptions: Known-wrong implementations; the file may be missing.
        hidden: The folder of the hidden suite.
        hidden_files: Question id to its file in that folder, in the order of `grading.yml`.
        policy: What the questions are worth, and what they forbid.
        course: The whole course's policy.
    """

    id: str
    stub: Path
    public_tests: Path
    reference: Path
    misconceptions: Path
    hidden: Path
    hidden_files: Mapping[str, Path]
    policy: AssignmentPolicy
    course: Course


def find_course(start: Path | None = None) -> Path:
    """Find the course's folder: the one that holds `grading.yml`, here or above.

    Args:
        start: Where to begin; the current folder if None.

    Returns:
        The folder, as an absolute path.

    Raises:
        InstructorError: Neither the folder nor one above it holds the file.
    """
    first = (start or Path()).resolve()
    for folder in (first, *first.parents):
        if (folder / COURSE_FILE).is_file():
            return folder
    message = (
        f"{first}: expected a course; neither here nor in a folder above lies {COURSE_FILE}; "
        "run in the course's folder"
    )
    raise InstructorError(message)


def locate(course_dir: Path, course: Course, assignment_id: str) -> AssignmentParts:
    """Find the parts of an assignment, and hold them against each other.

    Args:
        course_dir: The folder of `grading.yml`.
        course: What that file says.
        assignment_id: Such as `activations`.

    Raises:
        InstructorError: The course has no such assignment.
        SuiteError: Files are missing or do not fit together; with all that is wrong.
    """
    policy = course.assignment(assignment_id)
    hidden = course_dir / "tests" / "hidden" / assignment_id
    public = course_dir / "assignments" / assignment_id
    parts = AssignmentParts(
        id=assignment_id,
        stub=public / f"{assignment_id}.py",
        public_tests=public / f"test_{assignment_id}.py",
        reference=course_dir / "solutions" / f"{assignment_id}.py",
        misconceptions=course_dir / "solutions" / "misconceptions" / f"{assignment_id}.py",
        hidden=hidden,
        hidden_files={
            question: hidden / f"test_{asked.functions[0]}.py"
            for question, asked in policy.questions.items()
        },
        policy=policy,
        course=course,
    )
    problems = (*_stray_files(parts), *_check_sources(parts))
    if problems:
        raise SuiteError(problems)
    return parts


def suite_digest(parts: AssignmentParts) -> str:
    """Name the suite by its content: with the same digest, the same work earns the same points.

    Covered are every file of the hidden suite, the public tests, the reference, the known-wrong
    implementations, and what `grading.yml` says that grading depends on: the assignment, score,
    tolerance, rules, limits.

    Returns:
        `sha256:` and 64 hexadecimal digits.
    """
    course = parts.course
    policy = {
        "assignment": parts.policy.model_dump(mode="json"),
        "score": course.score.model_dump(mode="json"),
        "tolerance": {
            dtype: tolerance.model_dump(mode="json")
            for dtype, tolerance in course.tolerances[parts.policy.tolerance].items()
        },
        "rules": course.rules_of(parts.id).model_dump(mode="json"),
        "limits": course.limits_of(parts.id).model_dump(mode="json"),
        "questions": list(parts.policy.questions),
    }
    contents = {
        "policy": json.dumps(policy, sort_keys=True, separators=(",", ":")).encode(),
        "public": parts.public_tests.read_bytes(),
        "reference": parts.reference.read_bytes(),
    }
    if parts.misconceptions.is_file():
        contents["misconceptions"] = parts.misconceptions.read_bytes()
    for path in _suite_files(parts.hidden):
        contents[f"hidden/{path.relative_to(parts.hidden).as_posix()}"] = path.read_bytes()
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{len(name.encode())} {name} {len(content)} ".encode())
        digest.update(content)
    return f"sha256:{digest.hexdigest()}"


def _suite_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.relative_to(folder).parts
    )


def _stray_files(parts: AssignmentParts) -> Iterator[Problem]:
    """Find hidden tests that belong to no question: they would never count."""
    expected = set(parts.hidden_files.values())
    wanted = {path.name: path for path in expected if not path.exists()}
    for path in _suite_files(parts.hidden):
        if path.name.startswith("test_") and path.suffix == ".py" and path not in expected:
            rule = "expected a test file to be named after a question's first function"
            near = nearest_name(path.name, wanted)
            mend = "rename or remove it, or add its question to grading.yml"
            yield Problem(str(path), 0, "", "", rule, nearest=near, mend=mend)


@dataclass(frozen=True, slots=True)
class _Definition:
    """What a module binds a name to.

    Attributes:
        line: Counted from 1.
        function: The function's definition; None if the name is assigned.
    """

    line: int
    function: ast.FunctionDef | None


def _check_sources(parts: AssignmentParts) -> Iterator[Problem]:
    """Parse every file, and compare the stub with the reference."""
    mends = {
        parts.stub: "write the stub module",
        parts.public_tests: "write the public tests: the worked examples",
        parts.reference: "write the reference solution",
    }
    for question, path in parts.hidden_files.items():
        mends.setdefault(path, f"write the hidden checks of {question}")
    trees: dict[Path, ast.Module] = {}
    for path, mend in mends.items():
        tree = _parse(path, mend)
        if isinstance(tree, Problem):
            yield tree
        else:
            trees[path] = tree
    stub, reference = (
        _definitions(trees[path]) if path in trees else None
        for path in (parts.stub, parts.reference)
    )
    for question, asked in parts.policy.questions.items():
        for name in asked.functions:
            yield from _check_name(parts, f"{question} {name}", name, stub, reference)


def _parse(path: Path, mend: str) -> ast.Module | Problem:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except FileNotFoundError:
        return Problem(str(path), 0, "", "", "expected a file; there is none", mend=mend)
    except OSError as error:
        rule = f"expected a file that can be read: {error.strerror}"
        return Problem(str(path), 0, "", "", rule, mend="look at its kind and its permissions")
    except (SyntaxError, ValueError) as error:  # null bytes are a ValueError in the first 3.11s
        reason, line = getattr(error, "msg", str(error)), getattr(error, "lineno", 0)
        rule = f"expected Python: {reason}"
        return Problem(str(path), line or 0, "", "", rule, mend="mend the syntax")


def _definitions(tree: ast.Module) -> dict[str, _Definition]:
    """Collect what the module's own level binds, the last binding of each name."""
    found: dict[str, _Definition] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = _Definition(node.lineno, node)
        elif isinstance(node, ast.Assign):
            names = [part.id for part in node.targets if isinstance(part, ast.Name)]
            found.update((name, _Definition(node.lineno, None)) for name in names)
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            found[node.target.id] = _Definition(node.lineno, None)
    return found


def _check_name(
    parts: AssignmentParts,
    label: str,
    name: str,
    stub: Mapping[str, _Definition] | None,
    reference: Mapping[str, _Definition] | None,
) -> Iterator[Problem]:
    """Hold one name of a question against the stub and the reference, where they can be read."""
    for path, module in ((parts.stub, stub), (parts.reference, reference)):
        if module is not None and name not in module:
            yield _undefined(path, name, module)
    in_stub = stub.get(name) if stub is not None else None
    in_reference = reference.get(name) if reference is not None else None
    if in_stub is not None and in_stub.function is not None:
        yield from _check_stub(parts.stub, in_stub.function, label)
    if in_stub is not None and in_reference is not None:
        expected, found = _signature(in_stub), _signature(in_reference)
        if expected != found:
            rule = f"expected what the stub has on line {in_stub.line}: {name}{expected}"
            where, mend = str(parts.reference), "make the two alike"
            yield Problem(where, in_reference.line, name, f"{name}{found}", rule, mend=mend)


def _undefined(path: Path, name: str, module: Iterable[str]) -> Problem:
    rule = "expected a definition on the module's own level; there is none"
    mend = "define it, or correct functions in grading.yml"
    return Problem(str(path), 0, name, "", rule, nearest=nearest_name(name, module), mend=mend)


def _signature(definition: _Definition) -> str:
    """Write the parameters without annotations, as Python does; ` = ...` for a plain name."""
    if definition.function is None:
        return " = ..."
    bare = ast.parse(f"def f({ast.unparse(definition.function.args)}): ...").body[0]
    for node in ast.walk(bare):
        if isinstance(node, ast.arg):
            node.annotation = None
    return f"({ast.unparse(bare.args)})" if isinstance(bare, ast.FunctionDef) else ""


def _check_stub(path: Path, function: ast.FunctionDef, label: str) -> Iterator[Problem]:
    """Hold a stub's body against the one statement that says it is not attempted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    expected = f'raise NotImplementedError("{label}")'
    wanted = ast.dump(ast.parse(expected).body[0])
    if len(body) != 1 or ast.dump(body[0]) != wanted:
        found = ast.unparse(body[0]).partition("\n")[0][:60] if body else "nothing"
        rule, mend = f"expected the body {expected}", "make it the only statement"
        line = body[0].lineno if body else function.lineno
        yield Problem(str(path), line, function.name, found, rule, mend=mend)
