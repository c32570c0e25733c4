"""Canvas and Moodle: autograder.export.canvas and .moodle, on files as the platforms write them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.config import LatePolicy
from autograder.errors import GraderFault, InstructorError
from autograder.export.canvas import export_canvas
from autograder.export.moodle import export_moodle
from autograder.export.records import ClassGrades, LeftOut
from autograder.gradebook.records import Entry
from autograder.lateness import late_penalty
from autograder.records import Grade, QuestionGrade, Status, Verdict
from autograder.roster import Student

DATA = Path(__file__).resolve().parents[1] / "data" / "export"
NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
DUE = datetime(2027, 4, 30, 21, 59, tzinfo=UTC)
NAMES = {"s01": "one", "s02": "two", "s03": "three", "s04": "four", "s05": "five"}
STUDENTS = {
    id_: Student(id_, f"Student {name}", f"{name}@example.org") for id_, name in NAMES.items()
}


def entry(student, points, *, bonus=0.0, late=False, assignment="activations", reason=""):
    """Make a grade that stands; late ones came a day late and lose a tenth."""
    lateness = None
    if late:
        policy = LatePolicy(percent_per_day=10)
        lateness = late_penalty(policy, DUE + timedelta(hours=9), DUE, points + bonus)
    status = Status.UNGRADED if reason else Status.GRADED
    questions = (
        QuestionGrade(
            "A1.1", "Step <and> line", ("f",), points, 100, False, Verdict.FAILED, (), ()
        ),
    )
    grade = Grade(
        f"in-{student}", "aa", status, points, 100, bonus, questions, reason, late=lateness
    )
    return Entry(
        assignment, student, f"in-{student}", 1, NOW, NOW, "sha256:cd", grade, adjustments=()
    )


def grades(*entries, title="Activation functions", assignment="activations"):
    return ClassGrades(assignment, title, entries)


def cells(content):
    """Read a file's cells as the standard library does."""
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if "ID;" in text else ","))


def changed(before, after):
    """List which cells of two files differ: row, column, old and new text."""
    old, new = cells(before), cells(after)
    assert [len(row) for row in old] == [len(row) for row in new]
    return [
        (r, c, old[r][c], new[r][c])
        for r in range(len(old))
        for c in range(len(old[r]))
        if old[r][c] != new[r][c]
    ]


def test_canvas_export_changes_the_grade_cells_and_not_one_byte_more():
    """Mark, line ends, quotes, hostile names and other columns stay; lateness is taken off."""
    path = DATA / "canvas.csv"
    exported = export_canvas(
        path, [grades(entry("s01", 87.5, bonus=5, late=True), entry("s02", 50))], STUDENTS, {}
    )
    before = path.read_bytes()
    assert exported.content == before.replace(b'Tuesday",,,9.00', b'Tuesday",,83.25,9.00')
    assert exported.content != before
    assert (exported.grades, exported.left_out) == (2, ())
    assert exported.notes == (
        "activations: 2 rows of students without such a grade left as found",
        "1 row left as found, with no id or address of the roster: line 9 (Student, Test)",
    )


def test_canvas_export_is_scaled_to_the_points_of_canvas_and_says_so():
    """A column out of 10 gets tenths; more points than possible are Canvas's to take."""
    path = DATA / "canvas.csv"
    loss = grades(
        entry("s02", 87.5, assignment="loss"),
        entry("s04", 100, bonus=10, assignment="loss"),
        title="The loss",
        assignment="loss",
    )
    exported = export_canvas(path, [loss], STUDENTS, {"loss": "Loss functions (4712)"})
    assert changed(path.read_bytes(), exported.content) == [
        (4, 7, "", "8.75"),
        (6, 7, "", "11.00"),
    ]
    assert exported.notes[0] == "loss: grades out of 100 are scaled to 10 points"


def test_canvas_export_leaves_out_what_has_no_grade_or_no_row_and_says_why():
    """Ungraded, nobody's, absent from the file, excused: each with its reason, no cell touched."""
    path = DATA / "canvas.csv"
    all_left = grades(
        entry("s01", 0, reason="1 check could not be decided"),
        entry("", 80),
        entry("s03", 80),
        entry("s05", 80),
    )
    exported = export_canvas(path, [all_left], STUDENTS, {})
    assert exported.content == path.read_bytes()
    assert exported.grades == 0
    assert exported.left_out == (
        LeftOut("activations", "s01", "ungraded: 1 check could not be decided"),
        LeftOut("activations", "in-", "the hand-in belongs to nobody on the roster"),
        LeftOut("activations", "s03", "Canvas has the student excused (EX)"),
        LeftOut("activations", "s05", f"no row of {path} has the student's id or address"),
    )
    (one,) = export_canvas(
        path, [grades(entry("s03", 8))], STUDENTS, {"activations": "Loss functions (4712)"}
    ).left_out
    assert one.reason == "Canvas has not assigned it to the student (N/A)"


def test_canvas_export_with_semicolons_writes_decimal_commas():
    """A German export stays one, and a cell that says the same already is not touched."""
    path = DATA / "canvas_semicolon.csv"
    exported = export_canvas(path, [grades(entry("s01", 66.6), entry("s02", 87.5))], STUDENTS, {})
    assert changed(path.read_bytes(), exported.content) == [(2, 4, "", "66,60")]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"activation": "Loss"}, "did you mean activations?"),
        ({"activations": "Loss (4712)"}, "expected a column 'Loss (4712)'; did you mean Loss fun"),
        ({"activations": "Notes"}, "expected a heading with Canvas's number"),
        ({"activations": "Current Score"}, "expected a heading with Canvas's number"),
    ],
)
def test_canvas_column_that_is_no_assignments_is_refused(columns, told):
    """A column without Canvas's number would become a new assignment; a typo is told."""
    with pytest.raises(InstructorError) as caught:
        export_canvas(DATA / "canvas.csv", [grades(entry("s01", 80))], STUDENTS, columns)
    assert told in str(caught.value)


def test_canvas_title_that_no_column_has_lists_those_there_are():
    """An assignment is never put into a column that merely looks like it."""
    with pytest.raises(
        InstructorError, match="name it with --column 'activations=HEADING'"
    ) as caught:
        export_canvas(DATA / "canvas.csv", [grades(title="Activations")], STUDENTS, {})
    assert 'found Activation functions (4711), Loss functions (4712), Essay, "long"' in str(
        caught.value
    )


def test_canvas_column_with_the_assignments_id_as_its_title_is_found(tmp_path):
    """The id is as good as the title; capitals and spaces do not matter."""
    path = tmp_path / "canvas.csv"
    text = (DATA / "canvas.csv").read_text(encoding="utf-8")
    path.write_text(text.replace("Activation functions (", " ACTIVATIONS   ("), encoding="utf-8")
    assert export_canvas(path, [grades(entry("s01", 80))], STUDENTS, {}).grades == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    Points Possible", "    Maximum", "expected a row Points Possible"),
        (",100.00,10.00", ",,10.00", "expected a maximum above 0; found ''"),
        (",100.00,10.00", ",(read only),10.00", "expected a maximum above 0; found '(read only)'"),
        ('"Student, One"', "Student, One", "expected 12 cells, as in the header; found 13"),
        ("SIS User ID,SIS Login ID", "School,Login", "expected a column SIS User ID or SIS Login"),
        ("Loss functions", "Activation  functions", "expected one column of the assignment"),
        ("Loss functions (4712)", "Activation functions (4711)", "expected one column Activation"),
    ],
)
def test_canvas_file_that_was_edited_is_refused_with_its_place(tmp_path, old, new, told):
    """What could put a grade into the wrong cell ends the export."""
    path = tmp_path / "canvas.csv"
    text = (DATA / "canvas.csv").read_bytes().decode()
    path.write_bytes(text.replace(old, new).encode())
    with pytest.raises(InstructorError) as caught:
        export_canvas(path, [grades(entry("s01", 80))], STUDENTS, {})
    assert told in str(caught.value)


def test_two_grades_of_one_student_are_our_fault():
    """A gradebook that says two things is not resolved by the order of its rows."""
    with pytest.raises(GraderFault, match="two grades of s01 stand for activations"):
        export_canvas(DATA / "canvas.csv", [grades(entry("s01", 1), entry("s01", 2))], STUDENTS, {})


def test_moodle_export_changes_grade_and_feedback_alone():
    """A comment of a person stays; locked grades and bonus beyond the maximum are told."""
    path = DATA / "moodle.csv"
    exported = export_moodle(
        path,
        grades(entry("s01", 100, bonus=5), entry("s02", 80, late=True), entry("s04", 10)),
        STUDENTS,
        {},
        "https://example.org/feedback/",
    )
    feedback = (
        "Activation functions: 100 of 100 points, and 5 bonus points.<br>"
        "A1.1 Step &lt;and&gt; line: 100 of 100<br>"
        '<a href="https://example.org/feedback/in-s01.html">What was checked</a>'
    )
    before = path.read_bytes()
    assert changed(before, exported.content) == [
        (1, 4, "", "100.00"),
        (1, 10, "", feedback),
        (2, 4, "50.00", "72.00"),
    ]
    quoted = '"' + feedback.replace('"', '""') + '"'
    expected = before.decode().replace('grading",,100.00', 'grading",100.00,100.00', 1)
    expected = expected.replace('=1+1</p>",-,\n', f'=1+1</p>",-,{quoted}\n')
    assert exported.content.decode() == expected.replace('grading",50.00', 'grading",72.00')
    assert exported.left_out == (
        LeftOut("activations", "s04", "Moodle has the grade locked or overridden"),
    )
    assert exported.notes == (
        "activations: 1 grade with bonus cut to 100 points",
        "activations: 3 rows of students without such a grade left as found",
        "activations: 1 comment of a person kept, so without our feedback",
    )


def test_moodle_export_of_its_own_file_renews_our_feedback(tmp_path):
    """What an earlier export wrote is replaced; the same grades change nothing."""
    first = export_moodle(DATA / "moodle.csv", grades(entry("s01", 60)), STUDENTS, {})
    path = tmp_path / "moodle.csv"
    path.write_bytes(first.content)
    again = export_moodle(path, grades(entry("s01", 60)), STUDENTS, {})
    assert again.content == first.content
    late = export_moodle(path, grades(entry("s01", 70, late=True)), STUDENTS, {})
    (grade, feedback) = changed(first.content, late.content)
    assert grade == (1, 4, "60.00", "63.00")
    assert "70 of 100 points.<br>Handed in 2027-05-01" in feedback[3]
    assert "10 % of the points are taken off. 70 points become 63.<br>A1.1" in feedback[3]


def test_moodle_feedback_of_a_course_that_hides_results_has_no_points_by_question():
    """`hidden_results: never` keeps what the hidden checks found out of the comment."""
    hidden = replace(grades(entry("s01", 60)), hidden_results="never")
    exported = export_moodle(DATA / "moodle.csv", hidden, STUDENTS, {})
    assert cells(exported.content)[1][10] == "Activation functions: 60 of 100 points."


def test_moodle_export_in_german_is_scaled_and_has_decimal_commas():
    """The headings are known, and `20,00` says which comma the worksheet has."""
    path = DATA / "moodle_german.csv"
    exported = export_moodle(path, grades(entry("s01", 87.5), entry("s02", 37.5)), STUDENTS, {})
    before = path.read_bytes()
    assert [one[:4] for one in changed(before, exported.content) if one[1] == 4] == [
        (1, 4, "", "17,50")
    ]
    assert b',"17,50","20,00",Ja,-,-,Activation' in exported.content
    assert exported.content.count(b"\r\n") == before.count(b"\r\n")
    assert exported.notes[0] == "activations: grades out of 100 are scaled to 20 points"


def test_moodle_export_without_names_is_matched_by_the_number_when_told_so():
    """Anonymous rows need `--column id=Identifier`: the number may be no student's id."""
    path = DATA / "moodle_anonymous.csv"
    anonymous = {name: Student(name) for name in ("5001", "Participant 5002")}
    both = grades(entry("5001", 80), entry("Participant 5002", 90))
    with pytest.raises(InstructorError, match="name it with --column 'id=HEADING'"):
        export_moodle(path, both, anonymous, {})
    exported = export_moodle(path, both, anonymous, {"id": "Identifier"})
    assert [one[:4] for one in changed(path.read_bytes(), exported.content)] == [
        (1, 2, "", "80.00"),
        (2, 2, "", "90.00"),
    ]
    assert exported.notes == (
        "activations: the worksheet has no column for feedback comments: only grades are written",
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (",Grade,", ",Note,", "expected a header with the columns Identifier or ID, Grade or Bew"),
        ('"Maximum grade"', "Scale", "Maximum grade or Maximum Grade or Bestwertung"),
        ("Yes,-,,-,\n", "Yes,-,,-\n", "expected 11 cells, as in the header; found 10"),
        (",100.00,No", ",50.00,No", "expected the same in each row; found 100.00, 50.00"),
        (",Status,", ",Grade,", "expected one column Grade or Bewertung; found 2"),
    ],
)
def test_moodle_worksheet_that_cannot_be_used_is_refused(tmp_path, old, new, told):
    """A scale instead of points, a short row or two maxima end the export."""
    path = tmp_path / "moodle.csv"
    path.write_text((DATA / "moodle.csv").read_text(encoding="utf-8").replace(old, new), "utf-8")
    with pytest.raises(InstructorError) as caught:
        export_moodle(path, grades(entry("s01", 80)), STUDENTS, {})
    assert told in str(caught.value)


def test_moodle_column_of_another_language_is_named():
    """`--column grade=...` finds what a worksheet in another language calls it; a typo is told."""
    with pytest.raises(InstructorError, match="did you mean grade"):
        export_moodle(DATA / "moodle.csv", grades(), STUDENTS, {"grades": "Note"})


# What students and their schools can write into a platform's file.
ODD = st.text(st.sampled_from("ab =+@-;,\"'\r\n\té李ع\u202e\u2028"), max_size=8)
POINTS = st.integers(0, 10000).map(lambda cents: cents / 100)


def row(values, ends):
    return ",".join('"' + value.replace('"', '""') + '"' for value in values) + ends


@given(
    st.lists(st.tuples(ODD, POINTS | st.none()), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_canvas_and_moodle_files_differ_in_exactly_the_grade_cells(
    tmp_path_factory, held, ends, mark
):
    """Whatever names are in the file: each grade is in its cell, and every other byte is there."""
    folder = tmp_path_factory.getbasetemp()
    students = {f"s{n}": Student(f"s{n}") for n in range(len(held))}
    standing = grades(
        *(entry(f"s{n}", points) for n, (_, points) in enumerate(held) if points is not None)
    )
    head = [
        "Student",
        "ID",
        "SIS User ID",
        "Section",
        "Other (1)",
        "Activation functions (2)",
        "Final Score",
    ]
    rows = [
        row(head, ends),
        row(["    Points Possible", "", "", "", "9", "100", "(read only)"], ends),
    ]
    rows += [
        row(["s " + name, str(n), f"s{n}", name, name, "", name], ends)
        for n, (name, _) in enumerate(held)
    ]
    canvas = mark + "".join(rows)
    (folder / "canvas.csv").write_bytes(canvas.encode())
    exported = export_canvas(folder / "canvas.csv", [standing], students, {})
    expected = mark + "".join(rows[:2])
    for n, (name, points) in enumerate(held):
        shown = "" if points is None else f"{points:.2f}"
        expected += row(["s " + name, str(n), f"s{n}", name, name, shown, name], ends)
    assert exported.content.decode() == expected
    head = ["Identifier", "Full name", "ID number", "Grade", "Maximum grade", "Online text"]
    top = mark + row(head, ends)
    rows = [
        [f"Participant {n}", name, f"s{n}", "", "100", name] for n, (name, _) in enumerate(held)
    ]
    (folder / "moodle.csv").write_bytes((top + "".join(row(one, ends) for one in rows)).encode())
    if not held:
        return
    exported = export_moodle(folder / "moodle.csv", standing, students, {})
    for one, (_, points) in zip(rows, held, strict=True):
        one[3] = "" if points is None else f"{points:.2f}"
    assert exported.content.decode() == top + "".join(row(one, ends) for one in rows)
