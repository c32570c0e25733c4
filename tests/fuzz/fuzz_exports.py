"""Hand-ins of a class as Canvas, Moodle and Gradescope hand them out, up to the folder they fill.

An input is the number of the system, the table beside (its length before it), and the zip or
Gradescope's metadata.
"""

from __future__ import annotations

import io
import random
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import harness
import mutators

with harness.instrumented():
    import handins

    from autograder.errors import InstructorError
    from autograder.imports import Export, Request, assign, lay_out
    from autograder.imports.canvas import read_canvas
    from autograder.imports.gradescope import METADATA, read_gradescope
    from autograder.imports.moodle import read_moodle
    from autograder.roster import Student

SYSTEMS = ("canvas", "moodle", "gradescope")
READERS = {"canvas": read_canvas, "moodle": read_moodle, "gradescope": read_gradescope}
GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Toys (55)
    Points Possible,,,,,100
"Lee, Ann",77,s1,ann@example.org,A,
"O'Neil, Bob",78,s2,bob,A,
"""
WORKSHEET = """\
Identifier,Full name,ID number,Email address,Status,Last modified (submission)
Participant 1234,Ann Lee,s1,ann@example.org,Submitted,"Tuesday, 20 October 2026, 11:58 PM"
Participant 1235,Bob Ray,,bob@example.org,No submission,-
"""
TOLD = """\
submission_11:
  :submitters:
  - :name: &1 Ann Lee
    :sid: '001'
    :email: ann@example.org
  :created_at: 2026-10-20 21:58:59.123456000 Z
  :results: {output: "x", tests: [{a: [1, {b: 2}]}]}
submission_12:
  :submitters:
  - :name: *1
    :sid:
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-10-20 10:00:00.000000000 Z
"""
PIECES = (
    *(
        "&1 x",
        "*1",
        "*9",
        "? [a]",
        "? {a: b}",
        "!ruby/object:X",
        "<<: *1",
        "---",
        "[" * 1200,
        "{a: " * 300,
    ),
    *(
        ":submitters:",
        ":created_at:",
        ":sid:",
        "x: {:sid: a}",
        "9" * 5000,
        "\u0661" * 5000,
        "submission_12:",
    ),
    *(
        "..",
        "/etc",
        "a/b",
        "null",
        "''",
        '"\\ud800"',
        "2026-10-20 21:58:59 +99:99",
        "- - -",
        "%TAG ! x",
        "\x85",
    ),
    *(
        '"',
        '""',
        ",",
        ",,",
        "\r",
        "\0",
        "Participant",
        "Participant 1234",
        "Participant \u0663",
        "-",
        "\ufeff",
    ),
    *(
        "0001-01-01 00:00",
        "9999-12-31 23:59",
        "Monday, 31 February 2026, 10:00 AM",
        "ID",
        "Student",
        "77",
    ),
)
NAMES = (
    *(
        "leeann_77_901_toy.py",
        "oneilbob_LATE_78_902_toy-1.py",
        "x_1_2_x_79_903_a_1_2_b.py",
        "toy.py",
    ),
    *(
        "leeann_77_text.html",
        "leeann_anon_a9_901_toy.zip",
        "_77_901_toy.py",
        "leeann_77_901_../x.py",
    ),
    *("Ann Lee_1234_assignsubmission_file_/toy.py", "Ann Lee_1234_assignsubmission_file_toy.py"),
    *("Bob_1235_assignsubmission_onlinetext_/o.html", "A_1234_assignsubmission_file_/a/b/../c.py"),
    *(
        "Ann_" + "9" * 5000 + "_assignsubmission_file_/x.py",
        "Ann_\u0661\u0662_assignsubmission_file_/x.py",
    ),
    *(
        "Ann_1_assignsubmission_file_/.",
        "Ann_1_assignsubmission_file_/a",
        "a_1_2_" + "x/" * 30 + "y",
    ),
)
ROSTER = {"s1": Student("s1", "Lee, Ann", "ann@example.org"), "001": Student("001", "Ann Lee")}
LIMITS = handins.Limits()
FOLDER = harness.scratch_folder()
SOURCE, TABLE, OUT = FOLDER / "export", FOLDER / "table.csv", FOLDER / "out"


def joined(number: int, table: bytes, content: bytes) -> bytes:
    """Write an input."""
    return bytes([number]) + len(table).to_bytes(2, "little") + table + content


def parted(data: bytes) -> tuple[int, bytes, bytes]:
    """Take an input apart: the system's number, the table, and the rest."""
    size = int.from_bytes(data[1:3], "little")
    return (data[0] if data else 0), data[3 : 3 + size], data[3 + size :]


def packed(names: Iterable[str]) -> bytes:
    """Return the bytes of a zip with files of these names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), f"# {name}\n", zipfile.ZIP_DEFLATED)
    return data.getvalue()


def seeds() -> Iterator[bytes]:
    """Yield what each system hands out, with a table and without."""
    for number, table in enumerate((GRADEBOOK, WORKSHEET)):
        yield joined(number, b"", packed(NAMES[:2]))
        yield joined(number, table.encode(), packed(NAMES))
        yield from (joined(number, table.encode(), packed([name])) for name in NAMES)
    yield joined(2, b"", TOLD.encode())


def check(data: bytes) -> None:
    """Hold that an export is read and laid out, or refused with words."""
    number, table, content = parted(data)
    system = SYSTEMS[number % len(SYSTEMS)]
    for path in (SOURCE, OUT):
        shutil.rmtree(path, ignore_errors=True)
    SOURCE.mkdir()
    (SOURCE / "submission_11").mkdir()
    (SOURCE / "submission_11" / "toy.py").write_text("x = 1\n")
    source = SOURCE if system == "gradescope" else SOURCE / "class.zip"
    (SOURCE / METADATA if system == "gradescope" else source).write_bytes(content)
    TABLE.write_bytes(table)
    with ExitStack() as opened:
        request = Request(source, LIMITS, opened, TABLE if table else None, "toy")
        try:
            export = READERS[system](request)
        except InstructorError as error:
            str(error).encode()
            return
        _lay_out(export, system)


def _lay_out(export: Export, system: str) -> None:
    assert all(one.people or one.fault for one in export.hand_ins) or system == "gradescope"
    for roster in (None, ROSTER):
        assigned = assign(export.hand_ins, roster)
        lay_out(OUT, assigned, LIMITS, form=system, source=SOURCE, keep_unmatched=True)
    for path in OUT.rglob("*"):
        assert path.resolve().is_relative_to(OUT.resolve()), "a file outside of the import"


def _mutator() -> harness.Mutate:
    """Change the zip, the metadata or the table."""
    zips, texts = mutators.zipped(), mutators.lines(PIECES)

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        rng = random.Random(seed)
        number, table, content = parted(data)
        room = max(max_size - len(table) - 3, 1)
        if number % len(SYSTEMS) == SYSTEMS.index("gradescope"):
            return joined(number, table[:9], texts(content, room, seed))
        if table and rng.random() < 0.4:
            return joined(number, texts(table, 5000, seed)[:5000], content)[:max_size]
        if rng.random() < 0.4:
            content = packed(rng.sample(NAMES, rng.randrange(1, 5)))
        return joined(number, table, zips(content, room, seed))

    return mutate


if __name__ == "__main__":
    harness.main(check, seeds(), mutate=_mutator)
