"""`autograder check`: the public tests on a student's own work."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from autograder.records import Verdict
    from autograder.workspace.check import TestResult
    from autograder.workspace.folder import Question, Workspace

__all__ = ["check"]


def check(
    assignment: Annotated[
        str, typer.Argument(help="The assignment's id; by default the one of this folder.")
    ] = "",
    only: Annotated[
        str, typer.Option(metavar="QUESTION", help="Check one question, such as A1.2.")
    ] = "",
    seconds: Annotated[float, typer.Option(min=0.1, help="How long one test may take.")] = 10.0,
) -> None:
    """Run the public tests on your work, and show what differs.

    Your code runs on this machine as it does under pytest. The exit status is 0 if all public
    tests passed, 1 if not, 2 if this is not the folder of an assignment.
    """
    from autograder.workspace.folder import find_workspace  # noqa: PLC0415 - --help stays quick

    workspace = find_workspace(assignment)
    questions = _chosen(workspace, only)
    if not _run(workspace, questions, seconds):
        raise typer.Exit(1)


def _chosen(workspace: Workspace, only: str) -> tuple[Question, ...]:
    """Take one question, by its id in any case, or all of them.

    Raises:
        BadParameter: The assignment has no such question.
    """
    if not only:
        return workspace.questions
    chosen = [one for one in workspace.questions if one.id.casefold() == only.casefold()]
    if not chosen:
        known = ", ".join(one.id for one in workspace.questions)
        message = f"{workspace.id} has no question {only}; it has {known}"
        raise typer.BadParameter(message, param_hint="--only")
    return tuple(chosen)


def _run(workspace: Workspace, questions: Sequence[Question], seconds: float) -> bool:
    """Show each question as soon as its tests are through; tell whether all passed."""
    from autograder.workspace.check import check as run_tests  # noqa: PLC0415 - see above
    from autograder.workspace.folder import ERRATA_FILE  # noqa: PLC0415

    print(f"{workspace.title} ({workspace.id})", flush=True)
    errata = ERRATA_FILE if (workspace.folder / ERRATA_FILE).is_file() else ""
    by_id = {question.id: question for question in questions}
    asked = questions[0].id if len(questions) == 1 else ""
    right = dict.fromkeys(by_id, False)
    seen: set[str] = set()
    for id_, tests in groupby(run_tests(workspace, asked, seconds), lambda test: test.question):
        if id_ in by_id:
            passed = _show(by_id[id_], list(tests), errata)
            right[id_] = passed and (right[id_] or id_ not in seen)
            seen.add(id_)
    for id_ in by_id.keys() - seen:
        print(f"? {id_} {by_id[id_].title}: there is no public test of it")
    count = sum(right.values())
    print(f"\nQuestions that pass the public tests: {count} of {len(right)}")
    if count < len(right):
        first = next(id_ for id_ in by_id if not right[id_])
        print(f"Next: {first}. Again: autograder check {workspace.id} --only {first}")
    else:
        print(f"Grading adds hidden tests. To hand in: autograder submit {workspace.id}")
    return count == len(right)


def _show(question: Question, tests: Sequence[TestResult], errata: str) -> bool:
    """Print a question's line, and what is wrong with it below; tell whether it passed."""
    from autograder.records import Verdict  # noqa: PLC0415 - see above
    from autograder.report.text import clean, one_line  # noqa: PLC0415
    from autograder.report.words import look_up_words  # noqa: PLC0415

    head = f"{question.id} {question.title}"
    passed = sum(test.verdict is Verdict.PASSED for test in tests)
    wrong = [test for test in tests if test.verdict is not Verdict.PASSED]
    if all(test.verdict is Verdict.NOT_ATTEMPTED for test in tests):
        _print(Verdict.NOT_ATTEMPTED, f"{head}: not written yet")
        return False
    tried = [test.verdict for test in wrong if test.verdict is not Verdict.NOT_ATTEMPTED]
    shown = [*tried, *(test.verdict for test in wrong), Verdict.PASSED]
    _print(shown[0], f"{head}: {passed} of {len(tests)} passed")
    for test in wrong:
        message = test.message
        if test.verdict is Verdict.NOT_ATTEMPTED:
            message = f"not written yet: {message}"
        for line in (f"  {test.claim}", *(f"    {line}" for line in clean(message).split("\n"))):
            _write(line)
    for mistake in filter(None, (test.mistake for test in tests)):
        _write(f"  Recognised: {one_line(mistake)}")
    if wrong and question.sources:
        _write(f"  {one_line(look_up_words(question.sources, errata))}")
    return not wrong


def _print(verdict: Verdict, text: str) -> None:
    """Print a line with the verdict's sign in front; its colour says nothing more."""
    from autograder.report.words import VERDICTS  # noqa: PLC0415 - see above

    wording = VERDICTS[verdict]
    sign = wording.symbol if _encoding().startswith("utf") else wording.letter
    _write(f"{sign} {text}")


def _write(line: str) -> None:
    print(line.encode(_encoding(), "replace").decode(_encoding()), flush=True)


def _encoding() -> str:
    return (sys.stdout.encoding or "ascii").lower()
