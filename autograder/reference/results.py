"""Every key of the JSON of a result, from an example and the docstrings of the records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from autograder.figures import Curves, Figure, Heat, Images, Matrix
from autograder.records import (
    CheckOutcome,
    ClassResult,
    Grade,
    GroupTally,
    Lateness,
    QuestionGrade,
    Status,
    Verdict,
)
from autograder.reference.objects import object_section
from autograder.reference.wording import attribute_words, summary, table
from autograder.report.as_json import SCHEMA, class_to_dict

__all__ = ["results_page"]

_HEAD: Final = """\
# The JSON of a result

What `autograder grade --json FILE` writes, for programs. The same run gives the same bytes again,
`seconds` aside. A key that is marked with ° is there only where it says something. Other commands
have [JSON of their own](json.md).
"""
# What is not an attribute of the same name: names that differ, and what is made on the way.
_OWN: Final[dict[tuple[type, str], str]] = {
    (ClassResult, "schema"): "The number of this form, {schema}; another where keys change.",
    (
        Grade,
        "late",
    ): "What handing in late costs, where a due time and the time of arrival are known.",
    (QuestionGrade, "function"): "The names that the student writes, with commas between.",
    (QuestionGrade, "groups"): "Group to what was earned of it and what was possible, as weights.",
    (Lateness, "due"): "Up to when this student's work was in time: ISO 8601 with its offset.",
    (Lateness, "submitted"): "When it came, likewise.",
    (Curves, "series"): "Line to its numbers; `null` where one cannot be drawn.",
    (
        Images,
        "pixels",
    ): "A byte each, 0 black to 255 white, row by row and image after image; base64.",
}
_OF_FIGURES: Final = {
    "kind": "Which of the four it is.",
    "alt": "The same in words, made of the numbers.",
}
_TIME: Final = datetime(2026, 10, 20, 21, 59, tzinfo=UTC)
_BARE_CHECK: Final = CheckOutcome("test_f.py::test_f", "A1.1", "values", Verdict.PASSED, fraction=1)
_BARE_QUESTION: Final = QuestionGrade(
    "A1.1", "f", ("f",), 1, 1, stretch=False, verdict=Verdict.PASSED, groups=(), checks=()
)
_BARE_GRADE: Final = Grade("name", "", Status.GRADED, 1, 1, 0)
_FIGURES: Final = (
    Curves.of("t", "x", "y", {"one": [1.0]}, inputs=[0.0]),
    Matrix.of("t", "row", "column", ["0"], [[1]]),
    Heat.of("t", "h", "w", [[0.5]]),
    Images("t", (1, 1, 1), b"\0", ("caption",)),
)


def results_page() -> str:
    """Write the page of all keys.

    Raises:
        UndocumentedError: A key that no docstring and no line here speaks of.
    """
    full, bare = class_to_dict(_full()), class_to_dict(_bare())
    grade, less_grade = full["grades"][0], bare["grades"][0]
    question, less_question = grade["questions"][0], less_grade["questions"][0]
    check, less_check = question["checks"][0], less_question["checks"][0]
    sections = [
        _section("The run", ClassResult, full, bare).replace("{schema}", str(SCHEMA)),
        _section("A grade", Grade, grade, less_grade),
        _section("Lateness: `late` of a grade", Lateness, grade["late"]),
        _section("A question", QuestionGrade, question, less_question),
        _section("A check", CheckOutcome, check, less_check),
    ]
    bare_curves = class_to_dict(_showing(replace(_FIGURES[0], inputs=())))
    for record, drawn in zip(_FIGURES, check["figures"], strict=True):
        less = _drawn(bare_curves) if isinstance(record, Curves) else drawn
        sections.append(_section(f"A figure: `{drawn['kind']}`", type(record), drawn, less))
    return _HEAD + "".join(sections) + _verdicts()


def _section(title: str, record: type, *examples: dict[str, Any]) -> str:
    """Write the table of one object, of which the first example has every key."""
    known = {**(_OF_FIGURES if issubclass(record, Figure) else {}), **attribute_words(record)}
    own = {key: words for (owner, key), words in _OWN.items() if owner is record}
    intro = summary(record.__doc__)
    return object_section(f"## {title}", intro, known | own, examples, name=title)


def _verdicts() -> str:
    """List the words that stand for what became of something."""
    words = {kind: ", ".join(f"`{one}`" for one in kind) for kind in (Status, Verdict)}
    rows = [(f"`{kind.__name__.lower()}`", one) for kind, one in words.items()]
    return f"\n## Words\n\n{table(('key', 'one of'), rows)}"


def _full() -> ClassResult:
    """Make a result in which every key says something."""
    check = replace(
        _BARE_CHECK,
        verdict=Verdict.FAILED,
        claim="claim",
        message="message",
        detail="detail",
        fraction=0.5,
        critical=True,
        public=True,
        figures=_FIGURES,
    )
    question = replace(
        _BARE_QUESTION,
        groups=(GroupTally("values", 1, 1),),
        checks=(check,),
        misconception="id",
        advice="advice",
        sources=("E03",),
    )
    late = Lateness(_TIME, _TIME, 0, 0, 0, 0, 1, cut_off=False, words="")
    grade = replace(_BARE_GRADE, questions=(question,), reason="reason", late=late)
    return ClassResult("id", "title", 1, "sha256:", {"seccomp": "on"}, (grade,), {"device": "CPU"})


def _bare() -> ClassResult:
    """Make a result in which every key that can be left out is."""
    question = replace(_BARE_QUESTION, checks=(_BARE_CHECK,))
    return ClassResult("id", "title", 1, "", grades=(replace(_BARE_GRADE, questions=(question,)),))


def _showing(figure: Figure) -> ClassResult:
    check = replace(_BARE_CHECK, figures=(figure,))
    question = replace(_BARE_QUESTION, checks=(check,))
    return ClassResult("id", "title", 1, "", grades=(replace(_BARE_GRADE, questions=(question,)),))


def _drawn(result: dict[str, Any]) -> dict[str, Any]:
    """Take the one figure out of a result."""
    found: Iterator[Any] = iter(result["grades"][0]["questions"][0]["checks"][0]["figures"])
    return dict(next(found))
