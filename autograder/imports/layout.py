"""Hand-ins and whose they are -> a folder that `autograder grade` takes, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from autograder.errors import InstructorError, StudentFault
from autograder.folders import replacement
from autograder.imports.matching import safe_name
from autograder.imports.records import Assigned, HandIn, LaidOut, Placed, Unplaced
from autograder.intake import IntakeLimits
from autograder.intake.members import KIB, Member, check_members
from autograder.intake.names import cleaned_path, natural_key

__all__ = ["HAND_INS", "RECORD", "TIMES", "UNMATCHED", "lay_out", "require_replaceable"]

HAND_INS: Final = "hand-ins"
UNMATCHED: Final = "unmatched"
TIMES: Final = "submitted.csv"
RECORD: Final = "import.json"
_SCHEMA: Final = 1
_READ: Final = frozenset({".py", ".ipynb", ".zip"})


def require_replaceable(out: Path, form: str, source: Path, *, force: bool) -> None:
    """Refuse a folder whose replacement would lose something.

    Args:
        out: Where the import goes.
        form: The format.
        source: What is imported.
        force: Whether an import of something else may be replaced.

    Raises:
        InstructorError: The folder holds something else than an import of the same source.
    """
    if not os.path.lexists(out):
        return
    if out.is_symlink() or not out.is_dir():
        raise InstructorError(f"{out}: expected a folder for the import; this is none")
    names = {path.name for path in out.iterdir()}
    foreign = sorted(names - {HAND_INS, UNMATCHED, TIMES, RECORD})
    if foreign or (names and RECORD not in names):
        raise InstructorError(
            f"{out}: expected a new folder, an empty one or an earlier import; it holds "
            f"{', '.join((foreign or sorted(names))[:3])}, which would be lost; "
            "import to another folder"
        )
    earlier = _record(out / RECORD) if names else _about(form, source)
    if earlier != _about(form, source) and not force:
        raise InstructorError(
            f"{out}: it holds an import of another source, {earlier.get('source', 'unknown')}; "
            "import to another folder, or replace it with --force"
        )


def lay_out(
    out: Path,
    assigned: Assigned,
    limits: IntakeLimits,
    *,
    form: str,
    source: Path,
    keep_unmatched: bool = False,
) -> LaidOut:
    """Write hand-ins beside the folder, then put all of it in place.

    Where there is nothing to write, an earlier import stays as it is.

    Args:
        out: The folder; it is replaced as a whole.
        assigned: Whose the hand-ins are.
        limits: How large one hand-in may be.
        form: The format.
        source: What is imported.
        keep_unmatched: Whether hand-ins of nobody known are written too, to `unmatched`.

    Returns:
        What was written, and what could not be because of what it holds.

    Raises:
        InstructorError: The place cannot be written; what was there is unchanged.
    """
    extra = _unmatched(assigned) if keep_unmatched else []
    if not assigned.placed and not extra:
        return LaidOut()
    out = out.absolute()
    try:
        with replacement(out) as draft:
            done = _write(draft, (*assigned.placed, *extra), limits)
            record = json.dumps(_about(form, source), indent=2, ensure_ascii=False)
            (draft / RECORD).write_text(f"{record}\n", encoding="utf-8")
    except OSError as error:
        raise InstructorError(
            f"{out}: the import cannot be written ({error.strerror}); what was there is unchanged"
        ) from error
    return done


def _write(draft: Path, placed: Iterable[Placed], limits: IntakeLimits) -> LaidOut:
    draft.mkdir(mode=0o700)
    (draft / HAND_INS).mkdir()
    faults = []
    written = []
    for one in placed:
        folder = draft / (HAND_INS if one.known else UNMATCHED)
        folder.mkdir(exist_ok=True)
        try:
            _copy(folder, one.name, one.hand_in, limits)
            written.append(one)
        except StudentFault as fault:
            looked_for = "; ".join(map(str, one.hand_in.people))
            faults.append(Unplaced(one.hand_in, looked_for, str(fault)))
    (draft / TIMES).write_text(_times(written), encoding="utf-8", newline="")
    return LaidOut(tuple(written), tuple(faults))


def _unmatched(assigned: Assigned) -> list[Placed]:
    """Name hand-ins of nobody known so that no two names, nor one and a student's id, are equal."""
    taken = {one.name.casefold() for one in assigned.placed}
    named: list[Placed] = []
    hand_ins = {id(one.hand_in): one.hand_in for one in assigned.unplaced if not one.hand_in.fault}
    for hand_in in sorted(hand_ins.values(), key=lambda one: natural_key(one.source)):
        stem = name = f"{UNMATCHED}-{safe_name(hand_in.source)}"
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(name.casefold())
        named.append(Placed(name, hand_in, known=False))
    return named


def _copy(folder: Path, name: str, hand_in: HandIn, limits: IntakeLimits) -> None:
    """Write one hand-in: a folder with its files, or its one zip under the name.

    Raises:
        StudentFault: It holds what `grade` would refuse without looking into it.
    """
    most = limits.total_kib * KIB
    if len(hand_in.members) == 1 and hand_in.members[0].path.lower().endswith(".zip"):
        (folder / f"{name}.zip").write_bytes(hand_in.members[0].load(most))
        return
    check_members(hand_in.members, limits)
    _check_folders(hand_in.members)
    # Data that is too large for the grader is none of the code that it reads.
    kept = [one for one in hand_in.members if one.size <= most or _is_read(one)]
    # A name is checked again: what stood before it, the owner's name, has been taken off.
    contents = {cleaned_path(one.path): one.load(most) for one in kept}
    if not all(contents):
        raise StudentFault("The hand-in holds a file whose name is empty or a dot.")
    (folder / name).mkdir()
    for path, content in contents.items():
        target = folder / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _is_read(member: Member) -> bool:
    return Path(member.path).suffix.lower() in _READ


def _check_folders(members: Iterable[Member]) -> None:
    files = {member.path.casefold() for member in members}
    for path in files:
        above = path
        while above := above.rpartition("/")[0]:
            if above in files:
                raise StudentFault("The hand-in holds a file and a folder of the same name.")


def _times(written: Iterable[Placed]) -> str:
    table = io.StringIO(newline="")
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("submission", "submitted", "student"))
    for one in written:
        if one.hand_in.submitted is not None:
            student = one.name if one.known else ""
            rows.writerow((one.name, one.hand_in.submitted.isoformat(), student))
    return table.getvalue()


def _about(form: str, source: Path) -> dict[str, Any]:
    return {"schema": _SCHEMA, "format": form, "source": str(source.resolve())}


def _record(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("schema") != _SCHEMA:
        raise InstructorError(f"{path}: expected the record of an import; choose another folder")
    return found
