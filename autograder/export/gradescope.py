"""Grades for Gradescope: an autograder zip that hands each student the result made elsewhere.

Gradescope documents no import of scores. What it documents is what an autograder leaves behind,
`results.json`; so the zip holds one of these for each student, and a script that picks it. No
student code runs there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from autograder.archive import EXECUTABLE, Member, zip_bytes
from autograder.export import gradescope_pick
from autograder.export.records import ClassGrades, Exported, LeftOut, left_out
from autograder.gradebook.records import Entry
from autograder.otter.wording import all_passed, check_words, sum_words
from autograder.records import Grade, QuestionGrade
from autograder.report.words import late_sentence, number
from autograder.roster import Student

__all__ = ["export_gradescope"]

_VISIBILITY: Final = MappingProxyType(
    {"never": "hidden", "after_due": "after_due_date", "after_published": "after_published"}
)
_SHEBANG: Final = b"#!/usr/bin/env python3\n"
_SETUP: Final = """\
#!/usr/bin/env bash
set -e
command -v python3 > /dev/null || apt-get install -y python3
"""

_Object = dict[str, Any]  # JSON's values have no useful static type


def export_gradescope(grades: ClassGrades, students: Mapping[str, Student]) -> Exported:
    """Pack the results of a class as a zip for Gradescope's *Configure Autograder*.

    Args:
        grades: Of one assignment.
        students: The roster, whose addresses of mail Gradescope knows the students by.

    Returns:
        The zip; the same grades make the same bytes.
    """
    members = {
        "setup.sh": Member(_SETUP.encode(), EXECUTABLE),
        "run_autograder": Member(
            _SHEBANG + Path(gradescope_pick.__file__).read_bytes(), EXECUTABLE
        ),
    }
    keys: dict[str, str] = {}
    submitted: dict[str, str] = {}
    without: list[LeftOut] = []
    for place, entry in enumerate(grades.entries, start=1):
        reason = left_out(entry)
        if reason is not None:
            without.append(reason)
            continue
        name = f"{place:05d}.json"
        members[f"results/{name}"] = Member(_json(_result(entry, grades.hidden_results)))
        student = students.get(entry.student, Student(entry.student))
        keys |= {key.casefold(): name for key in (student.id, student.email) if key}
        if entry.submitted is not None:
            submitted[name] = entry.submitted.astimezone(UTC).isoformat()
    index = {"assignment": grades.assignment, "students": keys, "submitted": submitted}
    members["index.json"] = Member(_json(index))
    packed = len(grades.entries) - len(without)
    return Exported(zip_bytes(members), packed, tuple(without))


def _json(data: _Object) -> bytes:
    return json.dumps(data, allow_nan=False, indent=1, sort_keys=True).encode()


def _result(entry: Entry, hidden_results: str) -> _Object:
    """Make one `results.json`: its keys and words are those of our Otter zips."""
    grade = entry.grade
    hidden = _VISIBILITY.get(hidden_results, "hidden")
    tests = [_shown("Public checks", _public_words(grade), "visible")]
    if late := late_sentence(grade):
        tests.append(_shown("Handed in late", late, "visible"))
    tests += [_question(grade, question, hidden) for question in grade.questions]
    tests.append(_shown("Sum", sum_words(grade, grade.late), hidden))
    return {
        "score": number(entry.final_points),
        "execution_time": number(grade.seconds),
        "stdout_visibility": "hidden",
        "extra_data": {"kind": "graded", "hand-in": grade.sha256, "suite": entry.suite},
        "tests": tests,
    }


def _public_words(grade: Grade) -> str:
    parts = [
        f"{question.id} {question.title}\n{check_words(grade, question, public=True)}"
        for question in grade.questions
        if any(check.public for check in question.checks)
    ]
    return "\n\n".join([*parts, *grade.notes]) or "There are no public checks."


def _question(grade: Grade, question: QuestionGrade, visibility: str) -> _Object:
    passed = all(all_passed(question, public=public) for public in (True, False))
    return {
        **_shown(
            f"{question.id} {question.title}",
            check_words(grade, question, public=False),
            visibility,
        ),
        "score": number(question.points),
        "max_score": number(question.max_points),
        "status": "passed" if passed else "failed",
    }


def _shown(name: str, output: str, visibility: str) -> _Object:
    return {"name": name, "output": output, "output_format": "text", "visibility": visibility}
