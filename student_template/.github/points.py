"""Run the public tests, and tell how far they are, question by question.

Run: python .github/points.py

It needs pytest and nothing else. On GitHub the table also goes to the page of the run.
"""

# ruff: noqa: INP001 - a script

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

FACTS = Path("assignment.json")


class Tally:
    """Notes for each question how much its public tests count, and how much of that passed."""

    def __init__(self) -> None:
        self.weights: dict[str, tuple[str, float]] = {}
        self.passed: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note what each test counts."""
        for item in items:
            question, points = (
                item.get_closest_marker("question"),
                item.get_closest_marker("points"),
            )
            if question is not None:
                weight = points.args[0] if points is not None else 1
                self.weights[item.nodeid] = (question.args[0], weight)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what passed."""
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def share(self, question: str) -> tuple[int, int, float]:
        """Count a question's tests that passed, all of them, and the share that they earn."""
        mine = {test: w for test, (name, w) in self.weights.items() if name == question}
        right = [test for test in mine if test in self.passed]
        total = sum(mine.values())
        return len(right), len(mine), sum(mine[test] for test in right) / total if total else 0.0


def table(tally: Tally, questions: list[dict]) -> str:
    """Write the points as a Markdown table with its sum.

    Args:
        tally: What was run.
        questions: As `assignment.json` lists them.
    """
    lines = ["| Question | Public tests | Points |", "|---|---:|---:|"]
    earned, possible = {False: 0.0, True: 0.0}, {False: 0.0, True: 0.0}
    for question in questions:
        stretch, most = question["stretch"], question["points"]
        right, count, share = tally.share(question["id"])
        points = int(100 * most * share + 1e-6) / 100
        earned[stretch] += points
        possible[stretch] += most
        title = f"{question['id']} {question['title']}".strip() + (" (bonus)" if stretch else "")
        tests = f"{right} of {count}" if count else "none"
        lines.append(f"| {title} | {tests} | {points:g} of {most:g} |")
    total = f"**{round(earned[False], 2):g} of {possible[False]:g} points"
    bonus = (
        f", and {round(earned[True], 2):g} of {possible[True]:g} bonus" if possible[True] else ""
    )
    lines += ["", f"{total}{bonus}** by the public tests."]
    lines += ["Grading repeats these tests and adds others, so the score can be lower."]
    return "\n".join(lines)


def main() -> int:
    """Run the tests in the current folder; the status is pytest's.

    Returns:
        0 if all public tests pass, 1 if some fail, 2 and more if they could not be run.
    """
    sys.path.insert(0, "")
    tally = Tally()
    status = int(pytest.main(["-p", "no:cacheprovider", "--tb=short"], plugins=[tally]))
    if FACTS.is_file():
        questions = json.loads(FACTS.read_text(encoding="utf-8"))["questions"]
    else:
        names = dict.fromkeys(name for name, _ in tally.weights.values())
        questions = [{"id": n, "title": "", "points": 1, "stretch": False} for n in names]
    text = table(tally, questions)
    if not tally.weights:
        text = f"The tests could not be loaded: the log of this run says why.\n\n{text}"
    print(f"\n{text}")
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"## Public tests\n\n{text}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
