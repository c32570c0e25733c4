"""Grades for spreadsheets and for programs: a row a student, or a line of JSON a grade."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from autograder.export.cells import neutral, points_text
from autograder.export.records import ClassGrades, Exported, LeftOut, left_out
from autograder.gradebook.records import Adjustment, Entry
from autograder.records import ClassResult, Status
from autograder.report.as_json import dumps
from autograder.report.summary import questions_of
from autograder.report.words import number
from autograder.roster import Student

__all__ = ["export_csv", "export_json_lines"]

_ABOUT = ("id", "name", "email", "section")
_OF_AN_ASSIGNMENT = ("submission", "status", "points", "bonus", "penalty", "final")


def export_csv(classes: Sequence[ClassGrades], students: Mapping[str, Student]) -> Exported:
    """Write a table: a row a student, columns for each assignment and for each of its questions.

    The points of a question and of `points` and `bonus` are raw; `penalty` is what lateness takes
    off, and `final` what counts. Cells of an ungraded hand-in are empty, and its status says so.

    Args:
        classes: The grades of each assignment.
        students: The roster; every student of it has a row.

    Returns:
        UTF-8 with a byte order mark, without which spreadsheets take it for another encoding.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    questions = {one.assignment: _question_ids(one) for one in classes}
    header = list(_ABOUT)
    for one in classes:
        ids = questions[one.assignment]
        header += [f"{one.assignment} {name}" for name in (*_OF_AN_ASSIGNMENT, *ids)]
    writer.writerow(map(neutral, header))
    for student, entries in _rows(classes, students):
        row = [neutral(text) for text in _about(student)]
        for one in classes:
            row += _cells(entries.get(one.assignment), questions[one.assignment])
        writer.writerow(row)
    return _exported(("\ufeff" + buffer.getvalue()).encode(), classes)


def export_json_lines(classes: Sequence[ClassGrades], students: Mapping[str, Student]) -> Exported:
    """Write JSON Lines: a line a hand-in that counts, with every detail of its grade.

    Args:
        classes: The grades of each assignment.
        students: The roster.

    Returns:
        UTF-8. What is under `grade` has the keys of `autograder grade --json`.
    """
    lines = [_line(entry, students) for one in classes for entry in one.entries]
    return _exported("".join(lines).encode(), classes)


def _exported(content: bytes, classes: Iterable[ClassGrades]) -> Exported:
    entries = [entry for one in classes for entry in one.entries]
    without = [left_out(entry, student_needed=False) for entry in entries]
    reasons: tuple[LeftOut, ...] = tuple(one for one in without if one is not None)
    return Exported(content, len(entries) - len(reasons), reasons)


def _question_ids(grades: ClassGrades) -> tuple[str, ...]:
    return tuple(question.id for question in questions_of(entry.grade for entry in grades.entries))


def _rows(
    classes: Sequence[ClassGrades], students: Mapping[str, Student]
) -> Iterator[tuple[Student, Mapping[str, Entry]]]:
    """Gather each student's grades; then come the hand-ins of nobody known, each by itself."""
    found: dict[str, dict[str, Entry]] = {student: {} for student in sorted(students)}
    strays = []
    for one in classes:
        for entry in one.entries:
            if entry.student:
                found.setdefault(entry.student, {})[one.assignment] = entry
            else:
                strays.append({one.assignment: entry})
    for student, entries in found.items():
        yield students.get(student, Student(student)), entries
    for stray in strays:
        yield Student(""), stray


def _about(student: Student) -> tuple[str, ...]:
    return student.id, student.name, student.email, student.section


def _cells(entry: Entry | None, questions: Sequence[str]) -> list[str]:
    """Write an assignment's part of a row."""
    if entry is None:
        return ["", "missing", *[""] * (len(_OF_AN_ASSIGNMENT) - 2 + len(questions))]
    grade = entry.grade
    about = [neutral(entry.submission), grade.status.value]
    if grade.status is not Status.GRADED:
        return [*about, *[""] * (len(_OF_AN_ASSIGNMENT) - 2 + len(questions))]
    penalty = grade.late.penalty_points if grade.late is not None else 0.0
    points = {question.id: points_text(question.points) for question in grade.questions}
    numbers = (grade.points, grade.bonus, penalty, entry.final_points)
    return [*about, *map(points_text, numbers), *(points.get(one, "") for one in questions)]


def _line(entry: Entry, students: Mapping[str, Student]) -> str:
    """Write one grade as one line."""
    grade = entry.grade
    result = ClassResult(entry.assignment, "", grade.max_points, entry.suite, grades=(grade,))
    # `dumps` writes a grade on one line, in ASCII where a terminal would act on a character.
    written = dumps(result).split("\n")[1]
    about = json.dumps(_head(entry, students.get(entry.student)), allow_nan=False)
    return f'{about[:-1]}, "grade": {written}}}\n'


def _head(entry: Entry, student: Student | None) -> dict[str, Any]:
    """Say whose the grade is and how it came to stand."""
    graded = entry.grade.status is Status.GRADED
    late = entry.grade.late
    return {
        "assignment": entry.assignment,
        "student": entry.student or None,
        "name": student.name if student is not None else None,
        "email": student.email if student is not None else None,
        "section": student.section if student is not None else None,
        "attempt": entry.attempt,
        "submitted": entry.submitted.isoformat() if entry.submitted is not None else None,
        "graded_at": entry.graded_at.isoformat(),
        "suite": entry.suite,
        "raw_points": number(entry.grade.points + entry.grade.bonus) if graded else None,
        "penalty_points": number(late.penalty_points if late is not None else 0)
        if graded
        else None,
        "final_points": number(entry.final_points) if graded else None,
        "adjustments": [_adjustment(one) for one in entry.adjustments],
    }


def _adjustment(one: Adjustment) -> dict[str, Any]:
    points = number(one.points)
    when = one.at.isoformat()
    return {
        "question": one.question,
        "points": points,
        "by": one.by,
        "reason": one.reason,
        "at": when,
    }
