"""The folder that an import leaves: complete, safe, and grading's own form."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from autograder.arrivals import read_arrivals
from autograder.config import IntakeLimits
from autograder.errors import InstructorError
from autograder.imports import (
    Assigned,
    HandIn,
    Placed,
    Unplaced,
    lay_out,
    require_replaceable,
)
from autograder.imports.bulk import class_entries
from autograder.intake import find_submissions, submission_names
from autograder.intake.members import Member

LIMITS = IntakeLimits(files=5, file_kib=16, total_kib=64, archive_ratio=100)
CAME = datetime(2026, 10, 20, 21, 59, tzinfo=UTC)


def member(path, content=b"x = 1\n"):
    """Make a file of a hand-in."""
    return Member(path, len(content), lambda limit: content[: limit + 1])


def placed(name, *paths, submitted=CAME):
    """Make a hand-in that is somebody's."""
    return Placed(name, HandIn(f"source of {name}", (), tuple(map(member, paths)), submitted))


@pytest.fixture
def write(tmp_path):
    """Lay hand-ins out in a folder, from a source that is called `source`."""

    def run(*hand_ins, unplaced=(), out=tmp_path / "out", keep=False):
        assigned = Assigned(hand_ins, tuple(Unplaced(one, "", "") for one in unplaced))
        source = tmp_path / "source"
        return lay_out(out, assigned, LIMITS, form="canvas", source=source, keep_unmatched=keep)

    run.out = tmp_path / "out"
    run.source = tmp_path / "source"
    return run


def tree(folder):
    """Return every file of a folder, by path."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_lay_out_names_hand_ins_as_grade_will_call_them(write):
    """A child is a student's hand-in, and the table names it as results do."""
    write(
        placed("s.1", "toy.py", "parts/more.py"),
        placed("s2", "whatever.zip"),
        placed("s3", "toy.py", submitted=None),
    )
    assert tree(write.out) == [
        "hand-ins/s.1/parts/more.py",
        "hand-ins/s.1/toy.py",
        "hand-ins/s2.zip",
        "hand-ins/s3/toy.py",
        "import.json",
        "submitted.csv",
    ]
    names = submission_names(find_submissions([write.out / "hand-ins"]))
    assert sorted(names) == ["s.1", "s2", "s3"]
    arrivals = read_arrivals(write.out / "submitted.csv")
    assert {name: one.submitted for name, one in arrivals.items()} == {"s.1": CAME, "s2": CAME}
    assert stat.S_IMODE(write.out.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "paths",
    [
        ("..",),
        ("../x.py",),
        ("/etc/x.py",),
        ("a\\b.py",),
        (".",),
        ("C:x.py",),
        ("toy.py", "TOY.py"),
        ("toy.py", "toy.py/x.py"),
        ("a/b/c/d/e/f/g/h/i/j.py",),
        ("x" * 300,),
        ("a\nb.py",),
        tuple(f"{n}.py" for n in range(6)),
        ("toy.py", "inner.zip"),
        (),
    ],
)
def test_lay_out_of_dangerous_names_refuses_that_hand_in_alone(write, paths):
    """A bad hand-in is told with its reason; the others are there."""
    done = write(placed("s1", *paths), placed("s2", "toy.py"))
    assert [one.name for one in done.written] == ["s2"]
    assert [one.hand_in.source for one in done.refused] == ["source of s1"]
    assert tree(write.out)[:-2] == ["hand-ins/s2/toy.py"]
    assert tree(write.out.parent) == [f"out/{path}" for path in tree(write.out)]


def test_lay_out_leaves_out_data_that_is_too_large_and_refuses_such_code(write):
    """Large data is no part of the work; code beyond the limit is not cut off."""
    large = b"#" * (64 * 1024 + 1)
    data = HandIn("a", (), (member("toy.py"), member("data.bin", large)))
    code = HandIn("b", (), (member("toy.py", large),))
    done = write(Placed("s1", data), Placed("s2", code))
    assert tree(write.out / "hand-ins") == ["s1/toy.py"]
    assert "too large" in done.refused[0].reason


def test_lay_out_keeps_the_unmatched_apart_and_only_when_asked(write):
    """Hand-ins of nobody known have names of their own, never one that is a student's."""
    strangers = [HandIn(name, (), (member("toy.py"),), CAME) for name in ("s1", "S1", "../x")]
    write(placed("unmatched-s1", "toy.py"), unplaced=strangers, keep=True)
    names = submission_names(find_submissions([write.out / "unmatched"]))
    assert sorted(map(str.lower, names)) == ["unmatched-s1-2", "unmatched-s1-3", "unmatched-x"]
    assert read_arrivals(write.out / "submitted.csv").keys() == {"unmatched-s1", *names}
    write(placed("s1", "toy.py"), unplaced=strangers)
    assert tree(write.out) == ["hand-ins/s1/toy.py", "import.json", "submitted.csv"]


def test_lay_out_of_nothing_leaves_an_earlier_import(write):
    """An import that finds nobody does not take away what was found before."""
    write(placed("s1", "toy.py"))
    assert write(unplaced=[HandIn("x", ())]).written == ()
    assert tree(write.out / "hand-ins") == ["s1/toy.py"]


def test_lay_out_that_fails_leaves_the_earlier_import_whole(write):
    """A failure in the middle changes nothing and leaves nothing behind."""
    write(placed("s1", "toy.py"))

    def fail(_):
        raise OSError(28, "No space left on device")

    broken = HandIn("x", (), (Member("toy.py", 1, fail),))
    with pytest.raises(InstructorError, match="No space left on device"):
        write(placed("s2", "toy.py"), Placed("s3", broken))
    assert tree(write.out / "hand-ins") == ["s1/toy.py"]
    assert [path.name for path in write.out.parent.iterdir()] == ["out"]


def test_require_replaceable_takes_an_import_of_the_same_source(write):
    """The same source can be imported again; another one needs to be forced."""
    write(placed("s1", "toy.py"))
    require_replaceable(write.out, "canvas", write.source, force=False)
    require_replaceable(write.out, "moodle", write.source, force=True)
    for form, source in (("moodle", write.source), ("canvas", write.out / "other.zip")):
        with pytest.raises(InstructorError, match="an import of another source"):
            require_replaceable(write.out, form, source, force=False)


def test_require_replaceable_never_takes_what_is_no_import(write, tmp_path):
    """Files that somebody put there, and folders that are none, are not lost, forced or not."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "notes.txt").write_text("x")
    write(placed("s1", "toy.py"))
    (write.out / "notes.txt").write_text("x")
    for name in ("file", "link", "own", "out"):
        with pytest.raises(InstructorError, match="expected a"):
            require_replaceable(tmp_path / name, "canvas", write.source, force=True)
    require_replaceable(tmp_path / "new", "canvas", write.source, force=False)


def hostile(*changes):
    """Make a zip with one good entry and one that was changed."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.py", b"x = 1\n")
        info = zipfile.ZipInfo("bad.py")
        content = b"target"
        for change in changes:
            content = change(info) or content
        archive.writestr(info, content)
    return data.getvalue()


def link(info):
    """Make an entry a symbolic link."""
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def bomb(info):
    """Make an entry unpack to far more than it is."""
    info.compress_type = zipfile.ZIP_DEFLATED
    return bytes(1 << 20)


def packed_otherwise(info):
    """Pack an entry with a method that few can unpack."""
    info.compress_type = zipfile.ZIP_LZMA


def climbing(info):
    """Let an entry's name lead out."""
    info.filename = "../../bad.py"


def entries(tmp_path, data):
    """Read a class' zip and say which entries are acceptable, and load them."""
    path = tmp_path / "class.zip"
    path.write_bytes(data)
    with ExitStack() as opened:
        found = class_entries(path, LIMITS, opened)
        return {one.path: one.member.load(64 * 1024) if one.member else None for one in found}


def endless(info):
    """Give an entry a name such as only a zip can hold; Canvas' parts of it are without number."""
    info.filename = f"ann{'_1' * 30_000}.py"


@pytest.mark.parametrize("change", [link, bomb, packed_otherwise, climbing, endless])
def test_class_entries_refuses_a_bad_entry_and_reads_the_others(tmp_path, change):
    """One student's bad file does not keep the others' from being read."""
    found = entries(tmp_path, hostile(change))
    assert found.pop("good.py") == b"x = 1\n"
    ((path, content),) = found.items()
    assert content is None
    assert len(path) <= 200


def test_class_entries_of_names_in_other_encodings_reads_them(tmp_path):
    """UTF-8 that is not marked as such is read as UTF-8, anything else somehow."""
    marked = hostile(lambda info: setattr(info, "filename", "Jos\u00e9.py"))
    flags = struct.pack("<H", 0x800)
    unmarked = marked.replace(b"PK\x03\x04\x14\x00" + flags, b"PK\x03\x04\x14\x00\0\0")
    unmarked = unmarked.replace(
        b"PK\x01\x02\x14\x03\x14\x00" + flags, b"PK\x01\x02\x14\x03\x14\x00\0\0"
    )
    assert unmarked != marked
    assert entries(tmp_path, unmarked) == entries(tmp_path, marked)
    latin = unmarked.replace("Jos\u00e9".encode(), b"Josx\xe9")
    assert "good.py" in entries(tmp_path, latin)


def test_class_entries_of_overlapping_entries_refuses_the_zip(tmp_path):
    """Many entries that are one piece of data are a bomb."""
    data = bytearray(hostile())
    directory = data.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<L", data, directory + 16)[0]
    listing = bytes(data[start:directory])
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 80, 80, len(listing) * 40, start, 0)
    with pytest.raises(InstructorError, match="overlap"):
        entries(tmp_path, bytes(data[:start]) + listing * 40 + end)


def test_class_entries_of_a_damaged_entry_says_so_when_it_is_read(tmp_path):
    """A checksum that is wrong is a fault of that file."""
    data = hostile().replace(b"target", b"tarGet")
    with pytest.raises(Exception, match="is damaged in the zip") as caught:
        entries(tmp_path, data)
    assert type(caught.value).__name__ == "StudentFault"


@pytest.mark.parametrize("data", [b"", b"no zip", hostile()[:60]], ids=["empty", "text", "half"])
def test_class_entries_of_what_is_no_zip_is_refused(tmp_path, data):
    """A file that is no zip is refused in words."""
    with pytest.raises(InstructorError, match="expected a zip"):
        entries(tmp_path, data)


def test_class_entries_of_too_many_entries_is_refused_before_they_are_read(tmp_path):
    """Millions of entries are counted, not listed."""
    with pytest.raises(InstructorError, match="more than 200000 entries"):
        entries(tmp_path, b"PK\x01\x02" * 200_001)
