"""Cells and sheets of an export: autograder.export.cells, .sheet, .columns and .matching."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import InstructorError
from autograder.export.cells import (
    has_decimal_commas,
    neutral,
    number_text,
    points_text,
    read_number,
)
from autograder.export.columns import find_column, require_complete, require_known, the_column
from autograder.export.matching import Candidate, match_rows
from autograder.export.sheet import read_sheet
from autograder.roster import Student

SIGNS = "=+-@＝＋－＠"  # noqa: RUF001 - spreadsheets take the full-width ones too
# Everything that makes CSV hard, and letters of several scripts.
TEXT = st.text(st.sampled_from("ab 7,;\"'\r\n\té李ع=-\u2028\x00"), max_size=6)
CELLS = st.tuples(TEXT, st.booleans())
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4)


def written(cell, delimiter):
    """Write a cell as some program might: in quotes where it must be, or just so."""
    text, quoted = cell
    if quoted or any(mark in text for mark in (delimiter, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


def document(rows, delimiter, ends, *, bom, last):
    lines = [delimiter.join(written(cell, delimiter) for cell in row) for row in rows]
    text = "".join(line + end for line, end in zip(lines, ends, strict=True))
    return ("\ufeff" if bom else "") + (text if last else text.rstrip("\r\n"))


def read(text, delimiter):
    """Read as the standard library does, without rows that hold no text."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    return [cells for cells in rows if any(map(str.strip, cells))]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("\r=x", "'\r'=x"),
        ("  -2", "'  -2"),
        ("ab;=HYPERLINK(1)", "ab;'=HYPERLINK(1)"),
        ("ab, +1", "ab,' +1"),
        ("Lee-Smith", "Lee-Smith"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_neutral_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text, shown):
    """What begins a formula, at the start or behind a separator, is shown and not run."""
    assert neutral(text) == shown


@given(st.text(st.sampled_from(f"a \t\r\n;,|'\"{SIGNS}")))
def test_neutral_text_split_at_any_separator_begins_no_formula(text):
    """However a program splits the cell, no piece begins with a sign; twice changes nothing."""
    shown = neutral(text)
    for separator in ";,|\t\r\n":
        assert not any(
            piece.lstrip(" ").startswith(tuple(SIGNS)) for piece in shown.split(separator)
        )
    assert not shown.startswith(("\t", "\r", "\n"))
    assert neutral(shown) == shown
    assert shown.replace("'", "") == text.replace("'", "")


@given(st.integers(0, 10**7).map(lambda hundredths: Decimal(hundredths) / 100), st.booleans())
def test_number_written_and_read_is_the_same(value, comma):
    """Two decimals, with a point or a comma, and nothing for thousands."""
    text = number_text(value, comma=comma)
    assert read_number(text) == value
    assert ("," in text) == comma
    assert float(points_text(float(value))) == float(value)


@pytest.mark.parametrize("text", ["", "EX", "-", "-1", "1,000.00", "1.000,5", "87 %", "nan", "1e3"])
def test_read_number_of_something_else_is_none(text):
    """A number that depends on the reader's country, or none at all, is not guessed."""
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("values", "delimiter", "commas"),
    [
        (["", "100,00", "x"], ",", True),
        (["100.00", "a,b"], ";", False),
        (["100"], ";", True),
        (["100"], ",", False),
        (["1.5", "1,5"], ";", False),
    ],
)
def test_decimal_commas_are_those_of_the_file(values, delimiter, commas):
    """The numbers that are there decide; without decimals the separator does."""
    assert has_decimal_commas(values, delimiter) == commas


@given(
    ROWS,
    st.sampled_from(",;\t"),
    st.data(),
    st.tuples(st.booleans(), st.booleans()),
    st.sampled_from(["", "9,5", 'a"b', "x;\ny"]),
)
def test_sheet_with_changed_cells_differs_in_those_alone(
    tmp_path_factory, rows, delimiter, data, marks, new
):
    """Whatever quotes, line ends and separators: all other bytes stay, the cell reads as new."""
    rows = [[("Key", False), ("Other", True), ("Third", False)], *rows]
    ends = data.draw(
        st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=len(rows), max_size=len(rows))
    )
    text = document(rows, delimiter, ends, bom=marks[0], last=marks[1])
    path = tmp_path_factory.getbasetemp() / "sheet.csv"
    path.write_bytes(text.encode())
    sheet = read_sheet(path, [["Key"], ["Other"]])
    expected = read(text, delimiter)
    assert [[cell.value for cell in row.cells] for row in sheet.rows] == expected
    assert sheet.with_cells({}) == text
    row = data.draw(st.integers(0, len(sheet.rows) - 1))
    column = data.draw(st.integers(0, len(sheet.rows[row].cells) - 1))
    changed = sheet.with_cells({(row, column): new})
    cell = sheet.rows[row].cells[column]
    assert changed.startswith(text[: cell.start])
    assert changed.endswith(text[cell.end :])
    expected[row][column] = new
    assert read(changed, delimiter) == [cells for cells in expected if any(map(str.strip, cells))]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'Key,Other\n"a,b\n', ":2: expected CSV; a quote is not closed"),
        (b'Key,Other\n"a"b,c\n', ":2: expected CSV; a quote is not closed, or text follows"),
        (b"Key,Another\n", "expected a header with the columns Key, Other or Else; its first line"),
        (b"", "it is empty"),
        (b"Key,Other\nStra\xdfe,1\n", "expected UTF-8; byte 14 is not"),
    ],
)
def test_sheet_that_cannot_be_used_says_why(tmp_path, content, told):
    """A broken quote, another encoding or a missing column is told with its place and a mend."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InstructorError) as caught:
        read_sheet(path, [["Key"], ["Other", "Else"]])
    assert told in str(caught.value)
    assert "export" in str(caught.value)


def test_sheet_that_is_not_there_names_the_option(tmp_path):
    """A wrong path says which option it came from."""
    with pytest.raises(InstructorError, match="No such file or directory; look at --update"):
        read_sheet(tmp_path / "none.csv", [["Key"]])


def test_columns_are_found_once_or_told(tmp_path):
    """A heading twice, a missing one and a short row are refused with what is there."""
    path = tmp_path / "a.csv"
    path.write_text("Key,Note,Note\n1,2,3\n1,2\n")
    sheet = read_sheet(path, [["Key"]])
    assert find_column(sheet, ["Else", "Key"]) == 0
    assert find_column(sheet, ["Else"]) is None
    with pytest.raises(InstructorError, match="expected one column Note; found 2"):
        the_column(sheet, "Note")
    with pytest.raises(InstructorError, match=r"expected a column 'Keys'; did you mean Key\?"):
        the_column(sheet, "Keys")
    require_complete(sheet, sheet.rows[1])
    with pytest.raises(InstructorError, match=":3: expected 3 cells, as in the header; found 2"):
        require_complete(sheet, sheet.rows[2])
    require_known({"grade": "G"}, ["grade", "id"])
    with pytest.raises(
        InstructorError, match="expected one of grade, id before the =; did you mean"
    ):
        require_known({"grades": "G"}, ["grade", "id"])


def test_rows_are_matched_by_what_is_certain_alone():
    """Ids are exact, addresses have no case; two rows of one student, or one of two, are left."""
    students = {
        name: Student(name, f"Name {name}", f"{name}@example.org")
        for name in ("s1", "s2", "s3", "s4", "s5")
    }
    held = [
        ("s1", ""),
        ("", "S2@Example.org"),
        ("s3", "other@example.org"),
        ("s3", "s3@example.org"),
        ("s4", "s5@example.org"),
        ("S1", ""),
        ("Name s5", ""),
    ]
    rows = [Candidate(n, n + 1, f"row\u202e {n}", keys) for n, keys in enumerate(held)]
    matches = match_rows(rows, students)
    assert matches.rows == {"s1": 0, "s2": 1}
    assert matches.doubtful == {
        "s3": "lines 3, 4 all have the student's id or address",
        "s4": "line 5 has an id or address of s4 and s5 at once",
        "s5": "line 5 has an id or address of s4 and s5 at once",
    }
    assert matches.notes == (
        "2 rows left as found, with no id or address of the roster: line 6 (row 5), line 7 (row 6)",
    )
