"""Otter's results with our score: each question's points, the total, and who sees what when."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final, cast

from otter.test_files import GradingResults

from autograder.errors import GraderFault
from autograder.otter.outcome import Kind, Outcome

__all__ = ["CourseResults", "fill_in"]

PLUGIN: Final = "autograder.otter.plugin.CoursePlugin"
_VISIBILITY: Final = MappingProxyType(
    {"never": "hidden", "after_due": "after_due_date", "after_published": "after_published"}
)
_SHOWN: Final = "visible"


def fill_in(results: GradingResults, outcome: Outcome) -> None:
    """Put the outcome's points and words into Otter's results.

    Args:
        results: What Otter made of its test files; becomes a `CourseResults`.
        outcome: What the driver found.

    Raises:
        GraderFault: Otter's test files say something else than the driver.
    """
    found = dict(results.results)
    wanted = [question.id for question in outcome.questions]
    if outcome.kind is not Kind.REFUSED and set(found) != set(wanted):
        raise GraderFault(
            f"Otter ran the test files of {', '.join(sorted(found)) or 'no question'}; "
            f"expected {', '.join(wanted)}; build the release again"
        )
    results.clear_results()
    for question in outcome.questions:
        test_file = found[question.id]
        words = {False: question.public_words, True: question.hidden_words}
        passed = {False: question.public_passed, True: question.hidden_passed}
        for case in test_file.test_case_results:
            if case.passed != passed[case.test_case.hidden]:
                raise GraderFault(f"{question.id}: Otter's verdict differs from the driver's")
            # Otter's own message quotes the test file, and that line would tell a student nothing.
            case.message = words[case.test_case.hidden]
        results.results[question.id] = test_file
        results.update_score(question.id, question.points)
    results.set_plugin_data(PLUGIN, outcome)
    # Otter hands this very object on to whatever writes results.json, and asks nobody for another.
    results.__class__ = CourseResults


class CourseResults(GradingResults):  # type: ignore[misc]  # Otter has no types
    """Otter's results, whose total is ours and whose tests are shown as the course says."""

    @property
    def outcome(self) -> Outcome:
        """What the driver found."""
        return cast("Outcome", self.get_plugin_data(PLUGIN))

    @property
    def total(self) -> float:
        """The score: bonus within its limit, lateness taken off."""
        return self.outcome.score

    def to_gradescope_dict(self, ag_config: Any) -> dict[str, Any]:
        """Write the results for Gradescope.

        Args:
            ag_config: Otter's configuration.

        Returns:
            What Otter writes, with the course's score and visibility.
        """
        outcome = self.outcome
        document: dict[str, Any] = super().to_gradescope_dict(ag_config)
        # Also for a hand-in that was refused: without a score Gradescope takes the results for a
        # failure of the grader, and the student would not read what to do.
        document["score"] = outcome.score
        document["stdout_visibility"] = "hidden"
        # What a student wrote must stay what it is, whatever Gradescope's default becomes.
        document["output_format"] = document["test_output_format"] = "text"
        document["test_name_format"] = "text"
        document["extra_data"] = {"kind": outcome.kind.value, **outcome.identity}
        if outcome.notes:
            document["output"] = "\n\n".join(outcome.notes)
        if outcome.kind is Kind.REFUSED:
            document["tests"] = [_entry("Hand-in", outcome.reason, passed=False)]
            return document
        summary, *questions = document["tests"]
        document["tests"] = [summary]
        if outcome.late:
            document["tests"].append(_entry("Handed in late", outcome.late))
        if outcome.kind is Kind.GRADED:
            hidden = _VISIBILITY.get(outcome.hidden_results, "hidden")
            titles = {question.id: question.title for question in outcome.questions}
            for test in questions:
                test["name"] = f"{test['name']} {titles[test['name']]}"
                test["visibility"] = hidden
            document["tests"] += [*questions, _entry("Sum", outcome.sum, hidden)]
        return document


def _entry(
    name: str, output: str, visibility: str = _SHOWN, *, passed: bool | None = None
) -> dict[str, Any]:
    """Make an entry without points: the total says what counts."""
    entry = {"name": name, "output": output, "visibility": visibility}
    return entry if passed is None else entry | {"status": "passed" if passed else "failed"}
