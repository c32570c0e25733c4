"""Options that several commands have: each is said once, and means the same everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AllowCpu", "Confinement", "GradebookUrl", "Isolation", "Roster", "Spread", "Workers"]


class Confinement(StrEnum):
    """What to do where a machine cannot isolate student code."""

    STRICT = "strict"
    BEST_EFFORT = "best-effort"


class Spread(StrEnum):
    """Over what the work is spread."""

    LOCAL = "local"
    RAY = "ray"


Workers = Annotated[
    int, typer.Option(min=0, help="Grading processes; 0 takes one for each processor.")
]
Isolation = Annotated[
    Confinement,
    typer.Option(help="Refuse to grade, or grade all the same, where the sandbox has gaps."),
]
AllowCpu = Annotated[
    bool, typer.Option("--allow-cpu", help="Train the reduced task where a GPU is asked for.")
]
GradebookUrl = Annotated[
    str, typer.Option(metavar="URL", help="A file or URL; by default gradebook.sqlite.")
]
Roster = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Students: CSV id,name,email,section,extension."),
]
