"""The result of a run as JSON, schema 1: what programs read.

Keys come in the order in which they are written here, and nothing is sorted, so the same records
give the same bytes. What a check shows is in its `figures`; docs/pictures.md has their keys.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import Any, Final

from autograder.figures import Curves, Figure, Heat, Matrix
from autograder.records import (
    CheckOutcome,
    ClassResult,
    Grade,
    Lateness,
    QuestionGrade,
    Verdict,
)
from autograder.report.text import INVISIBLE
from autograder.report.words import number

__all__ = ["SCHEMA", "class_to_dict", "dumps"]

SCHEMA: Final = 1

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_Object = dict[str, Any]  # JSON's values have no useful static type


def class_to_dict(result: ClassResult) -> _Object:
    """Turn a run's records into plain data in the order of the schema.

    Args:
        result: What `grade` found.

    Returns:
        Nested dicts and lists of strings and finite numbers.

    Raises:
        ValueError: A number in the records is not finite.
    """
    return _head(result) | {"grades": [_grade(grade) for grade in result.grades]}


def dumps(result: ClassResult) -> str:
    """Write a run's records as JSON text, one grade a line.

    Characters that would act on a terminal or reorder the text are written as escapes, which
    reads back as the same text; a lone surrogate becomes U+FFFD, so the text encodes as UTF-8.

    Raises:
        ValueError: A number in the records is not finite.
    """
    head = _encode(_head(result)).removesuffix("}")
    grades = ",\n".join(_encode(_grade(grade)) for grade in result.grades)
    return f'{head}, "grades": [\n{grades}\n]}}\n'


def _encode(data: _Object) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    text = _SURROGATE.sub("\ufffd", text)
    return _INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _head(result: ClassResult) -> _Object:
    data: _Object = {
        "schema": SCHEMA,
        "assignment": result.assignment,
        "max_points": number(result.max_points),
        "suite": result.suite,
        "isolation": dict(result.isolation),
    }
    if result.training:
        data["training"] = dict(result.training)
    return data


def _grade(grade: Grade) -> _Object:
    data: _Object = {
        "submission": grade.submission,
        "sha256": grade.sha256,
        "status": grade.status.value,
    }
    if grade.reason:
        data["reason"] = grade.reason
    data |= {
        "points": number(grade.points),
        "bonus": number(grade.bonus),
        "max_points": number(grade.max_points),
    }
    if grade.late is not None:
        data["late"] = _late(grade.late)
    return data | {
        "notes": list(grade.notes),
        "printed": grade.printed,
        "seconds": number(grade.seconds),
        "questions": [_question(question) for question in grade.questions],
    }


def _late(late: Lateness) -> _Object:
    return {
        "due": late.due.isoformat(),
        "submitted": late.submitted.isoformat(),
        "seconds_late": number(late.seconds_late),
        "days": late.days,
        "percent": number(late.percent),
        "penalty_points": number(late.penalty_points),
        "final_points": number(late.final_points),
        "cut_off": late.cut_off,
    }


def _question(question: QuestionGrade) -> _Object:
    data: _Object = {
        "id": question.id,
        "function": ", ".join(question.functions),
        "points": number(question.points),
        "max_points": number(question.max_points),
        "verdict": question.verdict.value,
    }
    if question.misconception:
        data["misconception"] = question.misconception
        data["advice"] = question.advice
    if question.sources:
        data["sources"] = list(question.sources)
    return data | {
        "groups": {
            group.name: [number(group.earned), number(group.possible)] for group in question.groups
        },
        "checks": [_check(check) for check in question.checks],
    }


def _check(check: CheckOutcome) -> _Object:
    data: _Object = {
        "id": check.id,
        "group": check.group,
        "verdict": check.verdict.value,
        "message": check.message,
    }
    if check.claim:
        data["claim"] = check.claim
    if check.public:
        data["public"] = True
    if check.critical:
        data["critical"] = True
    if check.fraction != (1.0 if check.verdict is Verdict.PASSED else 0.0):
        data["fraction"] = number(check.fraction)
    if check.detail:
        data["detail"] = check.detail
    if check.figures:
        data["figures"] = [_figure(figure) for figure in check.figures]
    return data


def _figure(figure: Figure) -> _Object:
    data: _Object = {"kind": figure.kind, "title": figure.title, "alt": figure.alt}
    if isinstance(figure, Curves):
        labels = {"x_label": figure.x_label, "y_label": figure.y_label, "best": figure.best}
        if figure.inputs:
            data["inputs"] = list(figure.inputs)
        return data | labels | {"series": {one.name: list(one.values) for one in figure.series}}
    if isinstance(figure, Matrix):
        labels = {"row_label": figure.row_label, "column_label": figure.column_label}
        counts = [list(row) for row in figure.counts]
        return data | labels | {"labels": list(figure.labels), "counts": counts}
    if isinstance(figure, Heat):
        labels = {"row_label": figure.row_label, "column_label": figure.column_label}
        return data | labels | {"distances": [list(row) for row in figure.distances]}
    return data | {
        "shape": list(figure.shape),
        "pixels": b64encode(figure.pixels).decode(),
        "captions": list(figure.captions),
    }
