"""`autograder verify`: is a suite good?"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.output import advance, progress_bar, require_writable
from autograder.threads import hold_to_one_thread

if TYPE_CHECKING:
    from autograder.config import Course
    from autograder.verify.records import AssignmentProof

__all__ = ["verify"]


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
    require_writable(json_file, report)
    proofs = _prove(assignments or [], workers or len(os.sched_getaffinity(0)), fresh=no_cache)
    _write(proofs, json_file, report)
    if any(proof.failures for proof in proofs):
        raise typer.Exit(1)


def _prove(assignments: list[str], workers: int, *, fresh: bool) -> tuple[AssignmentProof, ...]:
    # One thread in the arithmetic, as in the workers: speed is compared, and children are forked.
    hold_to_one_thread()
    from autograder.catalog import find_course  # noqa: PLC0415 - see above, and --help
    from autograder.config import load_course  # noqa: PLC0415
    from autograder.job import open_job  # noqa: PLC0415
    from autograder.verify.prove import prove  # noqa: PLC0415

    course = find_course()
    names = _provable(load_course(course / "grading.yml"), assignments)
    jobs = [open_job(name, course) for name in dict.fromkeys(names)]
    with progress_bar() as bar:
        task = bar.add_task("experiments", total=None)

        return prove(jobs, workers=workers, fresh=fresh, progress=partial(advance, bar, task))


def _provable(course: Course, assignments: list[str]) -> list[str]:
    """Choose what is proven; an assignment that trains is not, and that is said.

    Raises:
        InstructorError: Such an assignment is asked for by name.
    """
    from autograder.errors import InstructorError  # noqa: PLC0415 - --help stays quick

    names = assignments or list(course.order)
    training = [name for name in names if course.assignment(name).runtime != "numpy"]
    for name in training:
        message = f"{name}: not proven: it would have to train every one of hundreds of mutants"
        if assignments:
            raise InstructorError(f"{message}; name others, or none for all that can be proven")
        print(message, file=sys.stderr)
    return [name for name in names if name not in training]


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
