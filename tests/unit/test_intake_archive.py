"""Intake of zips: ordinary ones as every system packs them, and those that attack."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.intake import read_submission
from autograder.records import Refusal, Submission

SOURCE = b"def step(x):\n    return x\n"
MODULE = "activations.py"


@dataclass(frozen=True)
class Limits:
    """Small limits, so that a test can exceed them."""

    files: int = 10
    file_kib: int = 64
    total_kib: int = 256
    archive_ratio: int = 100


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = 8) -> bytes:
    """Pack a zip with the entries as they are given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # duplicate names, wanted here
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def special(name: str, mode: int) -> zipfile.ZipInfo:
    """Describe an entry with a Unix file mode."""
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def read(folder: Path, data: bytes, limits: Limits = Limits()) -> Submission | Refusal:
    """Hand in the zip."""
    path = folder / "student-01.zip"
    path.write_bytes(data)
    return read_submission(path, "activations", limits)


def accepted(folder: Path, data: bytes) -> Submission:
    """Hand in a zip that has to be accepted."""
    result = read(folder, data)
    assert isinstance(result, Submission), result
    return result


def refused(folder: Path, data: bytes, limits: Limits = Limits()) -> str:
    """Hand in a zip that has to be refused, and give the reason."""
    result = read(folder, data, limits)
    assert isinstance(result, Refusal), result
    assert result.reason.isprintable()
    assert result.reason.endswith(".")
    return result.reason


def with_header(data: bytes, offset: int, value: bytes, *, local: int | None = None) -> bytes:
    """Change a field of the first entry's central header, and its local header if asked."""
    changed = bytearray(data)
    start = data.index(b"PK\x01\x02") + offset
    changed[start : start + len(value)] = value
    if local is not None:
        changed[local : local + len(value)] = value
    return bytes(changed)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zip_with_the_module_and_a_helper_is_taken(tmp_path, method):
    """Both ordinary packing methods are read."""
    data = packed((MODULE, SOURCE), ("pkg/pads.py", SOURCE), method=method)
    submission = accepted(tmp_path, data)
    assert [unit.path for unit in submission.units] == [MODULE]
    assert [helper.path for helper in submission.helpers] == ["pkg/pads.py"]
    assert submission.helpers[0].text == SOURCE.decode()
    assert submission.notes == ()


def test_zip_folder_and_other_order_of_one_work_have_one_digest(tmp_path):
    """How the work is packed does not change its digest."""
    entries = [("b.py", b"b = 1\n"), (MODULE, SOURCE), ("a.py", b"a = 1\n")]
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, data in entries:
        (folder / name).write_bytes(data)
    digests = {
        accepted(tmp_path, packed(*entries)).sha256,
        accepted(tmp_path, packed(*reversed(entries))).sha256,
        accepted(tmp_path, packed(*((f"top/{name}", data) for name, data in entries))).sha256,
        read_submission(folder, "activations", Limits()).sha256,
    }
    assert len(digests) == 1


def test_zip_made_by_macos_is_looked_through(tmp_path):
    """The folder around everything goes, and so does what macOS adds."""
    data = packed(
        ("homework 1/", b""),
        (f"homework 1/{MODULE}", SOURCE),
        ("homework 1/pads.py", SOURCE),
        ("homework 1/.DS_Store", b"\0"),
        (f"__MACOSX/homework 1/._{MODULE}", b"\0"),
        ("__MACOSX/._homework 1", b"\0"),
    )
    submission = accepted(tmp_path, data)
    assert [helper.path for helper in submission.helpers] == ["pads.py"]
    assert submission.notes == ()


def test_zip_with_a_notebook_is_taken_as_one(tmp_path):
    """A notebook inside a zip gives the same units as the notebook itself."""
    notebook = (
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
        b'[{"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], '
        b'"execution_count": 1, "source": ["x = 1\\n", "y = 2"]}]}'
    )
    (tmp_path / "n.ipynb").write_bytes(notebook)
    alone = read_submission(tmp_path / "n.ipynb", "activations", Limits())
    submission = accepted(tmp_path, packed(("activations.ipynb", notebook)))
    assert submission.is_notebook
    assert submission.units[0].path == "activations.ipynb[cell 1]"
    assert (submission.units, submission.sha256) == (alone.units, alone.sha256)


def test_zip_with_dots_in_paths_is_taken(tmp_path):
    """`./activations.py`, as some packers write it, is the same file."""
    submission = accepted(tmp_path, packed((f"./{MODULE}", SOURCE), ("./pkg//pads.py", SOURCE)))
    assert submission.units[0].path == MODULE
    assert submission.helpers[0].path == "pkg/pads.py"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../activations.py", "leads out of the hand-in"),
        ("a/../../x.py", "leads out of the hand-in"),
        (".git/../../x.py", "leads out of the hand-in"),
        ("__MACOSX/../x.py", "leads out of the hand-in"),
        ("..", "leads out of the hand-in"),
        ("/etc/passwd", "is an absolute path"),
        ("//host/x.py", "is an absolute path"),
        ("C:/x.py", "drive letter"),
        ("c:x.py", "drive letter"),
        ("..\\x.py", "holds a backslash"),
        ("a\\x.py", "holds a backslash"),
        ("a\nb.py", "cannot be shown"),
        ("\x1b]0;owned\x07.py", "cannot be shown"),
        ("x\x7f.py", "cannot be shown"),
        ("a\u2028b.py", "cannot be shown"),
        (f"{'x' * 200}.py", "203 bytes long"),
        (f"{'d/' * 30}x.py", "folders deep"),
    ],
)
def test_zip_with_a_dangerous_name_is_refused(tmp_path, name, reason):
    """Names that leave the hand-in or break a report are refused, junk or not."""
    assert reason in refused(tmp_path, packed((MODULE, SOURCE), (name, SOURCE)))


def test_zip_with_a_name_cut_by_a_nul_is_refused(tmp_path):
    """What follows a NUL byte is hidden from some programs."""
    data = packed(("activations.pyX.exe", SOURCE)).replace(b".pyX", b".py\0")
    assert "cannot be shown" in refused(tmp_path, data)


def test_zip_with_an_empty_name_ignores_that_entry(tmp_path):
    """A file without a name is nothing that could be imported."""
    data = packed((MODULE, SOURCE), (zipfile.ZipInfo(""), b"x"))
    submission = accepted(tmp_path, data)
    assert submission.helpers == submission.notes == ()


def test_zip_with_shell_characters_in_a_name_is_only_noted(tmp_path):
    """Names never reach a shell, so they need only be shown."""
    submission = accepted(tmp_path, packed((MODULE, SOURCE), ("$(rm -rf ~);.py", SOURCE)))
    assert submission.helpers == ()
    assert "`$(rm -rf ~);.py`" in submission.notes[0]


@pytest.mark.parametrize("name", [MODULE, "Activations.PY"])
def test_zip_with_a_name_twice_is_refused(tmp_path, name):
    """Which of two entries counts must not depend on the program that unpacks."""
    assert "twice" in refused(tmp_path, packed((MODULE, SOURCE), (name, b"x = 1\n")))


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR]
)
def test_zip_with_a_link_or_special_file_is_refused(tmp_path, kind):
    """An entry that is not an ordinary file is not looked at."""
    entry = (special("pads.py", kind | 0o777), b"/etc/passwd")
    assert "link or a special file" in refused(tmp_path, packed((MODULE, SOURCE), entry))


@pytest.mark.parametrize("mode", [0, 0o644, stat.S_IFREG | 0o755])
def test_zip_with_ordinary_modes_is_taken(tmp_path, mode):
    """Permission bits play no part."""
    assert accepted(tmp_path, packed((special(MODULE, mode), SOURCE))).units


@pytest.mark.parametrize(("tag", "head"), [(0x000D, 12), (0x756E, 14)])
def test_zip_with_a_hard_link_is_refused(tmp_path, tag, head):
    """Unix packers store a hard link's target in an extra field."""
    for target, verdict in ((b"", Submission), (b"solution.py", Refusal)):
        info = zipfile.ZipInfo(MODULE)
        timestamp = struct.pack("<HHB", 0x5455, 1, 0)
        info.extra = timestamp + struct.pack("<HH", tag, head + len(target)) + bytes(head) + target
        assert isinstance(read(tmp_path, packed((info, SOURCE))), verdict)


def test_zip_with_a_password_is_refused(tmp_path):
    """Encrypted entries are told as such."""
    data = with_header(packed((MODULE, SOURCE)), 8, b"\x01\x00", local=6)
    assert "encrypted" in refused(tmp_path, data)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip_with_another_packing_method_is_refused(tmp_path, method):
    """Methods whose unpacking cannot be bounded are not used."""
    assert f"method {method}" in refused(tmp_path, packed((MODULE, SOURCE), method=method))


def test_zip_with_an_unknown_packing_method_is_refused(tmp_path):
    """A method that nobody knows is no reason to stop."""
    data = with_header(packed((MODULE, SOURCE)), 10, b"\x63\x00", local=8)
    assert "method 99" in refused(tmp_path, data)


@pytest.mark.parametrize("name", ["pads.py", "data.bin"])
def test_zip_bomb_is_refused_by_its_ratio(tmp_path, name):
    """A ratio of a thousand is a bomb, whether the file would be taken or not."""
    data = packed((MODULE, SOURCE), (name, bytes(10_000_000)))
    reason = refused(tmp_path, data)
    assert "9.5 MiB; more than 100 times" in reason


def test_zip_with_a_short_repetitive_file_is_no_bomb(tmp_path):
    """A file of blank lines is small, whatever its ratio."""
    assert accepted(tmp_path, packed((MODULE, SOURCE + b"\n" * 20_000))).units


def test_zip_inside_a_zip_is_refused(tmp_path):
    """A nested bomb is not opened."""
    data = packed((MODULE, SOURCE), ("inner.zip", packed(("x", bytes(100)))))
    assert "another archive: `inner.zip`" in refused(tmp_path, data)


def test_zip_that_declares_less_than_it_holds_is_refused(tmp_path):
    """The sizes in the header are not believed."""
    bomb = packed(("activations.py", b"#" * 60_000))
    for size in (1, 100, 59_999):
        data = with_header(bomb, 24, struct.pack("<I", size), local=22)
        assert "damaged or was changed" in refused(tmp_path, data)


def test_zip_that_declares_more_than_it_holds_is_refused(tmp_path):
    """An entry that ends early is damaged."""
    data = packed((MODULE, SOURCE), method=zipfile.ZIP_STORED)
    changed = with_header(data, 20, struct.pack("<II", 5000, 5000), local=18)
    assert "damaged or was changed" in refused(tmp_path, changed)


def test_zip_with_a_file_too_large_is_refused(tmp_path):
    """The limit of a module holds inside a zip."""
    text = b"".join(b"x%d = %d\n" % (number, number**3) for number in range(5_000))
    assert "is too large" in refused(tmp_path, packed((MODULE, text)))


def test_zip_with_files_too_large_together_is_refused(tmp_path):
    """Many files below the limit each are still too much together."""
    text = b"".join(b"x%d = %d\n" % (number, number**3) for number in range(2_500))
    files = [(f"m{number}.py", text) for number in range(7)]
    assert "256 KiB together" in refused(tmp_path, packed((MODULE, SOURCE), *files))


def test_zip_that_is_too_large_itself_is_refused(tmp_path):
    """A zip full of data is refused by its size."""
    data = packed((MODULE, SOURCE), ("d.bin", bytes(300_000)), method=zipfile.ZIP_STORED)
    assert "at most 256 KiB" in refused(tmp_path, data)


def test_zip_with_too_many_files_is_refused(tmp_path):
    """`files` counts what is not junk."""
    files = [(f"m{number}.py", SOURCE) for number in range(10)]
    assert "holds 11 files; at most 10" in refused(tmp_path, packed((MODULE, SOURCE), *files))


@pytest.mark.parametrize("name", ["m{}.py", "__MACOSX/{}"])
def test_zip_with_ten_thousand_files_is_refused_at_once(tmp_path, name, monkeypatch):
    """The list of entries is not even read."""
    data = packed(*((name.format(number), b"") for number in range(10_000)))
    monkeypatch.delattr(zipfile, "ZipFile")
    assert "more than 200 entries" in refused(tmp_path, data, Limits(total_kib=4096))


@pytest.mark.parametrize("entries", [[], [("__MACOSX/x", b"")], [("folder/", b"")]])
def test_zip_without_files_is_refused(tmp_path, entries):
    """A zip that holds nothing is empty."""
    assert "holds no files" in refused(tmp_path, packed(*entries))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a zip"),
        (b"hello", "not a zip"),
        (b"PK\x03\x04", "not a zip"),
        (b"Rar!\x1a\x07\x00", "a RAR archive with the name of a zip"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive with the name of a zip"),
        (b"\x1f\x8b\x08\x00", "a gzip file with the name of a zip"),
        (bytes(257) + b"ustar\x0000", "a tar archive with the name of a zip"),
    ],
)
def test_zip_that_is_none_is_refused_with_what_it_is(tmp_path, data, reason):
    """A renamed archive is recognised."""
    assert reason in refused(tmp_path, data)


def test_zip_cut_off_anywhere_is_refused(tmp_path):
    """An upload that broke off never counts as a hand-in."""
    data = packed((MODULE, SOURCE), ("pads.py", SOURCE))
    for length in range(len(data)):
        refused(tmp_path, data[:length])


def test_zip_with_a_changed_byte_in_the_content_is_refused(tmp_path):
    """The checksum is looked at."""
    data = packed((MODULE, SOURCE), method=zipfile.ZIP_STORED)
    assert "damaged" in refused(tmp_path, data.replace(b"return x", b"return y"))


def test_zip_with_an_undecodable_name_is_refused(tmp_path):
    """A name that says it is UTF-8 and is not makes the zip a broken one."""
    data = packed(("ü" * 3 + ".py", SOURCE)).replace("ü".encode() * 3, b"\xff" * 6)
    assert "not a zip, or a broken one" in refused(tmp_path, data)


def test_zip_is_never_unpacked_to_disk(tmp_path):
    """Reading leaves nothing behind."""
    accepted(tmp_path, packed((MODULE, SOURCE), ("pkg/pads.py", SOURCE)))
    assert [path.name for path in tmp_path.iterdir()] == ["student-01.zip"]
