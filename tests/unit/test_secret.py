"""The course secret: made once, kept from others, and never weak."""

from __future__ import annotations

import multiprocessing
import os
import stat

import pytest

from autograder.errors import InstructorError
from autograder.job import open_job
from autograder.secret import has_secret, load_secret, make_private, seed_key

GIVEN = "given-by-the-operator"


@pytest.fixture(autouse=True)
def _without_variables(monkeypatch):
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    monkeypatch.delenv("AUTOGRADER_SECRET_FILE", raising=False)


@pytest.fixture
def own_file(tmp_path):
    """The course's file with a secret in it, as the command makes it."""
    load_secret(tmp_path)
    return tmp_path / ".autograder" / "secret"


@pytest.fixture
def named_file(tmp_path, monkeypatch):
    """A file that the variable names, readable by all as Docker's and Kubernetes' are."""
    path = tmp_path / "mounted secret"
    path.write_text(f"{GIVEN}\n")
    path.chmod(0o444)
    monkeypatch.setenv("AUTOGRADER_SECRET_FILE", str(path))
    return path


def test_secret_first_use_makes_a_private_file(tmp_path):
    """The file is made with mode 0600 whatever the umask, and holds a long secret."""
    before = os.umask(0)
    try:
        secret = load_secret(tmp_path)
    finally:
        os.umask(before)
    path = tmp_path / ".autograder" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(secret) >= 40
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_secret_second_use_reads_the_same(tmp_path):
    """The secret is made once."""
    assert load_secret(tmp_path) == load_secret(tmp_path)


def test_secret_two_courses_differ(tmp_path):
    """Each course has its own."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert load_secret(tmp_path / "a") != load_secret(tmp_path / "b")


def test_secret_made_by_many_at_once_is_one(tmp_path):
    """Processes that start together agree on one secret, and none reads half of it."""
    context = multiprocessing.get_context("fork")
    with context.Pool(4) as pool:
        secrets = pool.map(load_secret, [tmp_path] * 40, chunksize=1)
        pool.close()
        pool.join()
    assert len(set(secrets)) == 1


def test_secret_variable_wins_and_leaves_no_file(tmp_path, monkeypatch):
    """The variable goes before the file, and then none is made."""
    monkeypatch.setenv("AUTOGRADER_SECRET", " sixteen-or-more-characters \n")
    assert load_secret(tmp_path) == b"sixteen-or-more-characters"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "   ", "fifteen-letters"])
def test_secret_too_short_is_refused_with_its_place(tmp_path, monkeypatch, text):
    """A short secret is refused, from the variable and from the file, and not shown."""
    monkeypatch.setenv("AUTOGRADER_SECRET", text)
    with pytest.raises(InstructorError, match=r"variable AUTOGRADER_SECRET.*16 characters"):
        load_secret(tmp_path)
    monkeypatch.delenv("AUTOGRADER_SECRET")
    path = tmp_path / ".autograder" / "secret"
    path.parent.mkdir()
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(InstructorError, match=r"secret: .*16 characters") as caught:
        load_secret(tmp_path)
    assert not text.strip() or text not in str(caught.value)


def test_secret_place_that_cannot_be_made_is_told(tmp_path):
    """Where the folder cannot be made the message names the variable to set instead."""
    (tmp_path / ".autograder").write_text("a file in the folder's place")
    with pytest.raises(InstructorError, match="set AUTOGRADER_SECRET instead"):
        load_secret(tmp_path)


def test_secret_place_that_is_a_folder_is_told(tmp_path):
    """A folder in the file's place is told likewise."""
    (tmp_path / ".autograder" / "secret").mkdir(parents=True)
    with pytest.raises(InstructorError, match="Is a directory"):
        load_secret(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write every folder")
def test_secret_folder_without_permission_is_told(tmp_path):
    """A folder that may not be written is told likewise."""
    tmp_path.chmod(0o500)
    with pytest.raises(InstructorError, match="Permission denied"):
        load_secret(tmp_path)


def test_secret_file_that_is_no_text_is_told(tmp_path):
    """Bytes that are not UTF-8 are an InstructorError, not a traceback."""
    path = tmp_path / ".autograder" / "secret"
    path.parent.mkdir()
    path.write_bytes(b"\xff" * 40)
    with pytest.raises(InstructorError, match="expected text"):
        load_secret(tmp_path)


def test_secret_from_a_named_file_is_read_and_none_is_made(tmp_path, named_file):
    """AUTOGRADER_SECRET_FILE goes before the course's own file."""
    assert load_secret(tmp_path) == GIVEN.encode()
    assert list(tmp_path.iterdir()) == [named_file]


def test_secret_from_a_named_file_that_is_not_there_is_refused(tmp_path, named_file):
    """A path that is written wrong makes no new secret."""
    named_file.unlink()
    with pytest.raises(
        InstructorError, match=r"AUTOGRADER_SECRET_FILE: .*cannot be read \(No such"
    ):
        load_secret(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_secret_given_twice_is_refused(tmp_path, named_file, monkeypatch):
    """Where both variables are set nobody can tell which is meant."""
    monkeypatch.setenv("AUTOGRADER_SECRET", "sixteen-or-more-characters")
    with pytest.raises(InstructorError, match="both are set; unset the other"):
        load_secret(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_secret_file_that_others_have_access_to_is_refused_with_the_mend(own_file, mode):
    """Who reads it foretells inputs: the message names the mode and the command that mends it."""
    secret = own_file.read_text().strip()
    own_file.chmod(mode)
    with pytest.raises(InstructorError, match=f"mode is {mode:04o}; `chmod 600 ") as caught:
        load_secret(own_file.parents[1])
    assert secret not in str(caught.value)
    make_private(own_file.parents[1])
    assert load_secret(own_file.parents[1]).decode() == secret


@pytest.mark.parametrize("mode", [0o464, 0o446])
def test_secret_from_a_named_file_that_others_may_change_is_refused(named_file, mode):
    """Whoever may write the file chooses the inputs."""
    named_file.chmod(mode)
    with pytest.raises(InstructorError, match=r"`chmod go-w '.*mounted secret'`"):
        load_secret(named_file.parent)


def test_secret_is_there_once_it_is_made_or_given(tmp_path, monkeypatch):
    """What must not make a secret can ask first."""
    assert not has_secret(tmp_path)
    load_secret(tmp_path)
    assert has_secret(tmp_path)
    for name in ("AUTOGRADER_SECRET", "AUTOGRADER_SECRET_FILE"):
        with monkeypatch.context() as patch:
            patch.setenv(name, "something")
            assert has_secret(tmp_path / "elsewhere")


def test_secret_made_private_where_there_is_none_does_nothing(tmp_path):
    """What unpacks a course with a secret in a variable has no file to protect."""
    make_private(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_secret_is_not_in_the_words_for_a_job(tiny_course):
    """A job that lands in a log or a traceback does not show it."""
    job = open_job("toy", tiny_course.root)
    assert len(job.secret) >= 40
    assert job.secret.decode() not in repr(job)


def test_seed_key_depends_on_secret_assignment_and_content():
    """Equal parts give equal keys; every other part gives another."""
    key = seed_key(b"s" * 16, "toy", "abc")
    assert key == seed_key(b"s" * 16, "toy", "abc")
    others = [("t" * 16, "toy", "abc"), ("s" * 16, "toys", "abc"), ("s" * 16, "toy", "abd")]
    assert key not in [seed_key(secret.encode(), a, c) for secret, a, c in others]
    assert len(key) == 32
