"""A gradebook that cannot be read or written: a sentence, a status, and nothing lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap

import pytest

from autograder.errors import GraderFault, InstructorError
from autograder.gradebook import engine, open_gradebook
from autograder.gradebook.faults import GradebookFault, GradebookRefused
from autograder.gradebook.place import place_of
from autograder.roster import Student


@pytest.fixture
def file(tmp_path):
    """Give a gradebook's file with one student in it."""
    path = tmp_path / "gradebook.sqlite"
    with open_gradebook(str(path), None, create=True) as book:
        book.add_students([Student("ann")])
    return path


def test_place_without_an_option_is_beside_the_course(tmp_path):
    """By default the gradebook lies beside grading.yml."""
    assert place_of("", tmp_path).file == tmp_path / "gradebook.sqlite"
    with pytest.raises(InstructorError, match="there is no course"):
        place_of("", None)


@pytest.mark.parametrize("url", ["grades.db", "sqlite:///grades.db"])
def test_place_of_a_file_is_absolute(url, tmp_path, monkeypatch):
    """A path and SQLite's URL mean the same file, wherever a process goes later."""
    monkeypatch.chdir(tmp_path)
    assert place_of(url, None).file == tmp_path / "grades.db"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://host/course", "received mysql"),
        ("://", "cannot be read"),
        ("postgresql://ann@host:port/course", "cannot be read"),
        ("sqlite://", "received sqlite"),
    ],
)
def test_place_that_is_neither_file_nor_postgresql_is_refused(url, words):
    """Another database is no place for a gradebook."""
    with pytest.raises(InstructorError, match=words):
        place_of(url, None)


@pytest.mark.parametrize(
    "address",
    [
        "ann:secret@host/course",
        "ann@host/course?password=secret",
        "ann@host/course?sslmode=require&sslpassword=secret",
        "ann@/course?Password=secret&password=secret",
    ],
)
def test_place_never_shows_a_password(address):
    """Messages name the server, not what logs in there; the database gets it all the same."""
    place = place_of(f"postgresql://{address}", None)
    assert "secret" not in str(place)
    assert str(place).startswith("postgresql+psycopg://ann")
    assert "secret" in place.url.render_as_string(hide_password=False)


def test_place_that_cannot_be_read_quotes_nothing():
    """A password with a character that was not escaped is in no message, nor in its cause."""
    with pytest.raises(InstructorError) as caught:
        place_of("postgresql://ann@host:secret/course", None)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_gradebook_in_a_folder_that_is_not_there_is_refused(tmp_path):
    """A path that is written wrong makes no folders."""
    with pytest.raises(GradebookRefused, match="make it, or look at the path"):
        open_gradebook(str(tmp_path / "no" / "g.sqlite"), None, create=True)


def test_gradebook_file_of_something_else_is_refused(tmp_path):
    """A file that is no database stays as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("words " * 1000)
    with pytest.raises(GradebookRefused, match=r"notes\.txt: expected an SQLite database"):
        open_gradebook(str(path), None, create=True)
    assert path.read_text() == "words " * 1000


def test_gradebook_file_that_is_corrupt_says_how_to_save_it(file):
    """Pages that were overwritten are noticed, and the sentence says what can be done."""
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    words = r"put a backup in its place, or save .*\.recover"
    with (
        pytest.raises(GradebookRefused, match=words),
        open_gradebook(str(file), None) as book,
    ):
        book.students()


def test_gradebook_file_that_is_locked_says_so(file, monkeypatch):
    """Another program that holds the file for long is named as the likely reason."""
    monkeypatch.setattr(engine, "_WAIT_SECONDS", 0.05)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with open_gradebook(str(file), None) as book:
        with pytest.raises(GradebookFault, match="such as a database browser"):
            book.add_students([Student("bob")])
        holder.execute("ROLLBACK")
        book.add_students([Student("bob")])
        assert list(book.students()) == ["ann", "bob"]
    holder.close()


def test_gradebook_file_on_a_full_disk_keeps_what_it_has(file):
    """Where a write fails for want of room, what was recorded stays, and a later try works."""
    program = """
        import resource, signal, sys
        from autograder.errors import GraderFault
        from autograder.gradebook import open_gradebook
        from autograder.roster import Student
        with open_gradebook(sys.argv[1], None) as book:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, -1))
            try:
                book.add_students([Student(str(n), "x" * 1000) for n in range(1000)])
            except GraderFault as error:
                print(error.exit_status, error)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(file)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.startswith("3 ")
    assert "expected room on the disk" in told or "expected a disk that reads and writes" in told
    assert "the same command goes on from there" in told
    with open_gradebook(str(file), None) as book:
        assert list(book.students()) == ["ann"]
        book.add_students([Student("bob")])


def test_gradebook_server_that_does_not_answer_says_so(tmp_path):
    """A server that is not there is a fault that passes: it says what to look at."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is an extra")
    url = f"postgresql+psycopg://ann:secret@/course?host={tmp_path}"
    with pytest.raises(GraderFault, match="expected a server that answers") as caught:
        open_gradebook(url, None, create=True)
    assert "secret" not in str(caught.value)
