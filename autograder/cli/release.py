"""`autograder release`: the course to what students receive and what graders run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from autograder.archive import Member

__all__ = ["release"]


def release(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The release's folder.")],
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Ids, such as activations; all if none is named.")
    ] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; show what a new build would change.")
    ] = False,
) -> None:
    """Write student bundles, Otter autograder zips and a manifest, byte for byte repeatable.

    The folder is replaced as a whole; a failed build leaves it as it is. The autograder zips hold
    the solutions and the course secret: they are for the grading machine alone. The exit status
    is 0, or 1 if --check found a change, 2 for a mistake in the course or on the command line.
    """
    from autograder.catalog import COURSE_FILE, find_course  # noqa: PLC0415 - --help stays quick
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.release.build import build_release  # noqa: PLC0415
    from autograder.release.store import require_replaceable, write_release  # noqa: PLC0415

    folder, course_dir = out.resolve(), find_course()
    if check:
        _show_changes(build_release(course_dir, assignments or []), folder)
        return
    # Before the build, which takes its time.
    require_replaceable(folder, set(assignments or load_course(course_dir / COURSE_FILE).order))
    files = build_release(course_dir, assignments or [])
    write_release(files, folder)
    _show(files, folder)


def _show(files: dict[str, Member], folder: Path) -> None:
    """List what was written: a line for each bundle, zip and the manifest."""
    for path, member in sorted(files.items()):
        if path.endswith((".zip", "manifest.json")):
            print(f"{member.sha256[:12]}  {len(member.content) / 1024:8.1f} KiB  {path}")
    print(f"release: {folder}", file=sys.stderr)


def _show_changes(files: dict[str, Member], folder: Path) -> None:
    """List what a build would change.

    Raises:
        Exit: With status 1 if there is anything.
    """
    from autograder.release.changes import changes  # noqa: PLC0415
    from autograder.release.store import read_release  # noqa: PLC0415

    new = {path: member.content for path, member in files.items()}
    found = list(changes(read_release(folder), new))
    for change in found:
        print(change)
    if found:
        print(f"{folder}: a new build would change {len(found)} entries", file=sys.stderr)
        raise typer.Exit(1)
    print(f"{folder}: a new build would change nothing", file=sys.stderr)
