"""`autograder doctor`: what isolates student code on this machine, and what it can train on."""

from __future__ import annotations

from typing import Final

import typer

__all__ = ["doctor"]

_PURPOSES: Final = {
    "user_namespace": "lets an ordinary user make the namespaces below",
    "pid_namespace": "other processes cannot be seen or signalled",
    "mount_namespace": "a root folder with Python and nothing else; private /tmp",
    "network_namespace": "no network, not even loopback",
    "ipc_namespace": "no shared memory with others",
    "rlimits": "memory, processor time, files, descriptors",
    "user_switch": "a user id that owns nothing",
    "capabilities": "no privilege of root",
    "no_new_privileges": "no gain from setuid programs",
    "landlock": "files outside Python's cannot be opened",
    "undumpable": "memory cannot be read by processes of the same user",
    "seccomp": "no sockets, processes, signals, mounts",
}


def doctor() -> None:
    """Show what isolates student code here, what is missing, and the line that mends it.

    Then it shows the GPUs, what is below Keras, and, where no GPU is used, why. The exit status is
    0 if strict grading works on this machine, 1 if it does not; a GPU is no part of that.
    """
    from pathlib import Path  # noqa: PLC0415 - --help stays quick

    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from autograder.cli.training import Backend, show_training  # noqa: PLC0415
    from autograder.sandbox.demands import MENDS, meets_demands  # noqa: PLC0415
    from autograder.sandbox.host import Zygote  # noqa: PLC0415
    from autograder.sandbox.layers import Layer  # noqa: PLC0415

    backend = Backend()  # takes seconds to say what it is, meanwhile
    canary = Path(__file__).resolve().parent.parent / "records.py"
    with Zygote({}, canary) as zygote:
        states, files, sockets = zygote.isolation, zygote.blocks_files, zygote.blocks_sockets
        strict = meets_demands(zygote)
    table = Table(title="What isolates student code on this machine", title_justify="left")
    for heading in ("layer", "state", "what it gives, or the line that mends it"):
        table.add_column(heading)
    for layer, state in states.items():
        given = state == "on" or "not needed" in state
        table.add_row(
            layer, state, _PURPOSES.get(layer, "") if given else MENDS.get(Layer(layer), "")
        )
    console = Console()
    console.print(table)
    console.print(f"files outside Python's: {'blocked' if files else 'REACHABLE'}")
    console.print(f"sockets: {'blocked' if sockets else 'REACHABLE'}")
    console.print(
        "strict grading works here" if strict else "strict grading does NOT work here; see above"
    )
    show_training(backend, console)
    raise typer.Exit(0 if strict else 1)
