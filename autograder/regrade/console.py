"""A regrade and a history in a terminal: plain text where it is piped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from autograder.regrade.differences import check_counts, summarise
from autograder.regrade.past import Attempt, Step
from autograder.regrade.records import CheckChange, Held, Move, QuestionChange, Regraded
from autograder.report.text import one_line
from autograder.report.words import counted, late_sentence, number

__all__ = ["print_history", "print_regrade"]

_MOVES: Final = 40
_CHECKS: Final = 4
_COUNTS: Final = 8
_DIGITS: Final = 19  # of `sha256:` and 12 more
_STATES: Final = {
    "stands": "stands",
    "replaced": "stood until the next one",
    "proposed": "proposed; does not stand",
    "dropped": "was proposed, and never stood",
}


def print_regrade(found: Regraded, console: Console) -> None:
    """Print who moves, by how much and through which checks, then the class in numbers.

    Args:
        found: What a regrade found.
        console: Where to; colours are the console's business.
    """
    _print(console, f"{found.title} ({found.assignment}), suite {found.suite[:_DIGITS]}", "bold")
    shown = [one for one in found.moves if _is_worth_telling(one)]
    for one in shown[:_MOVES]:
        _print_move(one, console)
    if len(shown) > _MOVES:
        _print(console, f"and {len(shown) - _MOVES} more: --json has them all")
    _print_counts(found.moves, console)
    for left in found.left:
        _print(console, f"{left.who} keeps its grade: {left.reason}")
    _print(console, _summary(found), "bold")


def _is_worth_telling(one: Move) -> bool:
    """Tell whether a hand-in moves, or would move if a person did not hold it."""
    held = any(question.held is not None for question in one.questions)
    return bool(one.change) or (one.before is None) != (one.after is None) or held


def _print_move(one: Move, console: Console) -> None:
    beside = f" ({one.submission})" if one.submission != one.who else ""
    what = f"{_points(one.before)} -> {_points(one.after)} ({one.change:+.10g})"
    _print(console, f"{one.who}{beside}: {what}", "bold")
    if one.reason:
        _print(console, f"ungraded: {one.reason}", indent=2)
    _print_questions(one.questions, console, indent=2)


def _print_questions(questions: Sequence[QuestionChange], console: Console, indent: int) -> None:
    for question in questions:
        if question.before == question.after and question.held is None:
            continue
        _print(console, _question(question), indent=indent)
        if question.held is not None:
            _print(console, _held(question.held, question), indent=indent + 2)
        for check in question.checks[:_CHECKS]:
            _print(console, f"{_check(check)}: {check.claim}", indent=indent + 2)
        if len(question.checks) > _CHECKS:
            more = counted(len(question.checks) - _CHECKS, "more check")
            _print(console, f"and {more}", indent=indent + 2)
        if not question.checks and question.held is None:
            _print(
                console, "no check ended otherwise: points or weights changed", indent=indent + 2
            )


def _question(one: QuestionChange) -> str:
    old = "not asked" if one.before is None else _of(one.before, one.max_before)
    new = "not asked any more" if one.after is None else _of(one.after, one.max_after)
    return f"{one.id} {one.title}: {old} -> {new}"


def _of(points: float, worth: float | None) -> str:
    return f"{number(points)} of {number(worth or 0)}"


def _held(held: Held, question: QuestionChange) -> str:
    now = "nothing" if held.after is None else number(held.after)
    told = (
        f"kept at {number(held.points)} points by {held.by} ({held.reason}); without that "
        f"{number(held.before)} -> {now}"
    )
    if held.after is not None and held.points > (question.max_after or 0):
        told += f"; that is more than it is worth now: `autograder adjust` {question.id} again"
    return told


def _check(check: CheckChange) -> str:
    before = check.before or "not in the suite"
    after = check.after or "not in the suite any more"
    return f"{check.id}: {before} -> {after}"


def _print_counts(moves: Sequence[Move], console: Console) -> None:
    counts = check_counts(moves)
    if not counts:
        return
    _print(console, "Checks that ended otherwise", "bold")
    for check, count in counts[:_COUNTS]:
        _print(console, f"{counted(count, 'hand-in')}: {_check(check)}", indent=2)
    if len(counts) > _COUNTS:
        _print(console, f"and {len(counts) - _COUNTS} more", indent=2)


def _summary(found: Regraded) -> str:
    told = summarise(found.moves)
    parts = [f"{told.up} up, {told.down} down, {told.same} the same"]
    if found.left:
        parts.append(f"{len(found.left)} left as they are")
    if told.mean_before is not None and told.mean_after is not None:
        change = told.mean_after - told.mean_before
        parts.append(f"mean {told.mean_before:.2f} -> {told.mean_after:.2f} ({change:+.2f})")
    return "; ".join(parts)


def print_history(who: str, attempts: Sequence[Attempt], console: Console) -> None:
    """Print every hand-in of a student, its grades, what persons decided, and what stands.

    Args:
        who: Whose it is.
        attempts: From `history_of`.
        console: Where to; colours are the console's business.
    """
    for one in attempts:
        came = one.entry.submitted if one.entry is not None else None
        when = f", handed in {came:%Y-%m-%d %H:%M} UTC" if came is not None else ""
        counts = "" if one.work.counts else "; a later one counts"
        head = f"{who}, attempt {one.work.attempt}: {one.work.name}{when}{counts}"
        _print(console, head, "bold")
        _print(console, f"content {one.work.digest[:12]}", indent=2)
        for step in one.steps:
            _print_step(step, console)
        for decision in one.decisions:
            points = decision.points
            what = "taken back" if points is None else f"set to {number(points)} points"
            told = f"{decision.question} {what} by {decision.by}: {decision.reason}"
            _print(console, f"{decision.at:%Y-%m-%d %H:%M} UTC  {told}", indent=2)
        for line in _standing(one):
            _print(console, line, "bold", indent=2)


def _print_step(step: Step, console: Console) -> None:
    past = step.past
    grade = past.grade
    score = f"{number(grade.points)} + {number(grade.bonus)} bonus"
    result = score if grade.status == "graded" else f"ungraded: {grade.reason}"
    head = f"{past.graded_at:%Y-%m-%d %H:%M} UTC  grade {past.id}: {result}; {_STATES[past.state]}"
    _print(console, head, indent=2)
    made = [f"suite {past.facts.suite[:_DIGITS]}"]
    made += [f"{past.facts.task} training"] if past.facts.task else []
    made += [f"on {past.facts.machine}"] if past.facts.machine else []
    _print(console, ", ".join(made), indent=4)
    if past.why:
        _print(console, f"why: {past.why}", indent=4)
    _print_questions(step.moved, console, indent=4)


def _standing(attempt: Attempt) -> Iterator[str]:
    entry = attempt.entry
    if entry is None:
        return
    if entry.grade.status != "graded":
        yield "stands: no score"
        return
    if entry.grade.late is not None:
        yield late_sentence(entry.grade)
    yield f"stands: {number(entry.final_points)} points"


def _points(points: float | None) -> str:
    return "no score" if points is None else str(number(points))


def _print(console: Console, text: str, style: str = "", *, indent: int = 0) -> None:
    console.print(Text(" " * indent + one_line(text), style), soft_wrap=True)
