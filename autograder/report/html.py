"""The report as pages: one for the class, one a submission, each a single file by itself.

None needs a script. The page of the class has one of its own, which sorts and filters its table.
"""

from __future__ import annotations

import math
import platform
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report import pictures, words
from autograder.report.environment import page_environment
from autograder.report.errata import ERRATA_PAGE, corrections, errata_body
from autograder.report.feedback import feedback, first_step
from autograder.report.files import page_names, write_atomically
from autograder.report.summary import (
    graded,
    hardest_checks,
    questions_of,
    recognised_mistakes,
    summarise,
    summarise_questions,
)

__all__ = ["class_page", "installed_versions", "submission_page", "write_report"]

_BINS: Final = 10
_SHOWN_FAILURES: Final = 4
_DISTRIBUTIONS: Final = ("dlcv-autograder", "numpy", "pytest")


@dataclass(frozen=True, slots=True)
class _Row:
    """One submission in the table of the class.

    Attributes:
        grade: Its record.
        page: The relative address of its page.
        questions: In the order of the columns; None where the submission has no such question.
        kinds: What the table can be narrowed to, such as `graded`, `late`, or `q2` for a second
            question that is not passed.
        fault: The first check that could not be made, for the instructor; None without any.
    """

    grade: Grade
    page: str
    questions: tuple[QuestionGrade | None, ...]
    kinds: str
    fault: CheckOutcome | None


@dataclass(frozen=True, slots=True)
class _Bin:
    """A step of the distribution.

    Attributes:
        label: The per cents that it spans.
        count: How many graded submissions lie in it.
        share: Their part of the largest bin, in per cent: the width of the bar.
    """

    label: str
    count: int
    share: int


def write_report(
    result: ClassResult,
    folder: Path,
    *,
    when: datetime | None = None,
    versions: Mapping[str, str] | None = None,
    errata: str = "",
    lessons: str = "",
) -> Path:
    """Write the class page, a page for each submission, and one of the errata if there are some.

    Two runs with the same arguments write the same bytes. Pages of an earlier run stay.

    Args:
        result: What `grade` found.
        folder: Where to; it is made if it is not there.
        when: The time to put on every page; without it the pages name no time.
        versions: What graded, name to version; without it, what is installed here.
        errata: The course's errata as Markdown; empty if it keeps none.
        lessons: The address of the lessons, with `{assignment}` in it; empty if there is none.

    Returns:
        The path of the class page.

    Raises:
        OSError: The folder cannot be made or written.
    """
    versions = installed_versions() if versions is None else versions
    folder.mkdir(parents=True, exist_ok=True)
    names = page_names(grade.submission for grade in result.grades)
    right = corrections(errata)
    lesson = lessons.replace("{assignment}", result.assignment)
    if errata:
        page = _environment().get_template("errata.html.j2").render(body=errata_body(errata))
        write_atomically(folder / ERRATA_PAGE, page)
    for grade, name in zip(result.grades, names, strict=True):
        page = submission_page(
            result, grade, when=when, versions=versions, errata=right, lesson=lesson
        )
        write_atomically(folder / name, page)
    index = folder / "index.html"
    write_atomically(index, class_page(result, names, when=when, versions=versions))
    return index


def submission_page(
    result: ClassResult,
    grade: Grade,
    *,
    when: datetime | None,
    versions: Mapping[str, str],
    errata: Mapping[str, Markup] = MappingProxyType({}),
    lesson: str = "",
) -> str:
    """Render what one student reads; it names no other submission and no hidden test.

    Args:
        result: What `grade` found.
        grade: The student's.
        when: The time to put on the page, if any.
        versions: What graded, name to version.
        errata: What is right, by the id of each erratum that `errata.html` lists.
        lesson: The address of the assignment's lesson; empty if there is none.
    """
    return (
        _environment()
        .get_template("submission.html.j2")
        .render(
            result=result,
            grade=grade,
            feedback=feedback(grade),
            first=first_step(grade),
            errata=errata,
            lesson=lesson,
            when=when,
            versions=versions,
        )
    )


def class_page(
    result: ClassResult,
    pages: tuple[str, ...],
    *,
    when: datetime | None,
    versions: Mapping[str, str],
) -> str:
    """Render what the instructor reads.

    Args:
        result: What `grade` found.
        pages: The file name of each submission's page, in the order of the grades.
        when: The time to put on the page, if any.
        versions: What graded, name to version.
    """
    questions = questions_of(result.grades)
    script = _script()
    return (
        _environment()
        .get_template("class.html.j2")
        .render(
            result=result,
            summary=summarise(result),
            questions=questions,
            rows=[
                _row(grade, page, questions)
                for grade, page in zip(result.grades, pages, strict=True)
            ],
            means=summarise_questions(result),
            bins=_distribution(result),
            hardest=hardest_checks(result),
            mistakes=recognised_mistakes(result),
            late=any(grade.late is not None for grade in result.grades),
            script=script,
            script_digest=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
            when=when,
            versions=versions,
        )
    )


def installed_versions() -> dict[str, str]:
    """Name what graded: Python and the distributions that decide about results."""
    versions = {"python": platform.python_version()}
    for name in _DISTRIBUTIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed as a distribution"
    return versions


def _row(grade: Grade, page: str, questions: tuple[QuestionGrade, ...]) -> _Row:
    by_id = {question.id: question for question in grade.questions}
    faults = (
        check
        for question in grade.questions
        for check in question.checks
        if check.verdict is Verdict.GRADER_ERROR
    )
    found = tuple(by_id.get(question.id) for question in questions)
    kinds = ["all", grade.status.value]
    if grade.late is not None and grade.late.days:
        kinds.append("late")
    kinds += [
        f"q{number}"
        for number, question in enumerate(found, start=1)
        if question is not None and question.verdict is not Verdict.PASSED
    ]
    return _Row(
        grade=grade,
        page=quote(page),
        questions=found,
        kinds=" ".join(kinds),
        fault=next(faults, None),
    )


def _distribution(result: ClassResult) -> tuple[_Bin, ...]:
    """Count the graded submissions in steps of ten per cent of the core points."""
    counts = [0] * _BINS
    for grade in graded(result):
        share = grade.points / grade.max_points if grade.max_points else 0.0
        counts[min(_BINS - 1, max(0, math.floor(share * _BINS + 1e-9)))] += 1
    largest = max(counts) or 1
    return tuple(
        _Bin(
            label=f"{10 * step} to {100 if step == _BINS - 1 else 10 * step + 9} %",
            count=count,
            share=round(100 * count / largest),
        )
        for step, count in enumerate(counts)
    )


@lru_cache(maxsize=1)
def _script() -> Markup:
    """Read what sorts and filters the table; the page's policy allows this very text alone."""
    text = files("autograder.report").joinpath("templates", "class.js").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - a file of ours


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Make the environment once: compiling the templates costs far more than rendering one."""
    return page_environment(
        chart=pictures.chart,
        counted=words.counted,
        group_words=words.group_words,
        late_sentence=words.late_sentence,
        number=words.number,
        percent=words.percent,
        points_lost=words.points_lost,
        score_sentence=words.score_sentence,
        shades=pictures.shades,
        short=words.short,
        source_words=words.source_words,
        statuses=words.STATUSES,
        shown_failures=_SHOWN_FAILURES,
        tiles=pictures.tiles,
        to_look_up=words.to_look_up,
        went_right=words.went_right,
        training_sentence=words.training_sentence,
        verdicts=words.VERDICTS,
        graded=Status.GRADED,
        grid=pictures.grid,
        grader_error=Verdict.GRADER_ERROR,
        message_parts=words.message_parts,
        not_attempted=Verdict.NOT_ATTEMPTED,
        passed=Verdict.PASSED,
    )
