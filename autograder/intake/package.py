"""The files of a zip or folder -> the main module, the helpers beside it, and what is left out."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath

from autograder.errors import StudentFault
from autograder.intake.members import KIB, IntakeLimits, Member, check_members, size_text
from autograder.intake.names import listed, quoted
from autograder.intake.notebook import read_notebook
from autograder.intake.record import NOTHING_EXPECTED, Expected, check_record
from autograder.intake.source import decode_source
from autograder.records import SourceFile

__all__ = ["Contents", "check_package", "read_main", "read_package"]

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


# What a student's folder has beside the work: nobody has to be told that it is not graded.
_OF_THE_BUNDLE = frozenset(
    {"README.md", "requirements.txt", "pytest.ini", "assignment.json", "handin.json"}
    | {"errata.md", "recognised.json"}
)
_DEFINITION = re.compile(rb'"(?:def|class) (?!try_it\b)\w')
"""A line of a notebook's file that starts a function or a class; lessons have one of their own."""


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
        cells = read_notebook(data, member.path, assignment, limits)
        return Contents(cells.units, notes=cells.notes)
    text = decode_source(member.load(limits.file_kib * KIB), member.path)
    if not text.strip():
        raise StudentFault(
            f"{quoted(member.path)} is empty. Save your work in the editor, and hand in again."
        )
    return Contents((SourceFile(f"{assignment}.py", text),))


def check_package(
    files: Mapping[str, bytes], assignment: str, limits: IntakeLimits
) -> tuple[str, ...]:
    """See whether files that are about to be handed in would be taken.

    Args:
        files: Path in the hand-in to content.
        assignment: The assignment's id.
        limits: How large they may be.

    Returns:
        Notes about what would be left out.

    Raises:
        StudentFault: They would be refused.
    """
    members = [_of_bytes(path, content) for path, content in sorted(files.items())]
    check_members(members, limits)
    return read_package(members, assignment, limits).notes


def read_package(
    members: Sequence[Member],
    assignment: str,
    limits: IntakeLimits,
    expected: Expected = NOTHING_EXPECTED,
) -> Contents:
    """Choose what is graded among the files of a zip or folder, and read it.

    Args:
        members: The files, at least one, without junk.
        assignment: The assignment's id.
        limits: How large the files may be.
        expected: What the grader knows about the assignment.

    Raises:
        StudentFault: There is no main module, or more than one, or a file cannot be read.
    """
    members = _without_top_folder(members)
    recorded = check_record(members, assignment, expected)
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
    right_name = f"{assignment}{_suffix(main.path)}"
    renamed = f"{quoted(main.path)} was read as `{right_name}`, the name that was expected."
    notes = () if main.path == right_name else (renamed,)
    beside = _notebook_beside(members, main, assignment, limits)
    return Contents(
        contents.units, helpers, (*notes, *recorded, *contents.notes, *beside, *left_out)
    )


def _of_bytes(path: str, content: bytes) -> Member:
    return Member(path, len(content), lambda limit: content[: limit + 1])


def _notebook_beside(
    members: Sequence[Member], main: Member, assignment: str, limits: IntakeLimits
) -> tuple[str, ...]:
    """Tell a student who wrote functions into the notebook that the module is what counts."""
    for member in members:
        if member is main or member.path.casefold() != f"{assignment}.ipynb":
            continue
        if member.size > limits.total_kib * KIB:
            return ()
        if _DEFINITION.search(member.load(limits.total_kib * KIB)):
            note = (
                f"{quoted(main.path)} is what is graded. {quoted(member.path)} beside it defines "
                "functions too; those are not looked at."
            )
            return (note,)
    return ()


def _helpers_among(members: Sequence[Member], assignment: str) -> tuple[list[Member], list[str]]:
    """Part the files beside the main module into helpers, and notes on the others."""
    helpers: list[Member] = []
    others: dict[_Reason, list[str]] = {}
    for member in members:
        if _is_of_the_bundle(member.path, assignment):
            continue
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
    # The module comes before the notebook beside it, which is where it was tried out.
    named = [member for member in named if _suffix(member.path) == ".py"] or named
    candidates = named or [member for member in at_top if member.path != "__init__.py"]
    if len(candidates) == 1:
        return candidates[0]
    found = listed(member.path for member in candidates or members)
    problem = "Which file is your work is unclear" if candidates else "Your work was not found"
    raise StudentFault(
        f"{problem}: there is neither `{expected[0]}` nor `{expected[1]}`, but {found}. "
        f"Name your file `{expected[0]}`, put it at the top, and hand in again."
    )


def _is_of_the_bundle(path: str, assignment: str) -> bool:
    """Tell whether a file is one that every student's folder has."""
    if path in _OF_THE_BUNDLE or path.startswith("data/"):
        return True
    folder, _, name = path.rpartition("/")
    if folder == "tests":  # such as tests/A1.2.py, which nothing can import
        return name.endswith(".py") and not name.removesuffix(".py").isidentifier()
    return path.casefold() in {
        f"test_{assignment}.py",
        f"{assignment}.ipynb",
        f"{assignment}-handin.zip",
    }


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
