"""A zip that Canvas made: names of files to students."""

from __future__ import annotations

import io
import zipfile
from contextlib import ExitStack

import pytest

from autograder.config import IntakeLimits
from autograder.errors import InstructorError
from autograder.imports import Person, Request
from autograder.imports.canvas import read_canvas

LIMITS = IntakeLimits(files=5, file_kib=16, total_kib=64, archive_ratio=100)
GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Toys (55)
    Manual Posting,,,,,
    Points Possible,,,,,100
"Lee, Ann",77,s1,ann@example.org,A,
"O'Neil, Bob",78,s2,bob,A,
"x_1_2_, x",79,s3,cat,A,
"""


def packed(*names, content=b"x = 1\n"):
    """Return the bytes of a zip with files of these names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return data.getvalue()


@pytest.fixture
def canvas(tmp_path):
    """Read a zip of files with these names."""

    def read(*names, table="", assignment=""):
        source = tmp_path / "submissions.zip"
        source.write_bytes(packed(*names))
        path = None
        if table:
            path = tmp_path / "gradebook.csv"
            path.write_text(table)
        with ExitStack() as opened:
            return read_canvas(Request(source, LIMITS, opened, path, assignment))

    return read


def files(hand_in):
    """Return the names of a hand-in's files."""
    return [member.path for member in hand_in.members]


def test_read_canvas_gathers_each_students_files(canvas):
    """Name, lateness and numbers stand before the file's own name, which may hold all of them."""
    found = canvas(
        "leeann_77_901_toy.py",
        "leeann_77_902_my_1_2_plot.py",
        "oneilbob_LATE_78_903_toy.ipynb",
        "LATE_anon_aB3xY_904_toy.py",
    )
    by_source = {one.source: one for one in found.hand_ins}
    assert sorted(files(by_source["leeann_77"])) == ["my_1_2_plot.py", "toy.py"]
    assert by_source["leeann_77"].people == (Person("77", run_together="leeann"),)
    assert files(by_source["oneilbob_78"]) == ["toy.ipynb"]
    assert by_source["anon_aB3xY"].people == (Person("anon_aB3xY"),)
    assert "Canvas calls late: `_anon_aB3xY`, `oneilbob_78`" in found.notes[0]
    assert found.strays == ()


def test_read_canvas_takes_off_the_number_of_an_attempt(canvas):
    """A module that was handed in again has its own name; other names stay."""
    found = canvas("leeann_77_901_toy-2.py", "leeann_77_902_part-2.py", assignment="toy")
    assert sorted(files(found.hand_ins[0])) == ["part-2.py", "toy.py"]


def test_read_canvas_of_two_attempts_at_once_renames_neither(canvas):
    """Two files that would have one name keep theirs."""
    found = canvas("leeann_77_901_toy-1.py", "leeann_77_902_toy-2.py", assignment="toy")
    assert sorted(files(found.hand_ins[0])) == ["toy-1.py", "toy-2.py"]


def test_read_canvas_with_the_gradebook_knows_whose_number_it_is(canvas):
    """The gradebook tells the school's id, the login or address, and the full name."""
    found = canvas("leeann_77_901_toy.py", "oneilbob_78_902_toy.py", table=GRADEBOOK)
    assert [one.people for one in found.hand_ins] == [
        (Person("77", ("s1",), "ann@example.org", "Lee, Ann"),),
        (Person("78", ("s2", "bob"), "", "O'Neil, Bob"),),
    ]


@pytest.mark.parametrize(
    ("name", "doubt"),
    [
        ("leeann_99_901_toy.py", "the gradebook has no number 99"),
        ("oneilbob_77_901_toy.py", "the gradebook calls the number 77 Lee, Ann"),
    ],
)
def test_read_canvas_with_a_name_that_is_not_the_numbers_doubts_it(canvas, name, doubt):
    """A number counts only with its own name."""
    assert canvas(name, table=GRADEBOOK).hand_ins[0].people[0].doubt == doubt


def test_read_canvas_of_a_name_that_fits_two_students_takes_neither(canvas):
    """A student whose name imitates numbers does not hand in for another."""
    imitated = GRADEBOOK + '"lee_77_8_b, ann",80,s4,eve,A,\n"leeann_77_8_b",81,s5,eva,A,\n'
    found = canvas("leeann_77_8_b_81_901_toy.py", "oneilbob_78_1_toy.py", table=imitated)
    assert [one.source for one in found.hand_ins] == ["oneilbob_78"]
    told = "leeann_77_8_b_81_901_toy.py: its name can be read as that of two students"
    assert found.strays == (told,)


def test_read_canvas_of_a_text_or_link_says_that_no_file_came(canvas):
    """What was typed into Canvas is no hand-in."""
    found = canvas("leeann_77_text.html", "oneilbob_78_link.html")
    assert {one.fault for one in found.hand_ins} == {"a text or a link was handed in, no file"}


def test_read_canvas_of_another_zip_is_refused(canvas):
    """A zip without Canvas' names is not taken for one of its."""
    with pytest.raises(InstructorError, match="no file of it is named as Canvas names them"):
        canvas("toy.py", "leeann_77_901_x/toy.py")


def test_read_canvas_with_a_number_twice_in_the_gradebook_is_refused(canvas):
    """A gradebook that gives one number to two students tells nothing."""
    with pytest.raises(InstructorError, match="expected each number once; found 77"):
        canvas("leeann_77_901_toy.py", table=GRADEBOOK + '"Lee, Al",77,s9,al,A,\n')
