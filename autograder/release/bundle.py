"""The student bundle: copied from two folders by an allow-list, and from nowhere else.

This module gets the facts that students may know and the two folders that they may see. It
imports nothing that knows where solutions, hidden tests or the policy lie (a contract of
import-linter holds that), and follows no link out of the two folders.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Final

from autograder.archive import Member, content_digest
from autograder.errors import InstructorError, Problem, SuiteError
from autograder.release.facts import StudentFacts
from autograder.release.notebook import lesson_notebook
from autograder.workspace.publictests import question_test_text

__all__ = ["FACTS_FILE", "public_files", "student_bundle"]

FACTS_FILE: Final = "assignment.json"
_SCHEMA: Final = 1
_README: Final = "README.md"
_REQUIREMENTS: Final = "requirements.txt"
_CACHES: Final = frozenset({"__pycache__", ".pytest_cache", ".ipynb_checkpoints", ".ruff_cache"})
_TEMPLATE_FILES: Final = (
    _README,
    _REQUIREMENTS,
    "pytest.ini",
    "conftest.py",
    ".github/*.py",
    ".github/workflows/*.yml",
)


def student_bundle(
    facts: StudentFacts,
    assignment_dir: Path,
    template_dir: Path,
    disclosed: Mapping[str, bytes] = MappingProxyType({}),
) -> dict[str, Member]:
    """Put together what students receive for an assignment.

    Args:
        facts: What students may know of the policy.
        assignment_dir: `assignments/<id>`: stub, public tests, lesson, data, and a
            `requirements.txt` with what it needs besides the template's.
        template_dir: The skeleton of a student's workspace; its README is a Jinja2 template.
        disclosed: Further files, path inside the bundle to content, that were made for students.

    Returns:
        Path inside the bundle to the file.

    Raises:
        SuiteError: A file is missing, is a link, or is not on the allow-list; all are told.
    """
    sources = public_files(facts.id, assignment_dir)
    template = _allowed(template_dir, _TEMPLATE_FILES, (_README, _REQUIREMENTS, "pytest.ini"))
    lesson = sources.pop(f"{facts.id}.md").read_text(encoding="utf-8")
    readme = template.pop(_README).read_text(encoding="utf-8")
    more = sources.pop(_REQUIREMENTS, None)
    bundle = {
        path: Member(source.read_bytes()) for path, source in (*sources.items(), *template.items())
    }
    bundle[_README] = Member(_fill_in(readme, facts).encode())
    if more is not None:
        bundle[_REQUIREMENTS] = Member(bundle[_REQUIREMENTS].content + more.read_bytes())
    bundle[f"{facts.id}.ipynb"] = Member(lesson_notebook(lesson, facts.id))
    public_tests = sources[f"test_{facts.id}.py"].read_text(encoding="utf-8")
    for question in facts.questions:
        text = question_test_text(facts.id, question.id, public_tests)
        bundle[f"tests/{question.id}.py"] = Member(text.encode())
    bundle |= {path: Member(content) for path, content in disclosed.items()}
    bundle[FACTS_FILE] = Member(_facts_text(facts, content_digest(bundle)).encode())
    return bundle


def public_files(assignment_id: str, assignment_dir: Path) -> dict[str, Path]:
    """List the files of an assignment that students may see.

    Args:
        assignment_id: Such as `activations`.
        assignment_dir: `assignments/<id>`.

    Returns:
        Path inside the folder, with forward slashes, to the file.

    Raises:
        SuiteError: A file is missing, is a link, or is not on the allow-list; all are told.
    """
    needed = (f"{assignment_id}.py", f"test_{assignment_id}.py", f"{assignment_id}.md")
    return _allowed(assignment_dir, (*needed, _REQUIREMENTS, "data/*"), needed)


def _allowed(folder: Path, patterns: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, Path]:
    """Map the files of a folder that the patterns allow; refuse every other one."""
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    problems = [*_missing(folder, needed, found)]
    for name, path in found.items():
        if path.is_symlink() or not path.is_file():
            rule, mend = "expected a plain file; a link could lead anywhere", "put the file here"
            problems.append(Problem(str(path), 0, "", "", rule, mend=mend))
        elif not any(fnmatchcase(name, pattern) for pattern in patterns):
            rule = f"expected a file that students may have ({', '.join(patterns)})"
            mend = "remove it, or put what the lesson needs into data/"
            problems.append(Problem(str(path), 0, "", "", rule, mend=mend))
    if problems:
        raise SuiteError(problems)
    return found


def _files(folder: Path) -> Iterator[Path]:
    """Yield what lies below a folder, sorted, without what tools leave behind."""
    if folder.is_symlink():
        yield folder  # refused by the caller, like every link
        return
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name in _CACHES:
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _missing(folder: Path, needed: tuple[str, ...], found: dict[str, Path]) -> Iterator[Problem]:
    for name in needed:
        if name not in found:
            rule = "expected a file that every release has; there is none"
            yield Problem(str(folder / name), 0, "", "", rule, mend="write it")


def _fill_in(template: str, facts: StudentFacts) -> str:
    """Fill in the README; a name that it does not know is an error, not a gap."""
    from jinja2 import Environment, StrictUndefined, TemplateError  # noqa: PLC0415 - quick --help

    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the page is Markdown, and the facts are the instructor's
    )
    environment.filters["points"] = lambda number: f"{number:g}"
    try:
        return environment.from_string(template).render(facts=facts)
    except TemplateError as error:
        raise InstructorError(
            f"student_template/{_README}: expected a Jinja2 template that uses `facts`: {error}; "
            "mend the name or the brackets"
        ) from error


def _facts_text(facts: StudentFacts, release: str) -> str:
    """Write what the student's commands need to know, as JSON."""
    page = {
        "schema": _SCHEMA,
        "id": facts.id,
        "title": facts.title,
        "release": release,
        "due": facts.due,
        "max_points": facts.max_points,
        "questions": [dataclasses.asdict(question) for question in facts.questions],
        "allowed_imports": list(facts.allowed_imports),
        "limits": dataclasses.asdict(facts.limits),
    }
    return f"{json.dumps(page, indent=2, ensure_ascii=False)}\n"
