"""What the gradebook keeps of a hand-in, and by what it tells that one has changed."""

from __future__ import annotations

import os

import pytest

from autograder.archive import unzip
from autograder.config import IntakeLimits
from autograder.gradebook.handins import pack

LIMITS = IntakeLimits(files=4, file_kib=1, total_kib=2, archive_ratio=50)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "ann"
    made.mkdir()
    (made / "toy.py").write_text("x = 1\n")
    (made / "helper.py").write_text("y = 2\n")
    return made


def test_pack_file_keeps_its_bytes_and_ending(tmp_path):
    """A file is kept as it is; the same bytes with another ending are another hand-in."""
    for name in ("a.py", "b.py", "c.IPYNB"):
        (tmp_path / name).write_bytes(b"\xff\x00x")
    one, same, other = (pack(tmp_path / name, LIMITS) for name in ("a.py", "b.py", "c.IPYNB"))
    assert (one.ending, one.content) == (".py", b"\xff\x00x")
    assert one == same
    assert (other.ending, other.digest != one.digest) == (".ipynb", True)


def test_pack_folder_is_kept_as_a_zip_of_its_files(folder):
    """Times and junk of a folder do not matter; names and contents do."""
    before = pack(folder, LIMITS)
    assert before.ending == ".zip"
    assert unzip(before.content) == {"toy.py": b"x = 1\n", "helper.py": b"y = 2\n"}
    (folder / ".DS_Store").write_text("junk")
    os.utime(folder / "toy.py", (0, 0))
    assert pack(folder, LIMITS) == before
    (folder / "helper.py").rename(folder / "other.py")
    assert pack(folder, LIMITS).digest != before.digest


def test_pack_folder_with_a_large_file_is_told_apart_and_not_kept(folder):
    """Data that is too large to keep still makes another hand-in, by its name and size."""
    before = pack(folder, LIMITS)
    (folder / "data.bin").write_bytes(bytes(5000))
    large = pack(folder, LIMITS)
    assert large.content is None
    (folder / "toy.py").write_text("x = 3\n")
    assert len({before.digest, large.digest, pack(folder, LIMITS).digest}) == 3


@pytest.mark.parametrize("kind", ["link", "missing", "too large", "pipe"])
def test_pack_what_is_refused_has_a_digest_and_no_content(tmp_path, kind):
    """What cannot be read never stops a class; it becomes another hand-in once it is mended."""
    path = tmp_path / "a.py"
    if kind == "link":
        path.symlink_to("/etc/passwd")
    elif kind == "too large":
        path.write_bytes(bytes(5000))
    elif kind == "pipe":
        os.mkfifo(path)
    refused = pack(path, LIMITS)
    assert refused.content is None
    assert refused == pack(path, LIMITS)
    path.unlink(missing_ok=True)
    path.write_text("x = 1\n")
    assert pack(path, LIMITS).digest != refused.digest
