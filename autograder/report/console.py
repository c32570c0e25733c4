"""The class in a terminal: a table of 80 columns, a legend, a summary, and who has no grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.records import ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report.feedback import first_step
from autograder.report.summary import questions_of, summarise
from autograder.report.text import clean, one_line
from autograder.report.words import (
    STATUSES,
    VERDICTS,
    Wording,
    facts,
    late_sentence,
    look_up_words,
    number,
    short,
    to_look_up,
    training_sentence,
)

__all__ = ["plain", "print_class"]


def plain(text: str) -> str:
    """Make text of unknown origin safe to print within Rich markup, on one line.

    Args:
        text: Anything, such as a file's name or a student's message.

    Returns:
        The text without terminal sequences, control characters and bidirectional controls, with
        whatever Rich would read as markup escaped.
    """
    line = one_line(text)
    body = line.rstrip("\\")
    # A backslash at the end would escape the tag that follows it.
    return escape(body) + "\\" * (2 * (len(line) - len(body)))


def print_class(
    result: ClassResult, console: Console, *, wall_seconds: float | None = None
) -> None:
    """Print the table of a class, its legend, its summary, and the ungraded with their reasons.

    Args:
        result: What `grade` found.
        console: Where to; colours are the console's business (none when piped or with NO_COLOR).
        wall_seconds: How long the run took; without it the sum over the submissions is given.
    """
    paper = _Paper(console)
    questions = questions_of(result.grades)
    console.print(paper.line(f"{result.title} ({result.assignment})", "bold"))
    if result.grades:
        console.print(_table(result, questions, paper))
        _print_legend(result, questions, paper)
    console.print(_summary(result, paper, wall_seconds))
    if result.training:
        console.print(paper.line(training_sentence(result.training), "dim"))
    _print_late(result, paper)
    _print_ungraded(result, paper)
    if len(result.grades) == 1:
        _print_first_step(result, paper)


@dataclass(frozen=True, slots=True)
class _Paper:
    """A console, and what can be written on it."""

    console: Console

    def line(self, text: str, style: str = "") -> Text:
        """Make a line of text that is never read as markup and can be encoded."""
        line = one_line(text)
        if self._ascii:
            line = line.replace("·", "|").encode("ascii", "replace").decode()
        return Text(line, style=style)

    def sign(self, wording: Wording) -> str:
        """Give the sign of a verdict: a symbol, or a letter where only ASCII can be written."""
        return wording.letter if self._ascii else wording.symbol

    @property
    def cut(self) -> Literal["crop", "ellipsis"]:
        """Tell how a cell that is too narrow ends: Rich's ellipsis cannot be written as ASCII."""
        return "crop" if self._ascii else "ellipsis"

    @property
    def _ascii(self) -> bool:
        return not self.console.encoding.lower().startswith("utf")


def _heading(question: QuestionGrade) -> str:
    """Shorten `A1.2` to `2` for a narrow column; a bonus question has a star."""
    return question.id.rpartition(".")[2] + ("*" if question.stretch else "")


def _table(result: ClassResult, questions: tuple[QuestionGrade, ...], paper: _Paper) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    cut = paper.cut
    table.add_column("submission", min_width=10, overflow=cut, no_wrap=True)
    late = any(grade.late is not None for grade in result.grades)
    headings: list[Text | str] = [paper.line(_heading(question)) for question in questions]
    for heading in (*headings, "total", "bonus", *(["final"] if late else [])):
        table.add_column(heading, justify="right", overflow=cut, no_wrap=True)
    table.add_column("status", overflow=cut, no_wrap=True)
    for grade in result.grades:
        by_id = {question.id: question for question in grade.questions}
        table.add_row(
            paper.line(grade.submission),
            *(_cell(by_id.get(question.id), paper) for question in questions),
            *_totals(grade, paper),
            *([_final(grade, paper)] if late else []),
            paper.line(STATUSES[grade.status].words, STATUSES[grade.status].style),
        )
    return table


def _totals(grade: Grade, paper: _Paper) -> tuple[Text, Text]:
    if grade.status is not Status.GRADED:
        return paper.line("?", STATUSES[grade.status].style), Text("")
    bonus = f"+{short(grade.bonus)}" if grade.bonus else ""
    return paper.line(short(grade.points), "bold"), paper.line(bonus)


def _final(grade: Grade, paper: _Paper) -> Text:
    """Show what is left after the late penalty; nothing where the time is not known."""
    if grade.late is None:
        return Text("")
    return paper.line(short(grade.late.final_points), "yellow" if grade.late.days else "")


def _cell(question: QuestionGrade | None, paper: _Paper) -> Text:
    """Show a question in at most 4 columns: its mark, its points, or whole points and a mark."""
    if question is None:
        return Text("")
    wording = VERDICTS[question.verdict]
    sign = paper.sign(wording)
    if question.verdict is Verdict.FAILED:
        return paper.line(short(question.points), wording.style)
    if question.points and question.verdict is not Verdict.PASSED:
        return paper.line(short(question.points, 0) + sign, wording.style)
    return paper.line(sign, wording.style)


def _print_legend(result: ClassResult, questions: tuple[QuestionGrade, ...], paper: _Paper) -> None:
    seen = {question.verdict for grade in result.grades for question in grade.questions}
    marks = [
        f"{paper.sign(wording)} {wording.words}"
        for verdict, wording in VERDICTS.items()
        if verdict in seen and verdict is not Verdict.FAILED
    ]
    if Verdict.FAILED in seen:
        marks.append("a number: points, not all checks passed")
    if any(question.stretch for question in questions):
        marks.append("* bonus question")
    titles = [
        f"{question.id} {question.title} ({number(question.max_points)})" for question in questions
    ]
    paper.console.print()
    for parts in (titles, marks):
        for line in _filled(parts, paper.console.width):
            paper.console.print(paper.line(line, "dim"))


def _filled(parts: Iterable[str], width: int) -> list[str]:
    """Put as many parts on each line as it holds; a part is not broken if a line can hold it."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_len(f"{lines[-1]} · {part}") <= width:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return lines


def _summary(result: ClassResult, paper: _Paper, wall_seconds: float | None) -> Text:
    summary = summarise(result)
    parts = [f"{summary.graded} graded, {summary.ungraded} ungraded"]
    if summary.mean is not None and summary.median is not None:
        parts.append(
            f"mean {short(summary.mean)}, median {short(summary.median)}"
            f" of {number(result.max_points)} points"
        )
    seconds = summary.seconds if wall_seconds is None else wall_seconds
    parts.append(f"{seconds:.2f} s")
    return paper.line(" · ".join(parts), "bold")


def _print_late(result: ClassResult, paper: _Paper) -> None:
    late = {g.submission: late_sentence(g) for g in result.grades if g.late and g.late.days}
    _print_list("Late, in final but not in total:", late, paper)


def _print_ungraded(result: ClassResult, paper: _Paper) -> None:
    ungraded = {
        grade.submission: grade.reason or "no reason recorded"
        for grade in result.grades
        if grade.status is not Status.GRADED
    }
    _print_list("Ungraded, and why:", ungraded, paper)


def _print_first_step(result: ClassResult, paper: _Paper) -> None:
    """Tell about a single submission what to mend first, as its page does."""
    step = first_step(result.grades[0])
    if step is None:
        return
    question, check = step.question, step.check
    wording = VERDICTS[check.verdict]
    points = number(step.lost)
    lost = f"{points} {'point' if points == 1 else 'points'} "
    lost += "to win" if question.stretch else "lost"
    lines = [paper.line(f"{paper.sign(wording)} {wording.words}: {check.claim}", wording.style)]
    told = [] if check.verdict is Verdict.NOT_ATTEMPTED else facts(clean(check.message))
    for text in (question.advice, *told):
        indent = "  " if text.startswith(" ") else ""
        lines += [Text(indent) + paper.line(text)] if text.strip() else []
    if sources := to_look_up(question):
        lines.append(paper.line(look_up_words(sources)))
    again = f"Again: autograder check {result.assignment} --only {question.id}"
    paper.console.print()
    paper.console.print(paper.line(f"Mend first: {question.id} {question.title}, {lost}", "bold"))
    for line in (*lines, paper.line(again)):
        paper.console.print(Padding(line, (0, 0, 0, 2), expand=False))


def _print_list(heading: str, lines: Mapping[str, str], paper: _Paper) -> None:
    if not lines:
        return
    paper.console.print()
    paper.console.print(paper.line(heading, "bold"))
    for submission, text in lines.items():
        name = paper.line(submission, "bold")
        paper.console.print(Padding(name + Text(": ") + paper.line(text), (0, 0, 0, 2)))
