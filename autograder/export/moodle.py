"""Grades into a Moodle grading worksheet: the grade and the feedback comment, and nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from autograder.errors import InstructorError
from autograder.export.cells import has_decimal_commas, neutral
from autograder.export.columns import find_column, require_complete, require_known
from autograder.export.filling import Filling, read_maximum
from autograder.export.matching import Candidate, match_rows
from autograder.export.records import ClassGrades, Exported
from autograder.export.sheet import Row, Sheet, read_sheet
from autograder.gradebook.records import Entry
from autograder.report.files import page_names
from autograder.report.words import counted, late_sentence, number, score_sentence
from autograder.roster import Student

__all__ = ["export_moodle"]

# Moodle writes headings in the language of whoever downloads the worksheet.
_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "identifier": ("Identifier", "ID"),
        "grade": ("Grade", "Bewertung"),
        "maximum": ("Maximum grade", "Maximum Grade", "Bestwertung"),
        "feedback": ("Feedback comments", "Feedback als Kommentar"),
        "changeable": ("Grade can be changed", "Bewertung kann geändert werden"),
        "id": ("ID number", "ID-Nummer"),
        "username": ("Username", "Anmeldename"),
        "email": ("Email address", "E-Mail-Adresse"),
    }
)
_NEEDED: Final = ("identifier", "grade", "maximum")
_KEYS: Final = ("id", "username", "email")
_NO: Final = ("no", "nein")
_PARTICIPANT: Final = re.compile(r"\D*(\d+)")


def export_moodle(
    path: Path,
    grades: ClassGrades,
    students: Mapping[str, Student],
    columns: Mapping[str, str],
    links: str = "",
) -> Exported:
    """Put grades and feedback into the worksheet of an assignment.

    Args:
        path: The worksheet that Moodle wrote.
        grades: Of the assignment.
        students: The roster.
        columns: What a column is for, such as `grade`, to its heading, where the worksheet is in
            another language than English or German. `id=Identifier` matches by Moodle's own
            number, which is all that a worksheet of anonymous submissions has.
        links: Where the students' pages are, such as `https://example.org/feedback`; empty for
            feedback without a link.

    Returns:
        The worksheet, in which only cells of these two columns differ.

    Raises:
        InstructorError: The file is no worksheet, or lacks a column that is needed.
    """
    require_known(columns, tuple(_HEADINGS))
    headings = {**_HEADINGS, **{name: (heading,) for name, heading in columns.items()}}
    sheet = read_sheet(path, [headings[name] for name in _NEEDED])
    # What is needed is there: `read_sheet` has looked.
    places = {
        name: place
        for name, known in headings.items()
        if (place := find_column(sheet, known)) is not None
    }
    top = _first_row(sheet, places["maximum"])
    maximum = read_maximum(sheet, top, places["maximum"])
    comma = has_decimal_commas([top.values[places["maximum"]]], sheet.delimiter)
    matches = match_rows(_candidates(sheet, places), students)
    filling = Filling(sheet, matches, comma, lambda row, _: _lock(row, places))
    put = filling.put_grades(grades, places["grade"], maximum, bonus=False)
    _put_feedback(filling, grades, put, places.get("feedback"), links)
    return filling.exported()


def _first_row(sheet: Sheet, column: int) -> Row:
    """Find the first student's row; every row repeats its maximum."""
    for row in sheet.rows[1:]:
        require_complete(sheet, row)
    maxima = dict.fromkeys(row.values[column] for row in sheet.rows[1:])
    if len(maxima) != 1:
        told = ", ".join(list(maxima)[:3]) or "no row"
        message = f"{sheet.path}: {sheet.header[column]}: expected the same in each row"
        raise InstructorError(f"{message}; found {told}; download the worksheet anew")
    return sheet.rows[1]


def _candidates(sheet: Sheet, places: Mapping[str, int]) -> Iterable[Candidate]:
    """List the students' rows with what says whose they are.

    Raises:
        InstructorError: Nothing says it.
    """
    keys = [places[name] for name in _KEYS if name in places]
    if not keys:
        told = ", ".join(sheet.header[:4])
        message = f"{sheet.path}: expected a column with the roster's ids or addresses of mail"
        raise InstructorError(f"{message}; found {told}; name it with --column 'id=HEADING'")
    for index, row in enumerate(sheet.rows[1:], start=1):
        held = [row.values[key] for key in keys]
        shown = row.values[places["identifier"]]
        # `Participant 123456`: the number alone is what folders of hand-ins are named by.
        if places["identifier"] in keys and (found := _PARTICIPANT.fullmatch(shown)):
            held.append(found[1])
        yield Candidate(index, row.line, shown, tuple(held))


def _lock(row: Row, places: Mapping[str, int]) -> str:
    """Say that Moodle would pass over a row's grade; empty if it would not."""
    locked = "changeable" in places and row.values[places["changeable"]].casefold() in _NO
    return "Moodle has the grade locked or overridden" if locked else ""


def _put_feedback(
    filling: Filling,
    grades: ClassGrades,
    put: Iterable[tuple[Entry, int]],
    column: int | None,
    links: str,
) -> None:
    """Write a comment beside each grade, unless a person has written one."""
    if column is None:
        none = "the worksheet has no column for feedback comments: only grades are written"
        filling.notes.append(f"{grades.assignment}: {none}")
        return
    names = sorted(entry.submission for entry in grades.entries)
    pages = dict(zip(names, page_names(names), strict=True))
    beginning = neutral(f"{html.escape(grades.title)}: ")
    kept = 0
    for entry, row in put:
        found = filling.sheet.rows[row].cells[column].value
        if found.strip() and not found.startswith(beginning):
            kept += 1
            continue
        link = f"{links.rstrip('/')}/{pages[entry.submission]}" if links else ""
        by_question = grades.hidden_results != "never"
        text = beginning + _feedback(entry, link, by_question=by_question)
        if text != found:
            filling.changes[row, column] = text
    if kept:
        told = f"{counted(kept, 'comment')} of a person kept, so without our feedback"
        filling.notes.append(f"{grades.assignment}: {told}")


def _feedback(entry: Entry, link: str, *, by_question: bool) -> str:
    """Say in HTML, as Moodle shows comments, how the points come about."""
    grade = entry.grade
    lines = [score_sentence(grade), late_sentence(grade)]
    lines += [
        f"{one.id} {one.title}: {number(one.points)} of {number(one.max_points)}"
        for one in (grade.questions if by_question else ())
    ]
    shown = [html.escape(neutral(line)) for line in lines if line]
    if link:
        shown.append(f'<a href="{html.escape(link)}">What was checked</a>')
    return "<br>".join(shown)
