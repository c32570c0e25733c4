"""The files of a zip or folder -> the main module, the helpers beside it, and what is left out."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath

from autograder.errors import StudentFault
from autograder.intake.members import KIB, IntakeLimits, Member, size_text
from autograder.intake.names import listed, quoted
from autograder.intake.notebook import read_notebook
from autograder.intake.source import decode_source
from autograder.records import SourceFile

__all__ = ["Contents", "read_main", "read_package"]

_TAKES_OVER = frozenset({"conftest.py", "sitecustomize.py", "usercustomize.py"})
_LIBRARIES = frozenset(
    {
        "_pytest",
        "autograder",
        "keras",
        "matplotlib",
        "numpy",
        "otter",
        "pytest",
        "scipy",
        "tensorflow",
    }
)


class _Reason(StrEnum):
    """Why a file is not taken, as the end of a sentence."""

    NOT_SOURCE = "only Python source is read"
    TAKES_OVER = "it would change how Python or the tests run"
    TEST = "the grader has its own tests"
    OTHER_NOTEBOOK = "one notebook or module is graded"
    LIBRARY = "a library has that name"
    NO_MODULE = "it cannot be imported by that name"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a hand-in consists of; the attributes are those of `Submission`."""

    units: tuple[SourceFile, ...]
    helpers: tuple[SourceFile, ...] = ()
    notes: tuple[str, ...] = ()


def read_main(member: Member, assignment: str, limits: IntakeLimits) -> Contents:
    """Read the module or notebook that is graded, and call it what the assignment calls it.

    Args:
        member: Its name ends in `.py` or `.ipynb`.
        assignment: The assignment's id.
        limits: How large it may be.

    Raises:
        StudentFault: It cannot be read.
    """
    if _suffix(member.path) == ".ipynb":
        data = member.load(limits.total_kib * KIB)
        cells = read_notebook(data, member.path, f"{assignment}.ipynb", limits)
        return Contents(cells.units, notes=cells.notes)
    text = decode_source(member.load(limits.file_kib * KIB), member.path)
    if not text.strip():
        raise StudentFault(
            f"{quoted(member.path)} is empty. Save your work in the editor, and hand in again."
        )
    return Contents((SourceFile(f"{assignment}.py", text),))


def read_package(members: Sequence[Member], assignment: str, limits: IntakeLimits) -> Contents:
    """Choose what is graded among the files of a zip or folder, and read it.

    Args:
        members: The files, at least one, without junk.
        assignment: The assignment's id.
        limits: How large the files may be.

    Raises:
        StudentFault: There is no main module, or more than one, or a file cannot be read.
    """
    members = _without_top_folder(members)
    main = _main(members, assignment)
    contents = read_main(main, assignment, limits)
    chosen, left_out = _helpers_among(
        [member for member in members if member is not main], assignment
    )
    if main.size + sum(member.size for member in chosen) > limits.total_kib * KIB:
        raise StudentFault(
            f"The files of the hand-in are larger than {size_text(limits.total_kib * KIB)} "
            "together, the most that is accepted. Leave out what is not your own code."
        )
    helpers = tuple(
        SourceFile(member.path, decode_source(member.load(limits.file_kib * KIB), member.path))
        for member in chosen
    )
    expected = f"{assignment}{_suffix(main.path)}"
    renamed = f"{quoted(main.path)} was read as `{expected}`, the name that was expected."
    notes = () if main.path == expected else (renamed,)
    return Contents(contents.units, helpers, (*notes, *contents.notes, *left_out))


def _helpers_among(members: Sequence[Member], assignment: str) -> tuple[list[Member], list[str]]:
    """Part the files beside the main module into helpers, and notes on the others."""
    helpers: list[Member] = []
    others: dict[_Reason, list[str]] = {}
    for member in members:
        reason = _left_out(member.path) or _not_a_helper(member.path, assignment)
        if reason:
            others.setdefault(reason, []).append(member.path)
        else:
            helpers.append(member)
    notes = [f"Not taken: {listed(paths)}; {reason}." for reason, paths in others.items()]
    return helpers, notes


def _without_top_folder(members: Sequence[Member]) -> Sequence[Member]:
    """Look through folders that hold all of the source, as macOS packs them."""
    while True:
        sources = [member.path for member in members if _left_out_by_itself(member.path) is None]
        tops = {path.partition("/")[0] for path in sources}
        if len(tops) != 1 or not all("/" in path for path in sources):
            return members
        top = f"{tops.pop()}/"
        members = [replace(member, path=member.path.removeprefix(top)) for member in members]


def _main(members: Sequence[Member], assignment: str) -> Member:
    """Find the one file at the top that is graded."""
    expected = (f"{assignment}.py", f"{assignment}.ipynb")
    at_top = [member for member in members if "/" not in member.path and not _left_out(member.path)]
    named = [member for member in at_top if member.path.casefold() in expected]
    if len(named) > 1:
        raise StudentFault(
            f"The hand-in holds both {' and '.join(quoted(member.path) for member in named)}. "
            "Hand in one of them."
        )
    candidates = named or [member for member in at_top if member.path != "__init__.py"]
    if len(candidates) == 1:
        return candidates[0]
    found = listed(member.path for member in candidates or members)
    problem = "Which file is your work is unclear" if candidates else "Your work was not found"
    raise StudentFault(
        f"{problem}: there is neither `{expected[0]}` nor `{expected[1]}`, but {found}. "
        f"Name your file `{expected[0]}`, put it at the top, and hand in again."
    )


def _left_out(path: str) -> _Reason | None:
    """Say why a file can be neither the main module nor a helper."""
    if path.partition("/")[0].removesuffix(".py") in _LIBRARIES | sys.stdlib_module_names:
        return _left_out_by_itself(path) or _Reason.LIBRARY
    return _left_out_by_itself(path)


def _left_out_by_itself(path: str) -> _Reason | None:
    """Say why a file is not taken wherever it lies."""
    name = PurePosixPath(path).name
    if _suffix(path) not in {".py", ".ipynb"}:
        return _Reason.NOT_SOURCE
    if name in _TAKES_OVER:
        return _Reason.TAKES_OVER
    if name.startswith("test_") and name.endswith(".py"):
        return _Reason.TEST
    return None


def _not_a_helper(path: str, assignment: str) -> _Reason | None:
    if _suffix(path) == ".ipynb":
        return _Reason.OTHER_NOTEBOOK
    module = path.removesuffix(".py").removesuffix("/__init__").split("/")
    importable = all(part.isidentifier() and not keyword.iskeyword(part) for part in module)
    if not importable or module[0] in {assignment, "__init__", "__main__"}:
        return _Reason.NO_MODULE
    return None


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
