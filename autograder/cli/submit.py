"""`autograder submit`: is the work complete? Then pack the one file to upload."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["submit"]


def submit(
    assignment: Annotated[
        str, typer.Argument(help="The assignment's id; by default the one of this folder.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Where the file goes; by default the assignment's folder."
        ),
    ] = None,
    *,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Write the file although something is missing.")
    ] = False,
) -> None:
    """Check that your work is complete, then write the one file to upload.

    None of your code is run. The exit status is 0 if the file was written, 1 if something has to
    be mended first, 2 if this is not the folder of an assignment.
    """
    from autograder.errors import InstructorError  # noqa: PLC0415 - --help stays quick
    from autograder.report.text import one_line  # noqa: PLC0415
    from autograder.workspace.completeness import examine  # noqa: PLC0415
    from autograder.workspace.folder import find_workspace  # noqa: PLC0415
    from autograder.workspace.pack import hand_in_name, pack_hand_in, write_hand_in  # noqa: PLC0415

    workspace = find_workspace(assignment)
    folder = out or workspace.folder
    if not folder.is_dir():
        raise InstructorError(f"--out: expected a folder that is there, received {folder}")
    found = examine(workspace)
    for sentence in (*found.faults, *found.notes):
        print(one_line(sentence), file=sys.stderr)
    if found.faults and not anyway:
        print("Nothing was written. Mend that, or submit with --anyway.", file=sys.stderr)
        raise typer.Exit(1)
    path = folder / hand_in_name(workspace.id)
    content = pack_hand_in(workspace.id, found.files, workspace.release)
    try:
        write_hand_in(path, content)
    except OSError as error:
        raise InstructorError(f"{path} cannot be written ({error.strerror})") from error
    print(f"{found.written} of {found.asked} functions are written.")
    print(f"Upload this file: {path}")
