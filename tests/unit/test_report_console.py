"""The class in a terminal: autograder.report.console."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.markup import render

from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report.console import plain, print_class

ATTACK = (
    "[red]x[/] \x1b]0;owned\x07\x1b[2J\u202etxt.exe\u2069 [link=http://example.org]y\n[/bold] \\"
)


def question(
    number: int, points: float, verdict: Verdict, *, stretch: bool = False
) -> QuestionGrade:
    """Make a question worth 16 points."""
    return QuestionGrade(
        f"A6.{number}", f"Title {number}", ("f",), points, 16, stretch, verdict, (), ()
    )


FULL = tuple(question(n, 16, Verdict.PASSED, stretch=n > 7) for n in range(1, 10))
MIXED = (
    question(1, 15.96, Verdict.FAILED),
    question(2, 0, Verdict.NOT_ATTEMPTED),
    question(3, 0, Verdict.STUDENT_ERROR),
    question(4, 12.4, Verdict.LIMIT_EXCEEDED),
    question(5, 0, Verdict.GRADER_ERROR),
    *FULL[5:],
)
RESULT = ClassResult(
    "convolution",
    "Convolution",
    100,
    "sha256:cd",
    grades=(
        Grade("student-01", "aa", Status.GRADED, 100, 100, 10, FULL, seconds=0.25),
        Grade("student-02", "bb", Status.GRADED, 61.96, 100, 0, MIXED, seconds=0.25),
        Grade("student-03", "", Status.UNGRADED, 0, 100, 0, reason="It is not a zip archive."),
    ),
)


def printed(
    result: ClassResult, *, width: int = 80, terminal: bool = False, **extra: object
) -> str:
    """Print a class as a pipe or as a terminal shows it."""
    file = io.StringIO()
    options = {"force_terminal": terminal, "color_system": "truecolor" if terminal else None}
    console = Console(file=file, width=width, **(options | extra))  # type: ignore[arg-type]
    print_class(result, console)
    return file.getvalue()


def row(text: str, name: str) -> list[str]:
    """Find a submission's row and split it into cells."""
    return next(line for line in text.splitlines() if line.startswith(name)).split()


def test_table_of_nine_questions_fits_80_columns() -> None:
    """No line is wider than a standard terminal, and no cell is cut."""
    text = printed(RESULT)
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "…" not in text
    assert row(text, "submission") == [
        "submission",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8*",
        "9*",
        "total",
        "bonus",
        "status",
    ]


def test_table_with_the_widest_cells_still_fits_80_columns() -> None:
    """Nine questions with decimals, a total of 100, a bonus and a long status fit."""
    wide = tuple(replace(question, points=14.4, verdict=Verdict.FAILED) for question in FULL)
    grade = Grade("student-01", "aa", Status.UNGRADED, 99.9, 100, 9.9, wide)
    graded = replace(grade, submission="student-02", status=Status.GRADED)
    text = printed(replace(RESULT, grades=(grade, graded)))
    assert row(text, "student-02") == ["student-02", *["14.4"] * 9, "99.9", "+9.9", "graded"]


def test_cells_without_colour_tell_every_verdict() -> None:
    """A full mark, points rounded down, and a mark of its own for each other verdict."""
    text = printed(RESULT)
    assert row(text, "student-01") == ["student-01", *["✓"] * 9, "100", "+10", "graded"]
    cells = row(text, "student-02")
    assert cells[1:6] == ["15.9", "\N{EN DASH}", "E", "12T", "?"]
    for words in ("not attempted", "stopped with an error", "time or memory limit", "A6.4 Title 4"):
        assert words in " ".join(text.split())


def test_summary_counts_means_and_lists_the_ungraded() -> None:
    """The line below the table and the reasons say what an instructor asks first."""
    text = printed(RESULT)
    assert "2 graded, 1 ungraded · mean 80.9, median 80.9 of 100 points · 0.50 s" in text
    assert "student-03: It is not a zip archive." in text
    assert row(text, "student-03") == ["student-03", "?", "ungraded"]


def test_empty_class_prints_a_summary_only() -> None:
    """Nothing graded is said, not a division by zero."""
    assert "0 graded, 0 ungraded" in printed(replace(RESULT, grades=()))


def test_legend_breaks_between_titles_and_not_within() -> None:
    """Each title stands on one line of 80 columns, as many as fit."""
    text = printed(RESULT)
    assert "A6.1 Title 1 (16) · A6.2 Title 2 (16) · A6.3 Title 3 (16) · A6.4 Title 4 (16)\n" in text


def test_single_submission_is_told_what_to_mend_first() -> None:
    """Claim, advice, the facts without arrays, where to look it up, and how to check it again."""
    message = "f(float64 (2,)): values differ\n  mismatched: 2 of 2\n  expected:\n    [1., 2.]"
    check = CheckOutcome("t", "A6.2", "values", Verdict.FAILED, "It agrees.", message)
    bad = replace(MIXED[0], checks=(check,), advice="Mind the sign.", sources=("deck 004 L343",))
    text = printed(replace(RESULT, grades=(replace(RESULT.grades[1], questions=(bad,)),)))
    assert text.endswith(
        "\nMend first: A6.1 Title 1, 0.04 points lost\n"
        "  ✗ failed: It agrees.\n"
        "  Mind the sign.\n"
        "  f(float64 (2,)): values differ\n"
        "    mismatched: 2 of 2\n"
        "  Look up: deck 004, line 343\n"
        "  Again: autograder check convolution --only A6.1\n"
    )
    assert "Mend first" not in printed(replace(RESULT, grades=RESULT.grades[:1]))
    assert "Mend first" not in printed(RESULT)


def test_pipe_gets_no_terminal_codes() -> None:
    """What is piped into a file is plain text."""
    assert "\x1b" not in printed(RESULT)


def test_terminal_gets_colour_unless_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR leaves weight, and takes every colour away."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[32m" in printed(RESULT, terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in printed(RESULT, terminal=True)


def test_ascii_terminal_gets_letters() -> None:
    """Where Unicode cannot be written, letters and question marks stand in."""
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=file, width=80)
    grades = (*RESULT.grades, replace(RESULT.grades[0], submission="stüdent-04"))
    print_class(replace(RESULT, grades=grades), console)
    file.flush()
    text = file.buffer.getvalue().decode("ascii")
    assert row(text, "student-02")[1:6] == ["15.9", "-", "E", "12T", "?"]
    assert row(text, "st?dent-04")[1:3] == ["P", "P"]


def test_ascii_terminal_cuts_a_long_name_without_an_ellipsis() -> None:
    """A name that is too long for the table is cut off, and can still be written."""
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    long = replace(RESULT.grades[0], submission="x" * 300)
    print_class(replace(RESULT, grades=(long,)), Console(file=file, width=80))
    file.flush()
    assert max(map(len, file.buffer.getvalue().decode("ascii").splitlines())) <= 80


@pytest.mark.parametrize("where", ["pipe", "terminal"])
def test_hostile_names_and_reasons_act_on_nothing(where: str) -> None:
    """Attack 30: no escape, no bidirectional control, no markup and no new row from a student."""
    bad = Grade(ATTACK, "", Status.UNGRADED, 0, 100, 0, reason=ATTACK)
    hostile = (replace(FULL[0], title=ATTACK), *FULL[1:])
    grades = (bad, replace(RESULT.grades[0], questions=hostile))
    text = printed(
        replace(RESULT, title=ATTACK, grades=grades), terminal=where == "terminal", no_color=True
    )
    for sequence in ("\x1b]", "\x1b[2J", "\u202e", "\u2069", "\x07", "owned"):
        assert sequence not in text
    assert "[red]x[/] txt.exe [link=http://example.org]y [/bold]" in " ".join(text.split())


@pytest.mark.parametrize("tail", ["", "\\", "\\\\", "\\\\\\"])
def test_plain_within_markup_cannot_open_or_keep_a_style(tail: str) -> None:
    """The tag after the text closes the style that was opened before it, whatever the text."""
    rendered = render(f"[bold]{plain('[red]a[/red]' + tail)}[/bold] after")
    assert rendered.plain == f"[red]a[/red]{tail} after"
    assert [(span.start, span.end) for span in rendered.spans] == [(0, len(rendered.plain) - 6)]


@given(st.text(st.one_of(st.characters(), st.sampled_from("[]/\\=@a\x1b\n"))))
def test_plain_of_any_text_is_one_line_without_markup(text: str) -> None:
    """No text raises in Rich, breaks the line or takes the style along."""
    rendered = render(f"[bold]{plain(text)}[/bold]|", emoji=False)
    assert rendered.plain.endswith("|")
    assert all(str(span.style) == "bold" for span in rendered.spans)
    assert all(span.end == len(rendered.plain) - 1 for span in rendered.spans)
    assert "\n" not in rendered.plain
    assert "\x1b" not in rendered.plain
