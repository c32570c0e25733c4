"""Archives of a release: the same files make the same bytes, and nothing else shows."""

from __future__ import annotations

import os
import subprocess
import zipfile

import pytest

from autograder.archive import EXECUTABLE, PRIVATE, Member, content_digest, unzip, zip_bytes

FILES = {
    "b/run.sh": Member(b"#!/bin/sh\n", EXECUTABLE),
    "a.txt": Member("grün\n".encode()),
    "b/secret": Member(b"x" * 5000, PRIVATE),
}


def test_zip_of_the_same_files_in_another_order_is_the_same():
    """The order in which files were found does not show."""
    assert zip_bytes(FILES) == zip_bytes(dict(reversed(FILES.items())))


def test_zip_has_sorted_stored_entries_of_1980_with_the_members_permissions(tmp_path):
    """Time, order, compression and permissions are fixed by the files alone."""
    (tmp_path / "x.zip").write_bytes(zip_bytes(FILES))
    entries = zipfile.ZipFile(tmp_path / "x.zip").infolist()
    assert [entry.filename for entry in entries] == ["a.txt", "b/run.sh", "b/secret"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert [entry.external_attr >> 16 for entry in entries] == [0o100644, 0o100755, 0o100600]


def test_zip_unpacked_by_the_systems_unzip_keeps_content_and_permissions(tmp_path):
    """A grading machine that unpacks with `unzip` gets scripts that run and a private secret."""
    (tmp_path / "x.zip").write_bytes(zip_bytes(FILES))
    command = ["unzip", "-q", "x.zip"]
    try:
        subprocess.run(command, cwd=tmp_path, check=True, umask=0o022)
    except FileNotFoundError:
        pytest.skip("this machine has no unzip")
    for path, member in FILES.items():
        assert (tmp_path / path).read_bytes() == member.content
        assert (tmp_path / path).stat().st_mode & 0o777 == member.mode
    assert os.access(tmp_path / "b/run.sh", os.X_OK)


def test_unzip_gives_back_what_was_packed():
    """Reading an archive gives every path and content."""
    assert unzip(zip_bytes(FILES)) == {path: member.content for path, member in FILES.items()}


@pytest.mark.parametrize(
    "other",
    [
        {**FILES, "a.txt": Member(b"other\n")},
        {**FILES, "c.txt": Member(b"")},
        {("z.txt" if path == "a.txt" else path): member for path, member in FILES.items()},
    ],
    ids=["content", "one more", "renamed"],
)
def test_content_digest_of_other_files_is_another(other):
    """A changed, added or renamed file shows in the digest; the order of the files does not."""
    assert content_digest(other) != content_digest(FILES)
    assert content_digest(dict(reversed(FILES.items()))) == content_digest(FILES)
