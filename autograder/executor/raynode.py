"""What runs on a node of a Ray cluster: an actor with a bench of its own."""

from __future__ import annotations

import gc
import json
import platform
from contextlib import ExitStack
from pathlib import Path

from autograder.errors import AutograderError
from autograder.executor import Bench, Opener, Task
from autograder.plain import grade_to_json
from autograder.threads import hold_to_one_thread

__all__ = ["RayGrader"]


class RayGrader:
    """Grades in a process of Ray's; all that it answers is text."""

    def __init__(self) -> None:
        hold_to_one_thread()
        self._stack = ExitStack()
        self._bench: Bench | None = None

    def place(self) -> str:
        """Return Ray's name of the node that this process is on."""
        import ray  # noqa: PLC0415 - heavy, and only here where it is

        return str(ray.get_runtime_context().get_node_id())

    def open(self, open_bench: Opener) -> str:
        """Open the bench.

        Args:
            open_bench: Makes it.

        Returns:
            JSON: `isolation` and `training` of the bench; or, where this node cannot have one,
            `refused`, why, with the name of the `machine` and the error's `exit_status`.
        """
        try:
            bench = self._stack.enter_context(open_bench(0))
        except AutograderError as error:
            why = {"refused": str(error), "exit_status": error.exit_status}
            return json.dumps({**why, "machine": platform.node()})
        self._bench = bench
        # As in a process of this machine: the suite stays, so it is not looked through again.
        gc.collect()
        gc.freeze()
        return json.dumps({"isolation": bench.isolation, "training": bench.training})

    def grade(self, tasks: list[tuple[str, str, str]]) -> str:
        """Grade a batch.

        Args:
            tasks: Path, name and assignment of each.

        Returns:
            JSON: a list of the grades, each as the text that `grade_to_json` makes.
        """
        assert self._bench is not None
        grades = [
            grade_to_json(self._bench.grade(Task(Path(path), name, assignment)))
            for path, name, assignment in tasks
        ]
        return json.dumps(grades)

    def close(self) -> None:
        """End the bench."""
        self._stack.close()
