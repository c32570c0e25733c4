"""The plugin that Otter calls while it grades."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from otter.plugins import AbstractOtterPlugin

from autograder.errors import GraderFault
from autograder.otter.outcome import Kind, Outcome, from_json
from autograder.otter.place import Place
from autograder.otter.results import fill_in
from autograder.otter.setaside import driver_notebook, set_aside
from autograder.threads import hold_to_one_thread

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from otter.test_files import GradingResults

__all__ = ["CoursePlugin"]


class CoursePlugin(AbstractOtterPlugin):  # type: ignore[misc]  # Otter has no types
    """Keeps what was handed in away from Otter, and gives Otter our points.

    Args:
        submission_path: Where Otter found the submission; None while a zip is generated.
        submission_metadata: What Gradescope tells; the driver reads it itself.
        plugin_config: Holds the assignment's id.
    """

    def __init__(
        self,
        submission_path: str | None,
        submission_metadata: dict[str, Any],
        plugin_config: dict[str, Any],
    ) -> None:
        super().__init__(submission_path, submission_metadata, plugin_config)
        self._assignment: str = plugin_config["assignment"]
        self._submission = Path(submission_path or "submission/driver.ipynb")
        self._place = Place(self._submission.parents[1])
        self._outcome: Outcome | None = None

    def before_grading(self, config: Any) -> None:
        """Set the hand-in aside, unless that was done before Otter started.

        Args:
            config: Otter's configuration.

        Raises:
            OSError: A file cannot be moved.
        """
        set_aside(self._place, self._assignment, self._submission.name, prepared=True)
        # Not what a log of the student's kernel claims.
        config.grade_from_log = False
        # Otter's kernel inherits it: one thread in the arithmetic, here as in the workers.
        hold_to_one_thread()

    def before_execution(self, submission: object) -> NotebookNode:  # noqa: ARG002 - Otter's signature
        """Give Otter the driver to execute, whatever it has read.

        Args:
            submission: What Otter has read; it is not looked at.
        """
        return driver_notebook(self._place, self._assignment)

    def after_grading(self, results: GradingResults) -> None:
        """Put our points and words into Otter's results.

        Args:
            results: Otter's; changed in place.

        Raises:
            GraderFault: The hand-in was not graded, by the grader's fault.
        """
        outcome = self._read_outcome(results)
        if outcome.kind is Kind.UNDECIDED:
            lines = (outcome.reason, *outcome.details, *_lines(outcome.isolation))
            raise GraderFault("the hand-in was not graded: " + "\n".join(lines))
        if results.has_catastrophic_failure():
            raise GraderFault(f"Otter has no results: {results.catastrophic_error}")
        fill_in(results, outcome)
        self._outcome = outcome

    def generate_report(self) -> str:
        """Tell the instructor what graded what, behind which walls, and what did not pass."""
        outcome = self._outcome
        if outcome is None:
            return "The hand-in was not graded."
        parts = [
            f"{outcome.kind.value}: {outcome.score:g} of {outcome.max_points:g} points",
            *filter(None, (outcome.reason, outcome.late)),
            "",
            *_lines(outcome.identity),
            "",
            "Isolation in force:",
            *_lines(outcome.isolation),
            "",
            *outcome.details,
        ]
        return "\n".join(parts)

    def _read_outcome(self, results: GradingResults) -> Outcome:
        try:
            return from_json(self._place.outcome.read_bytes())
        except (OSError, ValueError) as error:
            seen = "\n".join(_kernel_errors(results.notebook)) or "the kernel reported no error"
            raise GraderFault(f"the driver left no outcome ({error}):\n{seen}") from error


def _lines(items: dict[str, str]) -> Iterator[str]:
    return (f"  {name}: {value}" for name, value in items.items())


def _kernel_errors(notebook: Any) -> Iterator[str]:
    """Give the tracebacks that the kernel reported."""
    for cell in notebook.cells if notebook is not None else ():
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "error":
                yield "\n".join(output.get("traceback", ()))
