"""A Gradescope export, honest and hostile."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from autograder.config import IntakeLimits
from autograder.errors import InstructorError
from autograder.imports import Person, Request
from autograder.imports.gradescope import METADATA, read_gradescope

LIMITS = IntakeLimits(files=5, file_kib=16, total_kib=64, archive_ratio=100)
ONE = """\
submission_11:
  :submitters:
  - :name: Ann Lee
    :sid: '001'
    :email: ann@example.org
  :created_at: 2026-10-20 21:58:59.123456000 Z
  :score: 3.0
  :status: processed
  :results:
    output: |
      :submitters:
      - :sid: '999'
    tests:
    - name: x
      extra_data: {a: [1, {b: 2}]}
  :history:
  - :id: 10
    :created_at: 2026-10-01 08:00:00.000000000 Z
    :submitters: []
"""
PAIR = """\
submission_12:
  :submitters:
  - :name: &1 Bob
    :sid:
    :email: bob@example.org
  - :name: *1
    :email: cat@example.org
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-10-20 10:00:00.000000000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: Europe/Berlin
    time: 2026-10-20 12:00:00.000000000 Z
"""


@pytest.fixture
def export(tmp_path):
    """Write an export with a file in each folder, and read it."""
    folder = tmp_path / "assignment_1_export"

    def read(metadata, *folders):
        folder.mkdir(exist_ok=True)
        data = metadata if isinstance(metadata, bytes) else metadata.encode()
        (folder / METADATA).write_bytes(data)
        for name in folders:
            (folder / name).mkdir()
            (folder / name / "toy.py").write_text("x = 1\n")
        with ExitStack() as opened:
            return read_gradescope(Request(folder, LIMITS, opened))

    read.folder = folder
    return read


def test_read_gradescope_reads_people_times_and_files(export):
    """Ids stay text, groups are several people, and what tests printed is nobody's name."""
    found = export(ONE + PAIR, "submission_11", "submission_12")
    one, pair = found.hand_ins
    assert one.people == (Person("001", ("001",), "ann@example.org", "Ann Lee"),)
    assert one.submitted == datetime(2026, 10, 20, 21, 58, 59, 123456, tzinfo=UTC)
    assert [(member.path, member.load(100)) for member in one.members] == [("toy.py", b"x = 1\n")]
    assert pair.people == (
        Person("bob@example.org", (), "bob@example.org", "Bob"),
        Person("cat@example.org", (), "cat@example.org", "Bob"),
    )
    assert pair.submitted == datetime(2026, 10, 20, 10, tzinfo=UTC)
    assert (found.notes, found.strays) == ((), ())


def test_read_gradescope_tells_folders_without_people_and_people_without_folders(export):
    """What stands on one side only is told, and nothing is taken of it."""
    found = export(ONE, "submission_13")
    assert found.hand_ins[0].fault == "the export has no such folder"
    assert found.strays == (f"submission_13: {METADATA} does not name this folder",)


def test_read_gradescope_of_a_time_without_offset_knows_no_time(export):
    """A time whose offset is not told is not taken for one."""
    found = export(ONE.replace(" Z", "", 1), "submission_11")
    assert found.hand_ins[0].submitted is None
    assert found.notes == (f"{METADATA} tells no time with its offset for 1 hand-ins",)


@pytest.mark.parametrize("key", ["../submission_11", "/etc", "..", ".", "a/b"])
def test_read_gradescope_of_a_path_for_a_folder_reads_nothing(export, key):
    """A key that leads elsewhere is no folder of the export."""
    found = export(ONE.replace("submission_11", f'"{key}"'), "submission_11")
    assert found.hand_ins[0].members == ()
    assert found.hand_ins[0].fault == "that is no name of a folder of an export"


def test_read_gradescope_of_links_follows_none(export, tmp_path):
    """Neither a folder that is a link nor a link in a folder is read."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "toy.py").write_text("SECRET\n")
    export.folder.mkdir()
    (export.folder / "submission_11").symlink_to(secret)
    found = export(ONE + PAIR, "submission_12")
    (export.folder / "submission_12" / "more.py").symlink_to(secret / "toy.py")
    assert found.hand_ins[0].fault == "expected a folder; it is something else"
    assert "symbolic link" in export(ONE + PAIR).hand_ins[1].fault


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ("", "expected :submitters and :created_at"),
        ("- 1\n", "expected :submitters and :created_at"),
        ("a: [1\n", "expected YAML in UTF-8"),
        (b"a: \xff\n", "expected YAML in UTF-8"),
        (ONE + ONE, "is there twice"),
        ("[" * 5000 + "]" * 5000, "nested deeper"),
        ("{a: " * 5000, "nested deeper"),
        ("? [a]\n: b\n", "expected keys that are text"),
    ],
    ids=["empty", "list", "broken", "not text", "twice", "deep list", "deep mapping", "list key"],
)
def test_read_gradescope_of_a_file_that_is_none_says_so(export, metadata, words):
    """What is no such file is refused in words."""
    with pytest.raises(InstructorError) as caught:
        export(metadata)
    assert words in str(caught.value)


def test_read_gradescope_of_hostile_yaml_makes_no_objects(export, tmp_path):
    """Tags call nothing, and aliases of aliases grow to nothing."""
    mark = tmp_path / "called"
    call = f"  :x: !!python/object/apply:pathlib.Path.touch [!!python/name:x '{mark}']\n"
    laughs = "".join(
        f"  :l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" if n else "  :l0: &l0 [ha]\n"
        for n in range(30)
    )
    found = export(ONE + call + laughs, "submission_11")
    assert found.hand_ins[0].people[0].ids == ("001",)
    assert not mark.exists()


@pytest.mark.parametrize("key", ["a", "9" * 5000, "-1"])
def test_read_gradescope_of_people_that_are_no_list_takes_their_keys_for_places(export, key):
    """Who handed in is read where a mapping stands in the place of the list, too."""
    found = export(f"x1:\n  :submitters:\n    ? '{key}'\n    : {{':sid': '7'}}\n", "x1")
    assert [person.ids for person in found.hand_ins[0].people] == [("7",)]
