"""Writing a release: as a whole or not at all, and never over somebody's other files."""

from __future__ import annotations

import json
import os

import pytest

from autograder.archive import PRIVATE, Member, zip_bytes
from autograder.errors import InstructorError
from autograder.release.changes import changes
from autograder.release.store import read_release, require_replaceable, write_release


def release_of(*ids, text="1"):
    """Make the files of a release."""
    files = {f"{one}/{one}.py": Member(text.encode()) for one in ids}
    files |= {f"{one}.zip": Member(text.encode()) for one in ids}
    files |= {f"{one}-autograder.zip": Member(text.encode(), PRIVATE) for one in ids}
    manifest = json.dumps({"assignments": {one: {} for one in ids}})
    return {**files, "manifest.json": Member(manifest.encode())}


def contents(files):
    return {path: member.content for path, member in files.items()}


def test_release_written_can_be_read_back(tmp_path):
    """Every file lies in its place; folders on the way are made."""
    files = release_of("toy", "other")
    write_release(files, tmp_path / "new" / "out")
    assert read_release(tmp_path / "new" / "out") == contents(files)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_release_permissions_do_not_depend_on_the_umask(tmp_path, umask):
    """What students get can be read by all, what holds the answers by its owner alone."""
    before = os.umask(umask)
    try:
        write_release(release_of("toy"), tmp_path / "out")
    finally:
        os.umask(before)
    modes = {
        path.relative_to(tmp_path / "out").as_posix(): path.stat().st_mode & 0o777
        for path in (tmp_path / "out").rglob("*")
    }
    assert modes == {
        "toy": 0o755,
        "toy/toy.py": 0o644,
        "toy.zip": 0o644,
        "toy-autograder.zip": 0o600,
        "manifest.json": 0o644,
    }


def test_release_again_replaces_the_old_one_and_leaves_nothing_beside(tmp_path):
    """Files that the new release does not have are gone, and so are drafts."""
    out = tmp_path / "out"
    write_release({**release_of("toy"), "toy/old.py": Member(b"old")}, out)
    require_replaceable(out, {"toy"})
    write_release(release_of("toy", text="2"), out)
    assert read_release(out) == contents(release_of("toy", text="2"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_release_that_fails_half_way_leaves_the_old_one(tmp_path):
    """A file that cannot be written is told, and the earlier release is unchanged."""
    out = tmp_path / "out"
    write_release(release_of("toy"), out)
    broken = {**release_of("toy", text="2"), "toy.zip/below": Member(b"")}
    with pytest.raises(InstructorError, match="what was there is unchanged"):
        write_release(broken, out)
    assert read_release(out) == contents(release_of("toy"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("place", ["missing", "empty"])
def test_release_to_a_new_or_empty_folder_is_allowed(tmp_path, place):
    """Nothing can be lost there."""
    if place == "empty":
        (tmp_path / place).mkdir()
    require_replaceable(tmp_path / place, {"toy"})


def test_release_over_other_files_is_refused(tmp_path):
    """A folder with files of somebody else is not replaced."""
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InstructorError, match=r"thesis\.tex, which would be lost"):
        require_replaceable(tmp_path, {"toy"})


def test_release_over_files_beside_an_old_release_is_refused(tmp_path):
    """A note that was put into the release's folder is not lost silently."""
    write_release(release_of("toy"), tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("mail them on Monday")
    with pytest.raises(InstructorError, match=r"notes\.txt"):
        require_replaceable(tmp_path / "out", {"toy"})


def test_release_that_would_drop_an_assignment_is_refused(tmp_path):
    """A release of one assignment does not replace that of two."""
    write_release(release_of("toy", "other"), tmp_path / "out")
    with pytest.raises(InstructorError, match="other too, which would be lost"):
        require_replaceable(tmp_path / "out", {"toy"})
    require_replaceable(tmp_path / "out", {"toy", "other", "third"})


def test_release_over_a_file_is_refused(tmp_path):
    """A file in the folder's place is told as such."""
    (tmp_path / "out").write_text("")
    with pytest.raises(InstructorError, match="this is a file"):
        require_replaceable(tmp_path / "out", {"toy"})


@pytest.mark.parametrize("text", ["no JSON", "{}", "[]", '{"assignments": 1}'])
def test_release_over_a_strange_manifest_is_refused(tmp_path, text):
    """A manifest.json of something else is not taken for a release."""
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InstructorError, match="expected the manifest of a release"):
        require_replaceable(tmp_path, {"toy"})


def test_changes_are_told_by_kind_and_path_also_inside_zips():
    """Added, removed and changed files are listed; a zip with the member that differs."""

    def packed(text):
        return zip_bytes({"toy/toy.py": Member(text), "toy/same.py": Member(b"")})

    old = {"toy.zip": packed(b"1"), "gone.txt": b"", "same.txt": b"="}
    new = {"toy.zip": packed(b"2"), "new.txt": b"", "same.txt": b"="}
    assert [str(change) for change in changes(old, new)] == [
        "removed  gone.txt",
        "added    new.txt",
        "changed  toy.zip",
        "changed  toy.zip!toy/toy.py",
    ]
    assert list(changes(new, new)) == []


def test_changes_of_a_zip_that_is_cut_off_are_told_as_one():
    """A broken archive is a change like any other, not a traceback."""
    whole = zip_bytes({"a": Member(b"1")})
    assert [str(one) for one in changes({"x.zip": whole[:20]}, {"x.zip": whole})] == [
        "changed  x.zip"
    ]
