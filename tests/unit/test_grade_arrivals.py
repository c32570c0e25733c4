"""When hand-ins came, as a table, and what that does to their grades."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from autograder.arrivals import Arrival, read_arrivals
from autograder.errors import InstructorError
from autograder.grade import with_lateness
from autograder.job import open_job
from autograder.records import Grade, Status

TIMES = "    due: 2026-10-20 23:59\nlate: {percent_per_day: 10}\n"
GRADE = Grade("a", "ab", Status.GRADED, 80, 100, 8)
LATE = datetime(2026, 10, 21, 12, tzinfo=UTC)


@pytest.fixture
def table(tmp_path):
    """Write a table and read it."""

    def read(content):
        path = tmp_path / "times.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_arrivals(path)

    return read


@pytest.fixture
def complaint(table, tmp_path):
    """Give what is said about a table, without the folder's name."""

    def read(content):
        with pytest.raises(InstructorError) as caught:
            table(content)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return read


def test_read_arrivals_reads_names_times_and_students(table):
    """Columns come in any order, others are passed over, and a hand-in's name is a student's."""
    read = table(
        "\ufeffStudent,group,submitted,Submission\r\n"
        "ann@x.org,1,2026-10-20T10:00:00+02:00,a\r\n"
        "\r\n"
        ' ,2, 2026-10-20T10:00:00Z ,"b, c"\r\n'
    )
    assert read == {
        "a": Arrival(datetime(2026, 10, 20, 8, tzinfo=UTC), ("ann@x.org",)),
        "b, c": Arrival(datetime(2026, 10, 20, 10, tzinfo=UTC), ("b, c",)),
    }


def test_read_arrivals_tells_every_bad_line_with_its_number(complaint):
    """All mistakes come at once, each with its line, its column and what to do."""
    told = complaint(
        "submission,submitted\n"
        "a,2026-10-20T10:00:00Z\n"
        "b,2026-10-20 10:00\n"
        "a,2026-10-20T10:00:00Z\n"
        ",2026-10-20T10:00:00Z\n"
        "c\n"
        "d,\n"
    )
    assert told.splitlines()[0] == "the table of hand-ins cannot be used: 5 problems"
    starts = [
        "times.csv:3: submitted: expected a time with its offset from UTC",
        "times.csv:4: submission: expected each hand-in once; found a, which is on line 2 too",
        "times.csv:5: submission: expected a hand-in's name",
        "times.csv:6: expected 2 cells, as in the header; found 1",
        "times.csv:7: submitted: expected a time such as 2026-10-20T23:59:00+02:00; found nothing",
    ]
    for line, start in zip(told.splitlines()[1::2], starts, strict=True):
        assert line.strip().startswith(start)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("submission,submited\na,b\n", "rename submited"),
        ("name,when\na,b\n", "begin with submission,submitted,student"),
        ("submission,submitted,submitted\n", "expected one column submitted"),
        (b"submission,submitted\n\xff,x\n", "expected CSV in UTF-8"),
        ('submission,submitted\n"a,x\n', "expected CSV in UTF-8"),
    ],
)
def test_read_arrivals_of_no_table_says_what_is_expected(complaint, content, words):
    """A file that is no such table is refused with what to do."""
    assert words in complaint(content)


def test_read_arrivals_without_the_file_says_so(tmp_path):
    """A path that leads nowhere is the command line's mistake."""
    with pytest.raises(InstructorError, match="No such file"):
        read_arrivals(tmp_path / "none.csv")


def test_with_lateness_adds_the_penalty_beside_the_raw_points(tiny_course):
    """Points and bonus stay as they are; the penalty is of both together."""
    tiny_course.write("grading.yml", tiny_course.texts["grading.yml"] + TIMES)
    grade = with_lateness(open_job("toy", tiny_course.root), GRADE, Arrival(LATE))
    assert (grade.points, grade.bonus) == (80, 8)
    assert (grade.late.days, grade.late.penalty_points) == (1, 8.8)
    assert grade.late.final_points == 79.2


@pytest.mark.parametrize(
    ("grade", "arrival", "times"),
    [
        (GRADE, None, TIMES),
        (GRADE, Arrival(LATE), ""),
        (Grade("a", "", Status.UNGRADED, 0, 100, 0), Arrival(LATE), TIMES),
    ],
    ids=["no arrival", "no due time", "no score"],
)
def test_with_lateness_unknown_changes_nothing(tiny_course, grade, arrival, times):
    """Without a time, a due time or a score there is no lateness."""
    tiny_course.write("grading.yml", tiny_course.texts["grading.yml"] + times)
    assert with_lateness(open_job("toy", tiny_course.root), grade, arrival) == grade
