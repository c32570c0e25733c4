"""The command line: one module a command; each imports what it needs when it is called."""

from __future__ import annotations

import sys

import typer

from autograder.cli.doctor import doctor
from autograder.cli.grade import grade

__all__ = ["app", "main"]

app = typer.Typer(
    name="autograder",
    help="Grade, check and release exercises in deep learning, in a sandbox and with reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(grade)
app.command()(doctor)


@app.callback()
def _options() -> None:
    """Grade, check and release exercises in deep learning, in a sandbox and with reasons."""


def main() -> None:
    """Run the command line; what this project raises on purpose becomes a message and a status."""
    from autograder.errors import AutograderError  # noqa: PLC0415 - after --help had its chance

    try:
        app()
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("autograder: stopped; nothing was left running", file=sys.stderr)
        sys.exit(130)
