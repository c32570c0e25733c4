"""A zip that Moodle made, and its grading worksheet."""

from __future__ import annotations

import zipfile
from contextlib import ExitStack
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autograder.config import IntakeLimits
from autograder.errors import InstructorError
from autograder.imports import Person, Request
from autograder.imports.instants import local_time, offset_time
from autograder.imports.moodle import read_moodle

LIMITS = IntakeLimits(files=5, file_kib=16, total_kib=64, archive_ratio=100)
BERLIN = ZoneInfo("Europe/Berlin")
HEADER = (
    "\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,"
    "Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments\n"
)
WORKSHEET = (
    f"{HEADER}"
    "Participant 1234,Ann Lee,s1,ann@example.org,Submitted for grading,,100,Yes,"
    '"Tuesday, 20 October 2026, 11:58 PM",-,\n'
    "Participant 1235,Bob Ray,,bob@example.org,No submission,,100,Yes,-,-,\n"
)


@pytest.fixture
def moodle(tmp_path):
    """Read a zip of files with these names."""

    def read(*names, table=""):
        source = tmp_path / "course-toys-55.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for name in names:
                archive.writestr(name, b"x = 1\n")
        path = None
        if table:
            path = tmp_path / "worksheet.csv"
            path.write_text(table, encoding="utf-8")
        with ExitStack() as opened:
            return read_moodle(Request(source, LIMITS, opened, path, "", BERLIN))

    return read


@pytest.mark.parametrize(
    "prefix",
    [
        "Ann Lee_1234_assignsubmission_file_/",
        "Ann Lee_1234_assignsubmission_file/",
        "Ann Lee_1234_assignsubmission_file_",
    ],
    ids=["folder", "folder of newer versions", "no folder"],
)
def test_read_moodle_reads_every_layout_that_moodle_writes(moodle, prefix):
    """Folders for participants, with and without a line at the end, and no folders at all."""
    found = moodle(f"{prefix}toy.py")
    assert [one.people for one in found.hand_ins] == [(Person("1234", name="Ann Lee"),)]
    assert [member.path for member in found.hand_ins[0].members] == ["toy.py"]
    assert found.notes[0].startswith("Moodle's zip tells no times")


def test_read_moodle_with_the_worksheet_knows_id_address_and_time(moodle):
    """The participant's number leads to the line of the worksheet."""
    found = moodle("Ann Lee_1234_assignsubmission_file_/src/toy.py", table=WORKSHEET)
    (one,) = found.hand_ins
    assert one.people == (Person("1234", ("s1",), "ann@example.org", "Ann Lee"),)
    assert one.submitted == datetime(2026, 10, 20, 21, 58, tzinfo=UTC)
    assert [member.path for member in one.members] == ["src/toy.py"]
    assert "Europe/Berlin" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "doubt"),
    [
        ("Team A_1234", "the worksheet calls Participant 1234 Ann Lee"),
        ("Ann Lee_99", "the worksheet has no Participant 99"),
    ],
)
def test_read_moodle_with_a_name_that_is_not_the_numbers_doubts_it(moodle, name, doubt):
    """Groups have numbers too: a number counts only with its own name."""
    found = moodle(f"{name}_assignsubmission_file_/toy.py", table=WORKSHEET)
    assert found.hand_ins[0].people[0].doubt == doubt


def test_read_moodle_with_times_in_another_language_knows_no_time(moodle):
    """A time that cannot be read is told as it stands, with what to do."""
    german = WORKSHEET.replace(
        "Tuesday, 20 October 2026, 11:58 PM", "Dienstag, 20. Oktober 2026, 23:58"
    )
    found = moodle("Ann Lee_1234_assignsubmission_file_/toy.py", table=german)
    assert found.hand_ins[0].submitted is None
    assert "Dienstag, 20. Oktober 2026, 23:58" in found.notes[1]
    assert "set to English" in found.notes[1]


def test_read_moodle_of_text_says_that_no_file_came(moodle):
    """What was typed into Moodle is no hand-in, and other files are told."""
    found = moodle("Ann Lee_1234_assignsubmission_onlinetext_/onlinetext.html", "readme.txt")
    assert found.hand_ins[0].fault == "a text was handed in, no file"
    assert found.strays[0].startswith("readme.txt: expected Name_1234")


def test_read_moodle_of_one_number_with_two_names_takes_neither(moodle):
    """One participant has one name."""
    found = moodle(*(f"{name}_1_assignsubmission_file_/toy.py" for name in ("Ann", "Bob")))
    assert [one.fault for one in found.hand_ins] == [
        "its files are those of two names with one number"
    ]


def test_read_moodle_of_another_zip_is_refused(moodle):
    """A zip without Moodle's names is not taken for one of its."""
    with pytest.raises(InstructorError, match="nothing in it is named as Moodle names"):
        moodle("leeann_77_901_toy.py")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Tuesday, 20 October 2026, 11:58 PM", 21),
        ("Tuesday, 20 October 2026, 11:58\u202fPM", 21),
        ("Tuesday, October 20, 2026, 11:58 PM", 21),
        ("Tuesday, 20 Oct 2026, 23:58", 21),
        ("2026-10-20 23:58", 21),
        ("Sunday, 25 October 2026, 2:30 AM", 0),
    ],
)
def test_local_time_reads_clocks_of_the_courses_zone(text, hour):
    """English forms are read in the course's zone; of an hour that comes twice, the first."""
    assert local_time(text, BERLIN).astimezone(UTC).hour == hour


@pytest.mark.parametrize(
    "text", ["", "-", "yesterday", "2026-10-20T10:00:00", "1 January 1970, 1:00 AM"]
)
def test_times_that_do_not_tell_are_none(text):
    """Nothing is made of a text that is no time, or one without its offset."""
    assert offset_time(text) is None


@pytest.mark.parametrize("text", ["0001-01-01 00:30", "9999-12-31 23:30"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_local_time_that_does_not_exist_in_utc_is_none(text, zone):
    """The first and the last hours of the calendar are no time of this century either."""
    assert local_time(text, ZoneInfo(zone)) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-20 21:58:59 UTC",
        "2026-10-20T21:58:59Z",
        "2026-10-20 23:58:59 +0200",
        "2026-10-20 23:58:59.000000000 +02:00",
    ],
)
def test_offset_time_reads_what_rails_and_github_write(text):
    """Every spelling of an offset gives one point in time."""
    assert offset_time(text) == datetime(2026, 10, 20, 21, 58, 59, tzinfo=UTC)
