"""What students wrote, in every report: pages, terminal, JSON, tables; and grades read as JSON.

An input is taken twice: as the texts of a class, one a line, and as JSON of another machine.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import harness
import mutators

with harness.instrumented():
    from rich.console import Console

    from autograder.export.cells import neutral
    from autograder.otter.outcome import from_json
    from autograder.plain import grade_from_json, grade_to_json
    from autograder.records import (
        CheckOutcome,
        ClassResult,
        Grade,
        GroupTally,
        QuestionGrade,
        Status,
        Verdict,
    )
    from autograder.report.as_json import dumps
    from autograder.report.console import plain, print_class
    from autograder.report.files import page_names
    from autograder.report.html import class_page, submission_page
    from autograder.suite.student import presentable

TEXTS = (
    *(
        "student-01",
        "values differ",
        "ValueError at toy.py, line 2: odd",
        "hello",
        "Not taken: `x`.",
    ),
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '" onload="x',
        "</pre></main><b>",
    ),
    *(
        "{{ 7*7 }}{% x %}",
        "&lt;&#60;",
        "javascript:x",
        "<!--",
        "]]>",
        "[red]x[/] [link=http://x]",
        "\\[b]\\",
    ),
    *(
        "\x1b]0;owned\x07\x1b[2J\x9b31m",
        "\u202etxt.exe\u2066",
        "\u2028\x85\x0c",
        "\ud800",
        "\0",
        "\ufeff\u200b",
    ),
    *(
        "=1+1",
        "+x",
        "-1",
        "@x",
        "\t=x",
        "\uff1d1",
        "a,=b",
        "CON",
        "../../etc/passwd",
        "index",
        ".",
        "INDEX",
    ),
    *(
        "e\u0301" * 40,
        "漢" * 90,
        "x" * 5000,
        "  argument 1:",
        "\n" * 30,
        "👩‍👩‍👧",
        "\u0661",
        "A:\r\nB",
        "%s %n {0}",
    ),
)
TAGS = frozenset({"iframe", "object", "embed", "form", "base", "link", "frame", "audio", "video"})


class Page(HTMLParser):
    """Looks for what no text of a student may become."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hold that an element is one of ours."""
        assert tag not in TAGS, f"an element {tag}"
        self.scripts += tag == "script"
        for name, value in attrs:
            assert not name.startswith("on"), f"an attribute {name}"
            if name == "id":
                assert value not in self.ids, "an id that is there twice"
                self.ids.add(value or "")
            if name in {"src", "href", "action", "srcset"}:
                assert ":" not in (value or "") or (value or "").startswith("data:image/"), value


def seeds() -> Iterator[bytes]:
    """Yield texts, each in every place, and a grade as JSON."""
    for first in range(0, len(TEXTS), 6):
        yield "\n".join(TEXTS[first : first + 6]).encode("utf-8", "surrogatepass")
    grade = class_of(["student-01", "message"]).grades[0]
    yield grade_to_json(grade).encode()
    yield b'{"kind": "graded", "score": 1, "questions": [], "notes": ["x"]}'


def class_of(lines: list[str]) -> ClassResult:
    """Put texts where a student's texts can be."""
    given = (lines * 8)[:8]
    checks = (
        CheckOutcome("t.py::t[1]", "A1.1", "values", Verdict.FAILED, "It is.", given[1]),
        CheckOutcome("t.py::t[2]", "A1.1", "values", Verdict.STUDENT_ERROR, "It is.", given[2]),
        CheckOutcome("t.py::t[3]", "A1.1", "shapes", Verdict.PASSED, "It is.", fraction=1.0),
    )
    question = QuestionGrade(
        *("A1.1", "Step", ("step",), 8.5, 100, False, Verdict.FAILED),
        (GroupTally("values", 0, 2), GroupTally("shapes", 1, 1)),
        checks,
    )
    grades = [
        Grade(
            *(name, "ab" * 32, Status.GRADED, 8.5, 100, 0, (question,)),
            notes=(given[5], given[6]),
            printed="\n".join(lines),
        )
        for name in (given[0], given[7])
    ]
    grades.append(Grade(given[3], "", Status.UNGRADED, 0, 100, 0, reason=given[4]))
    return ClassResult("activations", "Activations", 100, "sha256:0", {}, tuple(grades))


def check(data: bytes) -> None:
    """Hold that texts stay texts, whoever shows them, and that JSON is a grade or refused."""
    text = data.decode("utf-8", "surrogateescape")  # what is no UTF-8 is half a character
    result = class_of(text.split("\n"))
    names = page_names(grade.submission for grade in result.grades)
    assert len({name.lower() for name in names}) == len(names), "two pages of one name"
    assert all(Path(name).name == name for name in names), "a page that lies elsewhere"
    _look_at(class_page(result, names, when=None, versions={}), 1)
    _look_at(submission_page(result, result.grades[0], when=None, versions={}), 0)
    for encoding in ("utf-8", "ascii"):
        paper = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
        print_class(result, Console(file=paper, width=80, force_terminal=False), wall_seconds=1.0)
        paper.flush()
        assert b"\x1b" not in paper.buffer.getvalue(), "text that acts on a terminal"  # type: ignore[attr-defined]
    assert "\x1b" not in plain(text) + presentable(text, limit=500, redact=True), "an escape"
    json.loads(dumps(result))
    assert "\x1b" not in dumps(result), "text that acts on a terminal"
    for grade in result.grades:
        assert grade_from_json(grade_to_json(grade)) == grade, "a grade changed on the way"
    assert neutral(text)[:1] not in set("=+-@"), "a cell that is a formula"
    for read in (lambda: grade_from_json(text), lambda: from_json(data)):
        try:
            read()
        except (ValueError, RecursionError):
            continue


def _look_at(html: str, scripts: int) -> None:
    html.encode()
    page = Page()
    page.feed(html)
    page.close()
    assert page.scripts == scripts, "a script that is not ours"


def _mutator() -> harness.Mutate:
    texts, values = mutators.lines(TEXTS), mutators.json_text(TEXTS)
    return lambda data, size, seed: (values if data[:1] == b"{" else texts)(data, size, seed)


if __name__ == "__main__":
    harness.main(check, seeds(), mutate=_mutator)
