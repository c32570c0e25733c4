"""`autograder verify`: is a suite good?"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from autograder.verify.records import AssignmentProof

__all__ = ["verify"]

_REFRESH_SECONDS = 0.1


def verify(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Ids, such as activations; all if none is named.")
    ] = None,
    *,
    json_file: Annotated[
        str, typer.Option("--json", metavar="FILE", help="Write the proofs; - is standard output.")
    ] = "",
    report: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the page verify.html.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes; 0 takes one for each processor.")
    ] = 0,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Try everything anew, not only what has changed.")
    ] = False,
) -> None:
    """Prove the suites: put mistakes into the references, and see which checks find them.

    The reference must earn everything and the stub nothing, every known-wrong implementation must
    earn what its band says, and no verdict may change with the inputs. What was observed is kept
    in .autograder/verify. The exit status is 0 if every proof holds, 1 if one failed, 2 for a
    mistake in the course or on the command line, 3 for a fault of our own.
    """
    _require_writable(json_file, report)
    proofs = _prove(assignments or [], workers or len(os.sched_getaffinity(0)), fresh=no_cache)
    _write(proofs, json_file, report)
    if any(proof.failures for proof in proofs):
        raise typer.Exit(1)


def _require_writable(json_file: str, report: Path | None) -> None:
    """Refuse places that results cannot be written to before minutes are spent on them.

    Raises:
        BadParameter: A folder is missing, or something else is in its place.
    """
    path = Path(json_file)
    if json_file not in ("", "-") and (path.is_dir() or not os.access(path.parent, os.W_OK)):
        message = f"{path} cannot be written: expected a file in a folder that is there"
        raise typer.BadParameter(message, param_hint="--json")
    if report is not None:
        above = (report, *report.absolute().parents)
        existing = next(folder for folder in above if folder.exists())
        if not existing.is_dir() or not os.access(existing, os.W_OK):
            message = f"{report} cannot be written: {existing} is no folder that you may write to"
            raise typer.BadParameter(message, param_hint="--report")


def _prove(assignments: list[str], workers: int, *, fresh: bool) -> tuple[AssignmentProof, ...]:
    # One thread in the arithmetic, as in the workers: speed is compared, and children are forked.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from autograder.catalog import find_course  # noqa: PLC0415 - see above, and --help
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.grade import open_job  # noqa: PLC0415
    from autograder.verify.prove import prove  # noqa: PLC0415

    course = find_course()
    names = assignments or list(load_course(course / "grading.yml").order)
    jobs = [open_job(name, course) for name in dict.fromkeys(names)]
    with _progress() as bar:
        task = bar.add_task("experiments", total=None)

        def advance(total: int, done: int) -> None:
            _advance(bar, task, total, done)

        return prove(jobs, workers=workers, fresh=fresh, progress=advance)


def _progress() -> Progress:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    # Without a thread of its own: children are forked while it shows.
    console = Console(stderr=True)
    hidden = not console.is_terminal
    return Progress(*columns, console=console, auto_refresh=False, transient=True, disable=hidden)


def _advance(bar: Progress, task: TaskID, total: int, done: int) -> None:
    bar.update(task, total=total, completed=done)
    shown = bar.tasks[0].fields.get("shown", 0.0)
    if time.monotonic() - shown > _REFRESH_SECONDS:
        bar.update(task, shown=time.monotonic())
        bar.refresh()


def _write(proofs: tuple[AssignmentProof, ...], json_file: str, report: Path | None) -> None:
    from rich.console import Console  # noqa: PLC0415

    from autograder.report.files import write_atomically  # noqa: PLC0415
    from autograder.verify.as_json import dumps  # noqa: PLC0415
    from autograder.verify.console import print_proofs  # noqa: PLC0415

    if json_file == "-":
        sys.stdout.write(dumps(proofs))
    else:
        print_proofs(proofs, Console())
        if json_file:
            write_atomically(Path(json_file), dumps(proofs))
    if report is not None:
        from autograder.report.html import installed_versions  # noqa: PLC0415
        from autograder.verify.html import write_page  # noqa: PLC0415

        page = write_page(proofs, report, versions=installed_versions())
        print(f"page: {page}", file=sys.stderr)
