"""Names of pages and writing them: autograder.report.files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.report.files import page_names, write_atomically


def test_page_names_are_safe_and_unique() -> None:
    """No separator, no leading dot, no two alike on any file system, none that is the class's."""
    names = [
        "a/b",
        "a\\b",
        "A-b",
        "..",
        "../../etc/passwd",
        "index",
        "con",
        "naïve",
        "漢字",
        "",
        "x\ny;z",
        "-rf",
        "q" * 300,
    ]
    pages = page_names(names)
    assert pages[:3] == ("a-b.html", "a-b-2.html", "A-b-3.html")
    assert pages[3:9] == (
        "submission.html",
        "etc-passwd.html",
        "index-2.html",
        "con-2.html",
        "naive.html",
        "submission-2.html",
    )
    assert len({page.lower() for page in pages}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,90}\.html", page) for page in pages)
    assert page_names(names) == pages


def test_page_names_where_a_suffix_is_taken_move_on() -> None:
    """A name that looks like a suffixed one keeps its own page."""
    assert page_names(["a-2", "a", "a"]) == ("a-2.html", "a.html", "a-3.html")


def test_write_atomically_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """Text that cannot be written leaves no half page and no temporary file."""
    path = tmp_path / "page.html"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")
    assert [(item.name, item.read_text()) for item in tmp_path.iterdir()] == [("page.html", "old")]


def test_write_atomically_over_a_link_replaces_the_link(tmp_path: Path) -> None:
    """A link in the report's folder is not followed out of it."""
    outside = tmp_path / "outside"
    outside.write_text("kept")
    (tmp_path / "page.html").symlink_to(outside)
    write_atomically(tmp_path / "page.html", "page")
    assert outside.read_text() == "kept"
    assert (tmp_path / "page.html").read_text() == "page"
    assert not (tmp_path / "page.html").is_symlink()


def test_written_page_has_the_modes_of_an_ordinary_file(tmp_path: Path) -> None:
    """Whoever may read the folder's other files may read the pages."""
    (tmp_path / "other").write_text("x")
    write_atomically(tmp_path / "page.html", "x")
    modes = {(tmp_path / name).stat().st_mode for name in ("other", "page.html")}
    assert len(modes) == 1
