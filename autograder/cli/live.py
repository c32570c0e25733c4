"""What is trained at the moment, behind the bar of a command that grades."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["epochs_behind"]

_MOST_CHARACTERS: Final = 100


def epochs_behind(bar: Progress, task: TaskID) -> Callable[[Mapping[str, int | None]], None]:
    """Add a column to a bar, and give what shows in it how far the trainings are.

    The numbers come from the workers and are shown, no more: no result depends on them.

    Args:
        bar: From `progress_bar`, and shown: no terminal, no column.
        task: Its line.

    Returns:
        A function for `LocalExecutor.watch`.
    """
    from rich.progress import TextColumn  # noqa: PLC0415 - --help stays quick

    from autograder.executor.epochs import epoch_of  # noqa: PLC0415
    from autograder.report.text import one_line  # noqa: PLC0415

    bar.columns = (*bar.columns, TextColumn("{task.fields[now]}", markup=False))
    bar.update(task, now="")

    def show(graded: Mapping[str, int | None]) -> None:
        epochs = {name: epoch_of(pid) for name, pid in graded.items() if pid is not None}
        told = "; ".join(f"{one_line(name)}: {one}" for name, one in epochs.items() if one)
        bar.update(task, now=told[:_MOST_CHARACTERS])
        bar.refresh()

    return show
