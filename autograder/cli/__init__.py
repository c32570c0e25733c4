"""The command line: one module a command; each imports what it needs when it is called."""

from __future__ import annotations

import signal
import sys
import traceback
from typing import Final

import typer

from autograder.cli.adjust import adjust
from autograder.cli.check import check
from autograder.cli.doctor import doctor
from autograder.cli.export import export
from autograder.cli.grade import grade
from autograder.cli.history import history
from autograder.cli.imports import import_
from autograder.cli.new import new
from autograder.cli.regrade import regrade
from autograder.cli.release import release
from autograder.cli.report import report
from autograder.cli.similarity import similarity
from autograder.cli.statistics import statistics
from autograder.cli.submit import submit
from autograder.cli.verify import verify

__all__ = ["app", "main"]

_OUR_FAULT: Final = 3
_INTERRUPTED: Final = 128 + signal.SIGINT

app = typer.Typer(
    name="autograder",
    help="Grade, check and release exercises in deep learning, in a sandbox and with reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(grade)
app.command()(regrade)
app.command()(adjust)
app.command()(history)
app.command()(release)
app.command()(export)
app.command("import")(import_)
app.command()(check)
app.command()(submit)
app.command()(verify)
app.command()(new)
app.command()(similarity)
app.command()(statistics)
app.command()(report)
app.command()(doctor)


@app.callback()
def _options() -> None:
    """Grade, check and release exercises in deep learning, in a sandbox and with reasons."""


def main() -> None:
    """Run the command line; what this project raises on purpose becomes a message and a status."""
    from autograder.errors import AutograderError  # noqa: PLC0415 - after --help had its chance

    signal.signal(signal.SIGTERM, _terminate)
    try:
        app()
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            print("autograder: stopped; nothing was left running", file=sys.stderr)
        raise
    except Exception:  # noqa: BLE001 - our own fault has a status of its own
        traceback.print_exc()
        print("autograder: this is a defect of the grader, not of your course", file=sys.stderr)
        sys.exit(_OUR_FAULT)


def _terminate(*_: object) -> None:
    """End as Ctrl-C does, so that the grading processes are ended too."""
    raise KeyboardInterrupt
